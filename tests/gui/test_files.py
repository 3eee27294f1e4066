"""Photos and videos dropped on the window: real conversions, by processes of their own."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from fakes import wait_until, write_clip, write_picture
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton

from vbg.effects.colour import Colour
from vbg.effects.none import NoEffect
from vbg.gui.app import House
from vbg.gui.conversion import sentence
from vbg.gui.filerow import FAILED, READY, SAVED, SAVING, FileRow
from vbg.gui.files import Files
from vbg.resources import asset

PATIENCE_S = 90.0


def drag(house: House, file: Path, at: QPoint) -> None:
    """From outside onto a place in the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for event in (
        QDragEnterEvent(at, copy, data, left, none),
        QDragMoveEvent(at, copy, data, left, none),
        QDropEvent(QPointF(at), copy, data, left, none),
    ):
        QApplication.sendEvent(house.window, event)


def on_preview(house: House, across: float) -> QPoint:
    preview = house.window.preview
    return preview.mapTo(house.window, QPoint(round(preview.width() * across), preview.height() // 2))


def queue(house: House) -> Files:
    assert isinstance(house.desk._files, Files)
    return house.desk._files


def until(row: FileRow, *states: str) -> None:
    def there() -> bool:
        QApplication.processEvents()
        return row.state in states

    wait_until(there, f"{row.source.name} is {states}", PATIENCE_S)


def press(row: FileRow, name: str) -> None:
    button = row.findChild(QPushButton, f"{name}-{row.source.name}")
    assert isinstance(button, QPushButton)
    assert button.isVisible()
    button.click()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """The demo's person before a grey wall."""
    with Image.open(asset("demo/person.png")) as person:
        wall = Image.new("RGB", (480, 360), (120, 125, 130))
        small = person.convert("RGBA")
        small.thumbnail((330, 330))
        wall.paste(small, (90, 30), small)
    wall.save(tmp_path / "me.png")
    return tmp_path / "me.png"


def test_the_left_half_of_the_preview_is_for_backgrounds_and_the_right_for_cutting_out(house: House, photo: Path) -> None:
    targets = house.window._targets
    drag(house, photo, on_preview(house, 0.25))
    assert "me" in repr(house.desk.engine.look.effect)
    assert house.desk._files is None
    assert not targets.isVisible()
    before = house.desk.engine.look
    house.desk.choose_effect(replace(before).effect)
    drag(house, photo, house.window.pages.mapTo(house.window, QPoint(5, 5)))  # elsewhere: a background, as ever
    assert house.desk._files is None
    drag(house, photo, on_preview(house, 0.75))
    assert queue(house).isVisible()
    (row,) = queue(house)._rows
    assert row.source == photo


def test_what_is_dragged_lights_up_the_target_under_it(house: House, photo: Path) -> None:
    targets = house.window._targets
    assert targets.at(on_preview(house, 0.25)) == "background"
    left = targets.grab().toImage()
    assert targets.at(on_preview(house, 0.75)) == "cut out"
    assert targets.isVisible()
    assert targets.grab().toImage() != left
    assert targets.at(QPoint(2, 2)) == ""
    assert not targets.isVisible()


def test_a_photo_gets_the_look_of_the_preview_or_none_and_is_saved(
    house: House, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.desk.choose_effect(Colour("#ff00ff"))
    frames = house.desk.engine.poll().status.frames
    house.desk.cut_out([photo])
    files = queue(house)
    (row,) = files._rows
    until(row, READY, FAILED)
    assert row.state == READY, row.said
    assert row.image is not None
    assert row.image.pixelColor(5, 5).name() == "#ff00ff"
    files.save(row, tmp_path / "out.png")
    until(row, SAVED, FAILED)
    assert row.state == SAVED, row.said
    with Image.open(tmp_path / "out.png") as saved:
        assert saved.convert("RGB").getpixel((5, 5)) == (255, 0, 255)
        assert saved.convert("RGB").getpixel((255, 250)) != (255, 0, 255)
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    press(row, "reveal")
    assert Path(opened[0].toLocalFile()) == tmp_path
    files._kind.group.buttons()[1].click()
    until(row, READY, FAILED)
    assert row.state == READY, row.said
    assert row.image.hasAlphaChannel()
    assert row.image.pixelColor(5, 5).alpha() == 0
    house.desk.choose_effect(NoEffect())  # with which there is nothing but to cut out
    files.add([])
    assert files._clear
    assert house.desk.engine.poll().status.frames > frames  # the live picture went on
    assert not list(tmp_path.glob(".vbg-*"))


def test_a_video_is_previewed_converted_with_progress_and_may_be_cancelled(house: House, photo: Path, tmp_path: Path) -> None:
    with Image.open(photo) as opened:
        picture = np.asarray(opened.convert("RGB"))[:, :, ::-1]
    write_clip(tmp_path / "clip.mkv", (picture for _ in range(60)), 20.0)
    house.desk.choose_effect(Colour("#00ff00"))
    house.desk.cut_out([tmp_path / "clip.mkv"])
    files = queue(house)
    (row,) = files._rows
    until(row, READY, FAILED)
    assert row.state == READY, row.said
    assert row.image is not None
    assert row.image.pixelColor(5, 5).green() > 240
    files.save(row, tmp_path / "out.mp4")
    until(row, SAVING)
    press(row, "cancel")
    until(row, READY)
    assert not (tmp_path / "out.mp4").exists()
    assert not list(tmp_path.glob(".vbg-*"))
    seen: list[int] = []
    row.bar.valueChanged.connect(seen.append)
    files.save(row, tmp_path / "out.mp4")
    until(row, SAVED, FAILED)
    assert row.state == SAVED, row.said
    assert seen == sorted(seen)
    assert any(0 < value <= 60 for value in seen)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 60
    assert not list(tmp_path.glob(".vbg-*"))


def test_several_files_are_saved_together_and_one_that_is_none_says_so(house: House, photo: Path, tmp_path: Path) -> None:
    shutil.copy(photo, tmp_path / "two.png")
    (tmp_path / "notes.txt").write_text("no picture")
    house.desk.choose_effect(Colour("#ff00ff"))
    house.desk.cut_out([photo, tmp_path / "notes.txt", tmp_path / "two.png"])
    files = queue(house)
    rows = list(files._rows)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "me new background.png").write_text("there before")
    files._save_into(tmp_path / "out")
    for row in rows:
        until(row, SAVED, FAILED)
    assert [row.state for row in rows] == [SAVED, FAILED, SAVED]
    assert "notes.txt" in rows[1].said
    assert (tmp_path / "out" / "me new background.png").read_text() == "there before"
    names = sorted(one.name for one in (tmp_path / "out").iterdir())
    assert names == ["me new background 2.png", "me new background.png", "two new background.png"]
    rows[1].remove.emit()
    assert len(files._rows) == 2


def test_closing_the_app_ends_what_runs(house: House, photo: Path, tmp_path: Path) -> None:
    house.desk.cut_out([photo])
    files = queue(house)
    until(files._rows[0], "looking")
    folder = files._folder
    house.desk.close()
    assert not folder.exists()


def test_a_command_s_last_word_is_the_sentence() -> None:
    assert sentence("Warning\nvbg: a.png is not a picture\n     Take a JPEG.\n") == "a.png is not a picture"
    assert sentence("Traceback\nKeyError: 3\n") == "KeyError: 3"
    assert sentence("") == "it ended without a word"


def test_what_cannot_be_written_says_so(house: House, photo: Path, tmp_path: Path) -> None:
    house.desk.choose_effect(Colour("#ff00ff"))
    house.desk.cut_out([photo])
    (row,) = queue(house)._rows
    until(row, READY, FAILED)
    queue(house).save(row, tmp_path / "gone" / "out.jpg")
    until(row, FAILED)
    assert "gone" in row.said
    write_picture(tmp_path / "other.png", np.zeros((4, 4, 3), np.uint8))
    queue(house).save(row, tmp_path / "out.jpg")  # another place will do
    until(row, SAVED, FAILED)
    assert row.state == SAVED, row.said
