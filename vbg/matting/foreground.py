"""The person's own colours, without the old room's: what a cut-out needs to stand before anything.

A pixel is I = a F + (1 - a) B: part person, part room. F and B are first taken from what surely is either nearby, then F is
corrected so that it explains the pixel (Forte and Pitié, "Approximate fast foreground colour estimation", ICIP 2021): once with
a wide window, once with a narrow one.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Pixels

F32 = NDArray[np.float32]

_WIDE, _NARROW = 0.06, 0.005
"""Radii of the windows, as a fraction of the picture's shorter side."""

_STRIP = 512
"""Rows that are done at a time: bounds the memory that a large picture takes."""

_SURER = 4
"""Power of the weights: a pixel that is half room says little about the person (with Forte's 1, 2.6 times as much of
the room is left)."""

_NOTHING = 1e-4
"""Weight below which nothing is known of a colour."""


def foreground(pixels: Pixels, alpha: F32) -> Pixels:
    """The person's colours: (height, width, 3) uint8. Where alpha is 1 they are those of `pixels`; where it is 0, those of the
    person nearby, or black: never the room's.

    pixels: (height, width, 3) uint8. alpha: (height, width) float32, 0..1.
    """
    height, width = alpha.shape
    wide, narrow = (max(1, round(part * min(height, width))) for part in (_WIDE, _NARROW))
    out = np.empty_like(pixels)
    margin = wide + narrow
    for top in range(0, height, _STRIP):
        first, last = max(0, top - margin), min(height, top + _STRIP + margin)
        found = _strip(pixels[first:last], alpha[first:last], wide, narrow)
        rows = min(_STRIP, height - top)
        out[top : top + rows] = found[top - first : top - first + rows]
    return out


def _strip(pixels: Pixels, alpha: F32, wide: int, narrow: int) -> Pixels:
    if not alpha.any():
        return np.zeros_like(pixels)
    if alpha.min() >= 1:
        return pixels
    picture, a = pixels.astype(np.float32), alpha[:, :, None]
    person = room = picture
    for radius in (wide, narrow):
        person, room = _fused(picture, person, room, a, radius)
    person = np.where(a >= 1, picture, person)
    return np.asarray(np.rint(person), np.uint8)


def _fused(picture: F32, person: F32, room: F32, a: F32, radius: int) -> tuple[F32, F32]:
    """Better guesses of both from the mean of the last ones around, weighted by how surely each is seen there."""
    person, room = _mean(person, a**_SURER, radius), _mean(room, (1 - a) ** _SURER, radius)
    left = picture - a * person - (1 - a) * room
    return np.asarray(np.clip(person + a * left, 0, 255), np.float32), room


def _mean(colours: F32, weight: F32, radius: int) -> F32:
    size = (2 * radius + 1, 2 * radius + 1)
    total = cv2.blur(colours * weight, size)
    near = cv2.blur(np.ascontiguousarray(weight[:, :, 0]), size)[:, :, None]
    return np.asarray(np.where(near > _NOTHING, total / np.maximum(near, _NOTHING), 0), np.float32)
