"""What has changed in an empty room."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame
from vbg.kernels import temporal
from vbg.models.box import Box

_QUIET = 0.5
"""This part of the empty room, at least, is taken to stand still."""

_LEAST = 0.004
"""Part of the picture below which a change is not looked into."""


class EmptyRoom:
    """Remembers the room while nobody is known to be in it, and says where it changed. One thread owns it."""

    def __init__(self, ratio: float = 0.1, factor: float = 5.0, floor: float = 6.0) -> None:
        """ratio: how fast the memory follows, per frame. factor: change that counts, in medians of the change; floor: the
        least median, in levels summed over three channels."""
        self._ratio, self._factor, self._floor = ratio, factor, floor
        self.reset()

    def reset(self) -> None:
        """Forget the room: somebody is in it."""
        self._room: NDArray[np.float32] | None = None

    def intruder(self, frame: Frame, w: int, h: int) -> Box | None:
        """The box, in the frame's pixels, around the largest change against the empty room; None where there is none, or
        where all of the picture changed. w, h: size at which to look."""
        small = frame.reduced(w, h)
        if self._room is None or self._room.shape != small.shape:
            self._room = small.astype(np.float32)
            return None
        change, histogram = temporal.changed(small, self._room)
        unit = max(temporal.quantile(histogram, _QUIET), self._floor)
        cv2.accumulateWeighted(small, self._room, self._ratio)
        count, _, stats, _ = cv2.connectedComponentsWithStats((change > self._factor * unit).astype(np.uint8))
        if count < 2:
            return None
        left, top, width, height, area = max(stats[1:], key=lambda s: int(s[cv2.CC_STAT_AREA]))
        if not _LEAST * w * h <= area <= 0.5 * w * h:
            return None
        x, y = frame.width / w, frame.height / h
        return Box(left * x, top * y, (left + width) * x, (top + height) * y)
