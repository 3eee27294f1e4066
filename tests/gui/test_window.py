"""What the user does in the window, and what follows of it: on fakes, by mouse and by keyboard."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeCamera, wait_until, write_picture
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QComboBox, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from vbg import backgrounds, store
from vbg.cameras.test_card import TestCard
from vbg.cameras.video_file import VideoFile
from vbg.doctor import Finding
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.effects.hills import Hills
from vbg.effects.lens import Lens
from vbg.effects.picture import Picture
from vbg.effects.screen import Screen
from vbg.effects.window import Window
from vbg.errors import CameraError
from vbg.figures.figure import Figure
from vbg.gui.app import House
from vbg.gui.engine import Engine
from vbg.gui.forms import Form
from vbg.gui.notices import Notices
from vbg.gui.preferences import Preferences
from vbg.gui.theme import Theme
from vbg.gui.tiles import Tile
from vbg.gui.tokens import DARK, HIGH_CONTRAST, LIGHT
from vbg.gui.tray import Tray
from vbg.gui.widgets import Switch
from vbg.matting.capture import DONE
from vbg.matting.keep import Region
from vbg.matting.style import PRESETS
from vbg.settings import Look


def engine(house: House) -> Engine:
    assert house.loaded is not None
    return house.loaded.engine


def tile(house: House, name: str) -> Tile:
    found = house.window.findChild(Tile, f"tile-{name}")
    assert found is not None, name
    return found


def press(key: Qt.Key) -> None:
    """A key, wherever the keyboard is."""
    there = QApplication.focusWidget()
    assert there is not None
    QTest.keyClick(there, key)


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_a_tile_is_a_click_away_and_marked(house: House) -> None:
    click(tile(house, "dusk"))
    assert engine(house).look.effect == Picture("vbg:dusk")
    assert tile(house, "dusk").isChecked()
    assert not tile(house, "strong").isChecked()
    click(tile(house, "slight"))
    assert engine(house).look.effect == Blur(0.2)


def test_the_blur_switch_goes_back_to_what_was_there(house: House) -> None:
    click(tile(house, "sand"))
    switch = house.desk.picker._switch
    click(switch)
    assert isinstance(engine(house).look.effect, Blur)
    slider = house.desk.picker._strength
    assert slider.isVisible()
    slider.setValue(73)
    assert engine(house).look.effect == Blur(0.73)
    click(switch)
    assert engine(house).look.effect == Colour("#d9c9b2")
    assert not slider.isVisible()


def test_arrow_keys_walk_over_the_tiles_and_enter_chooses(house: House) -> None:
    tile(house, "none").setFocus()
    for key, there in (
        (Qt.Key.Key_Right, "slight"),
        (Qt.Key.Key_Down, "grey"),
        (Qt.Key.Key_Left, "lens"),
        (Qt.Key.Key_Up, "none"),
    ):
        press(key)
        assert QApplication.focusWidget() is tile(house, there)
    before = engine(house).look.effect
    press(Qt.Key.Key_Down)
    assert engine(house).look.effect == before  # walking chooses nothing
    press(Qt.Key.Key_Return)
    assert engine(house).look.effect == Lens()


def test_a_moving_background_has_a_form_of_its_own(house: House) -> None:
    click(tile(house, "hills"))
    form = house.desk.picker._form
    hour = form.findChild(QComboBox)
    hour.setCurrentIndex(hour.findData("night"))
    assert engine(house).look.effect == Hills("night", 0.6)
    click(tile(house, "green"))
    assert house.desk.picker._form is None


def test_a_picture_that_moves_with_the_user_stays_the_picture_that_was_chosen(house: House) -> None:
    click(tile(house, "dusk"))
    slider = house.desk.picker._form.findChild(QAbstractSlider)
    slider.setValue(slider.maximum())
    assert engine(house).look.effect == Picture("vbg:dusk", 1.0)
    assert tile(house, "dusk").isChecked()
    click(tile(house, "dusk"))
    assert engine(house).look.effect == Picture("vbg:dusk", 1.0)
    click(tile(house, "loft"))
    assert engine(house).look.effect == Picture("vbg:loft")
    assert slider.value() == (slider.minimum() + slider.maximum()) / 2


def test_figure_and_background_are_set_each_by_its_own_form(house: House, tmp_path: Path) -> None:
    click(tile(house, "lens"))
    form = house.desk.outline._figure
    avatar = next(one for one in form.findChildren(QComboBox))
    avatar.setCurrentIndex(avatar.findData("cartoon"))
    look = engine(house).look
    assert (look.effect, look.figure) == (Lens(), Figure(avatar="cartoon"))
    house.desk.save()
    assert store.load(tmp_path / "settings.toml").look == look
    house.desk._change_look(replace(look, figure=Figure(outline=1.0)))
    assert avatar.currentData() == "off"


def test_every_kind_of_knob_has_a_control_that_sets_it(qtbot: QtBot, house: House) -> None:
    form = Form(house.theme, Screen())
    changes: list[Screen] = []
    form.changed.connect(changes.append)
    rate = next(one for one in form.findChildren(QAbstractSlider) if one.accessibleName() == "Pictures a second")
    rate.setValue(30)
    form.show_spec(Screen(rate=5))
    assert changes == [Screen(rate=30)]
    assert rate.value() == 5
    video = Form(house.theme, VideoFile("/a.mp4"))
    found: list[VideoFile] = []
    video.changed.connect(found.append)
    line = video.findChild(QLineEdit)
    assert line is not None
    line.setText("/b.mp4")
    line.editingFinished.emit()
    click(next(one for one in video.findChildren(QAbstractButton) if one.accessibleName() == "Loop"))
    assert found == [VideoFile("/b.mp4"), VideoFile("/b.mp4", loop=True)]


def test_one_of_the_windows_that_are_open_is_chosen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    there = ["Editor", "Notes"]
    monkeypatch.setattr("vbg.gui.titles.titles", lambda: list(there))
    click(tile(house, "window"))
    combo = next(one for one in house.desk.picker._form.findChildren(QComboBox) if one.accessibleName() == "Window")
    there.append("Letter")  # opened since
    combo.showPopup()
    combo.hidePopup()
    assert [combo.itemText(i) for i in range(combo.count())] == ["The one on top", "Editor", "Notes", "Letter"]
    combo.setCurrentIndex(3)
    combo.activated.emit(3)
    assert engine(house).look.effect == Window("Letter")
    there.clear()
    combo.showPopup()
    combo.hidePopup()
    assert combo.currentData() == "Letter"  # closed meanwhile; it stays what was chosen
    house.desk._change_look(Look(Window()))
    assert combo.currentText() == "The one on top"


def dropped(house: House, *files: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(one)) for one in files])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(house.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(house.window, QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, keys))


def test_a_dropped_picture_is_copied_chosen_removed_and_back_again(house: House, tmp_path: Path) -> None:
    file = tmp_path / "my beach.png"
    write_picture(file, np.full((90, 160, 3), (200, 120, 40), np.uint8))
    dropped(house, file)
    assert house.loaded is not None
    (own,) = house.loaded.library.all()
    copy = Path(own.key)
    assert copy != file
    assert engine(house).look.effect == Picture(str(copy))
    assert tile(house, copy.name).isChecked()
    tile(house, copy.name).setFocus()
    press(Qt.Key.Key_Delete)
    assert house.loaded.library.all() == ()
    assert isinstance(engine(house).look.effect, Blur)  # never the room, because something was removed
    assert house.window.toast.isVisible()
    QTest.keyClick(house.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [one.key for one in house.loaded.library.all()] == [str(copy)]
    assert engine(house).look.effect == Picture(str(copy))
    assert not house.window.toast.isVisible()
    assert file.exists()


def test_what_is_no_picture_is_refused_with_a_sentence(house: House, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no picture")
    before = engine(house).look.effect
    dropped(house, file)
    assert "notes.txt" in house.window.notice.text
    house.desk.poll()
    assert house.window.notice.isVisible()  # until the user puts it away
    assert engine(house).look.effect == before


def test_a_picture_is_pasted(house: House) -> None:
    image = QImage(64, 36, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(house.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(engine(house).look.effect, Picture)
    assert house.loaded is not None
    assert len(house.loaded.library.all()) == 1


def test_the_outline_s_presets_sliders_and_regions(house: House) -> None:
    page = house.desk.outline
    click(house.window.pages.group.buttons()[1])
    click(page._presets.group.buttons()[2])
    assert engine(house).look.style.certainty == PRESETS["privacy"]["certainty"]
    sliders = page.findChildren(QAbstractSlider)
    softness = next(one for one in sliders if one.accessibleName() == "Edge softness")
    softness.setValue(softness.maximum())
    assert engine(house).look.style.edge_softness == 1
    assert not any(button.isChecked() for button in page._presets.group.buttons())
    click(page._brushes["drop"])
    brush = house.desk._brush
    assert brush.isVisible()
    QTest.mousePress(brush, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    QTest.mouseRelease(brush, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    (region,) = engine(house).look.style.drop
    assert region == Region(31 / 32, 0, 1 / 32, 2 / 18)  # the preview is mirrored: its left is the picture's right
    QTest.keyClick(brush, Qt.Key.Key_Escape)
    assert not brush.isVisible()
    assert not page._brushes["drop"].isChecked()
    click(page._clear)
    assert engine(house).look.style.drop == ()


def test_the_empty_room_is_captured_under_guidance_and_once(house: House, qtbot: QtBot, tmp_path: Path) -> None:
    window, page, looks = house.window, house.desk.outline, house.desk._looks
    looks.save("Before")
    click(window.pages.group.buttons()[1])
    qtbot.waitUntil(page._capture.isEnabled, timeout=30_000)
    plain = window.preview.grab().toImage()
    page._capture.click()
    counted: list[str] = []

    def counts_down() -> bool:
        count, text = window.preview._guide
        if count and count not in counted:
            counted.append(count)
            assert text == "Stay out of the picture"
            assert not page._capture.isEnabled()
            assert not window.notice.isVisible()  # it stands over the picture, large
            assert white(window.preview) > 0.005 > white_in(plain)
        return text == DONE

    qtbot.waitUntil(counts_down, timeout=60_000)
    assert counted in (["3", "2", "1"], ["3", "2"], ["2", "1"])  # it is looked at five times a second
    qtbot.waitUntil(lambda: window.room.text() == "Room learned", timeout=30_000)
    assert (page._told.text(), page._told.isVisible()) == (DONE, True)
    house.desk._guide._shown_until = 0.0
    house.desk.poll()
    assert window.preview._guide == ("", "")
    assert engine(house).look.captures == 1
    house.desk.save()
    assert "captures" not in (tmp_path / "settings.toml").read_text()
    looks.save("After")
    assert "captures" not in (tmp_path / "presets.toml").read_text()
    for name in ("Before", "After"):
        looks.chosen.emit(looks._looks[name])
        assert engine(house).look.captures == 1
    engine(house).retry()
    assert engine(house).look.captures == 0  # a session that starts anew is not asked again
    qtbot.waitUntil(lambda: engine(house).poll().status.frames > 5, timeout=30_000)
    assert engine(house).poll().status.room.said == ""


def white_in(image: QImage) -> float:
    """The part of the picture that is nearly white."""
    small = image.convertToFormat(QImage.Format.Format_Grayscale8)
    values = np.frombuffer(small.constBits(), np.uint8).reshape(small.height(), -1)[:, : small.width()]
    return float((values > 240).mean())


def white(widget: QWidget) -> float:
    return white_in(widget.grab().toImage())


def test_presets_are_saved_chosen_renamed_and_removed(house: House, tmp_path: Path) -> None:
    looks = house.desk._looks
    click(tile(house, "study"))
    looks.save("At work")
    click(tile(house, "lagoon"))
    looks.save("At home")
    looks._fill()
    actions = {action.text(): action for action in house.window.looks.menu().actions()}
    assert actions["At home"].isChecked()
    actions["At work"].trigger()
    assert engine(house).look.effect == Picture("vbg:study")
    looks.rename("At work", "Office")
    looks.rename("Office", "At home")  # taken
    looks.remove("At home")
    saved, problems = store.load_presets(tmp_path / "presets.toml")
    assert (list(saved), problems) == (["Office"], ())
    assert saved["Office"].effect == Picture("vbg:study")


def test_camera_size_and_pause(house: House, qtbot: QtBot) -> None:
    combo = house.window.camera
    names = [combo.itemText(i) for i in range(combo.count())]
    assert {"Demo clip", "Test card"} <= set(names)
    combo.setCurrentIndex(names.index("Test card"))
    combo.activated.emit(names.index("Test card"))
    assert engine(house).wanted.camera == TestCard()
    house.window.size_chosen.emit(640, 360)
    qtbot.waitUntil(lambda: "640 × 360" in house.window.figures.text(), timeout=30_000)
    click(house.window.pause)
    qtbot.waitUntil(lambda: not house.window.preview.pictured, timeout=30_000)
    assert house.window.state.text().startswith("Paused")
    assert house.window.pause.text() == "Go on"
    click(house.window.pause)
    qtbot.waitUntil(lambda: house.window.preview.pictured, timeout=30_000)


def test_the_camera_may_stay_on(house: House) -> None:
    switch = next(one for one in house.desk.settings.findChildren(Switch) if one.accessibleName() == "On even while nobody looks")
    click(house.window.pages.group.buttons()[2])
    click(switch)
    assert engine(house).wanted.always_on


def test_keys_in_every_program_are_wished_for(house: House) -> None:
    switch = next(one for one in house.desk.settings.findChildren(Switch) if one.accessibleName() == "Keys in every program")
    click(house.window.pages.group.buttons()[2])
    click(switch)
    assert engine(house).wanted.shortcuts
    click(switch)
    assert not engine(house).wanted.shortcuts


@pytest.fixture
def unsaved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fake camera cannot be written to a file."""
    monkeypatch.setattr(store, "save", lambda *_: None)


@pytest.mark.usefixtures("unsaved")
def test_a_fault_stands_in_a_bar_with_a_button_and_goes_when_it_is_over(house: House, qtbot: QtBot) -> None:
    camera = FakeCamera(fps=50)
    engine(house).change(camera=camera)
    wait_until(lambda: camera.control.used > 3, "the camera is read")
    camera.control.unplug()
    bar = house.window.fault
    qtbot.waitUntil(bar.isVisible, timeout=30_000)
    assert "no camera" in bar.text or "fake camera" in bar.text
    assert not house.window.preview.pictured
    camera.control.plug_in()
    click(house.desk.notices.retry_button)
    qtbot.waitUntil(lambda: house.window.preview.pictured and not bar.isVisible(), timeout=30_000)


@pytest.mark.usefixtures("unsaved")
def test_a_fault_that_a_command_mends_offers_it(house: House, qtbot: QtBot) -> None:
    camera = FakeCamera()
    camera.control.open_error = CameraError("/dev/video0 may not be opened", "`sudo usermod -aG video $USER`, then log in again.")
    engine(house)._retire()
    engine(house).change(camera=camera)
    button = house.desk.notices.copy_help
    qtbot.waitUntil(button.isVisible, timeout=30_000)
    click(button)
    assert QGuiApplication.clipboard().text() == "sudo usermod -aG video $USER"
    assert button.text() == "Copied"


def test_what_must_be_mended_is_told_at_the_first_run_with_its_command(house: House) -> None:
    bar, notices = house.window.welcome, house.desk.notices
    assert not bar.isVisible()  # this user was welcomed before
    notices._welcomed = False
    notices.health._findings.set(
        (
            Finding("driver-missing", "There is no driver.", "So none sees it.", "sudo apt install a && sudo modprobe b"),
            Finding("driver-old", "The driver is old.", "It works.", serious=False),
            Finding("opencv-twice", "OpenCV is installed 2 times: a, b.", "By chance.", "pip install 'a<5'"),
            Finding("camera-missing", "No webcam is plugged in.", "The demo is shown."),
        )
    )
    house.desk.poll()
    assert bar.isVisible()
    assert "virtual camera driver" in bar.text
    assert "a &amp;&amp; sudo modprobe b" in bar.text
    click(notices.copy_mending)
    assert QGuiApplication.clipboard().text() == "sudo apt install a && sudo modprobe b"
    assert notices.next_finding.text() == "Next (1 of 2)"
    click(notices.next_finding)
    house.desk.poll()
    assert "OpenCV is installed 2 times: a, b." in bar.text
    click(notices.copy_mending)
    assert QGuiApplication.clipboard().text() == "pip install 'a<5'"
    assert [one.code for one in notices.health.serious(driver_missing=False)] == ["opencv-twice"]  # the driver has come
    bar.dismiss()
    house.desk.poll()
    assert not bar.isVisible()
    assert house.preferences.welcomed


def test_the_machine_is_looked_at_at_the_first_run_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Finding("opencv-twice", "OpenCV is installed 2 times: a, b.", "By chance.", "pip install 'a<5'")
    monkeypatch.setattr("vbg.gui.health.doctor.examine", lambda host: [found])
    for welcomed in (True, False):
        notices = Notices(house.window, welcomed)
        notices.health.close()
        assert notices.health.serious(driver_missing=True) == ([] if welcomed else [found])


def test_the_tray_s_menu_does_what_the_window_does(house: House) -> None:
    done: list[object] = []

    def note(what: object) -> None:
        done.append(what)

    tray = Tray(house.window.windowIcon(), lambda: note("show"), note, note, note, lambda: note("quit"))
    tray.tell("All is well", blurred=True, paused=False)
    actions = {action.text(): action for action in tray._menu.actions()}
    assert actions["Blur the room"].isChecked()
    for name in ("Show vbg", "Blur the room", "Pause", "Quit"):
        actions[name].trigger()
    assert done == ["show", False, True, "quit"]
    (submenu,) = tray._menu.findChildren(QMenu)
    next(one for one in submenu.actions() if one.text() == "Dusk").trigger()
    assert done[-1] == backgrounds.named("dusk")
    tray.close()


def test_everything_is_remembered(house: House, tmp_path: Path, qtbot: QtBot) -> None:
    click(tile(house, "evening"))
    house.window.camera_chosen.emit(TestCard())
    click(house.window.mirror)
    house.close()
    saved = store.load(tmp_path / "settings.toml")
    assert saved.problems == ()
    assert (saved.look.effect, saved.setup.camera) == (Picture("vbg:evening"), TestCard())
    kept = tomllib.loads((tmp_path / "XDG_CONFIG_HOME" / "vbg" / "window.toml").read_text())
    assert kept["mirror"] is False
    assert kept["geometry"]


def test_closed_before_it_is_furnished_nothing_goes_on(qapp: QApplication) -> None:
    early = House(qapp, Preferences())
    early.loader.start()
    early.close()  # the session that was started meanwhile is ended: conftest.py looks for its thread
    qapp.processEvents()  # what was loaded comes too late
    assert early.desk is None
    early.window.deleteLater()
    early.theme.deleteLater()


def controls(house: House) -> list[QWidget]:
    kinds = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit)
    found = [one for one in house.window.findChildren(QWidget) if isinstance(one, kinds)]
    return [one for one in found if one.focusPolicy() != Qt.FocusPolicy.NoFocus and not one.objectName().startswith("qt_")]


def test_every_control_has_a_name(house: House) -> None:
    for index in range(3):
        click(house.window.pages.group.buttons()[index])
        for one in controls(house):
            assert one.accessibleName() or getattr(one, "text", str)(), f"{type(one).__name__} {one.objectName()}"
    assert house.window.preview.accessibleName()


def test_every_shown_control_is_reached_by_tab(house: House) -> None:
    for index in range(3):
        click(house.window.pages.group.buttons()[index])
        house.window.preview.setFocus()
        reached = set()
        for _ in range(120):
            press(Qt.Key.Key_Tab)
            reached.add(QApplication.focusWidget())
        groups = {one.group() for one in reached if isinstance(one, QAbstractButton) and one.group()}  # arrow keys go on in there
        missed = [
            one
            for one in controls(house)
            if one.isVisible() and one.isEnabled() and one not in reached
            if not (isinstance(one, QAbstractButton) and one.group() in groups)
        ]
        assert not missed, [(type(one).__name__, one.accessibleName()) for one in missed]


def test_every_label_of_a_control_points_at_it(house: House) -> None:
    form = house.desk.outline._form
    labels = [one for one in form.findChildren(QLabel) if one.buddy() is not None]
    assert len(labels) >= 6
    assert all(one.buddy().accessibleName() == one.text() for one in labels)


def test_themes_change_at_once(house: House, qapp: QApplication) -> None:
    for name, tokens in (("dark", DARK), ("high contrast", HIGH_CONTRAST)):
        house._prefer({"theme": name})
        assert house.theme.tokens is tokens
        assert qapp.palette().window().color().name() == tokens.window
        corner = house.window.grab().toImage().pixelColor(3, 3).name()
        assert corner == tokens.window


def test_the_system_s_theme_is_followed_live(house: House, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    house._prefer({"theme": "system"})
    assert house.theme.tokens is LIGHT
    monkeypatch.setattr(Theme, "_system", lambda self: DARK)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert house.theme.tokens is DARK
    house._prefer({"theme": "light"})  # the user's own wish is stronger
    assert house.theme.tokens is LIGHT


def test_it_works_at_its_smallest(house: House, qapp: QApplication) -> None:
    house.window.resize(720, 480)
    qapp.processEvents()
    assert (house.window.width(), house.window.height()) == (720, 480)
    inside = house.window.rect()
    for one in (house.window.preview, house.window.camera, house.window.mirror, house.window.pause, house.window.pages):
        corner = one.mapTo(house.window, QPoint(one.width(), one.height()))
        assert inside.contains(corner - QPoint(1, 1)), one
    assert house.window.preview.picture.width() >= 300


@pytest.mark.parametrize("mirrored", [True, False])
def test_the_mirror_is_for_the_preview_alone(house: House, mirrored: bool) -> None:
    if house.window.mirror.isChecked() != mirrored:
        click(house.window.mirror)
    assert house.window.preview.mirror is mirrored
    assert "only you" in house.window.mirror.accessibleName()
