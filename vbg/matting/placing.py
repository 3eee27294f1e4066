"""Puts the person elsewhere: closer and in the middle, or small in a corner. The matte goes along with its frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask, Matte, Pixels, read_only
from vbg.matting.keep import Region, Regions, on_matte
from vbg.matting.presence import Presence

_HEADROOM = 0.12
"""Above the head, as a fraction of the picture's height, when framed."""

_CORNER = 0.22
"""How far from the side the person's middle is, as a fraction of the picture's width, at the corner's usual size."""

_CALM_S = 0.9
_DEAD = 0.03  # of the width: smaller movements do not move the frame
_GAP_S = 2.0
_EMPTY = 0.01  # part of the picture below which there is nobody to follow


@dataclass(frozen=True, slots=True)
class View:
    """Camera pixels times `zoom`, then moved by `x`, `y`: fractions of the picture's width and height."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def matrix(self, width: int, height: int) -> NDArray[np.float64]:
        """For pixels whose centres lie at whole numbers."""
        move = (self.zoom - 1) / 2
        return np.array([[self.zoom, 0, self.x * width + move], [0, self.zoom, self.y * height + move]], np.float64)

    def between(self, other: View, share: float) -> View:
        """This one, gone by `share` of the way to the `other`."""
        return View(*(a + (b - a) * share for a, b in ((self.zoom, other.zoom), (self.x, other.x), (self.y, other.y))))

    def regions(self, drop: Regions) -> Regions:
        """Where these regions are seen; those that are not seen are left out."""
        seen = []
        for one in drop:
            left, top = self.zoom * one.x + self.x, self.zoom * one.y + self.y
            right, bottom = min(1.0, left + self.zoom * one.w), min(1.0, top + self.zoom * one.h)
            left, top = max(0.0, left), max(0.0, top)
            if right > left and bottom > top:
                seen.append(Region(left, top, right - left, bottom - top))
        return tuple(seen)

    def far_from(self, other: View) -> bool:
        return max(abs(self.zoom - other.zoom), abs(self.x - other.x), abs(self.y - other.y)) > 0.002


_AS_IT_IS = View()


class Placing:
    """Remembers where the person was, so that the frame follows gently. One thread owns it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all earlier frames."""
        self._view: View | None = None
        self._goal = View()
        self._kind = ""
        self._at = 0.0

    def place(
        self, frame: Frame, mask: Mask, matte: Matte, background: Pixels, presence: Presence, of_room: bool, drop: Regions = ()
    ) -> tuple[Frame, Matte, Pixels]:
        """The frame, its matte and the background, as `presence` asks. of_room: the background shows the camera's own room, so it
        goes along with the person, and the whole stays inside the camera's picture. drop: regions that stay hidden."""
        view = self._followed(mask, frame.captured_at, presence, of_room)
        if not view.far_from(_AS_IT_IS):
            return frame, matte, background
        pixels = _moved(frame.pixels, view, cv2.BORDER_REPLICATE)
        # beyond the camera's picture there is nobody: gain and offset 0
        gain, offset = (_moved(plane, view, cv2.BORDER_CONSTANT) for plane in (matte.gain, matte.offset))
        if of_room:
            background = read_only(_moved(background, view, cv2.BORDER_REPLICATE))
        laid = on_matte(Matte(gain, offset), (), view.regions(drop))
        return Frame(read_only(pixels), frame.index, frame.captured_at), laid, background

    def _followed(self, mask: Mask, at: float, presence: Presence, of_room: bool) -> View:
        """The view of this frame: on the way to where the person should be."""
        kind = "frame" if presence.corner == "off" or of_room else presence.corner
        goal = self._aim(mask, presence, kind)
        passed = at - self._at
        if self._view is None or kind != self._kind or not 0 <= passed <= _GAP_S:
            self._view = self._goal = goal
        else:
            if (
                abs(goal.x - self._goal.x) > _DEAD
                or abs(goal.zoom - self._goal.zoom) > _DEAD
                or abs(goal.y - self._goal.y) > _DEAD
            ):
                self._goal = goal
            self._view = self._view.between(self._goal, 1 - math.exp(-passed / _CALM_S))
        self._kind, self._at = kind, at
        return self._view

    def _aim(self, mask: Mask, presence: Presence, kind: str) -> View:
        """Where the person of this mask should be. Where nobody is, what was aimed at last."""
        columns, rows = mask.sum(axis=0, dtype=np.float64), mask.max(axis=1)
        if columns.sum() < _EMPTY * mask.size:
            return self._goal
        middle = float(columns @ (np.arange(mask.shape[1]) + 0.5)) / float(columns.sum()) / mask.shape[1]
        top = int(np.argmax(rows > 0.5)) / mask.shape[0]
        if kind == "frame":
            zoom = min(1 + presence.framing, max(1.0, (1 - _HEADROOM) / max(1 - top, 0.2)))
            x = min(0.0, max(1 - zoom, 0.5 - zoom * middle))
            return View(zoom, x, min(0.0, max(1 - zoom, _HEADROOM - zoom * top)))
        zoom = min(2.0, presence.corner_size / max(1 - top, 0.2))
        side = min(0.5, _CORNER * max(1.0, zoom / 0.5))
        return View(zoom, (side if kind == "left" else 1 - side) - zoom * middle, 1 - zoom)


def _moved(plane: NDArray[Any], view: View, border: int) -> Any:
    """`plane`, (h, w) or (h, w, 3), seen as the view says: a new array of the same size."""
    h, w = plane.shape[:2]
    if view.zoom < 0.7 and plane.dtype == np.uint8:  # a plain warp would leave pixels out, and shimmer
        w_small, h_small = max(1, round(w * view.zoom)), max(1, round(h * view.zoom))
        small = cv2.resize(plane, (w_small, h_small), interpolation=cv2.INTER_AREA)
        move = np.array([[w * view.zoom / w_small, 0, view.x * w], [0, h * view.zoom / h_small, view.y * h]], np.float64)
        return cv2.warpAffine(small, move, (w, h), flags=cv2.INTER_LINEAR, borderMode=border)
    return cv2.warpAffine(plane, view.matrix(w, h), (w, h), flags=cv2.INTER_LINEAR, borderMode=border)
