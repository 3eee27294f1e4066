"""The person's own colours, without the old room's: what a cut-out needs to stand before anything.

A pixel is I = a F + (1 - a) B: part person, part room. F and B are first taken from what surely is either nearby, then F is
corrected so that it explains the pixel (Forte and Pitié, "Approximate fast foreground colour estimation", ICIP 2021): once with
a wide window, once with a narrow one.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.matting.strips import enlarged

F32 = NDArray[np.float32]

_WIDE, _NARROW = 0.06, 0.005
"""Radii of the windows, as a fraction of the picture's shorter side."""

_MOST = 1_500_000
"""Pixels of the largest picture in which the colours are searched: they change slowly, and only the last correction needs every
pixel."""

_STRIP = 256
"""Rows that are finished at a time: bounds the memory that a large picture takes."""

_SURER = 4
"""Power of the weights: a pixel that is half room says little about the person (with Forte's 1, 2.6 times as much of
the room is left)."""

_NOTHING = 1e-4
"""Weight below which nothing is known of a colour."""


def foreground(pixels: NDArray[Any], alpha: F32, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """The person's colours: (height, width, 3). Where alpha is 1 they are those of `pixels`; where it is 0, those of the
    person nearby, or black: never the room's.

    pixels: (height, width, 3) uint8 or uint16. alpha: (height, width) float32, 0..1. out: where the colours go, like `pixels`;
    None makes a new array.
    """
    most = float(np.iinfo(pixels.dtype).max)
    height, width = alpha.shape
    both = np.dstack(near(pixels, alpha))
    out = np.empty_like(pixels) if out is None else out
    np.copyto(out, pixels)
    for top in range(0, height, _STRIP):
        rows = np.s_[top : top + _STRIP]
        a = alpha[rows, :, None]
        if a.min() < 1:
            wide = enlarged(both, top, a.shape[0], width, height)
            found = _corrected(pixels[rows], wide[:, :, :3], wide[:, :, 3:], a, most)
            out[rows] = np.where(a < 1, np.rint(found), pixels[rows])
    return out


def near(pixels: NDArray[Any], alpha: F32, area: int = _MOST) -> tuple[F32, F32]:
    """What the person's and the room's colours are near every pixel: two (h, w, 3) float32 of at most `area` pixels.

    pixels, alpha: as `foreground` takes them.
    """
    height, width = alpha.shape
    scale = min(1.0, (area / (width * height)) ** 0.5)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    a = np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.float32)[:, :, None]
    person = room = small
    for part in (_WIDE, _NARROW):
        radius = max(1, round(part * min(size)))
        # a pixel that is half the one explains little of the other
        person, room = _mean(person, a**_SURER, radius), _mean(room, (1 - a) ** _SURER, radius)
        if part == _WIDE:
            person = _corrected(small, person, room, a, float(np.iinfo(pixels.dtype).max))
    return person, room


def _corrected(picture: NDArray[Any], person: F32, room: F32, a: F32, most: float) -> F32:
    """`person` with what it and the room leave unexplained of the picture. most: the brightest level."""
    left = picture - a * person - (1 - a) * room
    return np.asarray(np.clip(person + a * left, 0, most), np.float32)


def _mean(colours: F32, weight: F32, radius: int) -> F32:
    size = (2 * radius + 1, 2 * radius + 1)
    total = cv2.blur(colours * weight, size)
    near = cv2.blur(np.ascontiguousarray(weight[:, :, 0]), size)[:, :, None]
    return np.asarray(np.where(near > _NOTHING, total / np.maximum(near, _NOTHING), 0), np.float32)
