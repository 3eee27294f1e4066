"""Mean brightness of blocks of a picture: says whether anything moved, for a fraction of the cost of looking at every pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.kernels.compiled import kernel
from vbg.kernels.layout import fixed

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
U16 = NDArray[np.uint16]


def means(pixels: U8, side: int, step: int) -> F32:
    """The mean of all three channels over each block of `side` x `side` pixels, every `step`-th row: (H // side, W // side)
    float32, 0..255. What is left over at the right and the bottom belongs to the last blocks.

    pixels: (H, W, 3) uint8, H and W at least `side`. side / step < 256.
    """
    rows, cols = pixels.shape[0] // side, pixels.shape[1] // side
    out = np.empty((rows, cols), np.float32)
    _means(fixed(pixels).reshape(len(pixels), -1), side, step, np.empty(3 * pixels.shape[1], np.uint16), out)
    return out


def planar_means(plane: F32, rows: int, cols: int) -> F32:
    """(rows, cols) float32: the mean of the whole pixels in each of so many parts of a plane that is at least as large."""
    out = np.empty((rows, cols), np.float32)
    _planar_means(fixed(plane), np.empty(plane.shape[1], np.float32), out)
    return out


@kernel()
def _means(lines: U8, side: int, step: int, sums: U16, out: F32) -> None:  # pragma: no cover - compiled
    """lines: (H, 3 W). sums: (3 W), scratch."""
    height, length = lines.shape
    rows, cols = out.shape
    for y in range(rows):
        top, bottom = y * side, (y + 1) * side if y + 1 < rows else height
        bottom = bottom if bottom < top + 255 * step else top + 255 * step
        for i in range(length):
            sums[i] = np.uint16(0)
        taken = 0
        for row in range(top, bottom, step):
            line = lines[row]
            for i in range(length):
                sums[i] = np.uint16(sums[i] + np.uint16(line[i]))
            taken += 1
        for x in range(cols):
            left, right = 3 * x * side, 3 * (x + 1) * side if x + 1 < cols else length
            total = np.uint32(0)
            for i in range(left, right):
                total += np.uint32(sums[i])
            out[y, x] = np.float32(total) / np.float32(taken * (right - left))


@kernel()
def _planar_means(plane: F32, sums: F32, out: F32) -> None:  # pragma: no cover - compiled
    height, width = plane.shape
    rows, cols = out.shape
    for y in range(rows):
        top, bottom = y * height // rows, (y + 1) * height // rows
        for x in range(width):
            sums[x] = np.float32(0)
        for row in range(top, bottom):
            line = plane[row]
            for x in range(width):
                sums[x] += line[x]
        for x in range(cols):
            left, right = x * width // cols, (x + 1) * width // cols
            total = np.float32(0)
            for i in range(left, right):
                total += sums[i]
            out[y, x] = total / np.float32((bottom - top) * (right - left))
