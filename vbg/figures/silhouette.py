"""The person as a shape of one colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.figures.bust import Bust
from vbg.frame import Mask, Pixels

_ROUND = 0.012
"""Standard deviation, as a fraction of the picture's height, by which the outline is smoothed: no lock of hair, no spectacles."""

_STEEP = 5.0
"""How much steeper than that the edge is then made."""

_LIT = 0.28
"""How much brighter the colour is at the top of the picture than at its foot, as light from above."""


class Silhouette:
    """One thread owns it."""

    def __init__(self) -> None:
        self._made: tuple[tuple[int, int, tuple[int, int, int]], Pixels] | None = None

    def draw(
        self, width: int, height: int, mask: Mask, bust: Bust, colour: tuple[int, int, int], at_s: float
    ) -> tuple[Pixels, NDArray[np.float32]]:
        """See `Drawn`. bust: is not looked at."""
        sigma = max(0.5, _ROUND * mask.shape[0])
        soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.float32)
        wanted = (width, height, colour)
        if self._made is None or self._made[0] != wanted:
            self._made = wanted, _lit(*wanted)
        return self._made[1], (soft - np.float32(0.5)) * np.float32(_STEEP) + np.float32(0.5)


def _lit(width: int, height: int, colour: tuple[int, int, int]) -> Pixels:
    light = np.linspace(_LIT, -_LIT / 2, height, dtype=np.float32)[:, None, None]
    base = np.array(colour, np.float32)
    row = np.where(light > 0, base + (255 - base) * light, base * (1 + light))
    return np.repeat(np.rint(row).astype(np.uint8), width, axis=1)
