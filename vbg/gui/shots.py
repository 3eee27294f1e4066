"""`make screenshots`: the real window with the demo clip, in all its clothes: python -m vbg.gui.shots [FOLDER] [NAME...]

Every picture comes from a process of its own, with settings of its own, that ends by itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont, QFontDatabase

_READY_S, _WAIT_MS = 60.0, 1800


def _nothing(_: Any) -> None:
    pass


def _window(house: Any) -> Any:
    return house.window


def _at_once(_: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Shot:
    """window: preferences. act: what is done with the house before the picture is taken. seen: the widget of which. done: what
    is waited for. scale: of the screen. size: px."""

    window: dict[str, Any] = field(default_factory=dict)
    act: Callable[[Any], None] = _nothing
    seen: Callable[[Any], Any] = _window
    done: Callable[[Any], bool] = _at_once
    scale: float = 1.0
    size: tuple[int, int] = (1180, 620)


def _background(key: str) -> Callable[[Any], None]:
    def act(house: Any) -> None:
        from vbg import backgrounds

        chosen = backgrounds.named(key)
        assert chosen is not None
        house.desk.choose(chosen)

    return act


def _page(index: int) -> Callable[[Any], None]:
    return lambda house: house.window.pages.group.buttons()[index].click()


def _stages(house: Any) -> None:
    house.window.stages.click()


def _compare(house: Any) -> None:
    house.window.preview.compare(True)


def _present(house: Any) -> None:
    from vbg.matting.presence import Presence

    _background("screen")(house)
    house.desk.outline.presence_changed.emit(Presence(corner="right", corner_size=0.6))


def _figure(figure: dict[str, Any], key: str, shown: bool) -> Callable[[Any], None]:
    def act(house: Any) -> None:
        from vbg.figures.figure import Figure

        _background(key)(house)
        house.desk.outline.figure_changed.emit(Figure(**figure))
        if shown:
            _page(1)(house)
            house.desk.outline.verticalScrollBar().setValue(house.desk.outline.verticalScrollBar().maximum())

    return act


def _drag(house: Any) -> None:
    from PySide6.QtCore import QPoint

    preview = house.window.preview
    house.window._targets.at(preview.mapTo(house.window, QPoint(round(preview.width() * 0.75), preview.height() // 2)))


def _files(clear: bool) -> Callable[[Any], None]:
    """Two pictures of the demo's person and a broken one."""

    def act(house: Any) -> None:
        from vbg.cameras.demo import Demo
        from vbg.sheet import write_png

        _background("loft")(house)
        folder = Path(os.environ["XDG_DATA_HOME"]) / "pictures"
        folder.mkdir(parents=True)
        source = Demo().open()
        pictures = []
        for index in range(90):
            frame = source.read()
            if frame is not None and index in (30, 89):
                pictures.append(folder / f"On stage {index}.png")
                write_png(pictures[-1], frame.pixels)
        source.close()
        (folder / "Notes.txt").write_text("no picture")
        house.desk.cut_out([*pictures, folder / "Notes.txt"])
        house.desk._files._kind.group.buttons()[int(clear)].click()

    return act


def _idle(house: Any) -> bool:
    return house.desk._files._running is None


def _brush(house: Any) -> None:
    from vbg.matting.keep import Region

    _page(1)(house)
    house.desk.outline._brushes["drop"].click()
    house.desk._brush.painted.emit("drop", (Region(0.0, 0.0, 0.25, 0.4),))


def _capture(house: Any) -> None:
    _page(1)(house)
    house.desk.outline.capture.emit()


def _count(house: Any) -> None:
    from vbg.cameras.test_card import TestCard

    house.desk._camera(TestCard())
    _page(1)(house)
    house.desk.outline.capture.emit()


def _pause(house: Any) -> None:
    house.desk.pause(True)


def _fault(house: Any) -> None:
    from vbg.cameras.video_file import VideoFile

    house.desk._camera(VideoFile("/gone/clip.mp4"))


SHOTS: dict[str, Shot] = {
    "light": Shot({"theme": "light"}, _background("sunlit")),
    "dark": Shot({"theme": "dark"}, _background("hills")),
    "high-contrast": Shot({"theme": "high contrast"}, _background("evening")),
    "outline": Shot({"theme": "light"}, _page(1)),
    "settings": Shot({"theme": "dark"}, _page(2)),
    "stages": Shot({"theme": "dark"}, _stages),
    "compare": Shot({"theme": "light"}, _compare),
    "presenter": Shot({"theme": "light"}, _present),
    "lens": Shot({"theme": "dark"}, _background("lens")),
    "figure": Shot({"theme": "light"}, _figure({"outline": 0.8, "shadow": 0.6}, "sunlit", True)),
    "avatar": Shot({"theme": "dark"}, _figure({"avatar": "cartoon", "shadow": 0.4}, "loft", False)),
    "drag": Shot({"theme": "light"}, _drag),
    "files": Shot({"theme": "light"}, _files(False), lambda house: house.desk._files, _idle),
    "cut-out": Shot({"theme": "dark", "language": "de"}, _files(True), lambda house: house.desk._files, _idle),
    "regions": Shot({"theme": "light"}, _brush),
    "capture": Shot({"theme": "light"}, _capture),
    "countdown": Shot({"theme": "dark", "language": "de"}, _count),
    "paused": Shot({"theme": "dark"}, _pause),
    "fault": Shot({"theme": "light"}, _fault),
    "first-run": Shot({"theme": "light", "welcomed": False}),
    "german": Shot({"theme": "light", "language": "de"}, _page(1)),
    "right-to-left": Shot({"theme": "dark", "language": "ar"}, _background("dusk")),
    "small": Shot({"theme": "light"}, _background("garden"), size=(720, 480)),
    "double": Shot({"theme": "dark"}, _background("lanterns"), scale=2.0),
}


IN_README = ("light", "dark")
_README = Path(__file__).parents[2] / "assets" / "screenshots"


def main(arguments: Sequence[str]) -> int:
    """Make all of them, or those that are named."""
    folder = Path(arguments[0] if arguments else "out/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    _README.mkdir(exist_ok=True)
    for name in arguments[1:] or SHOTS:
        with tempfile.TemporaryDirectory() as home:
            surroundings = {key: f"{home}/{key}" for key in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")}
            Path(surroundings["XDG_RUNTIME_DIR"]).mkdir(mode=0o700)
            given = {**os.environ, **surroundings, "QT_SCALE_FACTOR": f"{SHOTS[name].scale:g}"}
            subprocess.run(
                [sys.executable, "-c", f"from vbg.gui import shots; shots.take({name!r}, {str(folder)!r})"], env=given, check=True
            )
    return 0


def take(name: str, folder: str) -> None:
    """Open the app, do what the shot wants, and write `folder`/NAME.png."""
    from PySide6.QtWidgets import QApplication

    from vbg.gui import environment, icons
    from vbg.gui.app import House
    from vbg.gui.preferences import Preferences

    shot = SHOTS[name]
    environment.tidy()
    app = QApplication([])
    if "Inter" in QFontDatabase.families():  # what desktops have instead of the fallback of a bare machine
        app.setFont(QFont("Inter", 10))
    app.setWindowIcon(icons.app_icon())
    app.setQuitOnLastWindowClosed(False)
    house = House(app, replace(Preferences(welcomed=True), **shot.window))
    house.window.resize(*shot.size)
    house.open()
    waited = QTimer(interval=100)
    state = {"left": _READY_S * 10, "acted": False}

    def snap() -> None:
        path = Path(folder) / f"{name}.png"
        picture = shot.seen(house).grab()
        picture.save(str(path))
        if name in IN_README:
            picture.save(str(_README / f"{name}.jpg"), quality=88)
        print(path)
        app.quit()

    def look() -> None:
        state["left"] -= 1
        ready = house.desk is not None and house.window.preview.shown > 20
        if ready and not state["acted"]:
            state["acted"], state["left"] = True, _READY_S * 10
            shot.act(house)
        elif state["acted"] and shot.done(house):
            waited.stop()
            QTimer.singleShot(_WAIT_MS, snap)
        elif state["left"] < 0:
            print(f"{name}: no picture came", file=sys.stderr)
            app.exit(1)

    waited.timeout.connect(look)
    waited.start()
    code = app.exec()
    house.close()
    sys.exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
