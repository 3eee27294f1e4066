"""Small pictures in Oklab (Ottosson, "A perceptual color space for image processing", 2020), as `kernels.key` sees large ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.kernels.key import FLARE, LIGHT

F32 = NDArray[np.float32]

_CONES = np.array(  # of linear B, G, R
    [
        [0.0514459929, 0.5363325363, 0.4122214708],
        [0.1073969566, 0.6806995451, 0.2119034982],
        [0.6299787005, 0.2817188376, 0.0883024619],
    ],
    np.float32,
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
_STEPS = np.arange(256, dtype=np.float32)


def brightening(colour: F32) -> float:
    """How much lightness comes with each chroma where a little light of this colour, (3,) BGR levels, falls on gray."""
    lightness, across, along = (LIGHT[np.rint(colour).astype(np.uint8)] @ _CONES.T) @ _LAB.T
    return float(lightness / max(np.hypot(across, along), 1e-6))


def oklab(picture: NDArray[np.uint8] | F32) -> F32:
    """L, a, b of `picture`, (..., 3) BGR, levels of sRGB: float32 of the same shape."""
    light = LIGHT[picture] if picture.dtype == np.uint8 else np.interp(picture, _STEPS, LIGHT).astype(np.float32)
    return np.asarray(np.cbrt(light @ _CONES.T + np.float32(FLARE)) @ _LAB.T, np.float32)
