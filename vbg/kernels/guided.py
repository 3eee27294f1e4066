"""The guided filter's coefficients: the mask as a locally linear function of the picture's brightness.

Window sums run in 32-bit integers: they are exact, so nothing drifts as the window moves, and rows are vectorised.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

LARGEST_RADIUS = 22
"""Above it, a window's sum of luma x mask (255 x 4096 a pixel) would leave 31 bits."""

_MASK_STEPS = 4096  # what 1.0 of the mask becomes
_LINE_STEPS = 16384  # what 1.0 of gain and offset become, each between about -16 and 17 (epsilon 1e-3)


def coefficients(guide: U8, mask: F32, radius: int, epsilon: float) -> tuple[F32, F32]:
    """Window-averaged gain and offset with mask ~ gain * luma + offset; luma is BT.601 of `guide`, 0..1.

    guide: (h, w, 3) uint8 BGR. mask: (h, w) float32, 0..1 (values beyond are cut). radius: 1..LARGEST_RADIUS pixels of the
    (2 r + 1)^2 window, cut at the borders. epsilon: variance of luma below which a window counts as flat, at least 1e-4.
    Returns gain and offset, (h, w) float32 each. Raises ValueError.
    Source: He, Sun, Tang, "Guided image filtering", TPAMI 2013, equations 5, 6 and 8.
    """
    if not 1 <= radius <= LARGEST_RADIUS or epsilon < 1e-4:
        raise ValueError(f"radius {radius} or epsilon {epsilon} out of range")
    gain, offset = np.zeros(mask.shape, np.float32), np.zeros(mask.shape, np.float32)
    mask = fixed(mask)
    top, bottom, left, right = _extent(mask)
    if bottom > top:
        # 0 where no window of a window sees anything of the mask; a margin of three keeps those that do whole
        margin = 3 * radius
        inside = np.s_[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
        part = fixed(mask[inside])
        part_gain, part_offset = np.empty(part.shape, np.float32), np.empty(part.shape, np.float32)
        _coefficients(fixed(guide[inside]), part, radius, epsilon, part_gain, part_offset)
        gain[inside], offset[inside] = part_gain, part_offset
    return gain, offset


@njit(cache=True, nogil=True)
def _extent(mask: F32) -> tuple[int, int, int, int]:  # pragma: no cover - compiled
    """top, bottom, left, right (ends exclusive) of what rounds to more than nothing; empty where nothing does."""
    h, w = mask.shape
    top, bottom, left, right = h, 0, w, 0
    least = np.float32(0.5 / _MASK_STEPS)
    for y in range(h):
        first = 0
        while first < w and not mask[y, first] >= least:
            first += 1
        if first == w:
            continue
        last = w
        while not mask[y, last - 1] >= least:
            last -= 1
        top, bottom = min(top, y), y + 1
        left, right = min(left, first), max(right, last)
    return top, bottom, left, right


@njit(cache=True, nogil=True)
def _coefficients(  # pragma: no cover - compiled
    guide: U8, mask: F32, radius: int, epsilon: float, gain: F32, offset: F32
) -> None:
    """One pass from top to bottom; only the rows that a window holds are kept, so all of it stays in the cache."""
    h, w = mask.shape
    kept = 2 * radius + 2  # the rows of a window, and the one that has just left it
    moments = np.empty((kept, 4 * w), np.int32)  # of each row: luma, mask, luma x mask, luma squared
    lines = np.empty((kept, 2 * w), np.int32)  # of each window: the least-squares line's gain, then its offset
    column, line_column = np.zeros(4 * w, np.int32), np.zeros(2 * w, np.int32)
    sums, running = np.empty(4 * w, np.int32), np.zeros(w + 1, np.int32)
    widths = np.empty(w, np.float32)
    for x in range(w):
        widths[x] = np.float32(1) / np.float32(min(x + radius, w - 1) - max(x - radius, 0) + 1)
    for row in range(min(radius, h)):
        _moments(guide[row].reshape(3 * w), mask[row], moments[row % kept])
        _add(moments[row % kept], column)
    for y in range(h + radius):
        if y + radius < h:
            row = y + radius
            _moments(guide[row].reshape(3 * w), mask[row], moments[row % kept])
            _add(moments[row % kept], column)
        if y < h:
            if y - radius - 1 >= 0:
                _subtract(moments[(y - radius - 1) % kept], column)
            for c in range(4):
                _windows(column[c * w : (c + 1) * w], radius, running, sums[c * w : (c + 1) * w])
            _fit(sums, widths, min(y + radius, h - 1) - max(y - radius, 0) + 1, epsilon, lines[y % kept])
            _add(lines[y % kept], line_column)
        done = y - radius
        if done >= 0:
            if done - radius - 1 >= 0:
                _subtract(lines[(done - radius - 1) % kept], line_column)
            share = np.float32(1 / _LINE_STEPS) / np.float32(min(done + radius, h - 1) - max(done - radius, 0) + 1)
            _windows(line_column[:w], radius, running, sums[:w])
            _windows(line_column[w:], radius, running, sums[w : 2 * w])
            for x in range(w):
                gain[done, x] = np.float32(sums[x]) * share * widths[x]
                offset[done, x] = np.float32(sums[w + x]) * share * widths[x]


@njit(cache=True, nogil=True)
def _moments(guide: U8, mask: F32, out: I32) -> None:  # pragma: no cover - compiled
    """One row. guide: (3 w) uint8. out: (4 w)."""
    w = mask.shape[0]
    luma, p, product, square = out[:w], out[w : 2 * w], out[2 * w : 3 * w], out[3 * w :]
    for x in range(mask.shape[0]):
        brightness = np.int32(29) * guide[3 * x] + np.int32(150) * guide[3 * x + 1] + np.int32(77) * guide[3 * x + 2]
        luma[x] = np.int32((brightness + np.int32(128)) >> np.int32(8))
    for x in range(mask.shape[0]):
        # what is not a number becomes 0: hidden
        sure = mask[x] if mask[x] > np.float32(0) else np.float32(0)
        sure = sure if sure < np.float32(1) else np.float32(1)
        p[x] = np.int32(sure * np.float32(_MASK_STEPS) + np.float32(0.5))
        product[x] = np.int32(luma[x] * p[x])
        square[x] = np.int32(luma[x] * luma[x])


@njit(cache=True, nogil=True)
def _fit(sums: I32, widths: F32, tall: int, epsilon: float, out: I32) -> None:  # pragma: no cover - compiled
    """The least-squares line of each window of one row, from its sums (4 w). out: (2 w)."""
    w = widths.shape[0]
    luma, mask, product, square = sums[:w], sums[w : 2 * w], sums[2 * w : 3 * w], sums[3 * w :]
    gain, offset = out[:w], out[w:]
    eps, one_row = np.float32(epsilon), np.float32(1) / np.float32(tall)
    light, steps = np.float32(1 / 255), np.float32(1 / _MASK_STEPS)
    unit, half = np.float32(_LINE_STEPS), np.float32(0.5)
    for x in range(widths.shape[0]):
        share = widths[x] * one_row
        mean, p = np.float32(luma[x]) * share * light, np.float32(mask[x]) * share * steps
        covariance = np.float32(product[x]) * share * (light * steps) - mean * p
        variance = np.float32(square[x]) * share * (light * light) - mean * mean
        variance = variance if variance > np.float32(0) else np.float32(0)
        a = covariance / (variance + eps)
        gain[x] = np.int32(np.floor(a * unit + half))
        offset[x] = np.int32(np.floor((p - a * mean) * unit + half))


@njit(cache=True, nogil=True)
def _add(row: I32, column: I32) -> None:  # pragma: no cover - compiled
    for i in range(column.shape[0]):
        column[i] += row[i]


@njit(cache=True, nogil=True)
def _subtract(row: I32, column: I32) -> None:  # pragma: no cover - compiled
    for i in range(column.shape[0]):
        column[i] -= row[i]


@njit(cache=True, nogil=True)
def _windows(column: I32, radius: int, running: I32, sums: I32) -> None:  # pragma: no cover - compiled
    """The window sums along one row of column sums, as differences of running sums. running: (w + 1), scratch.

    The running sums may wrap around; their differences are right all the same.
    """
    w = column.shape[0]
    total = np.int32(0)
    for x in range(w):
        total = np.int32(total + column[x])
        running[x + 1] = total
    for x in range(min(radius, w)):
        sums[x] = running[min(x + radius + 1, w)]
    for x in range(radius, w - radius):
        sums[x] = np.int32(running[x + radius + 1] - running[x - radius])
    for x in range(max(w - radius, radius), w):
        sums[x] = np.int32(running[w] - running[x - radius])
