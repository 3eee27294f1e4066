"""Per-stage durations of recent frames, for the live line, `--json` and the benchmark."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import TracebackType
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

    def __call__(self, stage: str) -> AbstractContextManager[None]:
        """`running` is the stage meanwhile: it tells where a frame hangs."""
        return _Running(self, stage)

    def add(self, stage: str, duration_s: float) -> None:
        self._stages.setdefault(stage, deque(maxlen=self._keep)).append(duration_s)

    def clear(self) -> None:
        self._stages.clear()

    def spreads(self) -> dict[str, Spread]:
        return {stage: Spread.of(list(durations)) for stage, durations in self._stages.items()}


class _Running:
    """One stage of one frame: a class, since a generator costs 10 us, and there are ten a frame."""

    __slots__ = ("_outer", "_stage", "_start", "_stopwatch")

    def __init__(self, stopwatch: Stopwatch, stage: str) -> None:
        self._stopwatch, self._stage = stopwatch, stage

    def __enter__(self) -> None:
        self._outer, self._stopwatch.running = self._stopwatch.running, self._stage
        self._start = time.perf_counter()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        took_s = time.perf_counter() - self._start
        self._stopwatch.running = self._outer
        if kind is None:
            self._stopwatch.add(self._stage, took_s)


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
