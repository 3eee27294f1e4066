"""What each step of the matte is worth: the same clip with the steps added one by one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np

from vbg.bench.mattes import scores
from vbg.cameras.demo import Demo
from vbg.frame import Frame, Mask, Matte, read_only
from vbg.matting.plate import Plate
from vbg.matting.refine import Refiner
from vbg.matting.smooth import Smoother
from vbg.models import Model
from vbg.models.follow import Follow
from vbg.models.selfie import SelfieLandscape

_WIDTH, _HEIGHT = 1280, 720
_FRAMES = 90


@dataclass(frozen=True, slots=True)
class Step:
    """The live path up to here. says: what was added."""

    says: str
    model: Model
    smooth: bool = False
    plate: bool = False
    refine: bool = False


STEPS = (
    Step("wide selfie model on the whole frame", SelfieLandscape()),
    Step("+ square model on a crop that follows", Follow(twice=False)),
    Step("+ steady in time", Follow(twice=False), smooth=True),
    Step("+ the learned room", Follow(twice=False), smooth=True, plate=True),
    Step("+ a second look", Follow(), smooth=True, plate=True),
    Step("+ true edges (all)", Follow(), smooth=True, plate=True, refine=True),
)


class Partly:
    """The live path with the parts of one step. One thread owns it."""

    def __init__(self, step: Step) -> None:
        self._segmenter = step.model.open()
        self._smoother = Smoother() if step.smooth else None
        self._plate = Plate() if step.plate else None
        self._refiner = Refiner() if step.refine else None

    def matte(self, frame: Frame) -> tuple[Mask, Matte]:
        """Raises ModelError."""
        room = self._plate.look(frame) if self._plate else None
        mask = self._segmenter.mask(frame, room)
        if self._plate:
            mask = self._plate.correct(mask, frame)
        if self._smoother:
            mask = self._smoother.smooth(mask, frame)
        if self._plate:
            self._plate.learn(mask, frame)
        return mask, self._refiner.refine(mask, frame) if self._refiner else Matte(np.zeros_like(mask), mask)

    def close(self) -> None:
        """Close the model."""
        self._segmenter.close()


def table(tell: Callable[[str], object]) -> list[dict[str, object]]:
    """Scores and cost of every step on the demo clip, one dict a step; `tell` gets the name of the one that is measured."""
    rows: list[dict[str, object]] = []
    for step in STEPS:
        tell(step.says)
        parts = Partly(step)
        row: dict[str, object] = {"step": step.says, **scores(parts), "cpu_ms": round(_cpu_ms(step), 2)}
        parts.close()
        rows.append(row)
    return rows


def _cpu_ms(step: Step) -> float:
    """Median CPU time of a matte, milliseconds a 720p frame of the demo clip."""
    source, parts = Demo().open(_WIDTH, _HEIGHT), Partly(step)
    costs = []
    for index in range(_FRAMES):
        given = source.read()
        frame = Frame(read_only(given.pixels), index, index / 30)
        began = time.thread_time()
        parts.matte(frame)
        costs.append(1e3 * (time.thread_time() - began))
    source.close()
    parts.close()
    return median(costs[15:])
