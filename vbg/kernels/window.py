"""The part of a plane that need be looked at."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

Extent = tuple[int, int, int, int]
"""top, bottom, left, right of a rectangle, ends exclusive."""


def extent(plane: F32, least: float) -> Extent:
    """The rectangle around all that is at least `least` in a plane, (h, w) float32; bottom is 0 where nothing is."""
    rows, columns = np.empty(plane.shape[0], np.int32), np.zeros(plane.shape[1], np.uint8)
    _occupied(fixed(plane), np.float32(least), rows, columns)
    if not columns.any():
        return 0, 0, 0, 0
    down, across = np.flatnonzero(rows), np.flatnonzero(columns)
    return int(down[0]), int(down[-1]) + 1, int(across[0]), int(across[-1]) + 1


@njit(cache=True, nogil=True)
def _occupied(plane: F32, least: np.float32, rows: NDArray[np.int32], columns: U8) -> None:  # pragma: no cover - compiled
    """How many pixels of each row are at least `least`, and in which columns any is."""
    for y in range(plane.shape[0]):
        count = np.int32(0)
        for x in range(plane.shape[1]):
            there = plane[y, x] >= least
            count += np.int32(there)
            columns[x] |= np.uint8(there)
        rows[y] = count
