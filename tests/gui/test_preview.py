"""The live picture: the newest frame, in the screen's own pixels, and nothing while nobody looks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from fakes import ROOM
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vbg.effects.colour import Colour
from vbg.frame import Canvas, Frame, Matte, read_only
from vbg.gui.app import House
from vbg.gui.preview import PreviewView
from vbg.gui.theme import Theme
from vbg.outputs import Outputs
from vbg.sinks.preview import Preview
from vbg.tap import Stages, Tap


def frame(index: int, left: tuple[int, int, int], right: tuple[int, int, int]) -> Frame:
    pixels = np.empty((90, 160, 3), np.uint8)
    pixels[:, :80], pixels[:, 80:] = left, right
    return Frame(read_only(pixels), index, index / 30)


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> Iterator[PreviewView]:
    theme = Theme(qapp, "light")
    made = PreviewView(theme)
    made.resize(320, 180)
    made.say("", "", "")
    made.sink, made.tap = Preview(), Tap()  # type: ignore[attr-defined]  # the test's hands on them
    made.attach(made.sink, made.tap)  # type: ignore[attr-defined]
    made.show()
    qtbot.waitExposed(made)
    made._timer.stop()  # the test turns the clock
    yield made
    made.hide()
    made.deleteLater()
    theme.deleteLater()


def colour_at(view: PreviewView, x: int, y: int) -> tuple[int, int, int]:
    """BGR in the middle of what is painted."""
    seen = QColor(view.grab().toImage().pixel(QPoint(x, y)))
    return seen.blue(), seen.green(), seen.red()


BLUE, GREEN, RED = (250, 0, 0), (0, 250, 0), (0, 0, 250)


def test_the_newest_frame_is_shown_and_mirrored_for_the_user_alone(view: PreviewView) -> None:
    sink: Preview = view.sink  # type: ignore[attr-defined]
    view.mirror = False
    sink.slot.put(frame(0, RED, RED))
    newest = frame(1, BLUE, GREEN)
    sink.slot.put(newest)
    view.tick()
    assert (colour_at(view, 80, 90), colour_at(view, 240, 90)) == (BLUE, GREEN)
    view.mirror = True
    sink.slot.put(newest)
    view.tick()
    assert (colour_at(view, 80, 90), colour_at(view, 240, 90)) == (GREEN, BLUE)
    assert view.shown == 2
    assert tuple(newest.pixels[0, 0]) == BLUE  # others get the same frame


def test_a_card_is_not_mirrored_so_that_it_can_be_read(view: PreviewView) -> None:
    sink: Preview = view.sink  # type: ignore[attr-defined]
    view.mirror = True
    outputs = Outputs((sink,), Canvas(160, 90, 30))
    outputs.send_card("L", "")
    card = sink.slot.take(1)
    assert card is not None
    assert card.card
    sink.slot.put(Frame(frame(0, BLUE, GREEN).pixels, 0, 0.0, card=True))
    view.tick()
    assert (colour_at(view, 80, 90), colour_at(view, 240, 90)) == (BLUE, GREEN)
    outputs.close()


def test_a_message_stands_in_the_picture_s_place(view: PreviewView) -> None:
    view.sink.slot.put(frame(0, RED, RED))  # type: ignore[attr-defined]
    view.tick()
    view.say("pause", "Paused", "The camera is off.")
    assert not view.pictured
    assert colour_at(view, 10, 90) != RED


def test_nothing_is_taken_while_it_cannot_be_seen(view: PreviewView) -> None:
    sink: Preview = view.sink  # type: ignore[attr-defined]
    assert sink.visible.is_set()
    view.hide()
    assert not sink.visible.is_set()
    assert not view._timer.isActive()
    view.show()
    assert sink.visible.is_set()


def test_corners_are_round(view: PreviewView) -> None:
    view.sink.slot.put(frame(0, RED, RED))  # type: ignore[attr-defined]
    view.tick()
    assert colour_at(view, 0, 0) != RED
    assert colour_at(view, 20, 20) == RED


def test_the_steps_are_shown_side_by_side(view: PreviewView) -> None:
    tap: Tap = view.tap  # type: ignore[attr-defined]
    view.mirror = False
    view.show_stages(True)
    assert tap.wanted.is_set()
    mask = np.zeros((9, 16), np.float32)
    mask[:, 8:] = 1
    stages = Stages(frame(0, BLUE, GREEN), mask, Matte.uniform(1.0), np.ones((9, 16), np.float32), frame(0, RED, RED))
    tap.slot.put(stages)
    view.tick()
    assert colour_at(view, 100, 70) == RED  # the result, large
    assert colour_at(view, 225, 40) == BLUE  # the camera
    assert (colour_at(view, 225, 100), colour_at(view, 305, 100)) == ((0, 0, 0), (255, 255, 255))  # the mask
    view.show_stages(False)
    assert not tap.wanted.is_set()


def test_space_shows_the_camera_while_it_is_held(house: House, qtbot: QtBot) -> None:
    view = house.window.preview
    view.setFocus()

    def right() -> tuple[int, int, int]:
        area = view.picture
        return colour_at(view, area.x() + area.width() // 8, area.center().y())  # mirrored: the frame's right part is here

    house.desk.choose_effect(Colour("#2040ff"))
    qtbot.waitUntil(lambda: right()[0] > 250, timeout=30_000)
    QTest.keyPress(view, Qt.Key.Key_Space)
    assert view.comparing
    qtbot.waitUntil(lambda: right() == ROOM, timeout=30_000)
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert not view.comparing
    qtbot.waitUntil(lambda: right()[0] > 250, timeout=30_000)
    QTest.keyPress(view, Qt.Key.Key_Space)
    house.window.pause.setFocus()  # the key's release would be lost
    assert not view.comparing
