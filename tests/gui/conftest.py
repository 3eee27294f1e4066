"""The window's tests run on Qt's offscreen platform, each with a home of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from fakes import ROOM, FakeCamera, FakeModel, write_picture
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from vbg import backgrounds
from vbg.cameras.opencv import Found
from vbg.cameras.picture import PictureFile
from vbg.gui import environment
from vbg.gui.app import House
from vbg.gui.engine import Engine
from vbg.gui.loading import Loaded
from vbg.gui.preferences import Preferences
from vbg.gui.watch import Devices, Watch
from vbg.models.constant import Constant
from vbg.settings import Look, Setup
from vbg.sinks import Output


@pytest.fixture(scope="session", autouse=True)
def _no_plug_ins_of_opencv() -> None:
    environment.tidy()


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


def watching(cameras: int = 1, virtual: tuple[str, ...] = ()) -> Watch:
    """A watch that found what the test says; it never looks itself."""
    watch = Watch()
    found = tuple(Found(f"/dev/video{i}", f"Camera {i}", f"Camera {i}|usb-{i}") for i in range(cameras))
    watch.devices.set(Devices(found, virtual, (), True))
    return watch


MakeEngine = Callable[..., Engine]


@pytest.fixture
def make_engine() -> Iterator[MakeEngine]:
    """An engine on fakes, stopped in the end. camera, model, outputs, look, watch: the test's own, where it gives them."""
    made: list[Engine] = []

    def make(
        camera: Any = None,
        model: Any = None,
        outputs: tuple[Output, ...] = (),
        look: Look | None = None,
        watch: Watch | None = None,
    ) -> Engine:
        setup = Setup(camera or FakeCamera(fps=50), model or FakeModel(left_half=True, value=1.0), outputs)
        made.append(Engine(setup, look or Look(), watch or watching()))
        return made[-1]

    yield make
    for engine in made:
        engine.stop()


@pytest.fixture
def house(qtbot: QtBot, qapp: QApplication, make_engine: MakeEngine, tmp_path: Path) -> Iterator[House]:
    """The whole app, furnished: a camera of one colour, a model that sees nobody. What a test changes can be saved."""
    made = House(qapp, Preferences(welcomed=True, motion="reduced", theme="light", language="en"))
    write_picture(tmp_path / "room.png", np.full((36, 64, 3), ROOM, np.uint8))
    engine = make_engine(PictureFile(str(tmp_path / "room.png")), Constant(0.0))
    engine.start()
    library = backgrounds.Library(tmp_path / "backgrounds")
    made._take(Loaded(engine, watching(), library, {}, (), tmp_path / "settings.toml", tmp_path / "presets.toml"))
    made.window.resize(1180, 620)
    made.window.show()
    qtbot.waitExposed(made.window)
    qtbot.waitUntil(lambda: made.window.preview.pictured, timeout=30_000)
    yield made
    made.close()
    made.window.hide()
    made.window.deleteLater()
    made.theme.deleteLater()
