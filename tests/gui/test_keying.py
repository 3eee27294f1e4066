"""The chroma key in the window: its form, and the eyedropper on the camera's own picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from vbg.frame import Frame, Mask, Matte, read_only
from vbg.gui.app import House
from vbg.gui.keying import Eyedropper, KeyForm
from vbg.gui.preview import PreviewView
from vbg.gui.theme import Theme
from vbg.models.chroma import Chroma
from vbg.sinks.preview import Preview
from vbg.tap import Stages, Tap


def test_the_form_gives_a_colour_or_none_and_is_calm(qapp: QApplication, qtbot: QtBot) -> None:
    form = KeyForm(Theme(qapp), Chroma(hybrid=False))
    qtbot.addWidget(form)
    assert form.colour.text() == "Measured"
    assert not form.measure.isEnabled()
    given: list[Chroma] = []
    form.changed.connect(given.append)
    with qtbot.waitSignal(form.changed, timeout=5000):
        form.take("#102030")
        form.picked("")  # nothing was clicked on: what was taken stays
        form._form._set("similarity", 0.7)
    assert given == [Chroma(key="#102030", similarity=0.7, hybrid=False)]  # one change, not three
    assert form.colour.text() == "#102030"
    with qtbot.waitSignal(form.changed, timeout=5000):
        form.measure.click()
    assert given[-1] == Chroma(similarity=0.7, hybrid=False)


@pytest.fixture
def preview(qapp: QApplication, qtbot: QtBot) -> PreviewView:
    """Mirrored, over a camera whose picture is red on its left and green on its right, and a covered one that is gray."""
    view = PreviewView(Theme(qapp))
    qtbot.addWidget(view)
    view.resize(320, 180)
    sink, tap = Preview(), Tap()
    view.attach(sink, tap)
    view.say("", "", "")
    view.show()
    pixels = np.full((180, 320, 3), (20, 30, 200), np.uint8)
    pixels[:, 160:] = (40, 180, 60)
    camera = Frame(read_only(pixels), 0, 0.0)
    gray = Frame(read_only(np.full_like(pixels, 128)), 0, 0.0)
    mask: Mask = np.zeros((9, 16), np.float32)
    view.compare(True)
    tap.slot.put(Stages(camera, mask, Matte.uniform(0.0), mask, gray))
    view.tick()
    view.compare(False)
    return view


def test_the_eyedropper_takes_the_colour_that_is_seen(qtbot: QtBot, preview: PreviewView) -> None:
    dropper, given = Eyedropper(preview), list[str]()
    dropper.picked.connect(given.append)
    dropper.take(True)
    assert preview.comparing  # the camera's picture, which only the user sees
    x, y = preview.picture.width() // 4, preview.picture.height() // 2
    QTest.mouseClick(dropper, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    assert given == ["#3cb428"]  # mirrored: the right half
    assert not preview.comparing
    assert dropper.isHidden()
    dropper.take(True)
    QTest.keyClick(dropper, Qt.Key.Key_Escape)
    assert given == ["#3cb428", ""]
    assert not preview.comparing


def test_where_no_picture_is_shown_no_colour_is_taken(preview: PreviewView) -> None:
    assert preview.colour_at(QPoint(-5, 5)) == ""
    preview.say("camera", "No picture", "")
    assert preview.colour_at(preview.picture.center()) == ""


def test_the_model_is_chosen_and_keeps_its_settings(house: House, qtbot: QtBot) -> None:
    settings: Any = house.desk.settings
    assert settings.keying is None
    combo = next(one for one in settings.findChildren(QComboBox) if one.findData("chroma") >= 0)
    combo.setCurrentIndex(combo.findData("chroma"))
    assert isinstance(settings.keying, KeyForm)
    assert house.desk.engine.wanted.model == Chroma()
    house.desk._dropper.picked.emit("#00b140")
    qtbot.waitUntil(lambda: house.desk.engine.wanted.model == Chroma(key="#00b140"), timeout=10_000)
    settings.keying.pick.click()
    assert not house.desk._dropper.isHidden()
    combo.setCurrentIndex(combo.findData("follow"))
    assert settings.keying is None
    assert house.desk._dropper.isHidden()
    assert house.desk.engine.wanted.model != replace(Chroma(), key="#00b140")
