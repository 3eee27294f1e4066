"""Who is measured: one file per contender, all behind one small contract."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol, runtime_checkable

from vbg.bench.score import Alpha
from vbg.frame import Pixels

Kind = Literal["vbg", "others", "limit"]


class UnavailableError(Exception):
    """A contender cannot run on this machine; the message says why."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one frame cost. wall_ms: from the frame to the covered frame. cpu_ms: of all threads and processes at work.
    model_ms: the part of the wall time that is the model's, where the contender can tell.
    """

    wall_ms: float
    cpu_ms: float
    model_ms: float | None = None


class Running(Protocol):
    """An open contender. One thread owns it.

    It promises: `process` returns the covered frame, of the same shape; it neither keeps nor changes what it was given;
    what it returned may be overwritten by the next call. `matte` is the alpha that it used for the last frame, (h, w)
    float32, 0..1, at a size of its own choice; None where it has none.
    The caller promises: consecutive frames of 1/30 s; no call after `close`; `close` exactly once.
    """

    def process(self, pixels: Pixels) -> Pixels: ...

    @property
    def matte(self) -> Alpha | None: ...

    def close(self) -> None: ...


@runtime_checkable
class SelfTimed(Protocol):
    """A contender whose work is done in other processes, so that it must hold the clock itself."""

    def timed(self, pixels: Pixels) -> Sample: ...


class Contender(Protocol):
    """A spec that names a contender. `open` raises UnavailableError where it cannot run here.

    title: what the tables call it. recipe: one line on what it does.
    """

    name: ClassVar[str]
    kind: ClassVar[Kind]
    title: ClassVar[str]
    recipe: ClassVar[str]

    def open(self, width: int, height: int) -> Running: ...


def timed(running: Running, pixels: Pixels) -> Sample:
    """Process one frame and say what it cost."""
    if isinstance(running, SelfTimed):
        return running.timed(pixels)
    wall_start, cpu_start = time.perf_counter(), time.process_time()
    running.process(pixels)
    wall_s, cpu_s = time.perf_counter() - wall_start, time.process_time() - cpu_start
    return Sample(1e3 * wall_s, 1e3 * cpu_s)
