"""What the screen shows, behind the person: for presenting, with the person small in a corner."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from vbg.effects import Painter
from vbg.errors import EffectError
from vbg.fit import cover
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.slot import Slot
from vbg.spec import checked, knob

_FIRST_S = 5.0
_CLOSING_S = 3.0


@dataclass(frozen=True, slots=True)
class Screen:
    """One monitor, filling the canvas. Not in a Wayland session, which does not let programs see the screen."""

    name: ClassVar[str] = "screen"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = True
    of_room: ClassVar[bool] = False
    monitor: int = knob(1, "Monitor", help="which one, from 1 on; 0 is all of them side by side", low=0, high=8)
    rate: int = knob(12, "Pictures a second", help="how often the screen is looked at", low=1, high=30)

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        return Grabbed(lambda: _looks(self.monitor, width, height), self.rate)


class Grabbed:
    """Reads a screen, or a part of it, on a thread of its own: a look takes longer than a frame may. One thread owns it."""

    def __init__(self, begin: Callable[[], Generator[Pixels | None, None, None]], rate: int) -> None:
        """begin: called on the thread; what it iterates over are pictures at the frame's size, None where there is nothing new.
        rate: of them, per second. Raises EffectError where there is no first one."""
        if os.environ.get("WAYLAND_DISPLAY"):
            raise EffectError("a Wayland session does not show its screen to programs", "Log in to an X11 session for that.")
        self._wait_s = 1 / rate
        self._slot: Slot[Pixels] = Slot()
        self._stop = threading.Event()
        self._fault: Exception | None = None
        self._thread = threading.Thread(target=self._read, args=(begin,), name="vbg-screen", daemon=True)
        self._thread.start()
        first = self._slot.take(_FIRST_S)
        if first is None or self._fault is not None:
            self.close()
            raise EffectError(f"the screen cannot be read: {self._fault or 'it gives no picture'}", "Choose another background.")
        self._shown = first

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        if self._fault is not None:
            raise EffectError(f"the screen cannot be read any more: {self._fault}")
        newest = self._slot.take(0)
        if newest is not None:
            self._shown = newest
        return self._shown

    def close(self) -> None:
        self._stop.set()
        self._thread.join(_CLOSING_S)

    def _read(self, begin: Callable[[], Generator[Pixels | None, None, None]]) -> None:
        try:
            with closing(begin()) as looks:
                for pixels in looks:
                    if pixels is not None:
                        self._slot.put(read_only(pixels))
                    if self._stop.wait(self._wait_s):
                        return
        except Exception as e:  # carried to the thread that paints
            self._fault = e
            self._slot.put(np.zeros((1, 1, 3), np.uint8))  # whoever waits for the first picture need not wait longer


def _looks(monitor: int, width: int, height: int) -> Generator[Pixels | None, None, None]:
    from mss import MSS

    with MSS() as screen:
        area = screen.monitors[min(monitor, len(screen.monitors) - 1)]
        while True:
            shot = screen.grab(area)
            pixels = np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)
            yield cover(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR), np.uint8), width, height)
