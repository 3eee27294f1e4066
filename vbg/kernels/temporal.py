"""Steadies a mask over time where the picture stood still."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

LEVELS = 766
"""Bins of the histogram of change: |b| + |g| + |r| of two uint8 pictures, 0..765."""

_TURNS = 4
"""Histograms that are counted into in turn: what changes little falls into few bins, and each count would wait for the last."""


def changed(picture: U8, last: F32) -> tuple[F32, NDArray[np.int32]]:
    """How much each pixel changed, and the histogram of it.

    picture: (h, w, 3) uint8; last: the same, float32, 0..255; what is beyond
    counts into the last bin. Returns (h, w) float32: the mean over the 3x3 window (cut at
    the borders) of the sum of the three channels' absolute differences, 0..765; and the histogram (LEVELS) of that sum
    before the mean.
    """
    out = np.empty(picture.shape[:2], np.float32)
    histograms = np.zeros((_TURNS, LEVELS), np.int32)
    _changed(fixed(picture), fixed(last), out, histograms)
    return out, histograms.sum(axis=0, dtype=np.int32)


def steadied(
    mask: F32,
    picture: U8,
    change: F32,
    low: float,
    high: float,
    still: float,
    boost: tuple[float, float],
    trust: tuple[float, float],
    before: F32,
    reference: F32,
) -> None:
    """before += (mask - before) * weight: weight is `still` where change <= low, 1 where change >= high, smooth between.

    boost, trust: what is added to `still` times the square of the masks' difference, and times |2 mask - 1|^8; each for a mask
    that falls, and for one that rises.
    mask, before, change: (h, w) float32. picture: (h, w, 3) uint8; reference: the same, float32, 0..255: follows the picture
    by the same weights. still: 0 (keep for ever) .. 1 (follow at once). before and reference are edited.
    """
    falls, rises = (boost[0], trust[0]), (boost[1], trust[1])
    _steadied(fixed(mask), fixed(picture), fixed(change), low, high, still, falls, rises, before, reference)


def apart(picture: U8, last: F32) -> F32:
    """The first of what `changed` gives, without counting."""
    out = np.empty(picture.shape[:2], np.float32)
    _changed(fixed(picture), fixed(last), out, np.zeros((0, 0), np.int32))
    return out


def quantile(histogram: NDArray[np.int32], part: float) -> float:
    """The value below which `part` (0..1) of what the histogram counts lies."""
    return float(_quantile(histogram, part)) + 0.5


@njit(cache=True, nogil=True)
def _quantile(histogram: NDArray[np.int32], part: float) -> np.int64:  # pragma: no cover - compiled
    total = 0
    for i in range(histogram.shape[0]):
        total += histogram[i]
    below = 0
    for i in range(histogram.shape[0]):
        below += histogram[i]
        if below >= part * total:
            return np.int64(i)
    return np.int64(histogram.shape[0])


@njit(cache=True, nogil=True)
def _changed(picture: U8, last: F32, out: F32, histograms: NDArray[np.int32]) -> None:  # pragma: no cover - compiled
    h, w = out.shape
    rows = np.zeros((3, w), np.float32)  # row r lives in rows[r % 3], already averaged over three columns
    line = np.empty(w, np.float32)
    for y in range(h + 1):
        if y < h:
            row_apart(picture[y].reshape(3 * w), last[y].reshape(3 * w), line, rows[y % 3])
            if histograms.shape[0]:
                for x in range(np.uintp(w)):
                    # beyond the last bin, or not a number: there too, never outside of the memory
                    level = line[x] if line[x] < np.float32(LEVELS - 1) else np.float32(LEVELS - 1)
                    histograms[x % np.uintp(_TURNS), np.uint32(level)] += np.int32(1)
        if y >= 1:
            three_rows(rows, y - 1, h, out[y - 1])


@njit(cache=True, nogil=True)
def row_apart(now: U8, was: F32, line: F32, mean: F32) -> None:  # pragma: no cover - compiled
    """line: the sum of the three channels' absolute differences in one row; mean: its mean over three columns, cut at the
    borders. now, was: (3 w). line, mean: (w)."""
    w = line.shape[0]
    half, third = np.float32(0.5), np.float32(1 / 3)
    for x in range(w):
        b = np.float32(now[3 * x]) - was[3 * x]
        g = np.float32(now[3 * x + 1]) - was[3 * x + 1]
        r = np.float32(now[3 * x + 2]) - was[3 * x + 2]
        line[x] = abs(b) + abs(g) + abs(r)
    for x in range(1, w - 1):
        mean[x] = (line[x - 1] + line[x] + line[x + 1]) * third
    mean[0] = (line[0] + line[min(1, w - 1)]) * half
    mean[w - 1] = (line[w - 1] + line[max(w - 2, 0)]) * half


@njit(cache=True, nogil=True)
def three_rows(rows: F32, y: int, h: int, out: F32) -> None:  # pragma: no cover - compiled
    """out: the mean of row `y`, of `h`, and its neighbours. rows: (3, w), where row r lives in rows[r % 3]."""
    top, bottom = max(y - 1, 0), min(y + 1, h - 1)
    above, here, below = rows[top % 3], rows[y % 3], rows[bottom % 3]
    if bottom - top == 2:
        third = np.float32(1) / np.float32(3)
        for x in range(out.shape[0]):
            out[x] = (above[x] + here[x] + below[x]) * third
    else:  # a picture of one row counts it twice
        other = above if top < y else below
        for x in range(out.shape[0]):
            out[x] = (here[x] + other[x]) * np.float32(0.5)


@njit(cache=True, nogil=True)
def _steadied(  # pragma: no cover - compiled
    mask: F32,
    picture: U8,
    change: F32,
    low: float,
    high: float,
    still: float,
    falls: tuple[float, float],
    rises: tuple[float, float],
    before: F32,
    reference: F32,
) -> None:
    w = mask.shape[1]
    weights, weights3 = np.empty(w, np.float32), np.empty(3 * w, np.float32)
    pictures, references = picture.reshape(picture.shape[0], 3 * w), reference.reshape(reference.shape[0], 3 * w)
    scale = np.float32(1.0 / max(high - low, 1e-6))
    for y in range(mask.shape[0]):
        _steadied_row(mask[y], change[y], np.float32(low), scale, np.float32(still), falls, rises, before[y], weights)
        for x in range(w):
            weights3[3 * x] = weights3[3 * x + 1] = weights3[3 * x + 2] = weights[x]
        _followed(pictures[y], weights3, references[y])


@njit(cache=True, nogil=True)
def _steadied_row(  # pragma: no cover - compiled
    mask: F32,
    change: F32,
    low: np.float32,
    scale: np.float32,
    rest: np.float32,
    falls: tuple[float, float],
    rises: tuple[float, float],
    before: F32,
    weights: F32,
) -> None:
    """weights: how much of the picture is taken into the reference."""
    one, zero, two, three = np.float32(1), np.float32(0), np.float32(2), np.float32(3)
    boost_down, trust_down = np.float32(falls[0]), np.float32(falls[1])
    boost_up, trust_up = np.float32(rises[0]), np.float32(rises[1])
    for x in range(mask.shape[0]):
        t = (change[x] - low) * scale
        t = t if t > zero else zero
        t = t if t < one else one
        t = t * t * (three - two * t)
        apart = mask[x] - before[x]
        sure = two * mask[x] - one
        sure *= sure
        sure *= sure
        boost = boost_up if apart > zero else boost_down
        trust = trust_up if apart > zero else trust_down
        slow = rest + boost * apart * apart + trust * sure * sure
        slow = slow if slow < one else one
        before[x] += apart * (slow + (one - slow) * t)
        weights[x] = rest + (one - rest) * t


@njit(cache=True, nogil=True)
def _followed(picture: U8, weights: F32, reference: F32) -> None:  # pragma: no cover - compiled
    for i in range(reference.shape[0]):
        reference[i] += (np.float32(picture[i]) - reference[i]) * weights[i]
