"""Steadies the mask over time without trailing behind the person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask
from vbg.kernels import temporal

GAP_S = 0.5
"""Frames further apart than this have nothing to do with each other: the camera was away or the file was sought in."""

_NOISE_AT_FIRST, _NOISE_AT_MOST = 12.0, 45.0
"""Usual change of a still pixel, levels summed over three channels: assumed at the start, and more than any webcam's."""

_QUIET = 0.3
"""This part of the picture, at least, is taken to stand still: what changes there is the sensor's noise."""


class Smoother:
    """Where the picture did not change beyond the sensor's noise, the mask moves slowly; where it did, it follows at once.

    still: part of the new mask taken in where the picture stood still, 0 < still <= 1; boost, trust: how much more where both
    masks are far apart (times the square of the difference), and where the new one is sure; each for a mask that falls, and
    for one that rises: nobody comes to stand where nothing changes, so a model that suddenly sees somebody there is hardly
    believed, and one that has seen its error is.
    low, high: change below and above which a pixel counts as still and as moved, in units of the noise's usual change.
    floor: least noise, levels summed over three channels.
    One thread owns it.
    """

    def __init__(
        self,
        still: float = 0.08,
        low: float = 2.0,
        high: float = 6.0,
        floor: float = 3.0,
        boost: tuple[float, float] = (0.3, 0.1),
        trust: tuple[float, float] = (0.3, 0.05),
    ) -> None:
        self._boost, self._trust = boost, trust
        self._still, self._low, self._high, self._floor = still, low, high, floor
        self._usual = still
        self.reset()

    def reset(self) -> None:
        """Forget all earlier masks."""
        self._before: Mask | None = None
        self._reference: NDArray[np.float32] | None = None
        self._noise = _NOISE_AT_FIRST
        self._at = 0.0

    def steady(self, steadiness: float) -> None:
        """0..1: 0 takes in every mask at once, 0.5 is as it was made, 1 is four times as slow."""
        slower = 4 ** (1 - 2 * max(steadiness, 0.5))
        self._still = self._usual ** (2 * min(steadiness, 0.5)) * slower

    def hold(self, frame: Frame) -> None:
        """`frame` shows what the last one did and its mask was not made: no gap."""
        self._at = frame.captured_at

    def smooth(self, mask: Mask, frame: Frame) -> Mask:
        """The steadied mask of `frame`, a new (h, w) float32. Starts afresh after a gap, a step back or a new size."""
        small = frame.reduced(mask.shape[1], mask.shape[0])
        before, reference, apart = self._before, self._reference, frame.captured_at - self._at
        if before is None or reference is None or before.shape != mask.shape or not 0 <= apart <= GAP_S:
            before, reference = mask.copy(), small.astype(np.float32)
            self._noise = _NOISE_AT_FIRST
        else:
            change, histogram = temporal.changed(small, reference)
            # slow to believe that the noise grew: a shaken camera changes every pixel too
            self._noise = min(temporal.quantile(histogram, _QUIET), 1.05 * self._noise, _NOISE_AT_MOST)
            unit = max(self._noise, self._floor)
            temporal.steadied(
                mask, small, change, self._low * unit, self._high * unit, self._still, self._boost, self._trust, before, reference
            )
        self._before, self._reference, self._at = before, reference, frame.captured_at
        return before.copy()
