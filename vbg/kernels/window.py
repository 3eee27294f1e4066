"""Means over a window around every pixel, and the part of a plane that need be looked at."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]

Extent = tuple[int, int, int, int]
"""top, bottom, left, right of a rectangle, ends exclusive."""


def means(plane: F32, radius: int, inside: Extent) -> F32:
    """The mean over (2 radius + 1)^2 pixels around each pixel of the rectangle `inside`, the border's own value beyond the
    border; elsewhere the result is undefined. Costs radius times the pixels: for small windows.

    plane: (h, w) or (h, w, n) float32; so is the result.
    """
    h, w = plane.shape[:2]
    out = np.empty(plane.shape, np.float32)
    _means(fixed(plane).reshape(h, -1), plane.size // (h * w), radius, inside, out.reshape(h, -1))
    return out


@njit(cache=True, nogil=True)
def extent(plane: F32, least: np.float32) -> Extent:  # pragma: no cover - compiled
    """The rectangle around all that is at least `least`; bottom is 0 where nothing is."""
    h, w = plane.shape
    top, bottom, left, right = h, 0, w, 0
    for y in range(h):
        first = 0
        while first < w and not plane[y, first] >= least:
            first += 1
        if first == w:
            continue
        last = w
        while not plane[y, last - 1] >= least:
            last -= 1
        top, bottom = min(top, y), y + 1
        left, right = min(left, first), max(right, last)
    return top, bottom, left, right


@njit(cache=True, nogil=True)
def _means(lines: F32, channels: int, radius: int, inside: Extent, out: F32) -> None:  # pragma: no cover - compiled
    """lines, out: (h, channels x w)."""
    top, bottom, left, right = inside
    h, w = lines.shape[0], lines.shape[1] // channels
    begin, end = max(left - radius, 0), min(right + radius, w)  # columns that count
    column = np.empty(channels * (right - left + 2 * radius), np.float32)
    total = np.empty(channels * (right - left), np.float32)
    share = np.float32(1.0 / ((2 * radius + 1) * (2 * radius + 1)))
    skipped = channels * (begin - (left - radius))  # beyond the left border
    held = column[skipped : skipped + channels * (end - begin)]
    for y in range(top, bottom):
        held[:] = np.float32(0)
        for k in range(y - radius, y + radius + 1):
            row = min(max(k, 0), h - 1)
            _add(lines[row, channels * begin : channels * end], held)
        for i in range(skipped):
            column[i] = column[skipped + i % channels]
        for i in range(skipped + held.shape[0], column.shape[0]):
            column[i] = column[i - channels]
        total[:] = np.float32(0)
        for k in range(2 * radius + 1):
            _add(column[channels * k : channels * k + total.shape[0]], total)
        _scale(total, share, out[y, channels * left : channels * right])


@njit(cache=True, nogil=True)
def _add(line: F32, total: F32) -> None:  # pragma: no cover - compiled
    for i in range(total.shape[0]):
        total[i] += line[i]


@njit(cache=True, nogil=True)
def _scale(line: F32, share: np.float32, out: F32) -> None:  # pragma: no cover - compiled
    for i in range(out.shape[0]):
        out[i] = line[i] * share
