"""What is heavy, loaded while the window already shows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from vbg.backgrounds import Library
    from vbg.control.service import Service
    from vbg.gui.engine import Engine
    from vbg.gui.watch import Watch
    from vbg.settings import Look


@dataclass(slots=True)
class Loaded:
    """The running engine and what the user keeps. settings, presets: their files. service: lets other programs
    steer."""

    engine: Engine
    watch: Watch
    library: Library
    presets: dict[str, Look]
    problems: tuple[str, ...]
    settings_file: Path
    presets_file: Path
    service: Service | None = None


class Loader(QObject):
    """`loaded` comes once, with a Loaded, on the thread that owns this; or `failed`, with a sentence."""

    loaded = Signal(object)
    failed = Signal(str)

    def __init__(self, also: Callable[[], object]) -> None:
        """also: called on the loader's thread once all else is there; imports what the window needs next."""
        super().__init__()
        self._also = also
        self._thread: threading.Thread | None = None
        self._loaded: Loaded | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._load, name="vbg-load", daemon=True)
        self._thread.start()

    def wait(self) -> Loaded | None:
        """What was loaded, also where nobody took it: the window may be closed before it is furnished."""
        if self._thread is not None:
            self._thread.join()
        return self._loaded

    def _load(self) -> None:
        try:
            self._loaded = load()
            self._also()
            self.loaded.emit(self._loaded)
        except Exception as e:  # carried to the window's thread
            self.failed.emit(f"{e}")


def load() -> Loaded:
    """Import, read the settings, and start the session: its camera opens while the window fills."""
    import cv2

    from vbg import backgrounds, store
    from vbg.control.service import Service
    from vbg.control.steering import Steering
    from vbg.gui import environment
    from vbg.gui.engine import Engine
    from vbg.gui.watch import Watch

    environment.tidy()
    cv2.setNumThreads(1)  # its pool would cost more CPU than it saves time on pictures as small as these
    settings_file, presets_file = store.settings_path(), store.presets_path()
    saved = store.load(settings_file)
    presets, problems = store.load_presets(presets_file)
    watch = Watch()
    watch.start()
    engine = Engine(saved.setup, saved.look, watch)
    engine.start()
    service = Service(Steering(engine.looks, engine.setups, engine.status, engine.shown))
    library = backgrounds.Library(backgrounds.folder())
    return Loaded(engine, watch, library, presets, (*saved.problems, *problems), settings_file, presets_file, service)
