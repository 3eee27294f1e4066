"""Fills what is not known of a picture from what is known around it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

_LITTLE = 1e-4
"""Added to weights before they are divided by."""


def filled(values: F32, weight: F32) -> F32:
    """`values` where `weight` is 1; where it is 0, the mean of what is known nearby, ever coarser the farther that is: pull and
    push (Gortler et al., "The lumigraph", SIGGRAPH 1996). 0 everywhere where nothing is known.

    values: (h, w) or (h, w, n) float32. weight: (h, w) float32, 0..1.
    """
    h, w = weight.shape
    if h <= 1 and w <= 1:
        return values * (weight if values.ndim == 2 else weight[:, :, None])
    size = max(1, (w + 1) // 2), max(1, (h + 1) // 2)
    share = weight if values.ndim == 2 else weight[:, :, None]
    total, known = (
        np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_AREA), np.float32) for one in (values * share, weight)
    )
    total = total.reshape(size[1], size[0], *values.shape[2:])
    known = known.reshape(size[1], size[0])
    divisor = known + np.float32(_LITTLE)
    coarse = filled(total / (divisor if values.ndim == 2 else divisor[:, :, None]), np.minimum(known * 4, 1))
    wide = np.asarray(cv2.resize(coarse, (w, h), interpolation=cv2.INTER_LINEAR), np.float32).reshape(values.shape)
    return np.asarray(wide + (values - wide) * share, np.float32)
