"""The guided filter's coefficients: the mask as a locally linear function of the picture's brightness."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]


def coefficients(guide: U8, mask: F32, radius: int, epsilon: float) -> tuple[F32, F32]:
    """Window-averaged gain and offset with mask ~ gain * luma + offset; luma is BT.601 of `guide`, 0..1.

    guide: (h, w, 3) uint8 BGR. mask: (h, w) float32. radius: pixels of the (2 r + 1)^2 window, cut at the borders.
    epsilon: variance of luma below which a window counts as flat. Returns gain and offset, (h, w) float32 each.
    Source: He, Sun, Tang, "Guided image filtering", TPAMI 2013, equations 5, 6 and 8.
    """
    gain, offset = np.empty(mask.shape, np.float32), np.empty(mask.shape, np.float32)
    _coefficients(fixed(guide), fixed(mask), radius, epsilon, gain, offset)
    return gain, offset


@njit(cache=True, nogil=True)
def _coefficients(  # pragma: no cover - compiled
    guide: U8, mask: F32, radius: int, epsilon: float, gain: F32, offset: F32
) -> None:
    h, w = mask.shape
    sums = np.empty((h, w, 4), np.float32)
    scale = np.float32(1.0 / (256.0 * 255.0))
    for y in range(h):
        for x in range(w):
            luma = np.float32(29 * guide[y, x, 0] + 150 * guide[y, x, 1] + 77 * guide[y, x, 2]) * scale
            p = mask[y, x]
            sums[y, x, 0] = luma
            sums[y, x, 1] = p
            sums[y, x, 2] = luma * p
            sums[y, x, 3] = luma * luma
    _box_mean(sums, radius)
    both = np.empty((h, w, 2), np.float32)
    eps = np.float32(epsilon)
    for y in range(h):
        for x in range(w):
            luma, p = sums[y, x, 0], sums[y, x, 1]
            a = (sums[y, x, 2] - luma * p) / (sums[y, x, 3] - luma * luma + eps)
            both[y, x, 0] = a
            both[y, x, 1] = p - a * luma
    _box_mean(both, radius)
    for y in range(h):
        for x in range(w):
            gain[y, x] = both[y, x, 0]
            offset[y, x] = both[y, x, 1]


@njit(cache=True, nogil=True)
def _box_mean(planes: F32, radius: int) -> None:  # pragma: no cover - compiled
    """Each channel of (h, w, c) becomes its mean over the window, in place, by running sums (cost without the radius).

    The sums are kept in float64: subtracting what leaves the window from a float32 sum would drift.
    """
    h, w, channels = planes.shape
    line = np.empty((w, channels), np.float32)
    total = np.empty(channels, np.float64)
    for y in range(h):
        line[:] = planes[y]
        total[:] = 0.0
        for x in range(min(radius, w)):
            for c in range(channels):
                total[c] += line[x, c]
        for x in range(w):
            if x + radius < w:
                for c in range(channels):
                    total[c] += line[x + radius, c]
            if x - radius - 1 >= 0:
                for c in range(channels):
                    total[c] -= line[x - radius - 1, c]
            share = 1.0 / (min(x + radius, w - 1) - max(x - radius, 0) + 1)
            for c in range(channels):
                planes[y, x, c] = np.float32(total[c] * share)
    flat = planes.reshape(h, w * channels)
    kept = flat.copy()
    running = np.zeros(w * channels, np.float64)
    for y in range(min(radius, h)):
        for i in range(w * channels):
            running[i] += kept[y, i]
    for y in range(h):
        if y + radius < h:
            for i in range(w * channels):
                running[i] += kept[y + radius, i]
        if y - radius - 1 >= 0:
            for i in range(w * channels):
                running[i] -= kept[y - radius - 1, i]
        share = 1.0 / (min(y + radius, h - 1) - max(y - radius, 0) + 1)
        for i in range(w * channels):
            flat[y, i] = np.float32(running[i] * share)
