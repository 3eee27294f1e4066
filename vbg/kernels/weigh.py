"""Before and after a blur that counts each pixel by how surely it is room (normalised convolution, Knutsson and Westin 1993)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.kernels.compiled import kernel
from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]


def weighted(picture: F32, person: F32, steepness: float, least: float) -> F32:
    """(h, w, 4) float32: each colour times the weight, and the weight: clip(1 - steepness * person, least, 1).

    picture: (h, w, 3) float32, 0..255. person: (h, w) float32, 0..1.
    """
    out = np.empty((*person.shape, 4), np.float32)
    _weighted(fixed(picture), fixed(person), steepness, least, out)
    return out


def divided(blurred: F32) -> U8:
    """(h, w, 3) uint8: the colours of `weighted`, blurred, divided by their blurred weight, which must be positive."""
    out = np.empty((blurred.shape[0], blurred.shape[1], 3), np.uint8)
    _divided(fixed(blurred), out)
    return out


@kernel()
def _weighted(picture: F32, person: F32, steepness: float, least: float, out: F32) -> None:  # pragma: no cover - compiled
    steep, floor, one = np.float32(steepness), np.float32(least), np.float32(1)
    for y in range(person.shape[0]):
        for x in range(person.shape[1]):
            weight = one - steep * person[y, x]
            weight = weight if weight > floor else floor
            weight = weight if weight < one else one
            for c in range(3):
                out[y, x, c] = picture[y, x, c] * weight
            out[y, x, 3] = weight


@kernel(error_model="numpy")
def _divided(blurred: F32, out: U8) -> None:  # pragma: no cover - compiled
    half = np.float32(0.5)
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            share = np.float32(1) / blurred[y, x, 3]
            for c in range(3):
                out[y, x, c] = np.uint8(np.int32(min(blurred[y, x, c] * share + half, np.float32(255))))
