"""What another program changes shows in the window, and is kept as if it had been done there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from vbg import store
from vbg.cameras.test_card import TestCard
from vbg.control import place
from vbg.control.client import Client
from vbg.control.service import Service
from vbg.control.steering import Steering
from vbg.effects.picture import Picture
from vbg.gui.app import House
from vbg.gui.tiles import Tile


@pytest.fixture
def client(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A program that steers the window's session."""
    folder = tempfile.mkdtemp(prefix="vbg-t-")
    monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
    assert house.loaded is not None
    engine = house.loaded.engine
    house.loaded.service = Service(Steering(engine.looks, engine.setups, engine.status, engine.shown))
    assert house.loaded.service.wait() == ""
    made = Client(place.find())
    yield made
    made.close()
    house.close()  # ends the service too
    assert place.running() == []
    shutil.rmtree(folder)


def test_the_window_follows_what_another_program_does(house: House, client: Client, qtbot: QtBot, tmp_path: Path) -> None:
    window = house.window
    client.ask("background", name="dusk")
    tile = window.findChild(Tile, "tile-dusk")
    assert isinstance(tile, Tile)
    qtbot.waitUntil(tile.isChecked, timeout=20_000)
    client.ask("pause")
    qtbot.waitUntil(window.pause.isChecked, timeout=20_000)
    qtbot.waitUntil(lambda: client.ask("status")["status"]["phase"] == "idle", timeout=20_000)
    label = window.findChild(QLabel, "state")
    assert isinstance(label, QLabel)
    qtbot.waitUntil(lambda: "aused" in label.text(), timeout=20_000)
    window.pause.click()  # and the other way round
    assert not client.ask("status")["status"]["paused"]
    client.ask("camera", name="test-card")
    qtbot.waitUntil(lambda: window.camera.currentData() == TestCard(), timeout=20_000)
    qtbot.waitUntil(lambda: client.ask("status")["status"]["camera"] == "test card", timeout=20_000)
    client.ask("snapshot", file=str(tmp_path / "me.png"))
    assert (tmp_path / "me.png").exists()
    qtbot.waitUntil(lambda: store.load(tmp_path / "settings.toml").setup.camera == TestCard(), timeout=20_000)
    saved = store.load(tmp_path / "settings.toml")
    assert saved.look.effect == Picture("vbg:dusk")
    assert not saved.setup.paused


def test_two_who_change_different_things_at_once_lose_nothing(house: House, client: Client) -> None:
    assert house.desk is not None
    client.ask("blur", strength=0.9)
    house.desk._style(replace(house.desk.engine.look.style, largest=True))  # before the window has looked
    assert client.ask("status")["status"]["background"] == {"kind": "blur", "strength": 0.9}
    assert house.desk.engine.look.style.largest
