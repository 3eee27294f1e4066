"""Shrinks a part of a picture by the exact area of each output pixel: parts of pixels count in part."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
I64 = NDArray[np.int64]
Index = NDArray[np.uintp]


def exact(pixels: U8, part: tuple[int, int, int, int], unit: float, reverse: bool, out: F32) -> None:
    """out: the means, times `unit`, of what each of its pixels covers of `part` (left, top, width, height) of `pixels`; where the
    part reaches over the picture, its mirror image is there.

    pixels: (H, W, 3) uint8, contiguous and read-only. out: (h, w, 3) float32, smaller than the part both ways; its channels in
    reverse order where `reverse`.
    """
    left, top, width, height = part
    rows, columns = mirrored(top, height, pixels.shape[0]), mirrored(left, width, pixels.shape[1])
    over = left < 0 or left + width > pixels.shape[1]
    _exact(pixels, fixed(rows), fixed(columns), over, unit, 2 if reverse else 0, out)


def mirrored(start: int, count: int, length: int) -> NDArray[np.int64]:
    """The indices start .. start + count - 1, those outside 0 .. length - 1 reflected at the border."""
    at = np.arange(start, start + count)
    if start >= 0 and start + count <= length:
        return at
    at %= 2 * length
    return np.minimum(at, 2 * length - 1 - at)


@njit(cache=True, nogil=True)
def _exact(  # pragma: no cover - compiled
    pixels: U8, rows: I64, columns: I64, over: bool, unit: float, first_channel: int, out: F32
) -> None:
    """Sums rows first (contiguous, vectorised), each by the part of it that the output row covers, then columns."""
    h, w = out.shape[0], out.shape[1]
    height, width = rows.shape[0], columns.shape[0]
    lines, made = pixels.reshape(pixels.shape[0], 3 * pixels.shape[1]), out.reshape(h, 3 * w)
    begins, ends, heads, tails = _spans(height, h)
    lefts, rights, starts, stops = _spans(width, w)
    longest = np.int64(width / w) + 2  # columns that an output pixel touches, at most
    whole = np.zeros((longest + 1, w), np.float32)  # of each output pixel: whether its k-th column is covered whole
    for x in range(w):
        for k in range(1, rights[x] - lefts[x]):
            whole[k, x] = np.float32(1)
    firsts, lasts = np.empty(w, np.uintp), np.empty(w, np.uintp)  # unsigned: signed ones may count from the end
    for x in range(w):
        firsts[x], lasts[x] = np.uintp(3 * lefts[x]), np.uintp(3 * rights[x])
    left, right = columns[0], columns[0] + 1
    for x in range(width):
        left, right = min(left, columns[x]), max(right, columns[x] + 1)
    inside = lines[:, 3 * left : 3 * right]
    sums, down = np.zeros(3 * width + 9, np.float32), np.zeros(3 * max(width, right - left) + 9, np.float32)
    scale = np.float32(unit * h / height * w / width)
    for y in range(h):
        if over:
            _down(inside, rows, begins[y], ends[y], heads[y], tails[y], down)
            for x in range(width):
                i = 3 * (columns[x] - left)
                sums[3 * x], sums[3 * x + 1], sums[3 * x + 2] = down[i], down[i + 1], down[i + 2]
        else:
            _down(inside, rows, begins[y], ends[y], heads[y], tails[y], sums)
        _across(sums, firsts, lasts, starts, stops, whole, scale, np.uintp(first_channel), made[y])
        for k in range(3, longest):
            _across_more(sums, firsts, np.uintp(3 * k), whole[k], scale, np.uintp(first_channel), made[y])


@njit(cache=True, nogil=True)
def _spans(length: int, count: int) -> tuple[I64, I64, F32, F32]:  # pragma: no cover - compiled
    """For `count` equal stretches of `length` pixels: first and last pixel, and how much of them belongs to the stretch."""
    first, last = np.empty(count, np.int64), np.empty(count, np.int64)
    head, tail = np.empty(count, np.float32), np.empty(count, np.float32)
    step = length / count
    for x in range(count):
        a, b = x * step, (x + 1) * step
        i, k = int(a), min(int(np.ceil(b - 1e-9)), length) - 1
        first[x], last[x] = i, k
        head[x], tail[x] = np.float32(i + 1 - a), np.float32(b - k)
    return first, last, head, tail


@njit(cache=True, nogil=True)
def _down(  # pragma: no cover - compiled
    lines: U8, rows: I64, begin: int, end: int, head: np.float32, tail: np.float32, sums: F32
) -> None:
    """The sum of the lines that are called rows[begin..end], of which the first and the last count in part."""
    line = lines[rows[begin]]
    for i in range(line.shape[0]):
        sums[i] = np.float32(line[i]) * head
    for row in range(begin + 1, end + 1):
        part = np.float32(1) if row < end else tail
        line = lines[rows[row]]
        for i in range(line.shape[0]):
            sums[i] += np.float32(line[i]) * part


@njit(cache=True, nogil=True)
def _across(  # pragma: no cover - compiled
    sums: F32, firsts: Index, lasts: Index, heads: F32, tails: F32, whole: F32, scale: np.float32, channel: np.uintp, out: F32
) -> None:
    """The first three columns and the last one of each output pixel; with a shrinkage of up to three, that is all."""
    one, two, three = np.uintp(1), np.uintp(2), np.uintp(3)
    for x in range(firsts.shape[0]):
        i, k = firsts[x], lasts[x]
        j, m = i + three, i + three + three
        head, tail, second, third = heads[x], tails[x], whole[1, x], whole[2, x]
        at = three * np.uintp(x)
        b = sums[i] * head + sums[k] * tail + sums[j] * second + sums[m] * third
        g = sums[i + one] * head + sums[k + one] * tail + sums[j + one] * second + sums[m + one] * third
        r = sums[i + two] * head + sums[k + two] * tail + sums[j + two] * second + sums[m + two] * third
        out[at + channel] = b * scale
        out[at + one] = g * scale
        out[at + two - channel] = r * scale


@njit(cache=True, nogil=True)
def _across_more(  # pragma: no cover - compiled
    sums: F32, firsts: Index, further: np.uintp, whole: F32, scale: np.float32, channel: np.uintp, out: F32
) -> None:
    one, two, three = np.uintp(1), np.uintp(2), np.uintp(3)
    for x in range(firsts.shape[0]):
        i = firsts[x] + further
        part = whole[x] * scale
        at = three * np.uintp(x)
        out[at + channel] += sums[i] * part
        out[at + one] += sums[i + one] * part
        out[at + two - channel] += sums[i + two] * part
