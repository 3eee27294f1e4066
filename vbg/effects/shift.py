"""Shows a part of a larger picture, parts of a pixel included: a slow movement must not step."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Pixels


class Pan:
    """One picture, seen through a window that moves over it. One thread owns it."""

    def __init__(self, picture: Pixels, width: int, height: int) -> None:
        """picture: (H, W, ...) uint8, at least as large as the window, `width` x `height` pixels."""
        self._picture = picture
        self._spare = picture.shape[1] - width, picture.shape[0] - height
        self._across = np.empty((min(height + 1, picture.shape[0]), width, *picture.shape[2:]), np.uint8)

    def into(self, out: NDArray[np.uint8], x: float, y: float, rows: slice = slice(None)) -> None:
        """Fill `out` with what the window shows at (x, y), -1..1 of the way to the picture's borders from its middle. rows: fill
        these alone."""
        left, right = _between(x, self._spare[0])
        top, below = _between(y, self._spare[1])
        first, end, _ = rows.indices(out.shape[0])
        seen, width = self._picture[top + first : top + end + 1], out.shape[1]
        across = self._across[: len(seen)]
        _mixed(seen[:, left : left + width], seen[:, left + 1 : left + 1 + width], right, across)
        _mixed(across[: end - first], across[1 : end - first + 1], below, out[first:end])


def _between(place: float, spare: int) -> tuple[int, float]:
    """The first pixel of the window, and how far it is gone to the next one, 0..1."""
    at = min(max((place + 1) / 2 * spare, 0.0), float(spare))
    whole = min(math.floor(at), max(spare - 1, 0))
    return whole, at - whole


def _mixed(one: NDArray[np.uint8], other: NDArray[np.uint8], share: float, out: NDArray[np.uint8]) -> None:
    if share < 1 / 512 or one.shape != other.shape:
        np.copyto(out, one)
    else:
        cv2.addWeighted(one, 1 - share, other, share, 0, dst=out)
