"""Slow, obvious twins of `vbg.kernels.key`: pixel by pixel, in Python's own numbers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vbg.kernels.key import FLARE, LEAST, NARROW, WIDE

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
Colour = tuple[float, float, float]


def at(plane: F32, y: int, x: int, rows: int, cols: int) -> float:
    """Bilinear, centres at half, borders repeated."""
    h, w = plane.shape
    v = min(max((y + 0.5) * h / rows - 0.5, 0.0), h - 1.0)
    u = min(max((x + 0.5) * w / cols - 0.5, 0.0), w - 1.0)
    i, j = int(v), int(u)
    k, n = min(i + 1, h - 1), min(j + 1, w - 1)
    upper = plane[i, j] * (1 - (u - j)) + plane[i, n] * (u - j)
    lower = plane[k, j] * (1 - (u - j)) + plane[k, n] * (u - j)
    return float(upper * (1 - (v - i)) + lower * (v - i))


def light(level: float) -> float:
    s = level / 255
    return s / 12.92 if s <= 0.04045 else float(((s + 0.055) / 1.055) ** 2.4)


def level(value: float) -> float:
    value = min(max(value, 0.0), 1.0)
    return 255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055)


def lab(b: float, g: float, r: float) -> Colour:
    """Ottosson's Oklab of BGR levels, with a little flare."""
    b, g, r = light(b), light(g), light(r)
    x = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b + FLARE) ** (1 / 3)
    y = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b + FLARE) ** (1 / 3)
    z = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b + FLARE) ** (1 / 3)
    return (
        0.2104542553 * x + 0.7936177850 * y - 0.0040720468 * z,
        1.9779984951 * x - 2.4285922050 * y + 0.4505937099 * z,
        0.0259040371 * x + 0.7827717662 * y - 0.8086757660 * z,
    )


def rgb(lightness: float, a: float, b: float) -> Colour:
    """Linear R, G, B of it."""
    x, y, z = (
        root**3 - FLARE
        for root in (
            lightness + 0.3963377774 * a + 0.2158037573 * b,
            lightness - 0.1055613458 * a - 0.0638541728 * b,
            lightness - 0.0894841775 * a - 1.2914855480 * b,
        )
    )
    return (
        4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
        -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
        -0.0041960863 * x - 0.7034186147 * y + 1.7076147010 * z,
    )


def keyed(pixels: U8, planes: F32, bend: float) -> F32:
    rows, cols = pixels.shape[:2]
    out = np.zeros((rows, cols), np.float32)
    for y in range(rows):
        for x in range(cols):
            p, q, gain, offset, low, high = (at(plane, y, x, rows, cols) for plane in planes)
            _, a, b = lab(*(float(c) for c in pixels[y, x]))
            key = a * p + b * q - NARROW * abs(b * p - a * q)
            value = offset - gain * key
            inside = min(max(value, 0.0), 1.0)
            out[y, x] = min(max(value + bend * inside * (1 - inside), low), high)
    return out


def cleaned(pixels: U8, alpha: F32, planes: F32, darker: float, mixed: bool) -> NDArray[np.float64]:
    """Not rounded."""
    rows, cols = alpha.shape
    out = pixels.astype(np.float64)
    for y in range(rows):
        for x in range(cols):
            share = float(alpha[y, x])
            *screen, p, q, strength = (at(plane, y, x, rows, cols) for plane in planes)
            if not share > 0:
                continue
            here = [float(c) for c in pixels[y, x]]
            own = here
            if share < 1:
                own = [min(max((c - (1 - share) * s) / max(share, LEAST), 0), 255) for c, s in zip(here, screen, strict=True)]
            alike = sum((c - sum(own) / 3) * (s - sum(screen) / 3) for c, s in zip(own, screen, strict=True))
            clean = unlit(own, p, q, strength, darker) if strength > 0 and alike > 0 else own
            if mixed:
                clean = [h + share * (c - o) for h, c, o in zip(here, clean, own, strict=True)]
            out[y, x] = np.clip(clean, 0, 255)
    return out


def unlit(own: list[float], p: float, q: float, strength: float, darker: float) -> list[float]:
    """The keyness taken out, and what leaves the gamut moved towards gray."""
    lightness, a, b = lab(own[0], own[1], own[2])
    key = a * p + b * q - WIDE * abs(b * p - a * q)
    length = p * p + q * q
    if key <= 0 or length <= 0:
        return own
    less = key * min(strength, 1.0)
    lightness = max(lightness - darker * less / math.sqrt(length), 0.0)
    red, green, blue = rgb(lightness, a - less * p / length, b - less * q / length)
    gray, keep = max(lightness**3 - FLARE, 0.0), 1.0
    for value in (red, green, blue):
        if value < 0:
            keep = min(keep, gray / (gray - value))
        elif value > 1:
            keep = min(keep, max(1 - gray, 0.0) / (value - gray))
    return [level(gray + (c - gray) * keep) for c in (blue, green, red)]
