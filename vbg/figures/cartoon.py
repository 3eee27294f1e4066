"""A drawn character in the person's place: of them it knows only where head and shoulders are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.figures.bust import Bust
from vbg.figures.figure import SKIN
from vbg.frame import Mask, Pixels

_SHIFT = 4
"""Bits of the parts of a pixel in which is drawn."""

_CELLS = 432
"""Rows of the matte."""

_TILT, _MOST_TILT = 0.6, 0.3  # of the body's lean, and radians
_EVERY_S, _BLINK_S = 3.3, 0.13
"""A blink comes so often and takes so long."""

_INK = 0.16
"""The lines' brightness, of the colour's."""


class Cartoon:
    """Blinks now and then."""

    def draw(
        self, width: int, height: int, mask: Mask, bust: Bust, colour: tuple[int, int, int], at_s: float
    ) -> tuple[Pixels, NDArray[np.float32]]:
        """mask: is not looked at. See `Drawn`."""
        pen = _Pen(width, height, colour)
        unit = bust.width * height  # the head's width, px
        lean = math.atan2(bust.x - bust.chest_x, max(bust.chest_y - bust.y, 0.05))
        tilt = min(_MOST_TILT, max(-_MOST_TILT, _TILT * lean))
        head = _Place(bust.x * height, bust.y * height, tilt, unit)
        chest = _Place(bust.chest_x * height, bust.chest_y * height, 0.25 * tilt, unit)
        half = 0.5 * bust.span / bust.width
        _body(pen, chest, head, half)
        _head(pen, head, at_s % _EVERY_S > _EVERY_S - _BLINK_S)
        return pen.picture, pen.shape.astype(np.float32) * np.float32(1.6 / 255) - np.float32(0.3)


class _Place:
    """Where a part stands: its middle, px, its turn and its size."""

    def __init__(self, x: float, y: float, turn: float, unit: float) -> None:
        self._x, self._y, self._unit = x, y, unit
        self._cos, self._sin = math.cos(turn), math.sin(turn)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """In pixels, of a point in units."""
        x, y = x * self._unit, y * self._unit
        return self._x + x * self._cos - y * self._sin, self._y + x * self._sin + y * self._cos

    def curve(self, points: Sequence[tuple[float, float]], closed: bool = True) -> NDArray[np.float64]:
        """A smooth line through points in units (Catmull-Rom), in pixels."""
        p = np.array([self.at(*one) for one in points])
        padded = np.vstack([p[-1:], p, p[:2]]) if closed else np.vstack([p[:1], p, p[-1:]])
        a, b, c, d = (padded[i : len(padded) - 3 + i, None] for i in range(4))
        t = np.linspace(0, 1, 12, endpoint=False)[None, :, None]
        line = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        flat = line.reshape(-1, 2)
        return flat if closed else np.vstack([flat, p[-1:]])

    def oval(
        self, x: float, y: float, wide: float, high: float, begin: float = 0, end: float = 2 * math.pi
    ) -> NDArray[np.float64]:
        """An ellipse, or an arc of it, in pixels."""
        angles = np.linspace(begin, end, 48)
        return np.array([self.at(x + wide * math.cos(a), y + high * math.sin(a)) for a in angles])

    @property
    def unit(self) -> float:
        return self._unit


class _Pen:
    """Fills and inks shapes. picture: the colours; shape: where anything is drawn, 0..255."""

    def __init__(self, width: int, height: int, colour: tuple[int, int, int]) -> None:
        base = np.array(colour, np.float64)
        self.base, self.ink = base, base * _INK
        self.skin, self.hair = 0.5 * np.array(SKIN) + 0.5 * (base + (255 - base) * 0.82), base * 0.42
        # beyond the shapes all is ink: the edge that is blended is an inked line
        self.picture = np.full((height, width, 3), np.rint(self.ink), np.uint8)
        rows = min(_CELLS, height)
        self._scale = rows / height
        self.shape = np.zeros((rows, max(1, round(width * self._scale))), np.uint8)

    def fill(self, line: NDArray[np.float64], colour: NDArray[np.float64], ink: float = 0) -> None:
        """ink: the line's width, px."""
        points = [np.rint(line * 2**_SHIFT).astype(np.int32)]
        thick = max(1, round(ink))
        cv2.fillPoly(self.picture, points, colour.tolist(), cv2.LINE_AA, _SHIFT)
        if ink:
            cv2.polylines(self.picture, points, True, self.ink.tolist(), thick, cv2.LINE_AA, _SHIFT)
            small = [np.rint(((line + 0.5) * self._scale - 0.5) * 2**_SHIFT).astype(np.int32)]
            cv2.fillPoly(self.shape, small, 255, cv2.LINE_AA, _SHIFT)
            cv2.polylines(self.shape, small, True, 255, max(1, round(ink * self._scale)), cv2.LINE_AA, _SHIFT)

    def stroke(self, line: NDArray[np.float64], colour: NDArray[np.float64], thick: float) -> None:
        points = [np.rint(line * 2**_SHIFT).astype(np.int32)]
        cv2.polylines(self.picture, points, False, colour.tolist(), max(1, round(thick)), cv2.LINE_AA, _SHIFT)


def _body(pen: _Pen, chest: _Place, head: _Place, half: float) -> None:
    """Neck and shoulders, down to below the picture. half: the shoulders' width, in heads, from the middle."""
    ink = 0.045 * chest.unit
    neck = np.array([head.at(-0.2, 0.35), head.at(0.2, 0.35), chest.at(0.24, 0.05), chest.at(-0.24, 0.05)])
    shoulders = [(0.0, -0.18), (0.3, -0.2), (0.72 * half, -0.06), (0.97 * half, 0.24), (1.08 * half, 0.9), (1.1 * half, 4.0)]
    shoulders += [(-x, y) for x, y in reversed(shoulders[1:])]
    pen.fill(chest.curve(shoulders), pen.base, ink)
    pen.fill(neck, pen.skin * 0.88, ink)
    collar = [(-0.36, -0.16), (-0.2, 0.14), (0.0, 0.26), (0.2, 0.14), (0.36, -0.16), (0.0, 0.02)]
    pen.fill(chest.curve(collar), pen.base + (255 - pen.base) * 0.35, ink)
    for side in (-1, 1):
        pen.stroke(
            chest.curve([(side * 0.74 * half, 0.55), (side * 0.7 * half, 1.0), (side * 0.7 * half, 2.5)], False),
            pen.ink,
            0.7 * ink,
        )


def _head(pen: _Pen, head: _Place, blinks: bool) -> None:
    ink = 0.045 * head.unit
    back = [
        (-0.53, 0.0),
        (-0.5, -0.36),
        (-0.28, -0.62),
        (0.04, -0.69),
        (0.34, -0.6),
        (0.52, -0.32),
        (0.53, 0.02),
        (0.44, 0.16),
        (-0.44, 0.16),
    ]
    pen.fill(head.curve(back), pen.hair, ink)
    for side in (-1, 1):
        pen.fill(head.oval(side * 0.46, 0.06, 0.09, 0.12), pen.skin * 0.92, ink)
    face = [
        (-0.45, -0.12),
        (-0.43, 0.2),
        (-0.28, 0.48),
        (0.0, 0.6),
        (0.28, 0.48),
        (0.43, 0.2),
        (0.45, -0.12),
        (0.3, -0.42),
        (-0.3, -0.42),
    ]
    pen.fill(head.curve(face), pen.skin, ink)
    fringe = [
        (-0.5, -0.08),
        (-0.49, -0.36),
        (-0.28, -0.61),
        (0.04, -0.68),
        (0.34, -0.59),
        (0.5, -0.34),
        (0.5, -0.06),
        (0.38, -0.26),
        (0.12, -0.2),
        (-0.12, -0.34),
        (-0.36, -0.24),
    ]
    pen.fill(head.curve(fringe), pen.hair, ink)
    pink = pen.skin * np.array([0.78, 0.8, 1.0])
    for side in (-1, 1):
        pen.fill(head.oval(side * 0.29, 0.24, 0.085, 0.05), pink)
        if blinks:
            pen.stroke(head.oval(side * 0.185, 0.06, 0.06, 0.02, 0, math.pi), pen.ink, ink)
        else:
            pen.fill(head.oval(side * 0.185, 0.05, 0.052, 0.078), pen.ink)
            pen.fill(head.oval(side * 0.185 - 0.016, 0.022, 0.018, 0.022), np.array([255.0, 255.0, 255.0]))
        pen.stroke(head.oval(side * 0.19, -0.06, 0.09, 0.05, 1.2 * math.pi, 1.8 * math.pi), pen.hair, 0.9 * ink)
    pen.stroke(head.curve([(0.0, 0.12), (0.035, 0.2), (-0.01, 0.225)], False), pen.skin * 0.7, 0.7 * ink)
    pen.stroke(head.oval(0.0, 0.29, 0.14, 0.11, 0.15 * math.pi, 0.85 * math.pi), pen.ink, 0.9 * ink)
