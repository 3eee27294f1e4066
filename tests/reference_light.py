"""Slow, obvious twins of `kernels.light`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
F64 = NDArray[np.float64]


def beside(background: Array, picture: Array, gain: Array, offset: Array) -> F64:
    """`kernels.light.beside`."""
    alpha = np.clip(gain * (picture.astype(np.float64) @ np.array([29, 150, 77])) / 65280 + offset, 0, 1)
    return np.asarray(background * (1 - alpha)[:, :, None], np.float64)


def lit(picture: Array, near: Array, change: Array, glow: Array, strength: float, tint: tuple[float, float, float]) -> F64:
    """`kernels.light.lit`."""
    tinted = np.clip((picture + change.astype(np.float64)) * np.array(tint), 0, 255)
    made = 255 * (1 - (1 - tinted / 255) * (1 - strength * glow / 255))
    out = np.asarray(made - picture, np.float64)
    out[(np.abs(out).sum(axis=2) < 1.5) | (near == 0)] = 0
    return out
