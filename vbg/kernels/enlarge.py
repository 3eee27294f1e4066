"""Bilinear enlargement, pixel centres at half, borders repeated: the parts that other kernels put together row by row.

Indices are unsigned: numba asks every signed one whether it counts from the end.
"""

from __future__ import annotations

import cv2
import numpy as np
from numba import njit
from numpy.typing import NDArray

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
Index = NDArray[np.uintp]


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


def widened(picture: U8, width: int) -> U16:
    """`picture` (h, w, 3) uint8 at full width, in 256ths of a level, so that slow gradients do not band: (h, 3 width) uint16."""
    h, w = picture.shape[:2]
    fine = np.multiply(picture, 256, dtype=np.uint16)
    if w != width:
        fine = np.asarray(cv2.resize(fine, (width, h), interpolation=cv2.INTER_LINEAR), np.uint16)
    return fine.reshape(h, 3 * width)


@njit(cache=True, nogil=True)
def picture_row(  # pragma: no cover - compiled
    wide: U16, y: int, rows: int, last: int, sums: U16, steps: U16, out: U8
) -> None:
    """Row y of a picture that is enlarged to `rows` rows, into row y of `out`, within 0.55 levels; quickest in order.

    wide: see `widened`. out: (rows, 3 W) uint8. last: the row asked for before, -1 at first. sums, steps: (3 W) uint16, kept from
    row to row: each adds the same as the one before. Sixteen rows later at most, they are made anew.
    """
    h = wide.shape[0]
    j, t = row_at(y, rows, h)
    before, t_before = row_at(y - 1, rows, h)
    step = np.float32(h / rows)
    if last != y - 1 or before != j or abs(t - t_before - step) > np.float32(1e-5) or y % 16 == 0:
        _begin(wide, j, min(j + 1, h - 1), t, step, sums, steps)
    _add(sums, steps, y, out)


@njit(cache=True, nogil=True)
def _begin(  # pragma: no cover - compiled
    wide: U16, above: int, below: int, t: np.float32, step: np.float32, sums: U16, steps: U16
) -> None:
    """sums: what lies a step before `t` between two rows of `wide`, half a level added for rounding. steps: how much a row adds.
    Both modulo 2^16."""
    half = np.float32(0.5)
    for i in range(sums.shape[0]):
        apart = np.float32(np.int32(wide[below, i]) - np.int32(wide[above, i]))
        now = np.int32(np.float32(wide[above, i]) + apart * t + half) + np.int32(128)
        grows = np.int32(np.floor(apart * step + half))
        sums[i] = np.uint16(now - grows)
        steps[i] = np.uint16(grows)


@njit(cache=True, nogil=True)
def _add(sums: U16, steps: U16, y: int, out: U8) -> None:  # pragma: no cover - compiled
    for i in range(sums.shape[0]):
        total = np.uint16(sums[i] + steps[i])
        sums[i] = total
        out[y, i] = np.uint8(total >> np.uint16(8))
