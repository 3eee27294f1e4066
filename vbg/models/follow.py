"""The square model on a square crop that follows the person: the network sees everyone at its own scale.

The largest lever on quality there is: on the full frame a person fills a part of the model's few pixels and raised hands, a
small person or somebody entering get lost. The full-frame landscape model finds the person, and looks again now and then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from vbg.frame import Frame, Mask
from vbg.kernels import crop
from vbg.models import Engine, Segmenter, second
from vbg.models.beyond import beyond, filled
from vbg.models.box import Box
from vbg.models.exposure import snapped, view
from vbg.models.intruder import EmptyRoom
from vbg.models.selfie import FullFrame, SelfieLandscape, SelfieSquare
from vbg.models.track import Tracker
from vbg.spec import checked, knob

AREA = 384 * 216
"""Pixels of the mask's grid: fixed in frame coordinates, so that smoothing over time does not notice when the crop moves."""


@dataclass(frozen=True, slots=True)
class Follow:
    """The person at the model's own scale: the best masks of the built-in models."""

    name: ClassVar[str] = "follow"
    every: int = knob(10, "Look around", help="frames between two looks at the whole picture", unit="frames", low=1, high=300)
    twice: bool = knob(True, "Look twice", help="look at a second, mirrored picture too: steadier, for 3 ms more a frame")

    def __post_init__(self) -> None:
        checked(self)

    def open(self) -> Segmenter:
        wide = SelfieLandscape().load()
        try:
            return Following(FullFrame(wide, 256, 144), SelfieSquare().load(), self.every, self.twice)
        except BaseException:
            wide.close()
            raise


class Following:
    """Two open models and a `Tracker` that says where to look. See `Segmenter`."""

    def __init__(self, whole: FullFrame, near: Engine, every: int, twice: bool) -> None:
        self._whole, self._near, self._every, self._twice = whole, near, every, twice
        self._sparing = False
        self._tracker = Tracker()
        self._empty = EmptyRoom()
        self._since = 0
        self._around = np.zeros((1, 1), np.float32)  # the last answer for the whole frame
        self._crowd = False  # somebody is outside the crop
        self._room: Mask | None = None

    @property
    def engines(self) -> tuple[Engine, ...]:
        return (*self._whole.engines, self._near)

    def mask(self, frame: Frame, room: Mask | None = None) -> Mask:
        self._room = room
        w, h = grid(frame.width, frame.height)
        self._since += 1
        if self._tracker.lost or self._since >= self._every or self._crowd or self._tracker.over:
            self._look_around(frame)
        answer = self._look_near(frame)
        if self._tracker.cut:
            answer = self._look_near(frame)
        if self._tracker.lost and answer is not None and self._look_around(frame):
            answer = self._look_near(frame) or answer
        if self._tracker.lost:  # somebody who has just come in, or half of somebody, is seen only from near
            suspect = self._empty.intruder(frame, w, h)
            if suspect is not None:
                self._tracker.suspect(suspect, frame.width, frame.height)
                second = self._look_near(frame)
                if self._tracker.cut:
                    second = self._look_near(frame)
                answer = answer if self._tracker.lost else second
        else:
            self._empty.reset()
        if answer is None:
            return np.zeros((h, w), np.float32)
        mask = answer.on(frame, w, h)
        if self._since == 0:
            outer = beyond(self._around, answer.box, self._tracker.over, frame.width, frame.height)
            self._crowd = outer is not None
            if outer is not None:
                return filled(mask, outer, answer.box, frame.width, frame.height)
        return mask

    def spare(self, on: bool) -> None:
        """One look a frame instead of two."""
        self._sparing = on

    def reset(self) -> None:
        self._crowd = False
        self._tracker.reset()
        self._empty.reset()
        self._since = 0

    def close(self) -> None:
        self._whole.close()
        self._near.close()

    def _look_around(self, frame: Frame) -> bool:
        """Whether somebody is there."""
        self._around = self._whole.mask(frame)
        self._tracker.found(self._around, frame.width, frame.height)
        self._since = 0
        return not self._tracker.lost

    def _look_near(self, frame: Frame) -> _Answer | None:
        """The answer for the crop that the tracker wants, which learns from it; None where it wants none."""
        box = self._tracker.crop
        if box is None:
            return None
        size = self._near.shape[0]
        where = snapped(frame, *box.whole(), size)
        mask = self._near.run(view(frame, *where, size)).copy()
        if self._twice and not self._sparing:
            cv2.addWeighted(mask, 0.5, second.look(self._near, frame, *where, self._room), 0.5, 0, dst=mask)
        answer = _Answer(mask, *where)
        self._tracker.saw(answer.mask, frame.width, frame.height)
        return answer


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """A square mask and where in the frame it belongs, pixels."""

    mask: Mask
    left: int
    top: int
    side: int

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.left + self.side, self.top + self.side)

    def on(self, frame: Frame, w: int, h: int) -> Mask:
        """On the (h, w) grid over the whole frame."""
        return crop.paste(self.mask, self.left, self.top, self.side, frame.width, frame.height, w, h)


def grid(width: int, height: int) -> tuple[int, int]:
    """Width and height of the mask for a frame of `width` x `height`: its aspect, about `AREA` pixels."""
    scale = min(1.0, (AREA / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))
