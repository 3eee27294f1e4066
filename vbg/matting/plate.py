"""The clean plate: a fixed camera lets vbg know the room, and what looks like the room is not the person."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask, Pixels
from vbg.kernels import room, temporal, unmix, window
from vbg.matting.smooth import GAP_S

_MUCH = 4.0
"""A pixel that is this many times farther from the room than the room's own noise is not the room."""

_SWITCHED = 0.4
"""Natural logarithm of the factor by which the light may change from frame to frame; more is somebody who came in."""

_TOP = 8.0
"""Deviations are cut here: what is farther from the room is not more surely something else."""

_SURE = 0.95
"""Mask from which a pixel has the person's own colour."""

_CONTRAST, _MISFIT = 15.0, 20.0
"""See `unmix.solved`."""


class Plate:
    """Learns the room where the mask has been surely room, and corrects the mask by it. One thread owns it.

    For each frame: `look`, `correct`, `learn`; or `capture` where nobody is in the picture. captured: the room was shown to it
    on request; dropped: it had to forget a room since then.

    needed, settled: frames for which a pixel must have been seen before looking like the room, and looking unlike it, counts.
    reach: distance from the person within which nothing is learned, as a fraction of the mask's height. window: side of the
    wider window, near: side of the window from which a soft edge takes the person's colour, same unit. floor: least noise,
    levels summed over three channels. wrong: part of the visible room that may differ before all is forgotten.
    """

    def __init__(
        self,
        needed: float = 3.0,
        settled: float = 12.0,
        reach: float = 0.02,
        window: float = 0.035,
        near: float = 0.08,
        rate: float = 0.03,
        floor: float = 3.0,
        wrong: float = 0.3,
        down: float = 2.0,
        far_down: float = 4.0,
        up: float = 1.0,
        far_up: float = 2.5,
    ) -> None:
        self._needed, self._reach, self._window, self._rate, self._floor, self._wrong = needed, reach, window, rate, floor, wrong
        self._settled, self._near = settled, near
        self._down, self._far_down, self._up, self._far_up = down, far_down, up, far_up
        self.reset()

    def hold(self, frame: Frame) -> None:
        """`frame` shows what the last one did and its mask was not made: no gap."""
        self._at = frame.captured_at

    def reset(self) -> None:
        """Forget the room."""
        self.captured = self.dropped = False
        self._room: NDArray[np.float32] | None = None
        self._spread = self._seen = np.zeros((0, 0), np.float32)
        self._taken = np.zeros((0, 0), np.uint8)
        self._change = self._spread
        self._deviation: NDArray[np.float32] | None = None
        self._at = 0.0

    def rest(self) -> None:
        """The camera was away: what was learned on the way is old, what was captured on request holds."""
        if not self.captured:
            self.reset()

    def look(self, frame: Frame) -> Mask | None:
        """Where `frame` shows surely the empty room: (h, w) float32, 0..1, a model's aid; None where no room is known."""
        apart, self._at = frame.captured_at - self._at, frame.captured_at
        self._deviation = None
        if self._room is None:
            return None
        if not (0 <= apart <= GAP_S or self.captured):
            self._room = None
            return None
        h, w = self._seen.shape
        small = frame.reduced(w, h)
        gain = room.light(small, self._room, self._taken, self._seen, self._needed)
        if 0.004 < np.abs(np.log(gain)).max() < _SWITCHED:
            self._room *= gain
            np.minimum(self._room, np.float32(255), out=self._room)  # the camera saturates too
        known = self._spread, self._seen, self._taken
        found = room.compared(small, self._room, *known, self._floor, self._needed, _TOP, _MUCH)
        if found.wrong > self._wrong:
            self.dropped = True  # the camera was moved, or the light switched
            self._room, self.captured = None, False
            return None
        self._change, self._deviation = found.change, found.far
        return found.same

    def correct(self, mask: Mask, frame: Frame) -> Mask:
        """The mask of the frame last looked at, corrected where the room is known: a new (h, w) float32."""
        h, w = mask.shape
        near = self._deviation
        if self._room is None or near is None or near.shape != mask.shape:
            self._start(mask.shape)
            return mask.copy()
        inside = window.extent(mask, room.LEAST)
        if not inside[1]:
            return mask.copy()  # nobody
        wide = _mean(near, round(self._window * h / 2), inside)
        times = self._needed, self._settled
        judged = room.judge(mask, near, wide, self._seen, inside, *times, self._down, self._far_down, self._up, self._far_up)
        return self._solved(judged, frame.reduced(w, h), self._room, inside)

    def capture(self, frame: Frame, shape: tuple[int, ...], anew: bool) -> None:
        """All of `frame` is the room: learn it at the mask's `shape`; `anew`: instead of what was known."""
        if anew or self._room is None or self._seen.shape != shape:
            self._start(shape)
        assert self._room is not None
        small = frame.reduced(shape[1], shape[0])
        self._change = temporal.apart(small, self._room)
        self._taken = np.zeros(shape, np.uint8)
        room.learn(small, self._change, self._taken, self._rate, self._room, self._spread, self._seen)
        self._at, self.captured, self.dropped = frame.captured_at, True, False

    @property
    def known(self) -> float:
        """The part of the picture, 0..1, where the room is known."""
        if self._room is None or not self._seen.size:
            return 0.0
        return float(np.count_nonzero(self._seen >= self._settled)) / self._seen.size

    def learn(self, mask: Mask, frame: Frame) -> None:
        """Take in the room around the finished `mask` of the frame last corrected."""
        h, w = mask.shape
        assert self._room is not None
        size = 2 * round(self._reach * h) + 1
        self._taken = np.asarray(cv2.dilate((mask > 0.05).astype(np.uint8), np.ones((size, size), np.uint8)), np.uint8)
        room.learn(frame.reduced(w, h), self._change, self._taken, self._rate, self._room, self._spread, self._seen)

    def _solved(self, mask: Mask, small: Pixels, known: NDArray[np.float32], inside: window.Extent) -> Mask:
        """The mask, 0 outside `inside`, with its soft edge by the compositing equation: hair, motion blur, a finger's width."""
        h, w = mask.shape
        if min(h, w) < 2:
            return mask
        top, bottom, left, right = inside
        cells = max(top - 1, 0) // 2, min(bottom // 2 + 1, h // 2), max(left - 1, 0) // 2, min(right // 2 + 1, w // 2)
        colours = _mean(unmix.colours(small, mask, inside, _SURE), round(self._near * h / 4), cells)
        return unmix.solved(mask, small, known, self._seen, colours, inside, self._needed, _CONTRAST, _MISFIT)

    def confidence(self) -> NDArray[np.float32]:
        """How well the room is known: a new (h, w) float32, 0 nothing, 1 enough to correct the mask; empty without a room."""
        return np.asarray(np.minimum(self._seen / np.float32(self._needed), np.float32(1)), np.float32)

    def _start(self, shape: tuple[int, ...]) -> None:
        self._room = np.zeros((*shape, 3), np.float32)
        self._spread, self._seen = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        self._taken = np.ones(shape, np.uint8)
        self._change = np.zeros(shape, np.float32)


def _mean(plane: NDArray[np.float32], radius: int, inside: window.Extent) -> NDArray[np.float32]:
    """The mean over (2 radius + 1)^2 pixels around each pixel of the rectangle `inside`, the border's own value beyond it;
    elsewhere undefined."""
    top, bottom, left, right = inside
    y, x = max(top - radius, 0), max(left - radius, 0)
    size = (2 * radius + 1, 2 * radius + 1)
    means = cv2.blur(plane[y : bottom + radius, x : right + radius], size, borderType=cv2.BORDER_REPLICATE)
    out = np.empty_like(plane)
    out[top:bottom, left:right] = means[top - y : bottom - y, left - x : right - x]
    return out
