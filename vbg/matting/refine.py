"""Lays the mask's soft edge onto the picture's real edges."""

from __future__ import annotations

from dataclasses import dataclass

from vbg.frame import Frame, Mask, Matte
from vbg.kernels import guided


@dataclass(frozen=True, slots=True)
class Refiner:
    """Fast guided filter: coefficients at the mask's resolution, applied to the full-size frame inside the blend.

    radius: window radius as a fraction of the mask's height. epsilon: luma variance that counts as flat (0..1 scale).
    low, high: what the filter leaves below `low` is surely room and above `high` surely person. Windows that straddle the
    edge smear a faint veil over both sides; the stretch removes it and keeps the ramp between soft. It is
    even about a half, so that the edge stays where it was.
    """

    radius: float = 0.01
    epsilon: float = 3e-3
    low: float = 0.18
    high: float = 0.82

    def refine(self, mask: Mask, frame: Frame) -> Matte:
        """The matte of `frame`. mask: (h, w) float32, 0..1, of the same frame."""
        h, w = mask.shape
        radius = max(1, round(self.radius * h))
        return Matte(*guided.coefficients(frame.reduced(w, h), mask, radius, self.epsilon, self.low, self.high))
