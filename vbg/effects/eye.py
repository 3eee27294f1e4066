"""Where the viewer's eye is: what a background that has depth moves with."""

from __future__ import annotations

import math

import numpy as np

from vbg.frame import Mask

_CALM_S = 0.35
"""The head's place is followed with this time constant."""

_SEEN = 0.01
"""Part of the picture below which there is nobody to follow."""


class Eye:
    """Follows the person gently. One painter owns it.

    x, y: -1..1 across and down the picture; 0, 0 until somebody is seen, and where they were last when nobody is.
    """

    def __init__(self) -> None:
        self.x = self.y = 0.0
        self._open, self._at = False, 0.0

    def look(self, mask: Mask, t: float) -> None:
        """Follow the person of this mask, at `t` seconds, which do not decrease."""
        columns, rows = mask.sum(axis=0, dtype=np.float64), mask.sum(axis=1, dtype=np.float64)
        weight = float(columns.sum())
        if weight > _SEEN * mask.size:
            x = float(columns @ np.linspace(-1, 1, mask.shape[1])) / weight
            # the middle of what is seen sinks half as far as the head does: the picture's border cuts the person off
            y = min(1.0, max(-1.0, 2 * float(rows @ np.linspace(-1, 1, mask.shape[0])) / weight - 1))
            share = 1 - math.exp(-max(0.0, t - self._at) / _CALM_S) if self._open else 1.0
            self.x, self.y, self._open = self.x + (x - self.x) * share, self.y + (y - self.y) * share, True
        self._at = t
