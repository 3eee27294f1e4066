"""Upsample the matte's coefficients, take the frame's brightness, and mix person and background: one pass, row by row.

Alpha is worked out only where it may lie between 0 and 1: elsewhere the row is the background's or the frame's, and nothing else
is read or written there. Fixed point: alpha is 0..256 and every product fits 16 bits, so that a row is one run of vector
instructions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.kernels.ahead import fetch
from vbg.kernels.compiled import kernel, part
from vbg.kernels.enlarge import begins, between, between_in_256ths, widened
from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U64 = NDArray[np.uint64]
Index = NDArray[np.uintp]

_UNSURE, _HIDDEN, _SHOWN = np.uint8(0), np.uint8(1), np.uint8(2)
_LARGEST = np.float32(1e6)
"""Coefficients beyond it (a broken model) never count as surely shown."""

_AHEAD = 2
"""Rows: by as many, what will be read is fetched from memory before (measured: .56 -> .40 ms where no cache holds the frame)."""


def mix(pixels: U8, gain: F32, offset: F32, background: U8, out: U8) -> None:
    """out = alpha * pixels + (1 - alpha) * background, alpha as `frame.Matte` defines it.

    pixels, out: (H, W, 3) uint8, contiguous. gain, offset: (h, w) float32. background: (H, W, 3) uint8, or any smaller size,
    which is enlarged bilinearly, within 1.5 levels.
    """
    rows, cols = pixels.shape[:2]
    h, w = gain.shape
    lines, made = fixed(pixels).reshape(rows, -1), out.reshape(rows, -1)
    back = fixed(widened(background, cols))
    matte = fixed(gain), fixed(offset), *between(cols, w), begins(cols, w), *between(rows, h)
    kinds = np.zeros((h, (w + 7) // 8 * 8), np.uint8)
    gaps = np.zeros(kinds.shape[1], np.uint8)
    ends, scratch, alphas = np.empty(kinds.shape[1], np.uintp), np.empty((5, cols), np.float32), np.empty(4 * cols, np.uint16)
    found = kinds, gaps, gaps.view(np.uint64), np.empty_like(gaps), ends
    behind = np.empty(3 * cols, np.uint8)
    _mix(lines, *matte, back, *between_in_256ths(rows, len(back)), *found, scratch, alphas, behind, made)


def alpha(pixels: U8, gain: F32, offset: F32) -> F32:
    """The alpha that `mix` uses: (H, W) float32, 0..1 in steps of 1/256."""
    rows, cols = pixels.shape[:2]
    h, w = gain.shape
    out = np.empty((rows, cols), np.float32)
    lines, scratch = fixed(pixels).reshape(rows, -1), np.empty((5, cols), np.float32)
    alphas = np.empty(cols, np.uint16)
    _alpha(lines, fixed(gain), fixed(offset), *between(cols, w), *between(rows, h), scratch, alphas, out)
    return out


@part()
def _copy(source: U8, out: U8, start: np.uintp, end: np.uintp) -> None:  # pragma: no cover - compiled
    for i in range(np.uintp(3) * start, np.uintp(3) * end):
        out[i] = source[i]


@part()
def _enlarged(  # pragma: no cover - compiled
    above: U8, below: U8, t: np.uint16, out: U8, start: np.uintp, end: np.uintp
) -> None:
    """What lies t 256ths on the way between two rows."""
    rest, half = np.uint16(np.uint16(256) - t), np.uint16(128)
    for i in range(np.uintp(3) * start, np.uintp(3) * end):
        total = np.uint16(np.uint16(np.uint16(above[i]) * rest) + np.uint16(np.uint16(below[i]) * t))
        out[i] = np.uint8(np.uint16(total + half) >> np.uint16(8))


@part(fastmath={"contract"})
def _alphas(  # pragma: no cover - compiled
    line: U8, wide: F32, t: np.float32, out: U16, start: np.uintp, end: np.uintp
) -> None:
    """line: (3 W) uint8. wide: (5, W), see `_widen`; the last row is scratch. out: 0..256, the first W of it."""
    one, two = np.uintp(1), np.uintp(2)
    for x in range(start, end):
        i = np.uintp(3) * x
        blue = np.uint16(np.uint16(29) * np.uint16(line[i]))
        green = np.uint16(np.uint16(150) * np.uint16(line[i + one]))
        red = np.uint16(np.uint16(77) * np.uint16(line[i + two]))
        wide[4, x] = np.float32(np.uint16(np.uint16(blue + green) + red))
    scale = np.float32(1.0 / (256.0 * 255.0))
    for x in range(start, end):
        g = wide[0, x] + (wide[1, x] - wide[0, x]) * t
        o = wide[2, x] + (wide[3, x] - wide[2, x]) * t
        a = (g * wide[4, x] * scale + o) * np.float32(256) + np.float32(0.5)
        # written so that NaN and infinity (a broken model) become 0: hidden, never shown
        a = a if np.float32(0) < a < np.float32(np.inf) else np.float32(0)
        a = a if a < np.float32(256) else np.float32(256)
        out[x] = np.uint16(np.int32(a))


@part()
def _over(  # pragma: no cover - compiled
    line: U8, back: U8, alphas: U16, out: U8, start: np.uintp, end: np.uintp
) -> None:
    """`line` over `back`. alphas: (4 W), the first quarter for pixels; the rest becomes the same for channels."""
    one, two, three = np.uintp(1), np.uintp(2), np.uintp(3)
    base = np.uintp(out.shape[0] // 3)
    for x in range(start, end):
        at = base + three * x
        alphas[at] = alphas[x]
        alphas[at + one] = alphas[x]
        alphas[at + two] = alphas[x]
    for i in range(three * start, three * end):
        a = alphas[base + i]
        keep = np.uint16(np.uint16(line[i]) * a)
        rest = np.uint16(np.uint16(back[i]) * np.uint16(np.uint16(256) - a))
        out[i] = np.uint8(np.uint16(np.uint16(keep + rest) >> np.uint16(8)))


@part(fastmath={"contract"})
def _widen(  # pragma: no cover - compiled
    gain: F32,
    offset: F32,
    i: np.uintp,
    k: np.uintp,
    left: Index,
    right: Index,
    weight: F32,
    wide: F32,
    start: np.uintp,
    end: np.uintp,
) -> None:
    """Rows i and k of gain into wide[0] and wide[1], of offset into wide[2] and wide[3]."""
    for x in range(start, end):
        a, b, t = left[x], right[x], weight[x]
        wide[0, x] = gain[i, a] + (gain[i, b] - gain[i, a]) * t
        wide[1, x] = gain[k, a] + (gain[k, b] - gain[k, a]) * t
        wide[2, x] = offset[i, a] + (offset[i, b] - offset[i, a]) * t
        wide[3, x] = offset[k, a] + (offset[k, b] - offset[k, a]) * t


@part()
def _kinds(gain: F32, offset: F32, out: U8) -> None:  # pragma: no cover - compiled
    """out: (h, at least w): _HIDDEN where alpha is 0 whatever the pixel, _SHOWN where it is 1, else _UNSURE.

    Alpha is linear in luma, so it is surely 0 where it is at most 0 for both the darkest and the brightest pixel, and surely 1
    where it is at least 1 for both. What is not a number counts as hidden, as it does in `_alphas`.
    """
    zero, one = np.float32(0), np.float32(1)
    for y in range(gain.shape[0]):
        for x in range(gain.shape[1]):
            dark, bright = offset[y, x], gain[y, x] + offset[y, x]
            hidden = not (dark > zero) and not (bright > zero)
            shown = dark >= one and bright >= one and dark <= _LARGEST and bright <= _LARGEST
            out[y, x] = _HIDDEN if hidden else (_SHOWN if shown else _UNSURE)


@part()
def _stretches(  # pragma: no cover - compiled
    kinds: U8, above: np.uintp, below: np.uintp, begins: Index, gaps: U8, eights: U64, what: U8, ends: Index
) -> int:
    """The stretches of one kind in the pixels between two rows of `kinds`: their ends and kinds; returns how many they are.

    begins: see `enlarge.begins`. gaps: as long as a row of `kinds`, scratch; eights: the same, eight at a time.
    """
    between = begins.shape[0] - 1
    for j in range(gaps.shape[0] - 1):
        gaps[j] = kinds[above, j] & kinds[below, j] & kinds[above, j + 1] & kinds[below, j + 1]
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


@part()
def _fetch_shown(line: U8, what: U8, ends: Index, stretches: int) -> None:  # pragma: no cover - compiled
    """What will be read of a line a little further down: hardly other stretches than here."""
    start, end = np.uintp(0), np.uintp(0)
    for s in range(stretches):
        if what[s] != _HIDDEN:
            start = ends[s - 1] if s and end == 0 else start
            end = ends[s]
    fetch(line, np.uintp(3) * start, np.uintp(3) * end)


@kernel()
def _mix(  # pragma: no cover - compiled
    lines: U8,
    gain: F32,
    offset: F32,
    left: Index,
    right: Index,
    across: F32,
    begins: Index,
    upper: Index,
    lower: Index,
    down: F32,
    background: U8,
    back_upper: Index,
    back_lower: Index,
    back_down: U16,
    kinds: U8,
    gaps: U8,
    eights: U64,
    what: U8,
    ends: Index,
    wide: F32,
    alphas: U16,
    back: U8,
    out: U8,
) -> None:
    """lines, out: (H, 3 W). left, right, across, begins: for each column, see `enlarge`; upper, lower, down: for each row.
    background: (any, 3 W), its rows for each row of the frame: back_upper, back_lower, back_down in 256ths. back: (3 W),
    scratch. The others: see above; kinds, gaps are zeros at first."""
    _kinds(gain, offset, kinds)
    stretches, of, last = 0, np.uintp(0), np.uintp(0)
    for y in range(lines.shape[0]):
        i, k = upper[y], lower[y]
        fresh = y == 0 or i != of or k != last
        if fresh:
            stretches, of, last = _stretches(kinds, i, k, begins, gaps, eights, what, ends), i, k
        line, made = lines[y], out[y]
        above, below, t = background[back_upper[y]], background[back_lower[y]], back_down[y]
        if y + _AHEAD < lines.shape[0]:
            _fetch_shown(lines[y + _AHEAD], what, ends, stretches)
        start = np.uintp(0)
        for s in range(stretches):
            end = ends[s]
            if what[s] == _SHOWN:
                _copy(line, made, start, end)
            elif what[s] == _HIDDEN:
                if t == 0:
                    _copy(above, made, start, end)
                else:
                    _enlarged(above, below, t, made, start, end)
            else:
                if fresh:
                    _widen(gain, offset, i, k, left, right, across, wide, start, end)
                _enlarged(above, below, t, back, start, end)
                _alphas(line, wide, down[y], alphas, start, end)
                _over(line, back, alphas, made, start, end)
            start = end


@kernel()
def _alpha(  # pragma: no cover - compiled
    lines: U8,
    gain: F32,
    offset: F32,
    left: Index,
    right: Index,
    across: F32,
    upper: Index,
    lower: Index,
    down: F32,
    wide: F32,
    alphas: U16,
    out: F32,
) -> None:
    """As `_mix`."""
    start, end = np.uintp(0), np.uintp(out.shape[1])
    for y in range(out.shape[0]):
        _widen(gain, offset, upper[y], lower[y], left, right, across, wide, start, end)
        _alphas(lines[y], wide, down[y], alphas, start, end)
        for x in range(start, end):
            out[y, x] = np.float32(alphas[x]) / np.float32(256)
