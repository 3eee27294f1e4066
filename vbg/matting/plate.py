"""The clean plate: a fixed camera lets vbg know the room, and what looks like the room is not the person."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask
from vbg.kernels import room, temporal
from vbg.matting.smooth import GAP_S

_MUCH = 4.0
"""A pixel that is this many times farther from the room than the room's own noise is not the room."""


class Plate:
    """Learns the room where the mask has been surely room, and corrects the mask by it. One thread owns it.

    needed: frames for which a pixel must have been seen before it counts. reach: distance from the person within which
    nothing is learned, as a fraction of the mask's height. window: side of the wider window, same unit. floor: least noise,
    levels summed over three channels. wrong: part of the visible room that may differ before all is forgotten.
    """

    def __init__(
        self,
        needed: float = 6.0,
        reach: float = 0.03,
        window: float = 0.035,
        rate: float = 0.03,
        floor: float = 3.0,
        wrong: float = 0.3,
        down: float = 2.0,
        far_down: float = 4.0,
        up: float = 1.0,
    ) -> None:
        self._needed, self._reach, self._window, self._rate, self._floor, self._wrong = needed, reach, window, rate, floor, wrong
        self._down, self._far_down, self._up = down, far_down, up
        self.reset()

    def hold(self, frame: Frame) -> None:
        """`frame` shows what the last one did and its mask was not made: no gap."""
        self._at = frame.captured_at

    def reset(self) -> None:
        """Forget the room."""
        self._room: NDArray[np.float32] | None = None
        self._spread = self._seen = np.zeros((0, 0), np.float32)
        self._taken = np.zeros((0, 0), np.uint8)
        self._change = self._spread
        self._at = 0.0

    def correct(self, mask: Mask, frame: Frame) -> Mask:
        """The mask of `frame`, corrected where the room is known: a new (h, w) float32."""
        h, w = mask.shape
        small = frame.reduced(w, h)
        if self._room is None or self._room.shape != small.shape or not 0 <= frame.captured_at - self._at <= GAP_S:
            self._start(mask.shape)
        assert self._room is not None
        self._at = frame.captured_at
        gain = room.light(small, self._room, self._taken, self._seen, self._needed)
        if np.abs(gain - 1).max() > 0.004:
            self._room *= gain
            np.minimum(self._room, np.float32(255), out=self._room)  # the camera saturates too
        self._change, _ = temporal.changed(small, self._room)
        unit = self._floor
        if room.wrong(self._change, self._spread, self._seen, self._taken, unit, self._needed, _MUCH) > self._wrong:
            self._start(mask.shape)  # the camera was moved, or the light switched
            return mask.copy()
        near = room.deviation(self._change, self._spread, self._seen, unit, self._needed, 8.0)
        size = 2 * round(self._window * h / 2) + 1
        wide = np.asarray(cv2.blur(near, (size, size), borderType=cv2.BORDER_REPLICATE), np.float32)
        return room.judge(mask, near, wide, self._seen, self._needed, self._down, self._far_down, self._up)

    def learn(self, mask: Mask, frame: Frame) -> None:
        """Take in the room around the finished `mask` of the frame last corrected."""
        h, w = mask.shape
        assert self._room is not None
        size = 2 * round(self._reach * h) + 1
        self._taken = np.asarray(cv2.dilate((mask > 0.05).astype(np.uint8), np.ones((size, size), np.uint8)), np.uint8)
        room.learn(frame.reduced(w, h), self._change, self._taken, self._rate, self._room, self._spread, self._seen)

    def _start(self, shape: tuple[int, ...]) -> None:
        self._room = np.zeros((*shape, 3), np.float32)
        self._spread, self._seen = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self._taken = np.ones(shape, np.uint8)
        self._change = np.zeros(shape, np.float32)
