"""Takes the old room's colour out of the soft edge of the person.

A pixel there is I = a F + (1 - a) B: part person, part room. Blended as it is, the old room comes along, as a bright or coloured
rim. With B from the room nearby, F = (I - (1 - a) B) / a; only the difference F - I is carried to the frame's size.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.kernels.compiled import kernel, part
from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

ROOM, PERSON = 0.1, 0.995
"""Alpha below which a cell tells the room's colour, and above which it is left as it is."""

LEAST = 0.1
"""Alpha that is divided by, at least: below it, hardly anything of the person is in the pixel."""


FAINT = 4.0
"""Change of the result, levels summed over three channels, below which nobody would see it."""


def spill(picture: U8, gain: F32, offset: F32, radius: int) -> F32:
    """What to add to the person's colours: (h, w, 3) float32, -255..255; 0 outside the soft edge, and where no room is near.

    picture: (h, w, 3) uint8, the frame at the matte's size. gain, offset: (h, w) float32, see `frame.Matte`. radius: of the
    square window, cells, from which the room's colour is the mean (normalised convolution, Knutsson and Westin 1993).
    """
    out = np.empty(picture.shape, np.float32)
    _spill(fixed(picture), fixed(gain), fixed(offset), radius, out)
    return out


def add(pixels: U8, gain: F32, offset: F32, change: F32, out: U8) -> None:
    """out += alpha * (clip(pixels + change) - pixels): `out` becomes what `blend.mix` would have made of the clean colours.

    pixels, out: (H, W, 3) uint8, contiguous; out is edited. gain, offset: (h, w) float32. change: (h, w, 3) float32, from
    `spill`, enlarged bilinearly. What is hidden stays hidden: alpha 0 adds nothing.
    """
    _add(fixed(pixels), fixed(gain), fixed(offset), fixed(change), out)


@kernel()
def _spill(picture: U8, gain: F32, offset: F32, radius: int, out: F32) -> None:  # pragma: no cover - compiled
    h, w = gain.shape
    zero, one = np.float32(0), np.float32(1)
    alpha = np.empty((h, w), np.float32)
    edge = np.zeros(h, np.bool_)
    for y in range(h):
        soft = 0
        for x in range(w):
            light = np.float32(29) * picture[y, x, 0] + np.float32(150) * picture[y, x, 1] + np.float32(77) * picture[y, x, 2]
            a = gain[y, x] * light * np.float32(1 / 65280) + offset[y, x]
            a = a if a > zero else zero  # what is not a number is hidden
            alpha[y, x] = a if a < one else one
            soft += int((a > zero) & (a < np.float32(PERSON)))
        edge[y] = soft > 0
    out[:] = 0
    for y in range(h):
        if not edge[y]:
            continue
        for x in range(w):
            a = alpha[y, x]
            if a <= zero or a >= np.float32(PERSON):
                continue
            count = np.int32(0)
            b, g, r = np.int32(0), np.int32(0), np.int32(0)
            for v in range(max(y - radius, 0), min(y + radius + 1, h)):
                for u in range(max(x - radius, 0), min(x + radius + 1, w)):
                    if alpha[v, u] < np.float32(ROOM):
                        count += np.int32(1)
                        b += np.int32(picture[v, u, 0])
                        g += np.int32(picture[v, u, 1])
                        r += np.int32(picture[v, u, 2])
            if count == 0:
                continue
            scale = (one - a) / max(a, np.float32(LEAST))
            room = (np.float32(b) / count, np.float32(g) / count, np.float32(r) / count)
            strength = zero
            for c in range(3):
                strength += abs(np.float32(picture[y, x, c]) - np.float32(room[c]))
            if strength * scale * a < np.float32(FAINT):
                continue
            for c in range(3):
                here = np.float32(picture[y, x, c])
                clean = min(max(here + scale * (here - np.float32(room[c])), zero), np.float32(255))
                out[y, x, c] = clean - here


@part()
def _place(target: int, wide: int, small: int) -> tuple[int, np.float32]:  # pragma: no cover - compiled
    """For bilinear enlargement of `small` samples to `wide`: the left sample and the right one's weight."""
    at = min(max((target + 0.5) * small / wide - 0.5, 0.0), small - 1.0)
    i = min(int(at), max(small - 2, 0))
    return i, np.float32(at - i)


@kernel()
def _add(pixels: U8, gain: F32, offset: F32, change: F32, out: U8) -> None:  # pragma: no cover - compiled
    """Row by row, and in each row only the runs of cells that change."""
    rows, cols = pixels.shape[0], pixels.shape[1]
    h, w = gain.shape
    left, weight = np.empty(cols, np.int32), np.empty(cols, np.float32)
    for x in range(cols):
        left[x], weight[x] = _place(x, cols, w)
    touched = np.zeros((h, w), np.bool_)
    for y in range(h):
        for x in range(w):
            touched[y, x] = (change[y, x, 0] != 0) | (change[y, x, 1] != 0) | (change[y, x, 2] != 0)
    line = np.empty((w, 5), np.float32)
    for y in range(rows):
        i, t = _place(y, rows, h)
        below = min(i + 1, h - 1)
        x = 0
        while x < w:
            if not (touched[i, x] or touched[below, x]):
                x += 1
                continue
            first = x
            while x < w and (touched[i, x] or touched[below, x]):
                x += 1
            for u in range(max(first - 2, 0), min(x + 2, w)):
                line[u, 0] = gain[i, u] + (gain[below, u] - gain[i, u]) * t
                line[u, 1] = offset[i, u] + (offset[below, u] - offset[i, u]) * t
                for c in range(3):
                    line[u, 2 + c] = change[i, u, c] + (change[below, u, c] - change[i, u, c]) * t
            # a cell reaches as far as its neighbours' centres: rounded alike at both ends, runs never overlap
            start = max(0, (2 * first - 1) * cols // (2 * w))
            end = cols if x == w else (2 * x + 1) * cols // (2 * w)
            _add_run(pixels[y], line, left, weight, start, end, out[y])


@part()
def _add_run(  # pragma: no cover - compiled
    pixels: U8, line: F32, left: NDArray[np.int32], weight: F32, start: int, end: int, out: U8
) -> None:
    zero, one, white = np.float32(0), np.float32(1), np.float32(255)
    step = 1 if line.shape[0] > 1 else 0
    for x in range(start, end):
        i, s = left[x], weight[x]
        j = i + step
        light = np.float32(29) * pixels[x, 0] + np.float32(150) * pixels[x, 1] + np.float32(77) * pixels[x, 2]
        g, o = line[i, 0] + (line[j, 0] - line[i, 0]) * s, line[i, 1] + (line[j, 1] - line[i, 1]) * s
        a = g * light * np.float32(1 / 65280) + o
        if not zero < a < np.float32(np.inf):
            continue
        a = a if a < one else one
        for c in range(3):
            here = np.float32(pixels[x, c])
            clean = here + line[i, 2 + c] + (line[j, 2 + c] - line[i, 2 + c]) * s
            if clean == clean:  # a number
                clean = min(max(clean, zero), white)
                made = np.float32(out[x, c]) + a * (clean - here) + np.float32(0.5)
                out[x, c] = np.uint8(np.int32(min(max(made, zero), white)))
