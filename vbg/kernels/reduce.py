"""Area-average reduction of a frame to a small working size."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.kernels.compiled import kernel, part
from vbg.kernels.layout import fixed

_MOST = 257
"""Pixels of a block whose sum of levels fits 16 bits."""

_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


def area(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """`pixels` (H, W, 3) uint8 at (height, width, 3) by area average; enlarges bilinearly where it must.

    Below a factor of two the boxes' whole-pixel borders would show, so OpenCV's exact areas are used there, and where the sums
    would overflow.
    """
    rows, cols = pixels.shape[:2]
    if (rows, cols) == (height, width):
        return pixels.copy()
    largest = -(-rows // height) * -(-cols // width)
    if rows < 2 * height or cols < 2 * width or largest > _MOST:
        shrinks = rows >= height and cols >= width
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)
    if (rows, cols) == (2 * height, 2 * width):
        return _half(pixels)
    out = np.empty((height, width, 3), np.uint8)
    sums = np.zeros(3 * cols + 4, np.uint16)
    words = np.ndarray((cols + 1,), np.uint64, sums, strides=(6,))
    lefts = np.arange(width + 1) * cols // width
    counts = np.diff(lefts).astype(np.int32)
    more = np.where(counts > cols // width, _ALL, np.uint64(0))
    scratch = np.empty(width, np.uint64), np.empty(width, np.float32)
    lines = fixed(pixels).reshape(rows, -1)
    _box(lines, sums, words, lefts[:-1].astype(np.uintp), counts, more, *scratch, out.reshape(height, -1))
    return out


def _half(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`area` at half the width and height, which are even."""
    rows, cols = pixels.shape[0] // 2, pixels.shape[1] // 2
    sums, means = np.zeros(6 * cols + 3, np.uint16), np.zeros(6 * cols + 4, np.uint8)
    made = np.empty(3 * rows * cols + 1, np.uint8)  # a word more than a pixel is written, of which the next one's is the rest
    words, written = np.ndarray(cols, np.uint32, means, strides=(6,)), np.ndarray(rows * cols, np.uint32, made, strides=(3,))
    _halved(fixed(pixels).reshape(2 * rows, 6 * cols), sums, means, words, written)
    return made[:-1].reshape(rows, cols, 3)


def compiled_here() -> bool:
    """Whether `area`'s kernel was compiled by this process, since it was not in the cache: then nor are the others."""
    dispatcher: Any = _box
    return bool(dispatcher.stats.cache_misses)


@kernel(error_model="numpy")
def _box(
    lines: NDArray[np.uint8],
    sums: NDArray[np.uint16],
    words: NDArray[np.uint64],
    lefts: NDArray[np.uintp],
    counts: NDArray[np.int32],
    more: NDArray[np.uint64],
    totals: NDArray[np.uint64],
    scales: NDArray[np.float32],
    made: NDArray[np.uint8],
) -> None:  # pragma: no cover - compiled
    """Mean of the block of whole pixels that each output pixel covers.

    lines: (H, 3 W). made: (h, 3 w) with 2h <= H and 2w <= W; a block has at most _MOST pixels. lefts, counts: of each block's
    columns. more: all ones where they are one more than in the narrowest block. totals, scales: (w), scratch.
    sums: (3 W + 4), zeros at first; words: the same, as one 64-bit word for each pixel.
    Rows are summed first (contiguous, vectorised), then columns: the three channels of a pixel at once, as 16-bit parts of one
    64-bit word. Its uppermost part is the next pixel's blue; nobody reads it, and what it carries over leaves the word.
    """
    rows, h, w = lines.shape[0], made.shape[0], lefts.shape[0]
    whole, one = np.uintp(lines.shape[1] // (3 * w)), np.uintp(1)  # whole: columns of every block; some have one more
    for y in range(h):
        top, bottom = y * rows // h, (y + 1) * rows // h
        _sum_rows(lines, top, bottom, sums)
        for x in range(w):
            totals[x] = words[lefts[x]] + words[lefts[x] + one] + (words[lefts[x] + whole] & more[x])
        for k in range(np.uintp(2), whole):
            for x in range(w):
                totals[x] += words[lefts[x] + k]
        for x in range(w):
            scales[x] = np.float32(1) / np.float32(counts[x] * np.int32(bottom - top))
        _unpack(totals, scales, made[y])


@part()
def _sum_rows(lines: NDArray[np.uint8], top: int, bottom: int, sums: NDArray[np.uint16]) -> None:  # pragma: no cover - compiled
    line = lines[top]
    for i in range(line.shape[0]):
        sums[i] = np.uint16(line[i])
    for row in range(top + 1, bottom):
        line = lines[row]
        for i in range(line.shape[0]):
            sums[i] = np.uint16(sums[i] + np.uint16(line[i]))


@part()
def _unpack(  # pragma: no cover - compiled
    totals: NDArray[np.uint64], scales: NDArray[np.float32], out: NDArray[np.uint8]
) -> None:
    low, half = np.uint64(0xFFFF), np.float32(0.5)
    for x in range(totals.shape[0]):
        total, scale = totals[x], scales[x]
        out[3 * x] = np.uint8(np.int32(np.float32(np.int32(total & low)) * scale + half))
        out[3 * x + 1] = np.uint8(np.int32(np.float32(np.int32(total >> np.uint64(16) & low)) * scale + half))
        out[3 * x + 2] = np.uint8(np.int32(np.float32(np.int32(total >> np.uint64(32) & low)) * scale + half))


@kernel()
def _halved(
    lines: NDArray[np.uint8],
    sums: NDArray[np.uint16],
    means: NDArray[np.uint8],
    words: NDArray[np.uint32],
    out: NDArray[np.uint32],
) -> None:  # pragma: no cover - compiled
    """Means of 2x2 pixels, rounded to the nearest level.

    lines: (H, 3 W) uint8. sums, means: (3 W + 3 and 4), scratch; words: every second pixel of `means`, as 32 bits of which 24 are
    its own. out: the same of the result, pixel after pixel.
    """
    three, two = np.uintp(3), np.uint16(2)
    begin = np.uintp(0)
    for y in range(lines.shape[0] // 2):
        upper, lower = lines[2 * y], lines[2 * y + 1]
        for i in range(np.uintp(upper.shape[0])):
            sums[i] = np.uint16(np.uint16(upper[i]) + np.uint16(lower[i]))
        for i in range(np.uintp(upper.shape[0])):
            means[i] = np.uint8(np.uint16(np.uint16(sums[i] + sums[i + three]) + two) >> two)
        for x in range(np.uintp(words.shape[0])):
            out[begin + x] = words[x]
        begin += np.uintp(words.shape[0])
