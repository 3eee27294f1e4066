"""Upsample the matte's coefficients, take the frame's brightness, and mix person and background: one pass, row by row.

Fixed point: alpha is 0..256 and every product fits 16 bits, so that a row is one run of vector instructions.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]


def mix(pixels: U8, gain: F32, offset: F32, background: U8, out: U8) -> None:
    """out = alpha * pixels + (1 - alpha) * background, alpha as `frame.Matte` defines it.

    pixels, out: (H, W, 3) uint8, contiguous. gain, offset: (h, w) float32. background: (H, W, 3) uint8, or any smaller size,
    which is enlarged bilinearly.
    """
    full = background.shape == pixels.shape
    _mix(fixed(pixels), fixed(gain), fixed(offset), fixed(background), out, full)


def alpha(pixels: U8, gain: F32, offset: F32) -> F32:
    """The alpha that `mix` uses: (H, W) float32, 0..1 in steps of 1/256."""
    out = np.empty(pixels.shape[:2], np.float32)
    _alpha(fixed(pixels), fixed(gain), fixed(offset), out)
    return out


@njit(cache=True, nogil=True)
def _columns(small: int, wide: int) -> tuple[NDArray[np.int32], F32]:  # pragma: no cover - compiled
    """For bilinear enlargement of `small` samples to `wide`: the left sample and the right one's weight of each target."""
    left = np.empty(wide, np.int32)
    weight = np.empty(wide, np.float32)
    for x in range(wide):
        at = min(max((x + 0.5) * small / wide - 0.5, 0.0), small - 1.0)
        i = min(int(at), max(small - 2, 0))
        left[x] = i
        weight[x] = np.float32(at - i)
    return left, weight


@njit(cache=True, nogil=True, fastmath={"contract"})
def _widen(row: F32, left: NDArray[np.int32], weight: F32, out: F32) -> None:  # pragma: no cover - compiled
    step = 1 if row.shape[0] > 1 else 0
    for x in range(out.shape[0]):
        i = left[x]
        out[x] = row[i] + (row[i + step] - row[i]) * weight[x]


@njit(cache=True, nogil=True)
def _widen_pixels(row: U8, left: NDArray[np.int32], weight: F32, out: F32) -> None:  # pragma: no cover - compiled
    """row: (w, 3) uint8 -> out: (3 W) float32, 0..255, not rounded, so that slow gradients do not band."""
    step = 1 if row.shape[0] > 1 else 0
    for x in range(left.shape[0]):
        i = left[x]
        for c in range(3):
            near = np.float32(row[i, c])
            out[3 * x + c] = near + (np.float32(row[i + step, c]) - near) * weight[x]


@njit(cache=True, nogil=True, fastmath={"contract"})
def _between(above: F32, below: F32, t: np.float32, out: U8) -> None:  # pragma: no cover - compiled
    for i in range(out.shape[0]):
        out[i] = np.uint8(np.int32(above[i] + (below[i] - above[i]) * t + np.float32(0.5)))


@njit(cache=True, nogil=True, fastmath={"contract"})
def _alpha_row(  # pragma: no cover - compiled
    line: U8, gain0: F32, gain1: F32, offset0: F32, offset1: F32, t: np.float32, luma: F32, out: U16
) -> None:
    """line: (3 W) uint8. The rest: (W). out: alpha 0..256. luma: scratch."""
    for x in range(out.shape[0]):
        brightness = np.int32(29) * line[3 * x] + np.int32(150) * line[3 * x + 1] + np.int32(77) * line[3 * x + 2]
        luma[x] = np.float32(brightness)
    scale = np.float32(1.0 / (256.0 * 255.0))
    for x in range(out.shape[0]):
        g = gain0[x] + (gain1[x] - gain0[x]) * t
        o = offset0[x] + (offset1[x] - offset0[x]) * t
        a = (g * luma[x] * scale + o) * np.float32(256) + np.float32(0.5)
        # written so that NaN and infinity (a broken model) become 0: hidden, never shown
        a = a if np.float32(0) < a < np.float32(np.inf) else np.float32(0)
        a = a if a < np.float32(256) else np.float32(256)
        out[x] = np.uint16(np.int32(a))


@njit(cache=True, nogil=True)
def _row_at(y: int, rows: int, small: int) -> tuple[int, np.float32]:  # pragma: no cover - compiled
    at = min(max((y + 0.5) * small / rows - 0.5, 0.0), small - 1.0)
    i = min(int(at), max(small - 2, 0))
    return i, np.float32(at - i)


@njit(cache=True, nogil=True)
def _mix_row(line: U8, alpha3: U16, back: U8, out: U8) -> None:  # pragma: no cover - compiled
    for i in range(out.shape[0]):
        a = alpha3[i]
        keep = np.uint16(np.uint16(line[i]) * a)
        rest = np.uint16(np.uint16(back[i]) * np.uint16(np.uint16(256) - a))
        out[i] = np.uint8(np.uint16(np.uint16(keep + rest) >> np.uint16(8)))


@njit(cache=True, nogil=True)
def _mix_onto(line: U8, alpha3: U16, out: U8) -> None:  # pragma: no cover - compiled
    """`_mix_row` with the background in `out`: given the same array twice, the compiler would not vectorise."""
    for i in range(out.shape[0]):
        a = alpha3[i]
        keep = np.uint16(np.uint16(line[i]) * a)
        rest = np.uint16(np.uint16(out[i]) * np.uint16(np.uint16(256) - a))
        out[i] = np.uint8(np.uint16(np.uint16(keep + rest) >> np.uint16(8)))


@njit(cache=True, nogil=True)
def _copy(source: U8, out: U8) -> None:  # pragma: no cover - compiled
    for i in range(out.shape[0]):
        out[i] = source[i]


@njit(cache=True, nogil=True)
def _triple(alphas: U16, out: U16) -> None:  # pragma: no cover - compiled
    for x in range(alphas.shape[0]):
        out[3 * x] = alphas[x]
        out[3 * x + 1] = alphas[x]
        out[3 * x + 2] = alphas[x]


@njit(cache=True, nogil=True)
def _widen_matte(  # pragma: no cover - compiled
    i: int, gain: F32, offset: F32, left: NDArray[np.int32], weight: F32, held: NDArray[np.int64], wide: F32
) -> None:
    """Bring rows i and i+1 of the coefficients to full width: row r lives in wide[r % 2] (gain) and wide[2 + r % 2]."""
    for r in range(i, min(i + 2, gain.shape[0])):
        if held[r % 2] != r:
            _widen(gain[r], left, weight, wide[r % 2])
            _widen(offset[r], left, weight, wide[2 + r % 2])
            held[r % 2] = r


@njit(cache=True, nogil=True)
def _spans(gain: F32, offset: F32) -> NDArray[np.int64]:  # pragma: no cover - compiled
    """(h, 2): the first column of each row where the person may show, and one past the last; (w, 0) where nobody does.

    Alpha is linear in luma, so it is surely 0 where it is at most 0 for both the darkest and the brightest pixel. What is not
    a number counts as nobody, as it does in `_alpha_row`.
    """
    h, w = gain.shape
    spans = np.empty((h, 2), np.int64)
    for y in range(h):
        first, last = w, 0
        for x in range(w):
            if offset[y, x] > np.float32(0) or gain[y, x] + offset[y, x] > np.float32(0):
                first = min(first, x)
                last = x + 1
        spans[y, 0] = first
        spans[y, 1] = last
    return spans


@njit(cache=True, nogil=True)
def _mix(  # pragma: no cover - compiled
    pixels: U8, gain: F32, offset: F32, background: U8, out: U8, full: bool
) -> None:
    """Row by row: the background everywhere, then the person over it, in the columns alone where the person may show."""
    rows, cols = pixels.shape[0], pixels.shape[1]
    h, w = gain.shape
    left, weight = _columns(w, cols)
    wide = np.empty((4, cols), np.float32)
    held = np.full(2, -1)
    spans = _spans(gain, offset)
    bh, bw = background.shape[0], background.shape[1]
    bleft, bweight = _columns(bw, cols)
    bwide = np.empty((2, 3 * cols), np.float32)
    bheld = np.full(2, -1)
    luma = np.empty(cols, np.float32)
    alphas = np.empty(cols, np.uint16)
    alpha3 = np.empty(3 * cols, np.uint16)
    for y in range(rows):
        line, made = pixels[y].reshape(3 * cols), out[y].reshape(3 * cols)
        if not full:
            j, u = _row_at(y, rows, bh)
            for r in range(j, min(j + 2, bh)):
                if bheld[r % 2] != r:
                    _widen_pixels(background[r], bleft, bweight, bwide[r % 2])
                    bheld[r % 2] = r
            _between(bwide[j % 2], bwide[min(j + 1, bh - 1) % 2], u, made)
        i, t = _row_at(y, rows, h)
        below = min(i + 1, h - 1)
        first = min(spans[i, 0], spans[below, 0])
        last = max(spans[i, 1], spans[below, 1])
        if last <= first:
            if full:
                _copy(background[y].reshape(3 * cols), made)
            continue
        # a sample reaches as far as its neighbours' centres
        start = max(0, (2 * first - 1) * cols // (2 * w))
        end = min(cols, (2 * last + 1) * cols // (2 * w) + 1)
        _widen_matte(i, gain, offset, left, weight, held, wide)
        a, b = i % 2, below % 2
        _alpha_row(
            line[3 * start : 3 * end],
            wide[a, start:end],
            wide[b, start:end],
            wide[2 + a, start:end],
            wide[2 + b, start:end],
            t,
            luma[start:end],
            alphas[start:end],
        )
        _triple(alphas[start:end], alpha3[3 * start : 3 * end])
        inside = slice(3 * start, 3 * end)
        if full:
            back = background[y].reshape(3 * cols)
            _mix_row(line[inside], alpha3[inside], back[inside], made[inside])
            _copy(back[: 3 * start], made[: 3 * start])
            _copy(back[3 * end :], made[3 * end :])
        else:
            _mix_onto(line[inside], alpha3[inside], made[inside])


@njit(cache=True, nogil=True)
def _alpha(pixels: U8, gain: F32, offset: F32, out: F32) -> None:  # pragma: no cover - compiled
    rows, cols = pixels.shape[0], pixels.shape[1]
    h, w = gain.shape
    left, weight = _columns(w, cols)
    wide = np.empty((4, cols), np.float32)
    held = np.full(2, -1)
    luma = np.empty(cols, np.float32)
    alphas = np.empty(cols, np.uint16)
    for y in range(rows):
        i, t = _row_at(y, rows, h)
        _widen_matte(i, gain, offset, left, weight, held, wide)
        a, b = i % 2, min(i + 1, h - 1) % 2
        _alpha_row(pixels[y].reshape(3 * cols), wide[a], wide[b], wide[2 + a], wide[2 + b], t, luma, alphas)
        for x in range(cols):
            out[y, x] = np.float32(alphas[x]) / np.float32(256)
