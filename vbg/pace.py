"""Plays a recorded source at its own pace."""

from __future__ import annotations

import threading
import time

from vbg.frame import Frame

_HOPELESS_S = 1.0  # later than this (a slow machine, a pause), play on from here instead of hurrying after


class Pacer:
    """Waits until a frame is due by its own timestamp. One thread owns it."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._shift_s: float | None = None  # from a frame's own time to the moment it is due

    def wait(self, frame: Frame) -> None:
        """Return when `frame` is due, or when `stop` is set."""
        now = time.monotonic()
        if self._shift_s is None or not -_HOPELESS_S < frame.captured_at + self._shift_s - now < _HOPELESS_S:
            self._shift_s = now - frame.captured_at
        self._stop.wait(max(0.0, frame.captured_at + self._shift_s - now))

    def reset(self) -> None:
        """Start afresh with the next frame: another source."""
        self._shift_s = None
