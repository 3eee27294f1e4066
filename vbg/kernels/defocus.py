"""Takes a picture out of focus where something is known of it: the known room distracts a model no more."""

from __future__ import annotations

import cv2
import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.enlarge import row_at
from vbg.kernels.layout import fixed
from vbg.kernels.resample import Grid, mixed, picked, places

F32 = NDArray[np.float32]
Index = NDArray[np.uint32]


def defocus(picture: F32, blurred: F32, known: F32, grid: Grid, most: float) -> None:
    """Moves `picture` towards `blurred`, by the share `most` of the way times `known`. Edits `picture`.

    picture: (h, w, 3) float32. blurred: the same, of any size, enlarged bilinearly. known: (rows, columns) float32, 0..1, of
    which `grid` says where the picture's pixels lie: see `resample.resampled`.
    """
    h, w = picture.shape[:2]
    across, down, left, top = grid
    wide = np.asarray(cv2.resize(blurred, (w, len(blurred)), interpolation=cv2.INTER_LINEAR), np.float32)
    columns = places(left, across, w, known.shape[1], False, False)
    rows = places(top, down, h, known.shape[0], False, False)
    lines = np.reshape(picture, (h, 3 * w), copy=False)
    _defocus(fixed(known), *columns.samples, *rows.samples, fixed(wide).reshape(len(wide), 3 * w), most, lines)


@njit(cache=True, nogil=True)
def _defocus(  # pragma: no cover - compiled
    known: F32,
    lefts: Index,
    rights: Index,
    left_parts: F32,
    right_parts: F32,
    uppers: Index,
    lowers: Index,
    upper_parts: F32,
    lower_parts: F32,
    blurred: F32,
    most: float,
    lines: F32,
) -> None:
    """blurred: (any, 3 w). lines: (h, 3 w)."""
    w = lefts.shape[0]
    line, share, shares = np.empty(known.shape[1], np.float32), np.empty(w, np.float32), np.empty(3 * w, np.float32)
    for y in range(lines.shape[0]):
        mixed(known[uppers[y]], known[lowers[y]], upper_parts[y], lower_parts[y], line)
        picked(line, lefts, rights, left_parts, right_parts, 0, w, share)
        for x in range(w):
            shares[3 * x] = shares[3 * x + 1] = shares[3 * x + 2] = share[x] * np.float32(most)
        i, t = row_at(y, lines.shape[0], blurred.shape[0])
        _towards(blurred[i], blurred[min(i + 1, blurred.shape[0] - 1)], t, shares, lines[y])


@njit(cache=True, nogil=True)
def _towards(upper: F32, lower: F32, t: np.float32, shares: F32, out: F32) -> None:  # pragma: no cover - compiled
    for i in range(out.shape[0]):
        out[i] += (upper[i] + (lower[i] - upper[i]) * t - out[i]) * shares[i]
