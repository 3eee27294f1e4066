"""Keeps the largest person and hides the others."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Mask

_SURE = 0.5
"""Confidence from which cells belong to a person's patch."""

_REACH = 0.05
"""How far from a patch its soft edge, its hair and its loose parts lie, as a fraction of the mask's height."""

_LOYALTY = 1.5
"""Somebody else must be so many times larger to take over: two people of one size would take turns otherwise."""


class Largest:
    """Remembers who it was. One thread owns it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget who it was."""
        self._before: NDArray[np.bool_] | None = None

    def alone(self, mask: Mask) -> Mask:
        """`mask` with nobody but the largest person, a new (h, w) float32. People who touch are one."""
        count, labels, stats, _ = cv2.connectedComponentsWithStats((mask > _SURE).astype(np.uint8), connectivity=8)
        if count < 2:
            self._before = None
            return np.zeros_like(mask)  # nobody is sure enough: what is left could be anybody
        areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
        areas[0] = 0
        before = self._before
        if before is not None and before.shape == mask.shape:
            shared = np.bincount(labels[before], minlength=count)
            shared[0] = 0
            areas[np.argmax(shared)] *= _LOYALTY if shared.any() else 1
        chosen = labels == int(np.argmax(areas))
        self._before = chosen
        others = ((labels > 0) & ~chosen).astype(np.uint8)
        kept = mask.copy()
        kept[_grown(chosen.astype(np.uint8), max(1, round(_REACH * mask.shape[0]))) == 0] = 0
        kept[_grown(others, 2) > 0] = 0
        kept[chosen] = mask[chosen]
        return kept


def _grown(patch: NDArray[np.uint8], reach: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.dilate(patch, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)), np.uint8)
