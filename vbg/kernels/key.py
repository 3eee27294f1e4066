"""How much of a screen's colour is in every pixel, and how the person's colours are freed of it.

Colours are compared in Oklab (Ottosson, "A perceptual color space for image processing", 2020): its chroma plane keeps its hues
straight from dark to bright. With the screen's chroma as unit, `u` is what a pixel has along the screen's hue and `v` what it
has across it; keyness is u - t |v|: 1 on the screen, at most 0 for any colour outside the wedge of hues that t opens (the hue
wedge of Jack, "Video Demystified", chapter on chroma keying, there in Cb and Cr).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.enlarge import columns, row_at, starts, widen
from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

NARROW, WIDE = 1.0, 0.3
"""t of keyness, where alpha is made, and where spill is looked for, which tints colours of other hues a little."""

FLARE = 0.004
"""Added to light before its cube root, 0..1: in the dark that root would make colours of the sensor's noise."""

LEAST = 0.15
"""Alpha that is divided by, at least."""

_UNSURE = 2

_LEVELS = np.arange(256) / 255
LIGHT = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)
"""Linear light, 0..1, of each sRGB level (IEC 61966-2-1)."""


def keyed(pixels: U8, planes: F32, bend: float, out: F32) -> None:
    """out = clip(v + bend c (1 - c), floor, ceiling), v = o - g k, k the keyness of each pixel, c = clip(v, 0, 1).

    pixels: (H, W, 3) uint8 BGR, contiguous. out: (H, W) float32. planes: (6, h, w) float32, enlarged bilinearly: the screen's
    chroma as (a, b) / (a^2 + b^2), then g, o, floor, ceiling.
    """
    _keyed(fixed(pixels), LIGHT, fixed(planes), bend, out)


def warm() -> None:
    """Compile both kernels, or load them: a keyer's alone, so that nobody else waits for them."""
    frame, planes = np.zeros((4, 4, 3), np.uint8), np.zeros((6, 2, 2), np.float32)
    alpha = np.zeros((4, 4), np.float32)
    keyed(frame, planes, 0.0, alpha)
    cleaned(frame, alpha, planes, 1.0, False, frame.copy())


def cleaned(pixels: U8, alpha: F32, planes: F32, darker: float, mixed: bool, out: U8) -> None:
    """The person's own colours: without the share of the screen that alpha tells, and without its light on the edge.

    A pixel is I = a F + (1 - a) S, so F = (I - (1 - a) S) / a. What keyness is left in F near the edge is taken out along the
    screen's hue in Oklab, and the lightness that came with it. Where alpha is 0, and where no screen is near,
    pixels stay as they are.

    pixels, out: (H, W, 3) uint8 BGR, contiguous. alpha: (H, W) float32, 0..1. planes: (6, h, w) float32, enlarged bilinearly: the
    screen's B, G, R, levels; its chroma as (a, b) / (a^2 + b^2); part of the spill that is taken out, 0..1. darker: lightness
    that goes with each chroma. mixed: the screen is mixed in again where alpha is soft, for whoever takes it out himself.
    """
    np.copyto(out, pixels)
    _cleaned(fixed(pixels), LIGHT, fixed(alpha), fixed(planes), darker, mixed, out)


@njit(cache=True, nogil=True, error_model="numpy")
def _keyed(pixels: U8, light: F32, planes: F32, bend: float, out: F32) -> None:  # pragma: no cover - compiled
    """Row by row, and in each row only where the limits leave a choice."""
    rows, cols = out.shape
    h, w = planes.shape[1], planes.shape[2]
    left, weight = columns(w, cols)
    begins = starts(left, w)
    lms, start = np.empty((3, cols), np.float32), np.empty(cols, np.float32)
    bits, start_bits = lms.view(np.int32), start.view(np.int32)
    wide = np.empty((12, cols), np.float32)
    of = -1
    for y in range(rows):
        i, t = row_at(y, rows, h)
        k = min(i + 1, h - 1)
        fresh = of != i
        of = i
        line, made = pixels[y], out[y]
        j = 0
        while j < begins.shape[0] - 1:
            kind, first = _kind(planes, i, k, j), begins[j]
            while j < begins.shape[0] - 1 and _kind(planes, i, k, j) == kind:
                j += 1
            end = begins[j]
            if kind != _UNSURE:
                for x in range(first, end):
                    made[x] = np.float32(kind)
                continue
            if fresh:
                for p in range(6):
                    widen(planes[p], i, left, weight, wide, 2 * p, first, end)
                    widen(planes[p], k, left, weight, wide, 2 * p + 1, first, end)
            _cones(line, light, lms, first, end)
            for c in range(3):
                _roots(lms[c], bits[c], start, start_bits, first, end)
            _keyed_row(lms[0], lms[1], lms[2], wide, t, np.float32(bend), made, first, end)


@njit(cache=True, nogil=True)
def _kind(planes: F32, i: int, k: int, j: int) -> int:  # pragma: no cover - compiled
    """Between columns j and j + 1 and rows i and k: 1 where alpha can only be 1, 0 where it can only be 0, else _UNSURE."""
    n = min(j + 1, planes.shape[2] - 1)
    one, zero = np.float32(1), np.float32(0)
    low = min(min(planes[4, i, j], planes[4, i, n]), min(planes[4, k, j], planes[4, k, n]))
    high = max(max(planes[5, i, j], planes[5, i, n]), max(planes[5, k, j], planes[5, k, n]))
    return 0 if high <= zero else (1 if low >= one else _UNSURE)


@njit(cache=True, nogil=True)
def _cones(line: U8, light: F32, lms: F32, first: np.uintp, end: np.uintp) -> None:  # pragma: no cover - compiled
    """line: (W, 3) BGR. lms: (3, W), the responses before the cube root."""
    flare = np.float32(FLARE)
    for x in range(first, end):
        b, g, r = light[np.uintp(line[x, 0])], light[np.uintp(line[x, 1])], light[np.uintp(line[x, 2])]
        lms[0, x] = np.float32(0.4122214708) * r + np.float32(0.5363325363) * g + np.float32(0.0514459929) * b + flare
        lms[1, x] = np.float32(0.2119034982) * r + np.float32(0.6806995451) * g + np.float32(0.1073969566) * b + flare
        lms[2, x] = np.float32(0.0883024619) * r + np.float32(0.2817188376) * g + np.float32(0.6299787005) * b + flare


@njit(cache=True, nogil=True, error_model="numpy")
def _roots(  # pragma: no cover - compiled
    x: F32, bits: I32, start: F32, start_bits: I32, first: np.uintp, end: np.uintp
) -> None:
    """x becomes its cube root, within 5e-5 of it: a third of the exponent, then a step of Halley's method.

    bits, start_bits: x and start (scratch) as 32-bit integers.
    """
    for i in range(first, end):
        start_bits[i] = np.int32(bits[i] // np.int32(3)) + np.int32(709921077)
    for i in range(first, end):
        y, value = start[i], x[i]
        cube = y * y * y
        x[i] = y * (cube + value + value) / (cube + cube + value)


@njit(cache=True, nogil=True, fastmath={"contract"})
def _keyed_row(  # pragma: no cover - compiled
    long: F32, middle: F32, short: F32, wide: F32, t: np.float32, bend: np.float32, out: F32, first: np.uintp, end: np.uintp
) -> None:
    for x in range(first, end):
        a = np.float32(1.9779984951) * long[x] - np.float32(2.4285922050) * middle[x] + np.float32(0.4505937099) * short[x]
        b = np.float32(0.0259040371) * long[x] + np.float32(0.7827717662) * middle[x] - np.float32(0.8086757660) * short[x]
        p = wide[0, x] + (wide[1, x] - wide[0, x]) * t
        q = wide[2, x] + (wide[3, x] - wide[2, x]) * t
        gain = wide[4, x] + (wide[5, x] - wide[4, x]) * t
        offset = wide[6, x] + (wide[7, x] - wide[6, x]) * t
        low = wide[8, x] + (wide[9, x] - wide[8, x]) * t
        high = wide[10, x] + (wide[11, x] - wide[10, x]) * t
        key = a * p + b * q - np.float32(NARROW) * abs(b * p - a * q)
        value = offset - gain * key
        inside = value if value > np.float32(0) else np.float32(0)
        inside = inside if inside < np.float32(1) else np.float32(1)
        value += bend * inside * (np.float32(1) - inside)
        value = value if value > low else low
        out[x] = value if value < high else high


@njit(cache=True, nogil=True)
def _at(planes: F32, p: int, i: int, k: int, t: np.float32, j: np.uintp, s: np.float32) -> np.float32:  # pragma: no cover
    """Plane p between rows i and k and columns j and j + 1."""
    n = j + np.uintp(1) if planes.shape[2] > 1 else j
    upper = planes[p, i, j] + (planes[p, i, n] - planes[p, i, j]) * s
    lower = planes[p, k, j] + (planes[p, k, n] - planes[p, k, j]) * s
    return np.float32(upper + (lower - upper) * t)


@njit(cache=True, nogil=True, error_model="numpy")
def _cleaned(  # pragma: no cover - compiled
    pixels: U8, light: F32, alpha: F32, planes: F32, darker: float, mixed: bool, out: U8
) -> None:
    """out: a copy of `pixels`."""
    rows, cols = alpha.shape
    h, w = planes.shape[1], planes.shape[2]
    left, weight = columns(w, cols)
    zero, one, white = np.float32(0), np.float32(1), np.float32(255)
    near = np.zeros(w, np.bool_)
    for y in range(rows):
        i, t = row_at(y, rows, h)
        k = min(i + 1, h - 1)
        for j in range(w):
            n = min(j + 1, w - 1)
            near[j] = max(max(planes[5, i, j], planes[5, i, n]), max(planes[5, k, j], planes[5, k, n])) > zero
        line, made = pixels[y], out[y]
        for x in range(cols):
            a, j = alpha[y, x], left[x]
            if not a > zero or (a >= one and not near[j]):
                continue
            s = weight[x]
            b, g, r = np.float32(line[x, 0]), np.float32(line[x, 1]), np.float32(line[x, 2])
            screen = (_at(planes, 0, i, k, t, j, s), _at(planes, 1, i, k, t, j, s), _at(planes, 2, i, k, t, j, s))
            if a < one:
                scale, rest = one / max(a, np.float32(LEAST)), one - a
                b = min(max((b - rest * screen[0]) * scale, zero), white)
                g = min(max((g - rest * screen[1]) * scale, zero), white)
                r = min(max((r - rest * screen[2]) * scale, zero), white)
            own = b, g, r
            # a hue that is more than a right angle away has no keyness: most of a face, seen at once
            gray, gray_screen = (b + g + r) * np.float32(1 / 3), (screen[0] + screen[1] + screen[2]) * np.float32(1 / 3)
            alike = (b - gray) * (screen[0] - gray_screen) + (g - gray) * (screen[1] - gray_screen)
            if near[j] and alike + (r - gray) * (screen[2] - gray_screen) > zero:
                p, q = _at(planes, 3, i, k, t, j, s), _at(planes, 4, i, k, t, j, s)
                b, g, r = _despilled(b, g, r, light, p, q, _at(planes, 5, i, k, t, j, s), np.float32(darker))
            if mixed:
                b = np.float32(line[x, 0]) + a * (b - own[0])
                g = np.float32(line[x, 1]) + a * (g - own[1])
                r = np.float32(line[x, 2]) + a * (r - own[2])
            made[x, 0] = np.uint8(np.int32(min(max(b, zero), white) + np.float32(0.5)))
            made[x, 1] = np.uint8(np.int32(min(max(g, zero), white) + np.float32(0.5)))
            made[x, 2] = np.uint8(np.int32(min(max(r, zero), white) + np.float32(0.5)))


@njit(cache=True, nogil=True, error_model="numpy")
def _despilled(  # pragma: no cover - compiled
    blue: np.float32,
    green: np.float32,
    red: np.float32,
    light: F32,
    p: np.float32,
    q: np.float32,
    strength: np.float32,
    darker: np.float32,
) -> tuple[np.float32, np.float32, np.float32]:
    """B, G, R, levels, with their keyness taken out. What would leave the gamut is moved towards gray of the same lightness."""
    zero, one, third = np.float32(0), np.float32(1), np.float32(1 / 3)
    b, g, r = _linear(blue, light), _linear(green, light), _linear(red, light)
    flare = np.float32(FLARE)
    l = (np.float32(0.4122214708) * r + np.float32(0.5363325363) * g + np.float32(0.0514459929) * b + flare) ** third  # noqa: E741
    m = (np.float32(0.2119034982) * r + np.float32(0.6806995451) * g + np.float32(0.1073969566) * b + flare) ** third
    s = (np.float32(0.0883024619) * r + np.float32(0.2817188376) * g + np.float32(0.6299787005) * b + flare) ** third
    high = np.float32(0.2104542553) * l + np.float32(0.7936177850) * m - np.float32(0.0040720468) * s
    across = np.float32(1.9779984951) * l - np.float32(2.4285922050) * m + np.float32(0.4505937099) * s
    along = np.float32(0.0259040371) * l + np.float32(0.7827717662) * m - np.float32(0.8086757660) * s
    key = across * p + along * q - np.float32(WIDE) * abs(along * p - across * q)
    length = p * p + q * q
    if not key > zero or not length > zero:
        return blue, green, red
    less = key * min(strength, one) / length
    high = max(high - darker * less * np.sqrt(length), zero)
    across -= less * p
    along -= less * q
    red, green, blue = _rgb(high, across, along)
    gray = max(high * high * high - flare, zero)
    keep = one
    for value in (red, green, blue):
        if value < zero:
            keep = min(keep, gray / (gray - value))
        elif value > one:
            keep = min(keep, max(one - gray, zero) / (value - gray))
    return (
        _level(gray + (blue - gray) * keep),
        _level(gray + (green - gray) * keep),
        _level(gray + (red - gray) * keep),
    )


@njit(cache=True, nogil=True)
def _linear(level: np.float32, light: F32) -> np.float32:  # pragma: no cover - compiled
    """Light of a level that may lie between two."""
    i = min(int(level), 254)
    return np.float32(light[i] + (light[i + 1] - light[i]) * (level - np.float32(i)))


@njit(cache=True, nogil=True)
def _rgb(
    high: np.float32, across: np.float32, along: np.float32
) -> tuple[np.float32, np.float32, np.float32]:  # pragma: no cover - compiled
    """Linear R, G, B of an Oklab colour, the flare taken off."""
    l = high + np.float32(0.3963377774) * across + np.float32(0.2158037573) * along  # noqa: E741
    m = high - np.float32(0.1055613458) * across - np.float32(0.0638541728) * along
    s = high - np.float32(0.0894841775) * across - np.float32(1.2914855480) * along
    flare = np.float32(FLARE)
    l, m, s = l * l * l - flare, m * m * m - flare, s * s * s - flare  # noqa: E741
    return (
        np.float32(4.0767416621) * l - np.float32(3.3077115913) * m + np.float32(0.2309699292) * s,
        np.float32(-1.2684380046) * l + np.float32(2.6097574011) * m - np.float32(0.3413193965) * s,
        np.float32(-0.0041960863) * l - np.float32(0.7034186147) * m + np.float32(1.7076147010) * s,
    )


@njit(cache=True, nogil=True)
def _level(value: np.float32) -> np.float32:  # pragma: no cover - compiled
    value = min(max(value, np.float32(0)), np.float32(1))
    if value <= np.float32(0.0031308):
        return np.float32(np.float32(255 * 12.92) * value)
    return np.float32(np.float32(255 * 1.055) * value ** np.float32(1 / 2.4) - np.float32(255 * 0.055))
