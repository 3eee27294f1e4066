"""Slow, obvious twins of the kernels that make the matte."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
F64 = NDArray[np.float64]


def read(pixels: Array, left: int, top: int, side: int, size: int) -> F64:
    """`kernels.crop.read` where it shrinks inside the frame: every pixel is cut into `size` x `size` parts."""
    fine = pixels[top : top + side, left : left + side].astype(np.float64).repeat(size, 0).repeat(size, 1)
    return np.asarray(fine.reshape(size, side, size, side, 3).mean(axis=(1, 3))[:, :, ::-1] / 255)


def changed(picture: Array, last: Array) -> tuple[F64, Array]:
    """`kernels.temporal.changed`."""
    apart = np.abs(picture.astype(np.float64) - last).sum(axis=2)
    out = np.empty_like(apart)
    for y, x in np.ndindex(*apart.shape):
        out[y, x] = apart[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].mean()
    return out, np.bincount(apart.astype(int).ravel(), minlength=766)


def steadied(
    mask: Array, picture: Array, change: Array, low: float, high: float, still: float, boost: float, trust: float, *kept: Array
) -> tuple[F64, F64]:
    """`kernels.temporal.steadied`: what it makes of `before` and `reference`."""
    before, reference = (one.astype(np.float64) for one in kept)
    t = np.clip((change.astype(np.float64) - low) / (high - low), 0, 1)
    t = t**2 * (3 - 2 * t)
    apart = mask - before
    slow = np.minimum(1, still + boost * apart**2 + trust * (2.0 * mask - 1) ** 8)
    weight = (still + (1 - still) * t)[:, :, None]
    return before + apart * (slow + (1 - slow) * t), reference + (picture - reference) * weight


def deviation(change: Array, spread: Array, seen: Array, unit: float, needed: float, top: float) -> F64:
    """`kernels.room.deviation`."""
    return np.where(seen >= needed, np.minimum(change / np.maximum(spread.astype(np.float64), unit), top), top)


def judge(mask: Array, near: Array, wide: Array, seen: Array, needed: float, down: float, far_down: float, up: float) -> F64:
    """`kernels.room.judge`."""
    shift = (
        up * np.clip((near.astype(np.float64) - 4) / 2, 0, 1)
        - down * np.clip(2.5 - near.astype(np.float64), 0, 1)
        - far_down * np.clip(2.0 - wide.astype(np.float64), 0, 1)
    )
    p = np.clip(mask.astype(np.float64), 0.005, 0.995)
    moved = 1 / (1 + np.exp(-(np.log(p / (1 - p)) + shift)))
    judged = np.where(shift < 0, moved, np.maximum(mask, moved))
    return np.where((seen < needed) | (mask <= 0.005) | (shift == 0), mask, judged)


def learn(picture: Array, change: Array, taken: Array, rate: float, *kept: Array) -> tuple[F64, F64, F64]:
    """`kernels.room.learn`: what it makes of room, spread and seen."""
    room, spread, seen = (one.astype(np.float64) for one in kept)
    for y, x in zip(*np.nonzero(taken == 0), strict=True):
        room[y, x] += (picture[y, x] - room[y, x]) * max(rate, 1 / (seen[y, x] + 1))
        if seen[y, x] >= 1:
            spread[y, x] += (change[y, x] - spread[y, x]) * max(rate, 1 / seen[y, x])
        seen[y, x] += 1
    return room, spread, seen


def light(picture: Array, room: Array, taken: Array, seen: Array, needed: float) -> F64:
    """`kernels.room.light`."""
    known = ((taken == 0) & (seen >= needed))[::2, ::2]
    now, was = (one[::2, ::2][known].sum(axis=0, dtype=np.float64) for one in (picture, room))
    return np.where(was > 1000, now / np.maximum(was, 1), 1.0)


def wrong(change: Array, spread: Array, seen: Array, taken: Array, unit: float, needed: float, factor: float) -> float:
    """`kernels.room.wrong`."""
    known = (taken == 0) & (seen >= needed)
    off = change > np.float32(factor) * np.maximum(spread, np.float32(unit))
    return float(off[known].mean()) if known.any() else 0.0
