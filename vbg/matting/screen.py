"""Finds the coloured screen behind a person: its colour, its light from place to place, and how far it reaches."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask, Pixels
from vbg.kernels.key import NARROW
from vbg.matting.fill import filled
from vbg.matting.oklab import oklab
from vbg.matting.smooth import GAP_S

F32 = NDArray[np.float32]
Bools = NDArray[np.bool_]

AREA = 96 * 54
"""Cells of the plate: 13 pixels of a 720p frame each, finer than folds in a cloth."""

HUES = (110.0, 290.0)
"""Degrees in Oklab, green to blue: where a screen is looked for by itself. Skin, wood and warm light lie elsewhere."""

FAINT = 0.045
"""Chroma in Oklab below which nothing is a screen: a wall in tinted light has less, a badly lit screen twice as much."""

_WIDTH = 22.0
"""Degrees on either side of the screen's hue that belong to it: its shadows and hot spots turn a little."""

_DIM = 0.4
"""Chroma of a cell of the screen, at least, in units of the screen's usual."""

_FOUND, _LOST = 0.07, 0.03
"""Part of the picture that a screen fills, at least, to be found, and to stay so."""

_SOLID = 0.6
"""Part of a screen's cells, at least, that have only screen around them: foliage has gaps."""

_SMOOTH = 0.03
"""Usual difference in lightness between neighbours, at most: cloth is smooth, foliage is not."""

_PART = 0.05
"""Parts that are smaller than this, of the whole screen, do not say how far it reaches."""

_NEWEST = 0.25
"""Part of the newest measurement that is taken in from frame to frame."""

_BESIDE = 0.3
"""Person in a cell, by the network, above which it says nothing of the screen."""

_SQUARE = np.ones((3, 3), np.uint8)

_SPREAD, _EVERY = 0.05, 5
"""Keyness that noise takes from a screen's pixel, assumed at least; it is measured in one frame of so many."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What is known of the screen in one frame, on a grid of `h` x `w` cells.

    colours: (h, w, 3) uint8, BGR that the screen has, or would have where somebody stands. axis: (h, w, 2) float32, its chroma as
    (a, b) / (a^2 + b^2), see `kernels.key`. hull: (h, w) float32, 0..1,
    where the screen is: all that lies between its parts belongs to it. spread: what noise takes from its pixels' keyness, of 1.
    """

    colours: Pixels
    axis: F32
    hull: F32
    spread: float


class Screen:
    """Remembers the screen from frame to frame. One thread owns it.

    rgb: the screen's colour as "#rrggbb"; empty where it shall be measured. Its lightness and strength are measured all the same.
    """

    def __init__(self, rgb: str = "") -> None:
        self._given: float | None = None
        if rgb:
            _, a, b = oklab(np.array(tuple(bytes.fromhex(rgb[1:]))[::-1], np.uint8)[None, None])[0, 0]
            self._given = math.degrees(math.atan2(b, a)) % 360
        self.reset()

    def reset(self) -> None:
        """Forget all earlier frames."""
        self._colours: F32 | None = None
        self._known: F32 | None = None
        self._reach: F32 | None = None
        self._spread, self._turn = _SPREAD, 0
        self._hue = 0.0
        self._at = 0.0

    def look(self, frame: Frame, reduced: Pixels, person: Mask | None = None) -> Seen | None:
        """What is known of the screen behind `frame`; None where there is none.

        reduced: the frame at the size of a mask. person: where the network sees somebody, (h, w) float32, 0..1.
        """
        w, h = _grid(frame.width, frame.height)
        small = np.asarray(cv2.resize(reduced, (w, h), interpolation=cv2.INTER_AREA), np.uint8)
        if self._colours is None or self._colours.shape != small.shape or not 0 <= frame.captured_at - self._at <= GAP_S:
            self.reset()
        self._at = frame.captured_at
        lab = oklab(small)
        free = np.ones((h, w), np.bool_)
        if person is not None:
            free = np.asarray(cv2.resize(person, (w, h), interpolation=cv2.INTER_AREA)) < _BESIDE
        cells = self._cells(lab, free)
        if cells is None:
            self.reset()
            return None
        self._take(small, cells)
        assert self._colours is not None and self._known is not None and self._reach is not None
        colours = np.rint(np.clip(filled(self._colours, self._known), 0, 255)).astype(np.uint8)
        axis = _axis(colours)
        if self._turn % _EVERY == 0:
            spread = _spread(frame, axis, cells)
            self._spread = spread if self._turn == 0 else self._spread + (spread - self._spread) * _NEWEST
        self._turn += 1
        return Seen(colours, axis, self._reach.copy(), self._spread)

    def _cells(self, lab: F32, free: Bools) -> Bools | None:
        """The cells that are surely screen; None where they make none."""
        chroma = np.hypot(lab[:, :, 1], lab[:, :, 2])
        hue = np.degrees(np.arctan2(lab[:, :, 2], lab[:, :, 1])) % 360
        coloured = free & (chroma > FAINT)
        known = self._colours is not None
        if self._given is not None:
            self._hue = self._given
        elif not known:
            found = _usual_hue(hue[coloured], chroma[coloured])
            if found is None:
                return None
            self._hue = found
        near = coloured & (_apart(hue, self._hue) < _WIDTH)
        if np.count_nonzero(near) < (_LOST if known else _FOUND) * near.size:
            return None
        near &= chroma > _DIM * np.percentile(chroma[near], 75)
        if not known and not _is_cloth(near, lab[:, :, 0]):
            return None
        near = _largest_parts(near)
        if self._given is None:
            a, b = lab[:, :, 1][near].mean(), lab[:, :, 2][near].mean()
            self._hue = math.degrees(math.atan2(b, a)) % 360
        return near

    def _take(self, small: Pixels, cells: Bools) -> None:
        """Learn the light of the cells that are surely whole."""
        whole = cv2.erode(cells.astype(np.uint8), _SQUARE, borderType=cv2.BORDER_REPLICATE).astype(np.float32)
        reach = _hull(cells)
        if self._colours is None or self._known is None or self._reach is None:
            self._colours, self._known, self._reach = small.astype(np.float32), whole, reach
            return
        part = np.where(self._known > 0, np.float32(_NEWEST), np.float32(1)) * whole
        self._colours = np.asarray(self._colours + (small - self._colours) * part[:, :, None], np.float32)
        self._known = np.maximum(self._known, whole)
        self._reach = np.asarray(self._reach + (reach - self._reach) * np.float32(_NEWEST), np.float32)


def _grid(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, (AREA / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _apart(hue: F32, other: float) -> F32:
    """Degrees between hues, 0..180."""
    return np.asarray(np.abs((hue - np.float32(other) + 180) % 360 - 180), np.float32)


def _usual_hue(hue: F32, chroma: F32) -> float | None:
    """The hue, within HUES, that most of the colour has; None where there is none."""
    inside = (hue > HUES[0]) & (hue < HUES[1])
    if not inside.any():
        return None
    counts = np.histogram(hue[inside], 72, (0.0, 360.0), weights=chroma[inside])[0]
    smooth = counts + np.roll(counts, 1) + np.roll(counts, -1)
    return float(np.argmax(smooth)) * 5 + 2.5


def _is_cloth(cells: Bools, lightness: F32) -> bool:
    inner = cv2.erode(cells.astype(np.uint8), _SQUARE, borderType=cv2.BORDER_REPLICATE) > 0
    if np.count_nonzero(inner) < _SOLID * np.count_nonzero(cells):
        return False
    beside = inner[:, 1:] & inner[:, :-1]
    return bool(beside.any()) and float(np.median(np.abs(np.diff(lightness, axis=1))[beside])) < _SMOOTH


def _largest_parts(cells: Bools) -> Bools:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cells.astype(np.uint8), connectivity=4)
    large = stats[:, cv2.CC_STAT_AREA] >= _PART * np.count_nonzero(cells)
    large[0] = False
    return np.asarray(large[labels]) if count > 1 else cells


def _hull(cells: Bools) -> F32:
    """1 within the convex hull of the cells."""
    points = np.argwhere(cells)[:, ::-1].astype(np.int32)
    out = np.zeros(cells.shape, np.uint8)
    cv2.fillConvexPoly(out, cv2.convexHull(points), 1)
    return out.astype(np.float32)


def _axis(colours: Pixels) -> F32:
    plane = oklab(colours)[:, :, 1:]
    return np.asarray(plane / np.maximum((plane**2).sum(axis=2, keepdims=True), np.float32(FAINT**2 / 4)), np.float32)


def _spread(frame: Frame, screen: F32, cells: Bools) -> float:
    """What noise takes from the keyness of 98 of 100 pixels of the screen: some of the frame's own, not averaged."""
    step = max(1, frame.height // 90)
    some = frame.pixels[step // 2 :: step, step // 2 :: step]
    size = some.shape[1], some.shape[0]
    inner = cv2.erode(cells.astype(np.uint8), _SQUARE, borderType=cv2.BORDER_REPLICATE)
    there = cv2.resize(inner, size, interpolation=cv2.INTER_NEAREST) > 0
    if np.count_nonzero(there) < 50:
        return _SPREAD
    axis = np.asarray(cv2.resize(screen, size, interpolation=cv2.INTER_LINEAR))[there]
    plane = oklab(some[there])[:, 1:]
    along = (plane * axis).sum(axis=1)
    across = plane[:, 1] * axis[:, 0] - plane[:, 0] * axis[:, 1]
    return min(max(1 - float(np.percentile(along - NARROW * np.abs(across), 2)), _SPREAD), 0.5)
