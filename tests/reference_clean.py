"""Slow, obvious twins of `kernels.clean`."""

from __future__ import annotations

from typing import Any

import numpy as np
import reference
from numpy.typing import NDArray

Array = NDArray[Any]
F64 = NDArray[np.float64]


def spill(picture: Array, gain: Array, offset: Array, radius: int) -> F64:
    """`kernels.clean.spill`."""
    pixels = picture.astype(np.float64)
    alpha = np.clip(gain * (pixels @ np.array([29, 150, 77])) / 65280 + offset, 0, 1)
    out = np.zeros_like(pixels)
    for y, x in np.ndindex(*alpha.shape):
        a = alpha[y, x]
        near = np.s_[max(y - radius, 0) : y + radius + 1, max(x - radius, 0) : x + radius + 1]
        room = pixels[near][alpha[near] < 0.1]
        if 0 < a < 0.995 and len(room):
            here = pixels[y, x]
            change = (1 - a) / np.maximum(a, 0.1) * (here - room.mean(axis=0))
            if a * np.abs(change).sum() >= 4:
                out[y, x] = np.clip(here + change, 0, 255) - here
    return out


def add(pixels: Array, gain: Array, offset: Array, change: Array, out: Array) -> F64:
    """`kernels.clean.add`."""
    alpha = reference.alpha(pixels, gain, offset)[:, :, None]
    wide = np.stack([reference.enlarged(change[:, :, c], *pixels.shape[:2]) for c in range(3)], axis=2)
    clean = np.clip(pixels.astype(np.float64) + wide, 0, 255)
    return np.asarray(np.clip(out + alpha * (clean - pixels), 0, 255), np.float64)
