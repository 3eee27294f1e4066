"""Alpha where the room behind is known: how much of the person's colour, how much of the room's is mixed in a pixel."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed
from vbg.kernels.window import Extent

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

_BAND = 0.03
"""Masks nearer than this to 0 and 1 are sure."""


def colours(picture: U8, mask: F32, inside: Extent, sure: float) -> F32:
    """The person's colours in cells of 2x2 pixels: (h // 2, w // 2, 4) float32, the sums of b, g and r over the cells all of
    whose pixels are above `sure`, and 1 there; 0 elsewhere. A mean over any window is the quotient of two sums.
    inside: where any of the mask is above `sure`.

    picture: (h, w, 3) uint8; mask: (h, w) float32, 0..1; h, w at least 2.
    """
    out = np.zeros((mask.shape[0] // 2, mask.shape[1] // 2, 4), np.float32)
    _colours(fixed(picture), fixed(mask), inside, sure, out)
    return out


def solved(
    mask: F32,
    picture: U8,
    room: F32,
    seen: F32,
    near_colours: F32,
    inside: Extent,
    needed: float,
    contrast: float,
    misfit: float,
) -> F32:
    """`mask` with its unsure band, and a pixel around it, replaced by the solution of the compositing equation
    picture = alpha * person + (1 - alpha) * room (least squares over the three channels), as far as it can be trusted: person
    and room must differ by more than `contrast` levels (root mean square), the solution must fit within about `misfit` levels
    (summed over the channels), the room must have been seen for `needed` frames, and some of the person's colour be near.

    mask, seen: (h, w) float32. picture: (h, w, 3) uint8. room: (h, w, 3) float32, 0..255. near_colours: what `colours` gave,
    averaged over a window. inside: where the mask is unsure, and more; nothing changes beyond a pixel around it. Returns a new
    (h, w) float32.
    Source: Porter and Duff, "Compositing digital images", 1984, with the background known as in Smith and Blinn, "Blue screen
    matting", 1996; the person's colour is a local mean.
    """
    out = mask.copy()
    planes = fixed(mask), fixed(picture), fixed(room), fixed(seen), fixed(near_colours)
    _solved(*planes, inside, needed, contrast, misfit, out)
    return out


@njit(cache=True, nogil=True)
def _colours(picture: U8, mask: F32, inside: Extent, sure: float, out: F32) -> None:  # pragma: no cover - compiled
    least = np.float32(sure)
    quarter = np.float32(0.25)
    top, bottom, left, right = inside
    for y in range(top // 2, min(bottom // 2, out.shape[0])):
        for x in range(left // 2, min(right // 2, out.shape[1])):
            i, j = np.uintp(2 * y), np.uintp(2 * x)
            i1, j1 = i + np.uintp(1), j + np.uintp(1)
            lowest = min(min(mask[i, j], mask[i, j1]), min(mask[i1, j], mask[i1, j1]))
            if lowest > least:
                for c in range(3):
                    total = np.float32(picture[i, j, c]) + picture[i, j1, c] + picture[i1, j, c] + picture[i1, j1, c]
                    out[y, x, c] = np.float32(total) * quarter
                out[y, x, 3] = np.float32(1)


@njit(cache=True, nogil=True)
def _solved(  # pragma: no cover - compiled
    mask: F32,
    picture: U8,
    room: F32,
    seen: F32,
    near_colours: F32,
    inside: Extent,
    needed: float,
    contrast: float,
    misfit: float,
    out: F32,
) -> None:
    h, w = mask.shape
    top, bottom, left, right = max(inside[0] - 1, 0), min(inside[1] + 1, h), max(inside[2] - 1, 0), min(inside[3] + 1, w)
    rows, cols = near_colours.shape[:2]
    low, high = np.float32(_BAND), np.float32(1 - _BAND)
    one, zero = np.float32(1), np.float32(0)
    enough, floor = np.float32(needed), np.float32(3 * contrast * contrast)
    scale = np.float32(1 / misfit)
    unsure = np.zeros((3, w), np.uint8)  # row r lives in unsure[r % 3]
    column, touched = np.zeros(w + 2, np.uint8), np.empty(w, np.uint8)
    for row in range(top - 1, bottom):
        if row + 1 < h:
            _unsure(mask[row + 1], low, high, unsure[(row + 1) % 3])
        else:
            unsure[(row + 1) % 3] = 0
        if row < top:
            continue
        _around(unsure, column, touched)
        for x in range(left, right):
            if touched[x] == 0 or seen[row, x] < enough:
                continue
            p = mask[row, x]
            i, j = min(row >> 1, rows - 1), min(x >> 1, cols - 1)
            weight = near_colours[i, j, 3]
            if weight <= np.float32(0.02):
                continue
            share = one / weight
            along, length = zero, zero
            for k in range(3):
                d = near_colours[i, j, k] * share - room[row, x, k]
                along += (np.float32(picture[row, x, k]) - room[row, x, k]) * d
                length += d * d
            if length <= zero:
                continue
            alpha = min(one, max(zero, along / length))
            off = zero
            for k in range(3):
                d = near_colours[i, j, k] * share - room[row, x, k]
                off += abs(np.float32(picture[row, x, k]) - room[row, x, k] - alpha * d)
            off *= scale
            out[row, x] = p + (alpha - p) * length / (length + floor) * np.exp(-off * off)


@njit(cache=True, nogil=True)
def _unsure(mask: F32, low: np.float32, high: np.float32, out: U8) -> None:  # pragma: no cover - compiled
    for x in range(out.shape[0]):
        out[x] = np.uint8((mask[x] > low) & (mask[x] < high))


@njit(cache=True, nogil=True)
def _around(rows: U8, column: U8, out: U8) -> None:  # pragma: no cover - compiled
    """Where any of the three rows, or a neighbour, is not 0. column: (w + 2), 0 at both ends, scratch."""
    a, b, c = rows[0], rows[1], rows[2]
    for x in range(out.shape[0]):
        column[x + 1] = a[x] | b[x] | c[x]
    for x in range(out.shape[0]):
        out[x] = column[x] | column[x + 1] | column[x + 2]
