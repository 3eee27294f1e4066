"""A slow, obvious twin of every kernel: float64, one pixel at a time, straight from the definition."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
Array = NDArray[Any]


def box(pixels: Array, width: int, height: int) -> F64:
    """`kernels.reduce.area` where it shrinks at least twofold: the mean of the whole pixels under each output pixel."""
    rows, cols = pixels.shape[:2]
    out = np.empty((height, width, 3))
    for y in range(height):
        for x in range(width):
            block = pixels[y * rows // height : (y + 1) * rows // height, x * cols // width : (x + 1) * cols // width]
            out[y, x] = block.mean(axis=(0, 1), dtype=np.float64)
    return out


def luma(pixels: Array) -> F64:
    """BT.601 brightness, 0..1, with weights in 256ths."""
    return np.asarray(pixels.astype(np.float64) @ (29, 150, 77) / 256 / 255)


def coefficients(guide: Array, mask: Array, radius: int, epsilon: float) -> tuple[F64, F64]:
    """`kernels.guided.coefficients`: a least-squares line through each window, then each window's
    mean of the lines. Brightness counts in whole levels."""
    light, p = np.floor(255 * luma(guide) + 0.5) / 255, mask.astype(np.float64)
    covariance = _mean(light * p, radius) - _mean(light, radius) * _mean(p, radius)
    variance = _mean(light * light, radius) - _mean(light, radius) ** 2
    a = covariance / (variance + epsilon)
    b = _mean(p, radius) - a * _mean(light, radius)
    return _mean(a, radius), _mean(b, radius)


def _mean(plane: F64, radius: int) -> F64:
    out = np.empty_like(plane)
    for y in range(plane.shape[0]):
        for x in range(plane.shape[1]):
            out[y, x] = plane[max(0, y - radius) : y + radius + 1, max(0, x - radius) : x + radius + 1].mean()
    return out


def enlarged(small: Array, height: int, width: int) -> F64:
    """Bilinear, pixel centres at half, borders repeated."""
    out = np.empty((height, width, *small.shape[2:]))
    for y in range(height):
        top, down = _between(y, height, small.shape[0])
        for x in range(width):
            left, right = _between(x, width, small.shape[1])
            (a, b), (c, d) = small[np.ix_(*(_pair(at, size) for at, size in ((top, small.shape[0]), (left, small.shape[1]))))]
            out[y, x] = (a * (1 - right) + b * right) * (1 - down) + (c * (1 - right) + d * right) * down
    return out


def _between(at: int, large: int, small: int) -> tuple[int, float]:
    """The sample before the target pixel's centre, and how far the centre is on its way to the next one."""
    centre = min(max((at + 0.5) * small / large - 0.5, 0.0), small - 1.0)
    return int(centre), centre - int(centre)


def _pair(at: int, size: int) -> tuple[int, int]:
    return at, min(at + 1, size - 1)


def alpha(pixels: Array, gain: Array, offset: Array) -> F64:
    """`frame.Matte`'s definition. What is no number is hidden."""
    height, width = pixels.shape[:2]
    with np.errstate(invalid="ignore"):
        wide = [enlarged(plane.astype(np.float64), height, width) for plane in (gain, offset)]
        raw = wide[0] * luma(pixels) + wide[1]
    return np.where(np.isfinite(raw), np.clip(raw, 0, 1), 0.0)


def mix(pixels: Array, gain: Array, offset: Array, background: Array) -> F64:
    """`kernels.blend.mix`, not rounded."""
    opaque = alpha(pixels, gain, offset)[:, :, None]
    return opaque * pixels + (1 - opaque) * enlarged(background.astype(np.float64), *pixels.shape[:2])


def weighted(picture: Array, person: Array, steepness: float, least: float) -> F64:
    """`kernels.weigh.weighted`."""
    weight = np.clip(1 - steepness * person.astype(np.float64), least, 1)
    return np.concatenate([picture * weight[..., None], weight[..., None]], axis=2)


def divided(blurred: Array) -> F64:
    """`kernels.weigh.divided`, before rounding."""
    return np.asarray(blurred[..., :3].astype(np.float64) / blurred[..., 3:])
