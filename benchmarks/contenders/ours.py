"""vbg itself, as a session runs it: the default model, blur or a picture."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np

from benchmarks.contenders import Kind
from vbg import kernels
from vbg.bench.score import Alpha
from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.effects.picture import Picture
from vbg.frame import Frame, Mask, Matte, Pixels, read_only
from vbg.matting.style import Style
from vbg.pictures import read
from vbg.pipeline import Pipeline
from vbg.resources import asset
from vbg.settings import Look, Setup
from vbg.timing import Spread, Stopwatch


@dataclass(frozen=True, slots=True)
class OursBlur:
    """vbg with its default blur."""

    name: ClassVar[str] = "vbg-blur"
    kind: ClassVar[Kind] = "vbg"
    title: ClassVar[str] = "vbg, blur"
    recipe: ClassVar[str] = "the default model, the whole matte, mask-aware blur"

    def open(self, width: int, height: int) -> Ours:
        return Ours(Blur())


@dataclass(frozen=True, slots=True)
class OursPicture:
    """vbg with a picture behind the person."""

    name: ClassVar[str] = "vbg-picture"
    kind: ClassVar[Kind] = "vbg"
    title: ClassVar[str] = "vbg, picture"
    recipe: ClassVar[str] = "the same with a picture of another room"

    def open(self, width: int, height: int) -> Ours:
        with tempfile.TemporaryDirectory(prefix="vbg-benchmark-") as folder:
            other = Path(folder, "other-room.png")
            cv2.imwrite(str(other), cv2.flip(read(asset("demo/room.jpg")), 1))
            ours = Ours(Picture(str(other)))
            ours.process(np.zeros((height, width, 3), np.uint8))  # reads the picture
        ours.reset()
        return ours


class Ours:
    """A pipeline that is watched: its matte and its stages can be asked for."""

    def __init__(self, effect: Effect) -> None:
        kernels.warm()
        self._look = Look(effect)
        self._stopwatch = _CpuStopwatch(keep=100_000)
        self._pipeline = _Watched(Setup().model.open(), self._stopwatch)
        self._index = 0
        self._pixels: Pixels | None = None

    def process(self, pixels: Pixels) -> Pixels:
        self._pixels = pixels
        frame = Frame(read_only(pixels), self._index, self._index / 30)
        self._index += 1
        return self._pipeline.process(frame, self._look).pixels

    @property
    def matte(self) -> Alpha | None:
        if self._pixels is None or self._pipeline.last is None:
            return None
        return self._pipeline.last.alpha(self._pixels)

    def stages_cpu(self) -> dict[str, Spread]:
        """What each stage took since the last call of `forget`: CPU time, which other jobs do not stretch."""
        return self._stopwatch.spreads()

    def forget(self) -> None:
        """Drop the stages' durations so far: the first frames compile, load and allocate."""
        self._stopwatch.clear()

    def reset(self) -> None:
        """Forget all frames so far."""
        self._pipeline.reset()

    def close(self) -> None:
        self._pipeline.close()


_USUAL = Style()


class _CpuStopwatch(Stopwatch):
    """CPU instead of wall time."""

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.process_time()
        yield
        self.add(stage, time.process_time() - start)


class _Watched(Pipeline):
    last: Matte | None = None

    def matte(self, frame: Frame, style: Style = _USUAL) -> tuple[Mask, Matte]:
        mask, self.last = super().matte(frame, style)
        return mask, self.last
