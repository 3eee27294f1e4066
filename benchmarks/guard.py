"""The ratios that a change must not make worse, and the judgement whether it did.

Absolute times say more about the machine and its other jobs than about vbg; ratios of things measured in turn survive both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

import cv2

from benchmarks.contenders import Running, Sample, timed
from benchmarks.contenders.limits import Inference
from benchmarks.contenders.ours import Ours, OursBlur, OursPicture
from vbg.cameras.demo import Demo
from vbg.cameras.demo_motion import STILL_S
from vbg.frame import Pixels

REPEATS = 7
FRAMES = 100
NOISE = 0.05
"""Differences below this part are never called a slowdown."""

FLOOR = 0.03
"""Nor are differences of ratios below this: a stage of a few hundredths of a millisecond is measured in few steps."""

_WARM_FRAMES = 15
_WIDTH, _HEIGHT = 1280, 720


@dataclass(frozen=True, slots=True)
class Range:
    """One ratio over all repeats."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Range:
        """The range of `values`, one per repeat. From five on, the lowest and the highest are left out: another job's doing."""
        ranked = sorted(values)
        inner = ranked[1:-1] if len(ranked) >= 5 else ranked
        return cls(*(round(value, 4) for value in (median(ranked), inner[0], inner[-1])))


@dataclass(frozen=True, slots=True)
class Change:
    """A ratio that moved by more than noise."""

    name: str
    before: Range
    now: Range

    @property
    def factor(self) -> float:
        """Above 1: slower."""
        return self.now.median / self.before.median

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.before.median:.3f} ({self.before.low:.3f}-{self.before.high:.3f}) -> "
            f"{self.now.median:.3f} ({self.now.low:.3f}-{self.now.high:.3f}), x{self.factor:.2f}"
        )


def slower(before: Mapping[str, Range], now: Mapping[str, Range]) -> list[Change]:
    """What got slower: the ranges lie apart, and the medians differ by more than noise."""
    return [
        Change(name, before[name], now[name])
        for name in before.keys() & now.keys()
        if now[name].low > before[name].high and now[name].median > before[name].median * (1 + NOISE) + FLOOR
    ]


def quicker(before: Mapping[str, Range], now: Mapping[str, Range]) -> list[Change]:
    """What got quicker, by the same measure."""
    return [Change(change.name, change.now, change.before) for change in slower(now, before)]


def measure(repeats: int = REPEATS, frames: int = FRAMES) -> dict[str, Range]:
    """vbg against inference alone, 720p, the person moving and still; each stage against inference, too.

    Every repeat sees the same frames; all contenders take turns on every frame.
    """
    cv2.setNumThreads(1)
    ratios: dict[str, list[float]] = {}
    source = Demo().open(_WIDTH, _HEIGHT)
    with ExitStack() as opened:
        running: dict[str, Running] = {}
        for contender in (Inference(), OursBlur(), OursPicture()):
            running[contender.name] = one = contender.open(_WIDTH, _HEIGHT)
            opened.callback(one.close)
        still_from = round(30 * STILL_S[0])
        still_frames = min(frames, round(30 * (STILL_S[1] - STILL_S[0])) - _WARM_FRAMES)
        for _ in range(repeats):
            for moment, start, count in (("moving", 0, frames), ("still", still_from, still_frames)):
                clip = (source.frame(start + index).pixels for index in range(_WARM_FRAMES + count))
                for name, ratio in _ratios(running, clip).items():
                    ratios.setdefault(f"{name}, {moment}", []).append(ratio)
    source.close()
    return {name: Range.of(values) for name, values in ratios.items()}


def _ratios(running: Mapping[str, Running], clip: Iterable[Pixels]) -> dict[str, float]:
    samples: dict[str, list[Sample]] = {name: [] for name in running}
    ours = {name: one for name, one in running.items() if isinstance(one, Ours)}
    for index, pixels in enumerate(clip):
        if index == _WARM_FRAMES:
            for pipeline in ours.values():
                pipeline.forget()
        for name, one in running.items():
            sample = timed(one, pixels)
            if index >= _WARM_FRAMES:
                samples[name].append(sample)
    cpu = {name: median(sample.cpu_ms for sample in taken) for name, taken in samples.items()}
    ratios = {f"{name} / inference": cpu[name] / cpu[Inference.name] for name in ours}
    for stage, spread in ours[OursBlur.name].stages_cpu().items():
        ratios[f"stage {stage} / inference"] = spread.p50 / cpu[Inference.name]
    return ratios
