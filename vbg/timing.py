"""Per-stage durations of recent frames, for the live line, `--json` and the benchmark."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 95th percentile, milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, durations_s: list[float]) -> Spread:
        """The spread of `durations_s` (seconds); zeros where there is none."""
        if not durations_s:
            return NOTHING
        ranked = sorted(durations_s)
        return cls(*(round(1e3 * ranked[min(len(ranked) - 1, int(q * len(ranked)))], 3) for q in (0.5, 0.95)))


NOTHING = Spread(0.0, 0.0)


class Stopwatch:
    """Remembers how long each named stage took in the last `keep` frames. One thread owns it."""

    def __init__(self, keep: int = 300) -> None:
        self._keep = keep
        self._stages: dict[str, deque[float]] = {}
        self.running = ""

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """`running` is the stage meanwhile: it tells where a frame hangs."""
        start = time.perf_counter()
        outer, self.running = self.running, stage
        try:
            yield
        finally:
            self.running = outer
        self.add(stage, time.perf_counter() - start)

    def add(self, stage: str, duration_s: float) -> None:
        self._stages.setdefault(stage, deque(maxlen=self._keep)).append(duration_s)

    def clear(self) -> None:
        self._stages.clear()

    def spreads(self) -> dict[str, Spread]:
        return {stage: Spread.of(list(durations)) for stage, durations in self._stages.items()}


class Shares:
    """Adds up the seconds that each step of a long job takes, on any thread. A step within another one is not counted twice."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._lock = threading.Lock()
        self._here = threading.local()

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        """What is done meanwhile on this thread is `step`'s; nobody's, where that is empty."""
        within: list[float] = self._here.__dict__.setdefault("within", [])
        within.append(0.0)
        begun = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - begun
            own = took - within.pop()
            if within:
                within[-1] += took
            if step:
                with self._lock:
                    self._seconds[step] = self._seconds.get(step, 0.0) + own

    def of(self, step: str, items: Iterator[T]) -> Generator[T, None, None]:
        """`items`, with the time that making them takes."""
        while True:
            with self(step):
                item = next(items, _END)
            if isinstance(item, _End):
                return
            yield item

    def seconds(self) -> dict[str, float]:
        """Of every step so far."""
        with self._lock:
            return dict(self._seconds)


class _End:
    """What comes after the last item."""


_END = _End()
