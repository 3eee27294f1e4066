"""What is around the window: one instance, start at login, preferences, where a window can open at all."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vbg.gui import autostart, environment, preferences
from vbg.gui.preferences import Preferences
from vbg.gui.single import Single


def test_a_second_start_raises_the_first_one_s_window(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    name = str(tmp_path / "socket")
    one, two = Single(name), Single(name)
    assert one.first()
    with qtbot.waitSignal(one.raised, timeout=30_000):
        assert not two.first()
    one.close()
    assert two.first()  # the first one is gone
    two.close()


def test_start_at_login_is_a_desktop_entry_that_starts_minimised() -> None:
    autostart.set_to(True)
    said = dict(line.split("=", 1) for line in autostart.entry().read_text().splitlines() if "=" in line)
    done = subprocess.run([*shlex.split(said["Exec"])[:-1], "--version"], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("vbg ")
    assert shlex.split(said["Exec"])[-1] == "--minimised"
    autostart.set_to(False)
    autostart.set_to(False)
    assert not autostart.entry().exists()


def test_preferences_come_back_and_a_broken_value_leaves_the_others(tmp_path: Path) -> None:
    file = tmp_path / "window.toml"
    kept = Preferences(theme="dark", language="de", mirror=False, geometry="AdnQywA=", welcomed=True)
    preferences.save(file, kept)
    assert preferences.load(file) == kept
    file.write_text('theme = "pink"\nmirror = "yes"\nlanguage = "ar"\nunknown = 1\n')
    assert preferences.load(file) == Preferences(language="ar")
    file.write_text("theme = [")
    assert preferences.load(file) == Preferences()
    assert preferences.load(tmp_path / "none.toml") == Preferences()


def test_a_window_opens_only_where_there_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert not environment.can_open()
    monkeypatch.setenv("DISPLAY", ":0")
    assert environment.can_open()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert not environment.can_open()


def test_opencv_s_qt_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", "/site-packages/cv2/qt/plugins")
    monkeypatch.setenv("QT_QPA_FONTDIR", "/usr/share/fonts/mine")
    environment.tidy()
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    assert os.environ["QT_QPA_FONTDIR"] == "/usr/share/fonts/mine"  # the user's own stays


def test_nothing_heavy_is_imported_before_the_window_shows() -> None:
    code = "import sys, vbg.gui.app; print([m for m in ('numpy', 'numba', 'cv2', 'mediapipe', 'av') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
