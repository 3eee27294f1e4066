"""Counts what a session did: frames, rate, latency, time per stage."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from vbg.frame import Frame
from vbg.timing import Spread, Stopwatch

_RECENT_S = 2.0  # the rate shown is that of the last seconds
_EVERY_S = 0.25  # figures are worked out anew so often, not with every frame


class Tally:
    """One thread owns it."""

    def __init__(self) -> None:
        self.stopwatch = Stopwatch()
        self.frames = 0
        self._first_at = 0.0
        self._first_capture = self._last_capture = 0.0
        self._sent: deque[float] = deque()
        self._latencies: deque[float] = deque(maxlen=3000)
        self._figures: dict[str, Any] = {}
        self._figures_at = 0.0

    @property
    def seconds(self) -> float:
        """Seconds of picture sent so far, by the frames' own times, the last frame's own duration included."""
        if self.frames < 2:
            return 0.0
        span = self._last_capture - self._first_capture
        return span * self.frames / (self.frames - 1)

    def count(self, frame: Frame, latency_s: float) -> None:
        now = time.monotonic()
        if not self.frames:
            self._first_at, self._first_capture = now, frame.captured_at
        self.frames += 1
        self._last_capture = frame.captured_at
        self._latencies.append(latency_s)
        self._sent.append(now)
        while now - self._sent[0] > _RECENT_S:
            self._sent.popleft()

    def figures(self, final: bool = False) -> dict[str, Any]:
        """frames, seconds (since the first frame), fps, latency and stages for a `Status`."""
        now = time.monotonic()
        if final or now - self._figures_at > _EVERY_S:
            self._figures_at = now
            elapsed = now - self._first_at if self.frames else 0.0
            sent = self._sent
            rate = (len(sent) - 1) / (sent[-1] - sent[0]) if len(sent) > 1 else 0.0
            if final:
                rate = self.frames / elapsed if elapsed else 0.0
            self._figures = {
                "seconds": round(elapsed, 3),
                "fps": round(rate, 2),
                "latency": Spread.of(list(self._latencies)),
                "stages": self.stopwatch.spreads(),
            }
        return {"frames": self.frames, **self._figures}
