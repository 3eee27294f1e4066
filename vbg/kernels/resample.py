"""Samples a plane on another grid whose axes are the same: between a crop, a frame and a model's pictures."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
Index = NDArray[np.uint32]

Sides = tuple[bool, bool, bool, bool]
"""Something that holds at the left, top, right and bottom border."""


Grid = tuple[float, float, float, float]
"""How far the pixels of another grid are apart, across and down, and where its first one begins, left and top: in pixels of a
plane."""


def resampled(
    plane: F32, across: float, down: float, left: float, top: float, w: int, h: int, ends: Sides = (False, False, False, False)
) -> F32:
    """(h, w) float32 of `plane` (rows, columns) float32, bilinear.

    The first pixel begins at (`left`, `top`) of the plane and the next ones are `across` and `down` further, in the plane's
    pixels. ends: borders beyond which there is nothing: 0, fading over one pixel of the plane; beyond the others
    the border's own value goes on.
    """
    columns = places(left, across, w, plane.shape[1], ends[0], ends[2])
    rows = places(top, down, h, plane.shape[0], ends[1], ends[3])
    inside = *columns.within, *rows.within
    out = np.empty((h, w), np.float32) if inside == (0, w, 0, h) else np.zeros((h, w), np.float32)
    _resampled(fixed(plane), *columns.samples, *rows.samples, inside, np.empty(plane.shape[1], np.float32), out)
    return out


class Places(NamedTuple):
    """Of samples along an axis. samples: the pixels on either side of each, and how much each counts. within: first and one past
    the last sample that is not 0 for sure."""

    samples: tuple[Index, Index, F32, F32]
    within: tuple[int, int]


@lru_cache(maxsize=32)  # a crop stays where it is for many frames
def places(start: float, step: float, count: int, length: int, ends_low: bool, ends_high: bool) -> Places:
    """Of `count` samples, `step` pixels apart, the first one in the middle of its step, which begins at `start`."""
    at = start + (np.arange(count) + 0.5) * step - 0.5
    first = np.floor(at).astype(np.int64)
    second_part = (at - first).astype(np.float32)
    parts = [1 - second_part, second_part]
    indices = []
    for index, part in zip((first, first + 1), parts, strict=True):
        if ends_low:
            part[index < 0] = 0
        if ends_high:
            part[index >= length] = 0
        indices.append(np.clip(index, 0, length - 1).astype(np.uint32))
    made = (indices[0], indices[1], parts[0], parts[1])
    for one in made:
        one.flags.writeable = False  # remembered
    there = np.flatnonzero((parts[0] > 0) | (parts[1] > 0))
    return Places(made, (int(there[0]), int(there[-1]) + 1) if there.size else (0, 0))


@njit(cache=True, nogil=True)
def _resampled(  # pragma: no cover - compiled
    plane: F32,
    lefts: Index,
    rights: Index,
    left_parts: F32,
    right_parts: F32,
    uppers: Index,
    lowers: Index,
    upper_parts: F32,
    lower_parts: F32,
    inside: tuple[int, int, int, int],
    line: F32,
    out: F32,
) -> None:
    """inside: first column and one past the last, first row and one past the last, of what is made."""
    for y in range(inside[2], inside[3]):
        mixed(plane[uppers[y]], plane[lowers[y]], upper_parts[y], lower_parts[y], line)
        picked(line, lefts, rights, left_parts, right_parts, inside[0], inside[1], out[y])


@njit(cache=True, nogil=True)
def mixed(
    upper: F32, lower: F32, upper_part: np.float32, lower_part: np.float32, line: F32
) -> None:  # pragma: no cover - compiled
    """line: the sum of two rows, each times its part."""
    for x in range(line.shape[0]):
        line[x] = upper[x] * upper_part + lower[x] * lower_part


@njit(cache=True, nogil=True)
def picked(
    line: F32, lefts: Index, rights: Index, left_parts: F32, right_parts: F32, begin: int, end: int, out: F32
) -> None:  # pragma: no cover - compiled
    """out: the samples of a row from `begin` on, each from two of its pixels."""
    for x in range(np.uintp(begin), np.uintp(end)):
        out[x] = line[lefts[x]] * left_parts[x] + line[rights[x]] * right_parts[x]
