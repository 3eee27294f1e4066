"""Blend a mask with the one before, the more so where it is unsure."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]


def blend_uncertain(mask: F32, before: F32, ratio: float) -> F32:
    """mask + (before - mask) * ratio * uncertainty(mask), uncertainty 1 at 0.5 and 0 at 0 and 1.

    mask, before and the result: (h, w) float32, 0..1. ratio: 0 (follow at once) .. 1 (keep what is unsure).
    The uncertainty is a polynomial in (p - 0.5)^2 that approximates the squared entropy of p; the coefficients are MediaPipe's
    (SegmentationSmoothingCalculator, segmentation_smoothing_calculator.cc).
    """
    out = np.empty(mask.shape, np.float32)
    _blend_uncertain(fixed(mask), fixed(before), ratio, out)
    return out


@njit(cache=True, nogil=True)
def _blend_uncertain(mask: F32, before: F32, ratio: float, out: F32) -> None:  # pragma: no cover - compiled
    c1, c2, c3 = np.float32(5.68842), np.float32(-0.748699), np.float32(-57.8051)
    c4, c5 = np.float32(291.309), np.float32(-624.717)
    weight = np.float32(ratio)
    one = np.float32(1)
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            p = mask[y, x]
            q = (p - np.float32(0.5)) * (p - np.float32(0.5))
            sure = q * (c1 + q * (c2 + q * (c3 + q * (c4 + q * c5))))
            unsure = one - min(one, sure)
            out[y, x] = p + (before[y, x] - p) * unsure * weight
