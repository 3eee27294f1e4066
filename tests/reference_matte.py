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


def resampled(
    plane: Array, across: float, down: float, left: float, top: float, w: int, h: int, ends: tuple[bool, bool, bool, bool]
) -> F64:
    """`kernels.resample.resampled`: one pixel after the other."""
    rows, columns = plane.shape

    def value(y: int, x: int) -> float:
        beyond = (x < 0 and ends[0]) or (y < 0 and ends[1]) or (x >= columns and ends[2]) or (y >= rows and ends[3])
        return 0.0 if beyond else float(plane[min(max(y, 0), rows - 1), min(max(x, 0), columns - 1)])

    out = np.empty((h, w))
    for i, j in np.ndindex(h, w):
        x, y = left + (j + 0.5) * across - 0.5, top + (i + 0.5) * down - 0.5
        x0, y0 = int(np.floor(x)), int(np.floor(y))
        upper = value(y0, x0) * (1 - x + x0) + value(y0, x0 + 1) * (x - x0)
        lower = value(y0 + 1, x0) * (1 - x + x0) + value(y0 + 1, x0 + 1) * (x - x0)
        out[i, j] = upper * (1 - y + y0) + lower * (y - y0)
    return out


def changed(picture: Array, last: Array) -> tuple[F64, Array]:
    """`kernels.temporal.changed`."""
    apart = np.abs(picture.astype(np.float64) - last).sum(axis=2)
    out = np.empty_like(apart)
    for y, x in np.ndindex(*apart.shape):
        out[y, x] = apart[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].mean()
    return out, np.bincount(apart.astype(int).ravel(), minlength=766)


Pair = tuple[float, float]


def steadied(
    mask: Array, picture: Array, change: Array, low: float, high: float, still: float, boost: Pair, trust: Pair, *kept: Array
) -> tuple[F64, F64]:
    """`kernels.temporal.steadied`: what it makes of `before` and `reference`."""
    before, reference = (one.astype(np.float64) for one in kept)
    t = np.clip((change.astype(np.float64) - low) / (high - low), 0, 1)
    t = t**2 * (3 - 2 * t)
    apart = mask - before
    rises = apart > 0
    sure = (2.0 * mask - 1) ** 8
    slow = np.minimum(1, still + np.where(rises, boost[1], boost[0]) * apart**2 + np.where(rises, trust[1], trust[0]) * sure)
    weight = (still + (1 - still) * t)[:, :, None]
    return before + apart * (slow + (1 - slow) * t), reference + (picture - reference) * weight


def deviation(change: Array, spread: Array, seen: Array, unit: float, needed: float, top: float) -> F64:
    """`kernels.room.compared`: `far`."""
    return np.where(seen >= needed, np.minimum(change / np.maximum(spread.astype(np.float64), unit), top), top)


def judge(
    mask: Array,
    near: Array,
    wide: Array,
    seen: Array,
    needed: float,
    settled: float,
    down: float,
    far_down: float,
    up: float,
    far_up: float,
) -> F64:
    """`kernels.room.judge`."""
    shift = (
        (up + far_up * np.clip((wide.astype(np.float64) - 7) / 0.9, 0, 1))
        * np.clip((near.astype(np.float64) - 4) / 2, 0, 1)
        * (seen >= settled)
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
    known = ((taken == 0) & (seen >= needed))[::6, ::3]
    if known.sum() < 30:
        return np.ones(3)
    now, was = (one[::6, ::3][known].astype(np.float64) + 8 for one in (picture, room))
    return np.asarray(np.clip(np.median(now / was, axis=0), 0.5, 2), np.float64)


def wrong(change: Array, spread: Array, seen: Array, taken: Array, unit: float, needed: float, factor: float) -> float:
    """`kernels.room.compared`: `wrong`."""
    known = (taken == 0) & (seen >= needed)
    off = change > np.float32(factor) * np.maximum(spread, np.float32(unit))
    return float(off[known].mean()) if known.any() else 0.0


def colours(picture: Array, mask: Array, sure: float) -> F64:
    """`kernels.unmix.colours`."""
    h, w = mask.shape[0] // 2, mask.shape[1] // 2
    out = np.zeros((h, w, 4))
    for y, x in np.ndindex(h, w):
        cell = np.s_[2 * y : 2 * y + 2, 2 * x : 2 * x + 2]
        if mask[cell].min() > np.float32(sure):
            out[y, x] = *picture[cell].mean(axis=(0, 1)), 1
    return out


def solved(
    mask: Array, picture: Array, room: Array, seen: Array, near: Array, needed: float, contrast: float, misfit: float
) -> F64:
    """`kernels.unmix.solved`."""
    out = mask.astype(np.float64)
    unsure = (mask > np.float32(0.03)) & (mask < np.float32(0.97))
    for y, x in np.ndindex(*mask.shape):
        *person, weight = near[min(y // 2, near.shape[0] - 1), min(x // 2, near.shape[1] - 1)].astype(np.float64)
        if not unsure[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].any() or seen[y, x] < needed or weight <= 0.02:
            continue
        way, here = np.array(person) / weight - room[y, x], picture[y, x] - room[y, x].astype(np.float64)
        alpha = np.clip(here @ way / (way @ way), 0, 1)
        fit = np.exp(-((np.abs(here - alpha * way).sum() / misfit) ** 2))
        out[y, x] += (alpha - out[y, x]) * fit * (way @ way) / (way @ way + 3 * contrast**2)
    return out
