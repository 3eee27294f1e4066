"""The empty room behind the person, per pixel: comparing a picture with it, and learning it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed
from vbg.kernels.temporal import row_apart, three_rows
from vbg.kernels.window import Extent

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

LEAST = 0.005
"""Mask up to which a pixel is surely room already."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A picture beside the room, (h, w) float32 each.

    change: mean absolute difference around the pixel, see `temporal.changed`. far: that in units of what the room does on its
    own. same: 0..1, where the picture is surely that of the room. wrong: the part, 0..1, of the known and visible room that is
    not as it was; 0 where nothing is known.
    """

    change: F32
    far: F32
    same: F32
    wrong: float


def compared(
    picture: U8, room: F32, spread: F32, seen: F32, taken: U8, unit: float, needed: float, top: float, much: float
) -> Compared:
    """`picture` (h, w, 3) uint8 beside `room`, the same, float32.

    spread: the usual difference. seen: for how many frames the room was seen there. Both (h, w) float32. taken: (h, w) uint8, 0
    where it was visible in the frame before. unit: least spread. needed: frames before a pixel counts as known. top: where `far`
    is cut, and what it is where the room is not known. much: `far` of what is not as it was.
    """
    change, far, same = (np.empty(seen.shape, np.float32) for _ in range(3))
    planes = fixed(spread), fixed(seen), fixed(taken)
    known, off = _compared(fixed(picture), fixed(room), *planes, unit, needed, top, much, change, far, same)
    return Compared(change, far, same, off / known if known else 0.0)


def judge(
    mask: F32,
    near: F32,
    wide: F32,
    seen: F32,
    inside: Extent,
    needed: float,
    settled: float,
    down: float,
    far_down: float,
    up: float,
    far_up: float,
) -> F32:
    """The mask, lowered where the picture is that of the room, raised where it is clearly not and the model is unsure.

    mask: (h, w) float32. near, wide: `Compared.far`, cut at 8, at the pixel and its mean over a wider window. seen, needed: as
    there. inside: where the mask is above LEAST, and only there wide need be defined.
    settled: frames for which the room must have been seen before a mismatch counts: a screen that flickers is known by
    then. down, far_down, up, far_up: logits that a match at the pixel, a match of the whole window, a mismatch at the pixel
    and one of the whole window are worth.
    """
    out = mask.copy()
    planes = fixed(mask), fixed(near), fixed(wide), fixed(seen)
    _judge(*planes, inside, needed, settled, down, far_down, up, far_up, out)
    return out


def learn(picture: U8, change: F32, taken: U8, rate: float, room: F32, spread: F32, seen: F32) -> None:
    """Take the picture into the room where nobody is. Edits room, spread and seen.

    picture: (h, w, 3) uint8. change: (h, w) float32, its difference to the room. taken: (h, w) uint8, 0 where it is surely
    room. rate: the least part of the new picture that is taken in, so that the room may change.
    """
    _learn(fixed(picture), fixed(change), fixed(taken), rate, room, spread, seen)


def light(picture: U8, room: F32, taken: U8, seen: F32, needed: float) -> F32:
    """(3) float32: by what factor, 0.5..2, each channel of the picture is brighter than the known, visible room: the median of
    every third pixel in every sixth row, for somebody may have come in; 1 where too little is known. Shapes as in `learn`."""
    out = np.ones(3, np.float32)
    _light(fixed(picture), fixed(room), fixed(taken), fixed(seen), needed, out)
    return out


@njit(cache=True, nogil=True)
def _compared(  # pragma: no cover - compiled
    picture: U8,
    room: F32,
    spread: F32,
    seen: F32,
    taken: U8,
    unit: float,
    needed: float,
    top: float,
    much: float,
    change: F32,
    far: F32,
    same: F32,
) -> tuple[int, int]:
    """How many pixels are known and visible, and how many of them are not as they were."""
    h, w = change.shape
    rows, line = np.zeros((3, w), np.float32), np.empty(w, np.float32)
    limits = np.float32(unit), np.float32(needed), np.float32(top), np.float32(much)
    known, off = 0, 0
    for y in range(h + 1):
        if y < h:
            row_apart(picture[y].reshape(3 * w), room[y].reshape(3 * w), line, rows[y % 3])
        if y >= 1:
            i = y - 1
            three_rows(rows, i, h, change[i])
            here, there = _judged_row(change[i], spread[i], seen[i], taken[i], limits, far[i], same[i])
            known += int(here)
            off += int(there)
    return known, off


@njit(cache=True, nogil=True, error_model="numpy")
def _judged_row(  # pragma: no cover - compiled
    change: F32, spread: F32, seen: F32, taken: U8, limits: tuple[np.float32, ...], far: F32, same: F32
) -> tuple[np.int32, np.int32]:
    least, enough, most, much = limits
    zero, one = np.float32(0), np.float32(1)
    known, off = np.int32(0), np.int32(0)
    for x in range(change.shape[0]):
        usual = spread[x] if spread[x] > least else least
        counts = (taken[x] == 0) & (seen[x] >= enough)
        known += np.int32(counts)
        off += np.int32(counts & (change[x] > much * usual))
        z = change[x] / usual
        z = z if z < most else most
        z = z if seen[x] >= enough else most
        far[x] = z
        sure = np.float32(2.5) - z
        sure = sure if sure < one else one
        same[x] = sure if sure > zero else zero
    return known, off


@njit(cache=True, nogil=True, fastmath={"contract"})
def _judge(  # pragma: no cover - compiled
    mask: F32,
    near: F32,
    wide: F32,
    seen: F32,
    inside: Extent,
    needed: float,
    settled: float,
    down: float,
    far_down: float,
    up: float,
    far_up: float,
    out: F32,
) -> None:
    one, zero, half = np.float32(1), np.float32(0), np.float32(0.5)
    edge, certain = np.float32(LEAST), np.float32(0.999)  # what is certain needs no exponential to be raised
    top, bottom, left, right = inside
    for y in range(top, bottom):
        for x in range(left, right):
            p = mask[y, x]
            if seen[y, x] < needed or p <= edge:
                continue
            # 1 up to 1.5 units (noise), 0 from 2.5 on
            match = min(one, max(zero, np.float32(2.5) - near[y, x]))
            field = min(one, max(zero, np.float32(2.0) - wide[y, x]))
            other = zero
            if seen[y, x] >= settled:
                other = min(one, max(zero, (near[y, x] - np.float32(4.0)) * half))
            # all of the window is as far from the room as can be told: the inside of something, not a soft edge
            filled = min(one, max(zero, (wide[y, x] - np.float32(7.0)) * np.float32(1 / 0.9)))
            shift = (
                (np.float32(up) + np.float32(far_up) * filled) * other - np.float32(down) * match - np.float32(far_down) * field
            )
            if shift == zero or (shift > zero and p >= certain):
                continue
            q = min(max(p, edge), one - edge)
            odds = q / (one - q) * np.exp(shift)
            moved = odds / (one + odds)
            out[y, x] = moved if shift < zero else max(p, moved)


@njit(cache=True, nogil=True)
def _learn(  # pragma: no cover - compiled
    picture: U8, change: F32, taken: U8, rate: float, room: F32, spread: F32, seen: F32
) -> None:
    w = change.shape[1]
    weights, weights3 = np.empty(w, np.float32), np.empty(3 * w, np.float32)
    pictures, rooms = picture.reshape(picture.shape[0], 3 * w), room.reshape(room.shape[0], 3 * w)
    for y in range(change.shape[0]):
        _learned_row(change[y], taken[y], np.float32(rate), spread[y], seen[y], weights)
        for x in range(w):
            weights3[3 * x] = weights3[3 * x + 1] = weights3[3 * x + 2] = weights[x]
        _taken_in(pictures[y], weights3, rooms[y])


@njit(cache=True, nogil=True, error_model="numpy")
def _learned_row(  # pragma: no cover - compiled
    change: F32, taken: U8, least: np.float32, spread: F32, seen: F32, weights: F32
) -> None:
    """weights: how much of the picture is taken in."""
    one, zero = np.float32(1), np.float32(0)
    for x in range(change.shape[0]):
        count = seen[x]
        free = taken[x] == 0
        first, later = one / (count + one), one / (count if count >= one else one)
        first = first if first > least else least
        later = later if later > least else least
        weights[x] = first if free else zero
        spread[x] += (change[x] - spread[x]) * (later if free and count >= one else zero)
        seen[x] = count + (one if free else zero)


@njit(cache=True, nogil=True)
def _taken_in(picture: U8, weights: F32, room: F32) -> None:  # pragma: no cover - compiled
    for i in range(room.shape[0]):
        room[i] += (np.float32(picture[i]) - room[i]) * weights[i]


@njit(cache=True, nogil=True, error_model="numpy")
def _light(picture: U8, room: F32, taken: U8, seen: F32, needed: float, out: F32) -> None:  # pragma: no cover - compiled
    bins = 600  # of the factor, 0.5..2: the median is interpolated within its bin
    counts = np.zeros((4, 3, bins), np.int32)  # counted into in turn: each count would wait for the one before
    w = (picture.shape[1] + 2) // 3
    now, was, at = np.empty(3 * w, np.float32), np.empty(3 * w, np.float32), np.empty(3 * w, np.int32)
    total = 0
    for y in range(0, picture.shape[0], 6):
        for i in range(w):
            for c in range(3):
                # what is nearly black tells nothing: its factor is that of 8 levels more
                now[3 * i + c] = np.float32(picture[y, 3 * i, c]) + np.float32(8)
                was[3 * i + c] = room[y, 3 * i, c] + np.float32(8)
        for k in range(at.shape[0]):
            bin_ = np.int32((now[k] / was[k] - np.float32(0.5)) * np.float32(bins / 1.5))
            bin_ = bin_ if bin_ > np.int32(0) else np.int32(0)
            at[k] = bin_ if bin_ < np.int32(bins - 1) else np.int32(bins - 1)
        for i in range(w):
            counted = np.int32((taken[y, 3 * i] == 0) & (seen[y, 3 * i] >= needed))
            total += int(counted)
            for c in range(3):
                counts[i & 3, c, at[3 * i + c]] += counted
    if total < 30:
        return
    for c in range(3):
        below = 0
        for i in range(bins):
            here = counts[0, c, i] + counts[1, c, i] + counts[2, c, i] + counts[3, c, i]
            if below + here >= 0.5 * total:
                out[c] = 0.5 + (i + (0.5 * total - below) / here) * 1.5 / bins
                break
            below += here
