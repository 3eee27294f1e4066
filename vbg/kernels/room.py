"""The empty room behind the person, per pixel: comparing a picture with it, and learning it."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]


def deviation(change: F32, spread: F32, seen: F32, unit: float, needed: float, top: float) -> F32:
    """How far the picture is from the room, in units of what the room does on its own; `top` where the room is not known.

    change: mean absolute difference to the room around the pixel. spread: its usual value. seen: for how many frames the room
    was seen there. All (h, w) float32. unit: least spread. needed: frames before a pixel counts as known. top: cut there.
    """
    out = np.empty(change.shape, np.float32)
    _deviation(fixed(change), fixed(spread), fixed(seen), unit, needed, top, out)
    return out


def judge(
    mask: F32,
    near: F32,
    wide: F32,
    seen: F32,
    needed: float,
    settled: float,
    down: float,
    far_down: float,
    up: float,
    far_up: float,
) -> F32:
    """The mask, lowered where the picture is that of the room, raised where it is clearly not and the model is unsure.

    mask: (h, w) float32. near, wide: `deviation`, cut at 8, at the pixel and its mean over a wider window. seen, needed: as
    there. settled: frames for which the room must have been seen before a mismatch counts: a screen that flickers is known by
    then. down, far_down, up, far_up: logits that a match at the pixel, a match of the whole window, a mismatch at the pixel
    and one of the whole window are worth.
    """
    out = np.empty(mask.shape, np.float32)
    _judge(fixed(mask), fixed(near), fixed(wide), fixed(seen), needed, settled, down, far_down, up, far_up, out)
    return out


def surely(near: F32) -> F32:
    """(h, w) float32, 0..1: where the picture is surely that of the room, by its `deviation`."""
    out = np.empty(near.shape, np.float32)
    _surely(fixed(near), out)
    return out


def learn(picture: U8, change: F32, taken: U8, rate: float, room: F32, spread: F32, seen: F32) -> None:
    """Take the picture into the room where nobody is. Edits room, spread and seen.

    picture: (h, w, 3) uint8. change: (h, w) float32, its difference to the room. taken: (h, w) uint8, 0 where it is surely
    room. rate: the least part of the new picture that is taken in, so that the room may change.
    """
    _learn(fixed(picture), fixed(change), fixed(taken), rate, room, spread, seen)


def light(picture: U8, room: F32, taken: U8, seen: F32, needed: float) -> F32:
    """(3) float32: by what factor, 0.5..2, each channel of the picture is brighter than the known, visible room: the median of
    every third pixel in both directions, for somebody may have come in; 1 where too little is known. Shapes as in `learn`."""
    out = np.ones(3, np.float32)
    _light(fixed(picture), fixed(room), fixed(taken), fixed(seen), needed, out)
    return out


def wrong(change: F32, spread: F32, seen: F32, taken: U8, unit: float, needed: float, factor: float) -> float:
    """The part, 0..1, of the known and visible room that differs by more than `factor` times what it does on its own; 0 where
    nothing is known. Shapes as in `learn`; unit and needed as in `deviation`."""
    return float(_wrong(fixed(change), fixed(spread), fixed(seen), fixed(taken), unit, needed, factor))


@njit(cache=True, nogil=True)
def _wrong(  # pragma: no cover - compiled
    change: F32, spread: F32, seen: F32, taken: U8, unit: float, needed: float, factor: float
) -> float:
    least, enough, much = np.float32(unit), np.float32(needed), np.float32(factor)
    known = 0
    off = 0
    for y in range(change.shape[0]):
        moves, usual, times, person = change[y], spread[y], seen[y], taken[y]
        here, there = np.int32(0), np.int32(0)
        for x in range(moves.shape[0]):
            counts = (person[x] == 0) & (times[x] >= enough)
            most = usual[x] if usual[x] > least else least
            here += np.int32(counts)
            there += np.int32(counts & (moves[x] > much * most))
        known += int(here)
        off += int(there)
    return off / known if known else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _deviation(  # pragma: no cover - compiled
    change: F32, spread: F32, seen: F32, unit: float, needed: float, top: float, out: F32
) -> None:
    least, enough, most = np.float32(unit), np.float32(needed), np.float32(top)
    for y in range(change.shape[0]):
        moves, usual, times, far = change[y], spread[y], seen[y], out[y]
        for x in range(moves.shape[0]):
            z = moves[x] / (usual[x] if usual[x] > least else least)
            z = z if z < most else most
            far[x] = z if times[x] >= enough else most


@njit(cache=True, nogil=True, fastmath={"contract"})
def _judge(  # pragma: no cover - compiled
    mask: F32,
    near: F32,
    wide: F32,
    seen: F32,
    needed: float,
    settled: float,
    down: float,
    far_down: float,
    up: float,
    far_up: float,
    out: F32,
) -> None:
    one, zero, half = np.float32(1), np.float32(0), np.float32(0.5)
    edge = np.float32(0.005)
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            p = mask[y, x]
            if seen[y, x] < needed or p <= edge:
                out[y, x] = p
                continue
            # 1 up to 1.5 units (noise), 0 from 2.5 on
            match = min(one, max(zero, np.float32(2.5) - near[y, x]))
            field = min(one, max(zero, np.float32(2.0) - wide[y, x]))
            other = zero
            if seen[y, x] >= settled:
                other = min(one, max(zero, (near[y, x] - np.float32(4.0)) * half))
            # all of the window is as far from the room as can be told: the inside of something, not a soft edge
            inside = min(one, max(zero, (wide[y, x] - np.float32(7.0)) * np.float32(1 / 0.9)))
            shift = (
                (np.float32(up) + np.float32(far_up) * inside) * other - np.float32(down) * match - np.float32(far_down) * field
            )
            if shift == zero:
                out[y, x] = p
                continue
            q = min(max(p, edge), one - edge)
            odds = q / (one - q) * np.exp(shift)
            moved = odds / (one + odds)
            out[y, x] = moved if shift < zero else max(p, moved)


@njit(cache=True, nogil=True)
def _surely(near: F32, out: F32) -> None:  # pragma: no cover - compiled
    for y in range(near.shape[0]):
        for x in range(near.shape[1]):
            out[y, x] = min(np.float32(1), max(np.float32(0), np.float32(2.5) - near[y, x]))


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
    counts = np.zeros((3, bins), np.int32)
    total = 0
    for y in range(0, picture.shape[0], 3):
        for x in range(0, picture.shape[1], 3):
            if taken[y, x] == 0 and seen[y, x] >= needed:
                total += 1
                for c in range(3):
                    # what is nearly black tells nothing: its factor is that of 8 levels more
                    factor = (np.float32(picture[y, x, c]) + np.float32(8)) / (room[y, x, c] + np.float32(8))
                    counts[c, min(bins - 1, max(0, int((factor - np.float32(0.5)) * np.float32(bins / 1.5))))] += 1
    if total < 30:
        return
    for c in range(3):
        below = 0
        for i in range(bins):
            if below + counts[c, i] >= 0.5 * total:
                out[c] = 0.5 + (i + (0.5 * total - below) / counts[c, i]) * 1.5 / bins
                break
            below += counts[c, i]
