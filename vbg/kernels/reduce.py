"""Area-average reduction of a frame to a small working size."""

from __future__ import annotations

import cv2
import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed


def area(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """`pixels` (H, W, 3) uint8 at (height, width, 3) by area average; enlarges bilinearly where it must.

    Below a factor of two the boxes' whole-pixel borders would show, so OpenCV's exact areas are used there; from 256 on the
    sums would overflow.
    """
    if pixels.shape[:2] == (height, width):
        return pixels.copy()
    if pixels.shape[0] < 2 * height or pixels.shape[1] < 2 * width or pixels.shape[0] >= 256 * height:
        shrinks = pixels.shape[0] >= height and pixels.shape[1] >= width
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)
    out = np.empty((height, width, 3), np.uint8)
    _box(fixed(pixels), out)
    return out


@njit(cache=True, nogil=True)
def _box(pixels: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:  # pragma: no cover - compiled
    """Mean of the block of whole pixels that each output pixel covers.

    pixels: (H, W, 3) uint8, rows contiguous. out: (h, w, 3) uint8 with 2h <= H and 2w <= W; H / h < 256.
    Rows are summed first (contiguous, vectorised), then columns.
    """
    rows, cols = pixels.shape[0], pixels.shape[1]
    h, w = out.shape[0], out.shape[1]
    sums = np.empty(3 * cols, np.uint16)
    for y in range(h):
        top, bottom = y * rows // h, (y + 1) * rows // h
        first = pixels[top].reshape(3 * cols)
        for i in range(3 * cols):
            sums[i] = np.uint16(first[i])
        for row in range(top + 1, bottom):
            line = pixels[row].reshape(3 * cols)
            for i in range(3 * cols):
                sums[i] = np.uint16(sums[i] + np.uint16(line[i]))
        tall = bottom - top
        for x in range(w):
            left, right = x * cols // w, (x + 1) * cols // w
            b = np.uint32(0)
            g = np.uint32(0)
            r = np.uint32(0)
            for i in range(3 * left, 3 * right, 3):
                b += np.uint32(sums[i])
                g += np.uint32(sums[i + 1])
                r += np.uint32(sums[i + 2])
            scale = np.float32(1) / np.float32(tall * (right - left))
            half = np.float32(0.5)
            out[y, x, 0] = np.uint8(np.float32(b) * scale + half)
            out[y, x, 1] = np.uint8(np.float32(g) * scale + half)
            out[y, x, 2] = np.uint8(np.float32(r) * scale + half)
