"""What cannot be gone below: copying the frame, and running the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from benchmarks.contenders import Kind, UnavailableError
from vbg.bench.score import Alpha
from vbg.cameras.demo import Demo
from vbg.frame import Pixels
from vbg.models import Engine, Segmenter
from vbg.settings import Setup

_TRIAL_FRAMES = 12


@dataclass(frozen=True, slots=True)
class Copy:
    """A plain copy of the frame into a buffer that is kept."""

    name: ClassVar[str] = "copy"
    kind: ClassVar[Kind] = "limit"
    title: ClassVar[str] = "limit: copy"
    recipe: ClassVar[str] = "one copy of the frame, nothing else"

    def open(self, width: int, height: int) -> Copying:
        return Copying(width, height)


class Copying:
    """See `Copy`."""

    matte: Alpha | None = None

    def __init__(self, width: int, height: int) -> None:
        self._kept: Pixels = np.ones((height, width, 3), np.uint8)  # ones: its pages are there before the first frame

    def process(self, pixels: Pixels) -> Pixels:
        np.copyto(self._kept, pixels)
        return self._kept

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class Inference:
    """The network that vbg's default model runs most, as often as it runs it for a frame, on one thread. The input is noise: a
    network's cost does not depend on what it looks at."""

    name: ClassVar[str] = "inference"
    kind: ClassVar[Kind] = "limit"
    title: ClassVar[str] = "limit: inference"
    recipe: ClassVar[str] = "the network that vbg runs most, as often as it runs it for a frame, nothing else"

    def open(self, width: int, height: int) -> Inferring:
        return Inferring(Setup().model.open())


class Inferring:
    """See `Inference`. It closes the segmenter."""

    matte: Alpha | None = None

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._engine, self._times = _busiest(segmenter)
        self._input = np.random.default_rng(1).random((*self._engine.shape, 3), np.float32)

    def process(self, pixels: Pixels) -> Pixels:
        for _ in range(self._times):
            self._engine.run(self._input)
        return pixels

    def close(self) -> None:
        self._segmenter.close()


def _busiest(segmenter: Segmenter) -> tuple[Engine, int]:
    """The network that ran most on the first frames of the demo clip, and how often for a frame. Raises UnavailableError where
    the model has none."""
    if not segmenter.engines:
        raise UnavailableError("the default model runs no network")
    source = Demo().open(640, 360)
    for _ in range(_TRIAL_FRAMES):
        segmenter.mask(source.read())
    source.close()
    busiest = max(segmenter.engines, key=lambda engine: engine.runs)
    return busiest, max(1, round(busiest.runs / _TRIAL_FRAMES))
