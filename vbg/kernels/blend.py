"""Upsample the matte's coefficients, take the frame's brightness, and mix person and background: one pass, row by row.

Alpha is worked out only where it may lie between 0 and 1: elsewhere the row is the background's or the frame's. Fixed point:
alpha is 0..256 and every product fits 16 bits, so that a row is one run of vector instructions.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.enlarge import columns, picture_row, row_at, starts, widen, widened
from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
Index = NDArray[np.uintp]

_UNSURE, _HIDDEN, _SHOWN = np.uint8(0), np.uint8(1), np.uint8(2)
_LARGEST = np.float32(1e6)
"""Coefficients beyond it (a broken model) never count as surely shown."""


def mix(pixels: U8, gain: F32, offset: F32, background: U8, out: U8) -> None:
    """out = alpha * pixels + (1 - alpha) * background, alpha as `frame.Matte` defines it.

    pixels, out: (H, W, 3) uint8, contiguous. gain, offset: (h, w) float32. background: (H, W, 3) uint8, or any smaller size,
    which is enlarged bilinearly.
    """
    full = background.shape == pixels.shape
    lines, made = fixed(pixels).reshape(len(pixels), -1), out.reshape(len(out), -1)
    back = fixed(background).reshape(len(background), -1)
    wide = widened(background[:1, :1] if full else background, 1 if full else pixels.shape[1])
    _mix(lines, fixed(gain), fixed(offset), back, fixed(wide), full, made)


def alpha(pixels: U8, gain: F32, offset: F32) -> F32:
    """The alpha that `mix` uses: (H, W) float32, 0..1 in steps of 1/256."""
    out = np.empty(pixels.shape[:2], np.float32)
    _alpha(fixed(pixels).reshape(len(pixels), -1), fixed(gain), fixed(offset), out)
    return out


@njit(cache=True, nogil=True)
def _copy(source: U8, out: U8, y: int, start: np.uintp, end: np.uintp) -> None:  # pragma: no cover - compiled
    for i in range(np.uintp(3) * start, np.uintp(3) * end):
        out[y, i] = source[y, i]


@njit(cache=True, nogil=True, fastmath={"contract"})
def _alpha_row(  # pragma: no cover - compiled
    lines: U8, y: int, wide: F32, t: np.float32, luma: F32, out: U16, start: np.uintp, end: np.uintp
) -> None:
    """lines: (H, 3 W) uint8. wide: see `_widen_matte`. luma: (W), scratch. out: (W), alpha 0..256."""
    one, two = np.uintp(1), np.uintp(2)
    for x in range(start, end):
        i = np.uintp(3) * x
        blue = np.uint16(np.uint16(29) * np.uint16(lines[y, i]))
        green = np.uint16(np.uint16(150) * np.uint16(lines[y, i + one]))
        red = np.uint16(np.uint16(77) * np.uint16(lines[y, i + two]))
        luma[x] = np.float32(np.uint16(np.uint16(blue + green) + red))
    scale = np.float32(1.0 / (256.0 * 255.0))
    for x in range(start, end):
        g = wide[0, x] + (wide[1, x] - wide[0, x]) * t
        o = wide[2, x] + (wide[3, x] - wide[2, x]) * t
        a = (g * luma[x] * scale + o) * np.float32(256) + np.float32(0.5)
        # written so that NaN and infinity (a broken model) become 0: hidden, never shown
        a = a if np.float32(0) < a < np.float32(np.inf) else np.float32(0)
        a = a if a < np.float32(256) else np.float32(256)
        out[x] = np.uint16(np.int32(a))


@njit(cache=True, nogil=True)
def _triple(alphas: U16, out: U16, start: np.uintp, end: np.uintp) -> None:  # pragma: no cover - compiled
    for x in range(start, end):
        i = np.uintp(3) * x
        out[i] = alphas[x]
        out[i + np.uintp(1)] = alphas[x]
        out[i + np.uintp(2)] = alphas[x]


@njit(cache=True, nogil=True)
def _mixed(
    lines: U8, back: U8, alpha3: U16, out: U8, y: int, start: np.uintp, end: np.uintp
) -> None:  # pragma: no cover - compiled
    for i in range(np.uintp(3) * start, np.uintp(3) * end):
        a = alpha3[i]
        keep = np.uint16(np.uint16(lines[y, i]) * a)
        rest = np.uint16(np.uint16(back[y, i]) * np.uint16(np.uint16(256) - a))
        out[y, i] = np.uint8(np.uint16(np.uint16(keep + rest) >> np.uint16(8)))


@njit(cache=True, nogil=True)
def _mixed_onto(lines: U8, alpha3: U16, out: U8, y: int, start: np.uintp, end: np.uintp) -> None:  # pragma: no cover - compiled
    """`_mixed` with the background in `out`: given the same array twice, the compiler would not vectorise."""
    for i in range(np.uintp(3) * start, np.uintp(3) * end):
        a = alpha3[i]
        keep = np.uint16(np.uint16(lines[y, i]) * a)
        rest = np.uint16(np.uint16(out[y, i]) * np.uint16(np.uint16(256) - a))
        out[y, i] = np.uint8(np.uint16(np.uint16(keep + rest) >> np.uint16(8)))


@njit(cache=True, nogil=True)
def _widen_matte(  # pragma: no cover - compiled
    gain: F32, offset: F32, i: int, k: int, left: Index, weight: F32, wide: F32, start: np.uintp, end: np.uintp
) -> None:
    """Rows i and k of gain into wide[0] and wide[1], of offset into wide[2] and wide[3]."""
    widen(gain, i, left, weight, wide, 0, start, end)
    widen(gain, k, left, weight, wide, 1, start, end)
    widen(offset, i, left, weight, wide, 2, start, end)
    widen(offset, k, left, weight, wide, 3, start, end)


@njit(cache=True, nogil=True)
def _kinds(gain: F32, offset: F32) -> U8:  # pragma: no cover - compiled
    """(h, w rounded up to eights): _HIDDEN where alpha is 0 whatever the pixel, _SHOWN where it is 1, else _UNSURE.

    Alpha is linear in luma, so it is surely 0 where it is at most 0 for both the darkest and the brightest pixel, and surely 1
    where it is at least 1 for both. What is not a number counts as hidden, as it does in `_alpha_row`.
    """
    h, w = gain.shape
    kinds = np.zeros((h, (w + 7) // 8 * 8), np.uint8)
    zero, one = np.float32(0), np.float32(1)
    for y in range(h):
        for x in range(w):
            dark, bright = offset[y, x], gain[y, x] + offset[y, x]
            hidden = not (dark > zero) and not (bright > zero)
            shown = dark >= one and bright >= one and dark <= _LARGEST and bright <= _LARGEST
            kinds[y, x] = _HIDDEN if hidden else (_SHOWN if shown else _UNSURE)
    return kinds


@njit(cache=True, nogil=True)
def _stretches(  # pragma: no cover - compiled
    kinds: U8, above: int, below: int, begins: Index, gaps: U8, ends: Index, what: U8
) -> int:
    """The stretches of one kind in the pixels between two rows of `_kinds`: their ends and kinds; returns how many they are.

    begins: see `enlarge.starts`. gaps: as long as a row of `kinds`, scratch.
    """
    between = begins.shape[0] - 1
    for j in range(gaps.shape[0] - 1):
        gaps[j] = kinds[above, j] & kinds[below, j] & kinds[above, j + 1] & kinds[below, j + 1]
    eights = gaps.view(np.uint64)
    count, last = 0, np.uint8(255)
    j = 0
    while j < between:
        if j % 8 == 0 and eights[j // 8] == np.uint64(last) * np.uint64(0x0101010101010101):
            j += 8
            continue
        if gaps[j] != last:
            if count:
                ends[count - 1] = begins[j]
            last = gaps[j]
            what[count] = last
            count += 1
        j += 1
    ends[count - 1] = begins[between]
    return count


@njit(cache=True, nogil=True)
def _mix(  # pragma: no cover - compiled
    lines: U8, gain: F32, offset: F32, background: U8, small: U16, full: bool, out: U8
) -> None:
    """lines, out: (H, 3 W). background: the same, where it is `full`; otherwise `small` is it, see `enlarge.widened`."""
    rows, cols = lines.shape[0], lines.shape[1] // 3
    h, w = gain.shape
    left, weight = columns(w, cols)
    begins = starts(left, w)
    kinds = _kinds(gain, offset)
    gaps, what, ends = np.zeros(kinds.shape[1], np.uint8), np.empty(w, np.uint8), np.empty(w, np.uintp)
    wide = np.empty((4, cols), np.float32)
    sums, steps, last = np.empty(3 * cols, np.uint16), np.empty(3 * cols, np.uint16), -1
    luma, alphas, alpha3 = np.empty(cols, np.float32), np.empty(cols, np.uint16), np.empty(3 * cols, np.uint16)
    stretches, of = 0, -1
    for y in range(rows):
        i, t = row_at(y, rows, h)
        k = min(i + 1, h - 1)
        fresh = of != i
        if fresh:
            stretches, of = _stretches(kinds, i, k, begins, gaps, ends, what), i
        if not (full or (stretches == 1 and what[0] == _SHOWN)):
            picture_row(small, y, rows, last, sums, steps, out)
            last = y
        start = np.uintp(0)
        for s in range(stretches):
            kind, end = what[s], ends[s]
            if kind == _SHOWN:
                _copy(lines, out, y, start, end)
            elif kind == _HIDDEN:
                if full:
                    _copy(background, out, y, start, end)
            else:
                if fresh:
                    _widen_matte(gain, offset, i, k, left, weight, wide, start, end)
                _alpha_row(lines, y, wide, t, luma, alphas, start, end)
                _triple(alphas, alpha3, start, end)
                if full:
                    _mixed(lines, background, alpha3, out, y, start, end)
                else:
                    _mixed_onto(lines, alpha3, out, y, start, end)
            start = end


@njit(cache=True, nogil=True)
def _alpha(lines: U8, gain: F32, offset: F32, out: F32) -> None:  # pragma: no cover - compiled
    """lines: (H, 3 W)."""
    rows, cols = out.shape
    h, w = gain.shape
    left, weight = columns(w, cols)
    wide = np.empty((4, cols), np.float32)
    luma, alphas = np.empty(cols, np.float32), np.empty(cols, np.uint16)
    start, end = np.uintp(0), np.uintp(cols)
    of = -1
    for y in range(rows):
        i, t = row_at(y, rows, h)
        if of != i:
            _widen_matte(gain, offset, i, min(i + 1, h - 1), left, weight, wide, start, end)
            of = i
        _alpha_row(lines, y, wide, t, luma, alphas, start, end)
        for x in range(cols):
            out[y, x] = np.float32(alphas[x]) / np.float32(256)
