"""Looks at the machine's devices on a thread of its own: asking a driver may take its time, and the window must not wait."""

from __future__ import annotations

import logging
import sys
import threading
from dataclasses import dataclass

from vbg import v4l2
from vbg.cameras.opencv import Found, webcams
from vbg.slot import Cell

log = logging.getLogger(__name__)

_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Devices:
    """cameras: those that give pictures. virtual: paths of the virtual cameras. users: the programs that have `output` open.
    known: whether anybody looked yet."""

    cameras: tuple[Found, ...] = ()
    virtual: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    known: bool = False


class Watch:
    """Renews `devices` every two seconds. `output`, the path of the virtual camera that is fed, may be set at any time."""

    def __init__(self) -> None:
        self.devices = Cell(Devices())
        self.output = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vbg-watch", daemon=True)

    def start(self) -> None:
        """Look once, and go on on the thread."""
        self.devices.set(self._look())
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_EVERY_S)

    def _run(self) -> None:
        while not self._stop.wait(_EVERY_S):
            try:
                self.devices.set(self._look())
            except Exception:  # a driver's surprise must not end the watch
                log.exception("the devices cannot be listed")

    def _look(self) -> Devices:
        found = webcams()
        virtual = tuple(one.path for one in v4l2.devices() if one.loopback)
        cameras = tuple(one for one in found if one.target not in virtual)
        users = tuple(v4l2.holders(self.output)) if self.output and sys.platform == "linux" else ()
        return Devices(cameras, virtual, users, True)
