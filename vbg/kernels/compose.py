"""Finishes a frame whose matte is known: cut out, or laid before another picture, in the person's own colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.kernels.compiled import kernel, part
from vbg.kernels.enlarge import between
from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
Index = NDArray[np.uintp]
Samples = tuple[Index, Index, F32]


def cut(pixels: U8, alpha: F32, person: F32, room: F32) -> U8:
    """(height, width, 4) uint8: the person's colours with straight alpha. Where alpha is 1 they are those of `pixels`, where it
    is 0 those of `person`, and between them `person`'s with what it and the room leave unexplained of the pixel.

    pixels: (height, width, 3) uint8. alpha: (height, width) float32, 0..1. person, room: (h, w, 3) float32, 0..255, what is known
    of both near every pixel; enlarged bilinearly.
    Source: Forte and Pitié, "Approximate fast foreground colour estimation", ICIP 2021.
    """
    out = np.empty((*alpha.shape, 4), np.uint8)
    down, across = (between(wide, small) for wide, small in zip(alpha.shape, person.shape[:2], strict=True))
    _cut(fixed(pixels), fixed(alpha), fixed(person), fixed(room), down, across, out)
    return out


def laid(pixels: U8, alpha: F32, person: F32, room: F32, behind: U8) -> U8:
    """(height, width, 3) uint8: the person before `behind`, (height, width, 3) uint8, in the colours that `cut` gives."""
    out = np.empty(pixels.shape, np.uint8)
    down, across = (between(wide, small) for wide, small in zip(alpha.shape, person.shape[:2], strict=True))
    _laid(fixed(pixels), fixed(alpha), fixed(person), fixed(room), fixed(behind), down, across, out)
    return out


@part()
def _near(  # pragma: no cover - compiled
    plane: F32, above: np.uintp, below: np.uintp, down: np.float32, left: np.uintp, right: np.uintp, across: np.float32, c: int
) -> np.float32:
    """Of the four samples around a place, each weighted by how near it is."""
    one = np.float32(1)
    upper = plane[above, left, c] * (one - across) + plane[above, right, c] * across
    lower = plane[below, left, c] * (one - across) + plane[below, right, c] * across
    return np.float32(upper * (one - down) + lower * down)


@part()
def _own(pixel: np.float32, a: np.float32, person: np.float32, room: np.float32) -> np.float32:  # pragma: no cover - compiled
    """The person's part of a pixel."""
    own = person + a * (pixel - a * person - (np.float32(1) - a) * room)
    own = own if own > np.float32(0) else np.float32(0)
    return np.float32(own if own < np.float32(255) else np.float32(255))


@kernel()
def _cut(  # pragma: no cover - compiled
    pixels: U8, alpha: F32, person: F32, room: F32, down: Samples, across: Samples, out: U8
) -> None:
    half = np.float32(0.5)
    for y in range(alpha.shape[0]):
        i, low, v = down[0][y], down[1][y], down[2][y]
        for x in range(alpha.shape[1]):
            a = alpha[y, x]
            for c in range(3):
                if a >= np.float32(1):
                    out[y, x, c] = pixels[y, x, c]
                    continue
                near = _near(person, i, low, v, across[0][x], across[1][x], across[2][x], c)
                if a > np.float32(0):
                    room_near = _near(room, i, low, v, across[0][x], across[1][x], across[2][x], c)
                    near = _own(np.float32(pixels[y, x, c]), a, near, room_near)
                out[y, x, c] = np.uint8(near + half)
            out[y, x, 3] = np.uint8(a * np.float32(255) + half)


@kernel()
def _laid(  # pragma: no cover - compiled
    pixels: U8, alpha: F32, person: F32, room: F32, behind: U8, down: Samples, across: Samples, out: U8
) -> None:
    one, half = np.float32(1), np.float32(0.5)
    for y in range(alpha.shape[0]):
        i, low, v = down[0][y], down[1][y], down[2][y]
        for x in range(alpha.shape[1]):
            a = alpha[y, x]
            for c in range(3):
                if a >= one:
                    out[y, x, c] = pixels[y, x, c]
                elif a <= np.float32(0):
                    out[y, x, c] = behind[y, x, c]
                else:
                    near = _near(person, i, low, v, across[0][x], across[1][x], across[2][x], c)
                    room_near = _near(room, i, low, v, across[0][x], across[1][x], across[2][x], c)
                    own = _own(np.float32(pixels[y, x, c]), a, near, room_near)
                    out[y, x, c] = np.uint8(own * a + np.float32(behind[y, x, c]) * (one - a) + half)
