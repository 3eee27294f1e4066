"""The guided filter's coefficients: the mask as a locally linear function of the picture's brightness.

Window sums run in 32-bit integers: they are exact, so nothing drifts as the window moves, and rows are vectorised.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.kernels.compiled import kernel, part
from vbg.kernels.layout import fixed
from vbg.kernels.window import extent

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

LARGEST_RADIUS = 22
"""Above it, a window's sum of luma x mask (255 x 4096 a pixel) would leave 31 bits."""

_MASK_STEPS = 4096  # what 1.0 of the mask becomes
_LINE_STEPS = 16384  # what 1.0 of gain and offset become, each between about -16 and 17 (epsilon 1e-3)


def coefficients(guide: U8, mask: F32, radius: int, epsilon: float, low: float = 0.0, high: float = 1.0) -> tuple[F32, F32]:
    """Window-averaged gain and offset with mask ~ gain * luma + offset; luma is BT.601 of `guide`, 0..1. Then stretched, so that
    what is `low` becomes 0 and what is `high` becomes 1.

    guide: (h, w, 3) uint8 BGR. mask: (h, w) float32, 0..1 (values beyond are cut). radius: 1..LARGEST_RADIUS pixels of the
    (2 r + 1)^2 window, cut at the borders. epsilon: variance of luma below which a window counts as flat, at least 1e-4.
    Returns gain and offset, (h, w) float32 each. Raises ValueError.
    Source: He, Sun, Tang, "Guided image filtering", TPAMI 2013, equations 5, 6 and 8.
    """
    if not 1 <= radius <= LARGEST_RADIUS or epsilon < 1e-4:
        raise ValueError(f"radius {radius} or epsilon {epsilon} out of range")
    stretch = 1 / (high - low)
    gain, offset = np.zeros(mask.shape, np.float32), np.full(mask.shape, -low * stretch, np.float32)
    mask = fixed(mask)
    top, bottom, left, right = extent(mask, 0.5 / _MASK_STEPS)  # what rounds to more than nothing
    if bottom > top:
        # 0 where no window of a window sees anything of the mask; a margin of three keeps those that do whole
        margin = 3 * radius
        inside = np.s_[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
        seen = fixed(mask[inside])
        lines, w = fixed(guide[inside]).reshape(len(seen), -1), seen.shape[1]
        at = np.arange(w)
        widths = np.minimum(at + radius, w - 1) - np.maximum(at - radius, 0) + 1
        shares = np.float32(1) / widths.astype(np.float32)
        seen_gain, seen_offset = np.empty(seen.shape, np.float32), np.empty(seen.shape, np.float32)
        _coefficients(lines, seen, radius, epsilon, stretch, low, shares, seen_gain, seen_offset)
        gain[inside], offset[inside] = seen_gain, seen_offset
    return gain, offset


@kernel(error_model="numpy")
def _coefficients(  # pragma: no cover - compiled
    guide: U8, mask: F32, radius: int, epsilon: float, stretch: float, low: float, widths: F32, gain: F32, offset: F32
) -> None:
    """One pass from top to bottom; only the rows that a window holds are kept, so all of it stays in the cache.

    guide: (h, 3 w). widths: (w), 1 over how many columns a window has. The scratch is made here, all of one type: what is given
    might overlap, and the loops would ask.
    """
    h, w = mask.shape
    kept = 2 * radius + 2  # the rows of a window, and the one that has just left it
    wide = w + 2 * radius  # every row has a margin of zeros at both ends
    four, two = 4 * wide, 2 * wide
    moments = np.zeros(kept * four, np.int32)  # of each row: luma, mask, luma x mask, luma squared
    lines = np.zeros(kept * two, np.int32)  # of each window: the least-squares line's gain, then its offset
    column, line_column = np.zeros(four, np.int32), np.zeros(two, np.int32)
    sums, line_sums = np.zeros(four, np.int32), np.zeros(two, np.int32)
    less = np.float32(low * stretch)
    for y in range(-radius, h + radius):
        below, above, done = y + radius, y - radius - 1, y - radius
        if below < h:
            row = moments[below % kept * four :][:four]
            _moments(guide[below], mask[below], radius, row)
            _add(row, column)
        if 0 <= y < h:
            if above >= 0:
                _subtract(moments[above % kept * four :][:four], column)
            _windows(column, radius, sums)
            line = lines[y % kept * two :][:two]
            _fit(sums, widths, _rows(y, radius, h), radius, epsilon, line)
            _add(line, line_column)
        if done >= 0:
            if done - radius - 1 >= 0:
                _subtract(lines[(done - radius - 1) % kept * two :][:two], line_column)
            share = np.float32(stretch / _LINE_STEPS) / np.float32(_rows(done, radius, h))
            _windows(line_column, radius, line_sums)
            _averaged(line_sums[:w], widths, share, np.float32(0), gain[done])
            _averaged(line_sums[wide : wide + w], widths, share, less, offset[done])


@part()
def _rows(y: int, radius: int, h: int) -> int:  # pragma: no cover - compiled
    """How many of them the window around row y has."""
    return (y + radius if y + radius < h else h - 1) - (y - radius if y > radius else 0) + 1


@part()
def _moments(guide: U8, mask: F32, radius: int, out: I32) -> None:  # pragma: no cover - compiled
    """One row. guide: (3 w) uint8. out: (4 (w + 2 radius)), whose margins are left alone."""
    w = mask.shape[0]
    wide = w + 2 * radius
    luma, p = out[radius : radius + w], out[wide + radius : wide + radius + w]
    product, square = out[2 * wide + radius : 2 * wide + radius + w], out[3 * wide + radius : 3 * wide + radius + w]
    for x in range(w):
        blue = np.uint16(np.uint16(29) * np.uint16(guide[3 * x]))
        green = np.uint16(np.uint16(150) * np.uint16(guide[3 * x + 1]))
        red = np.uint16(np.uint16(77) * np.uint16(guide[3 * x + 2]))
        brightness = np.uint16(np.uint16(np.uint16(blue + green) + red) + np.uint16(128))
        luma[x] = np.int32(np.uint16(brightness >> np.uint16(8)))
    for x in range(w):
        # what is not a number becomes 0: hidden
        sure = mask[x] if mask[x] > np.float32(0) else np.float32(0)
        sure = sure if sure < np.float32(1) else np.float32(1)
        p[x] = np.int32(sure * np.float32(_MASK_STEPS) + np.float32(0.5))
    for x in range(w):
        product[x] = np.int32(luma[x] * p[x])
        square[x] = np.int32(luma[x] * luma[x])


@part(error_model="numpy")
def _fit(sums: I32, widths: F32, tall: int, radius: int, epsilon: float, out: I32) -> None:  # pragma: no cover - compiled
    """The least-squares line of each window of one row, from its sums (see `_windows`). out: (2 (w + 2 radius))."""
    w = widths.shape[0]
    wide = w + 2 * radius
    luma, mask, product, square = sums[:w], sums[wide : wide + w], sums[2 * wide : 2 * wide + w], sums[3 * wide : 3 * wide + w]
    gain, offset = out[radius : radius + w], out[wide + radius : wide + radius + w]
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


@part()
def _add(row: I32, column: I32) -> None:  # pragma: no cover - compiled
    for i in range(column.shape[0]):
        column[i] += row[i]


@part()
def _subtract(row: I32, column: I32) -> None:  # pragma: no cover - compiled
    for i in range(column.shape[0]):
        column[i] -= row[i]


@part()
def _windows(column: I32, radius: int, sums: I32) -> None:  # pragma: no cover - compiled
    """The window sums along column sums, several planes in one row, each with its margins: those of a plane that begins at i in
    `column` begin at i in `sums`, without margin."""
    last = np.uintp(2 * radius)
    count = column.shape[0] - 2 * radius
    for x in range(count):
        sums[x] = column[x]
    for k in range(np.uintp(1), last + np.uintp(1)):
        for x in range(count):
            sums[x] += column[np.uintp(x) + k]


@part()
def _averaged(sums: I32, widths: F32, share: np.float32, less: np.float32, out: F32) -> None:  # pragma: no cover - compiled
    for x in range(out.shape[0]):
        out[x] = np.float32(sums[x]) * share * widths[x] - less
