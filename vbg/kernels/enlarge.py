"""Bilinear enlargement, pixel centres at half, borders repeated: the parts that other kernels put together row by row.

Indices are unsigned: numba asks every signed one whether it counts from the end.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numba import njit
from numpy.typing import NDArray

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
Index = NDArray[np.uintp]


@lru_cache(maxsize=32)  # sizes hardly ever change
def between(wide: int, small: int) -> tuple[Index, Index, F32]:
    """For each of `wide` targets: its two samples, out of `small`, and the second one's weight. All read-only."""
    at = np.clip((np.arange(wide) + 0.5) * small / wide - 0.5, 0.0, small - 1.0)
    first = at.astype(np.intp)
    second = np.minimum(first + 1, small - 1)
    made = first.astype(np.uintp), second.astype(np.uintp), (at - first).astype(np.float32)
    for one in made:
        one.flags.writeable = False
    return made


@lru_cache(maxsize=32)
def between_in_256ths(wide: int, small: int) -> tuple[Index, Index, U16]:
    """`between` with whole 256ths as weights."""
    first, second, weight = between(wide, small)
    whole = np.round(weight * np.float32(256)).astype(np.uint16)
    whole.flags.writeable = False
    return first, second, whole


@lru_cache(maxsize=32)
def begins(wide: int, small: int) -> Index:
    """`between` the other way round: (max(small, 2)), the first target between sample j and the next, and at the end the number
    of targets."""
    out = np.searchsorted(between(wide, small)[0], np.arange(max(small, 2), dtype=np.uintp)).astype(np.uintp)
    out[-1] = wide
    out.flags.writeable = False
    return out


@njit(cache=True, nogil=True)
def columns(small: int, wide: int) -> tuple[Index, F32]:  # pragma: no cover - compiled
    """For each of `wide` targets: the left one of its two samples, out of `small`, and the right one's weight."""
    left = np.empty(wide, np.uintp)
    weight = np.empty(wide, np.float32)
    for x in range(wide):
        at = min(max((x + 0.5) * small / wide - 0.5, 0.0), small - 1.0)
        i = min(int(at), max(small - 2, 0))
        left[x] = np.uintp(i)
        weight[x] = np.float32(at - i)
    return left, weight


@njit(cache=True, nogil=True)
def starts(left: Index, small: int) -> Index:  # pragma: no cover - compiled
    """`left` the other way round: (max(small, 2)), the first target between sample j and the next, and at the end the number of
    targets."""
    out = np.empty(max(small, 2), np.uintp)
    x = 0
    for j in range(out.shape[0]):
        while x < left.shape[0] and left[x] < np.uintp(j):
            x += 1
        out[j] = np.uintp(x)
    out[out.shape[0] - 1] = np.uintp(left.shape[0])
    return out


@njit(cache=True, nogil=True)
def row_at(y: int, rows: int, small: int) -> tuple[int, np.float32]:  # pragma: no cover - compiled
    """For row `y` of `rows`: the upper one of its two samples, out of `small`, and the lower one's weight."""
    at = min(max((y + 0.5) * small / rows - 0.5, 0.0), small - 1.0)
    i = min(int(at), max(small - 2, 0))
    return i, np.float32(at - i)


@njit(cache=True, nogil=True, fastmath={"contract"})
def widen(  # pragma: no cover - compiled
    plane: F32, y: int, left: Index, weight: F32, out: F32, at: int, start: np.uintp, end: np.uintp
) -> None:
    """Row y of a plane, the targets from start to end, into row `at` of `out`."""
    step = np.uintp(1) if plane.shape[1] > 1 else np.uintp(0)
    for x in range(start, end):
        i = left[x]
        out[at, x] = plane[y, i] + (plane[y, i + step] - plane[y, i]) * weight[x]


def widened(picture: U8, width: int) -> U8:
    """`picture` (h, w, 3) uint8 at full width, its rows still those of the small one: (h, 3 width) uint8."""
    h, w = picture.shape[:2]
    if w != width:
        picture = np.asarray(cv2.resize(picture, (width, h), interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.ascontiguousarray(picture).reshape(h, 3 * width)
