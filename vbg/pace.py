"""Plays a recorded source at its own pace."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from vbg.frame import Frame

_HOPELESS_S = 1.0  # later than this (a slow machine, a pause), play on from here instead of hurrying after
_SLICE_S = 0.2


class Pacer:
    """Waits until a frame is due by its own timestamp. One thread owns it."""

    def __init__(self, stop: threading.Event, waiting: Callable[[], None] = lambda: None) -> None:
        """waiting: called now and then during a long wait."""
        self._stop, self._waiting = stop, waiting
        self._shift_s: float | None = None  # from a frame's own time to the moment it is due

    def wait(self, frame: Frame) -> None:
        """Return when `frame` is due, or when `stop` is set."""
        now = time.monotonic()
        if self._shift_s is None or not -_HOPELESS_S < frame.captured_at + self._shift_s - now < _HOPELESS_S:
            self._shift_s = now - frame.captured_at
        due = frame.captured_at + self._shift_s
        while (left_s := due - time.monotonic()) > 0 and not self._stop.wait(min(left_s, _SLICE_S)):
            self._waiting()

    def reset(self) -> None:
        """Start afresh with the next frame: another source."""
        self._shift_s = None
