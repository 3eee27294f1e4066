"""Scores the mattes of a clip as they come, against the exact alpha."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from vbg.bench import score
from vbg.bench.score import Alpha

SIZE = (640, 360)
"""Width and height at which mattes are compared: that of `vbg bench`."""

_SMALL = (192, 108)  # for the lag
_EVERY = 3  # frames between two spatial scores: neighbours hardly differ, and they cost much
_THERE = 0.02  # part of the picture that she must fill to count as there


@dataclass(frozen=True, slots=True)
class Scores:
    """iou, boundary_f, mse (x 1000): means over the frames in which she is. jitter: x 1000, where the truth stands still.
    lag: frames by which the matte trails; None where hardly anything moved. See `vbg.bench.score`.
    """

    iou: float
    boundary_f: float
    mse: float
    jitter: float
    lag: float | None


class Tally:
    """Takes one matte per frame, in order."""

    def __init__(self) -> None:
        self._spatial: list[tuple[float, float, float]] = []
        self._jitter: list[float] = []
        self._mattes: list[Alpha] = []
        self._truths: list[Alpha] = []
        self._before: tuple[Alpha, Alpha] | None = None

    def add(self, matte: Alpha, truth: Alpha) -> None:
        """matte: any size. truth: of `SIZE`."""
        matte = resized(matte, SIZE)
        if len(self._mattes) % _EVERY == 0 and float(truth.mean()) > _THERE:
            self._spatial.append((score.iou(matte, truth), score.boundary_f(matte, truth), score.mse(matte, truth)))
        if self._before is not None:
            self._jitter.append(score.jitter(matte, self._before[0], truth, self._before[1]))
        self._before = matte, truth
        self._mattes.append(resized(matte, _SMALL))
        self._truths.append(resized(truth, _SMALL))

    def scores(self) -> Scores | None:
        """Of all frames so far; None where there are too few."""
        if not self._spatial or not self._jitter:
            return None
        iou, boundary_f, mse = (round(float(mean), 4) for mean in np.mean(self._spatial, axis=0))
        lag = score.lag(np.array(self._mattes), np.array(self._truths)) if len(self._mattes) > 10 else float("nan")
        jitter = round(float(np.mean(self._jitter)), 4)
        return Scores(iou, boundary_f, mse, jitter, None if np.isnan(lag) else round(lag, 3))


def resized(alpha: Alpha, size: tuple[int, int]) -> Alpha:
    """`alpha` at (width, height): averaged where it shrinks, bilinear where it grows."""
    kind = cv2.INTER_AREA if alpha.shape[1] > size[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(alpha, size, interpolation=kind), np.float32)
