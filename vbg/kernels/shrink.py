"""Shrinks a part of a picture by the exact area of each output pixel: parts of pixels count in part."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vbg.kernels.compiled import kernel, part
from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
Index = NDArray[np.uintp]

Part = tuple[float, float, float, float]
"""left, top, width, height: pixels, of which parts count."""


def exact(pixels: U8, part: Part, unit: float, reverse: bool, out: F32, flipped: bool = False) -> None:
    """out: the means, times `unit`, of what each of its pixels covers of `part` of `pixels`; where the part reaches over the
    picture, its mirror image is there.

    pixels: (H, W, 3) uint8, contiguous and read-only. out: (h, w, 3) float32, smaller than the part both ways; its channels in
    reverse order where `reverse`, left and right exchanged where `flipped`.
    """
    left, top, width, height = part
    h, w = out.shape[:2]
    x, y = int(np.floor(left)), int(np.floor(top))
    columns = mirrored(x, int(np.ceil(left + width)) - x, pixels.shape[1])
    rows = mirrored(y, int(np.ceil(top + height)) - y, pixels.shape[0])
    over = x < 0 or x + len(columns) > pixels.shape[1]
    across, down = _taps(left - x, width, w), _taps(top - y, height, h)
    firsts, parts = across
    if flipped:
        firsts, parts = fixed(firsts[::-1]), fixed(parts[:, ::-1])
    begin = int(columns.min()) if over else x
    count = int(columns.max()) + 1 - begin if over else len(columns)
    # samples beyond the last count nothing, but are read
    sums, straight = np.zeros(3 * (len(columns) + len(parts)), np.float32), np.empty(3 * count, np.float32)
    scale = np.float32(unit * h / height * w / width)
    lines = pixels.reshape(len(pixels), -1)
    given = rows, columns, begin, over, firsts, parts, scale, down[0], down[1]
    _exact(lines, *given, 2 if reverse else 0, sums, straight, out.reshape(h, 3 * w))


def mirrored(start: int, count: int, length: int) -> Index:
    """The indices start .. start + count - 1, those outside 0 .. length - 1 reflected at the border."""
    at = np.arange(start, start + count)
    if start < 0 or start + count > length:
        at %= 2 * length
        at = np.minimum(at, 2 * length - 1 - at)
    return at.astype(np.uintp)


@lru_cache(maxsize=32)  # a crop stays where it is for many frames
def _taps(begin: float, length: float, count: int) -> tuple[Index, F32]:
    """For each of `count` equal stretches of `length` pixels, the first one at `begin`: the first pixel, and how much of that one
    and of those that follow belongs to the stretch, (at least 3, count)."""
    step = length / count
    low = begin + np.arange(count) * step
    first = np.floor(low + 1e-6)
    pixel = first + np.arange(max(3, int(step) + 2))[:, None]
    parts = np.minimum(low + step, pixel + 1) - np.maximum(low, pixel)
    return fixed(first.astype(np.uintp)), fixed(np.where(parts > 1e-6, parts, 0).astype(np.float32))


@kernel()
def _exact(  # pragma: no cover - compiled
    lines: U8,
    rows: Index,
    columns: Index,
    begin: int,
    over: bool,
    firsts: Index,
    across: F32,
    scale: np.float32,
    tops: Index,
    down: F32,
    first_channel: int,
    sums: F32,
    straight: F32,
    out: F32,
) -> None:
    """Sums rows first (contiguous, vectorised), each by the part of it that the output row covers, then columns.

    lines: (H, 3 W). rows, columns: where the part's pixels are; begin: the first of the columns. firsts, across; tops, down: see
    `_taps`. sums, straight: scratch, in the order of the part and, where it reaches `over` the picture, of that. out: (h, 3 w).
    """
    three, one, two = np.uintp(3), np.uintp(1), np.uintp(2)
    channel, left = np.uintp(first_channel), np.uintp(begin)
    count = np.uintp(straight.shape[0])
    for y in range(out.shape[0]):
        if over:
            _down(lines, rows, three * left, count, tops[y], down, y, straight)
            for x in range(np.uintp(columns.shape[0])):
                i, k = three * (columns[x] - left), three * x
                sums[k] = straight[i]
                sums[k + one] = straight[i + one]
                sums[k + two] = straight[i + two]
        else:
            _down(lines, rows, three * left, count, tops[y], down, y, sums)
        _across(sums, firsts, across, scale, channel, out[y])
        for further in range(3, across.shape[0]):
            _across_more(sums, firsts, np.uintp(3 * further), across[further], scale, channel, out[y])


@part()
def _down(  # pragma: no cover - compiled
    lines: U8, rows: Index, begin: np.uintp, count: np.uintp, first: np.uintp, parts: F32, y: int, sums: F32
) -> None:
    """The sum of the lines that are called rows[first], rows[first + 1] and so on, each as much as parts[:, y] says."""
    last = np.uintp(rows.shape[0] - 1)
    second, third = first + np.uintp(1), first + np.uintp(2)
    b, c = rows[second if second < last else last], rows[third if third < last else last]
    _three(lines[rows[first]], lines[b], lines[c], begin, count, parts[0, y], parts[1, y], parts[2, y], sums)
    for k in range(3, parts.shape[0]):
        if parts[k, y] > np.float32(0):
            _more(lines[rows[first + np.uintp(k)]], begin, count, parts[k, y], sums)


@part()
def _three(  # pragma: no cover - compiled
    a: U8,
    b: U8,
    c: U8,
    begin: np.uintp,
    count: np.uintp,
    a_part: np.float32,
    b_part: np.float32,
    c_part: np.float32,
    sums: F32,
) -> None:
    for i in range(count):
        k = begin + i
        sums[i] = np.float32(a[k]) * a_part + np.float32(b[k]) * b_part + np.float32(c[k]) * c_part


@part()
def _more(line: U8, begin: np.uintp, count: np.uintp, part: np.float32, sums: F32) -> None:  # pragma: no cover - compiled
    for i in range(count):
        sums[i] += np.float32(line[begin + i]) * part


@part()
def _across(  # pragma: no cover - compiled
    sums: F32, firsts: Index, parts: F32, scale: np.float32, channel: np.uintp, out: F32
) -> None:
    """The first three columns of each output pixel; with a shrinkage of less than two, that is all."""
    one, two, three = np.uintp(1), np.uintp(2), np.uintp(3)
    four, five, six, seven, eight = np.uintp(4), np.uintp(5), np.uintp(6), np.uintp(7), np.uintp(8)
    for x in range(np.uintp(firsts.shape[0])):
        i, at = three * firsts[x], three * x
        first, second, third = parts[0, x] * scale, parts[1, x] * scale, parts[2, x] * scale
        out[at + channel] = sums[i] * first + sums[i + three] * second + sums[i + six] * third
        out[at + one] = sums[i + one] * first + sums[i + four] * second + sums[i + seven] * third
        out[at + two - channel] = sums[i + two] * first + sums[i + five] * second + sums[i + eight] * third


@part()
def _across_more(  # pragma: no cover - compiled
    sums: F32, firsts: Index, further: np.uintp, parts: F32, scale: np.float32, channel: np.uintp, out: F32
) -> None:
    one, two, three = np.uintp(1), np.uintp(2), np.uintp(3)
    for x in range(np.uintp(firsts.shape[0])):
        i, at = three * firsts[x] + further, three * x
        part = parts[x] * scale
        out[at + channel] += sums[i] * part
        out[at + one] += sums[i + one] * part
        out[at + two - channel] += sums[i + two] * part
