"""The room, blurred, without the person's colours bleeding into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.effects import Painter
from vbg.errors import EffectError
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.kernels import shrink, weigh
from vbg.spec import checked, knob

SLIGHT, STRONG = 0.012, 0.07
"""Standard deviation of the Gaussian at strength 0 and 1, as a fraction of the picture's height (720p: 9 and 50 px).

Strength 0 still hides: at 9 px no text below about a tenth of the picture's height can be read.
"""

_WORKING_SIGMA = 2.5  # px: below this, bilinear enlargement shows; above it, more pixels than needed are blurred

_TAIL = 3.2  # standard deviations: what lies farther counts less than a level


STEEP, LEAST = 1.25, 1e-3
"""How fast a pixel's weight falls where it may be the person, and what remains of it: where no room is near, something must be
painted (the matte hides it)."""


@dataclass(frozen=True, slots=True)
class Blur:
    """A Gaussian blur of everything but the person."""

    name: ClassVar[str] = "blur"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = False
    of_room: ClassVar[bool] = True
    strength: float = knob(0.5, "Blur", help="how strongly the room is blurred", low=0.0, high=1.0)

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        return _Blurred(self.strength, width, height)


class _Blurred:
    """Normalised convolution (Knutsson and Westin 1993): each pixel counts by how surely it is room, so the blur near the
    person's outline is made of room alone. Works on a small picture: blurring takes away what the small one lacks.
    """

    def __init__(self, strength: float, width: int, height: int) -> None:
        sigma = height * SLIGHT * (STRONG / SLIGHT) ** strength  # equal steps of the slider look equal
        shrink = max(1.0, sigma / _WORKING_SIGMA)
        self._size = max(2, round(width / shrink)), max(2, round(height / shrink))
        self._sigma = sigma * self._size[1] / height
        self._taps = 2 * round(_TAIL * self._sigma) + 1
        self._room = Room(*self._size)
        # as wide as the frame already: the blend then has only rows to mix, and does so anew for every frame
        self._wide = np.empty((self._size[1], width, 3), np.uint8)

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        small, person = self._room.seen(frame, mask)
        weighted = weigh.weighted(small, person, STEEP, LEAST)
        try:
            blurred = cv2.GaussianBlur(weighted, (self._taps, self._taps), self._sigma, borderType=cv2.BORDER_REPLICATE)
        except cv2.error as e:
            raise EffectError(f"the blur failed: {e}") from e
        room = weigh.divided(np.asarray(blurred, np.float32))
        cv2.resize(room, self._wide.shape[1::-1], dst=self._wide, interpolation=cv2.INTER_LINEAR)
        return read_only(self._wide)

    def close(self) -> None:
        pass


class Room:
    """The room at a size of its own, and where the person stands in it."""

    def __init__(self, width: int, height: int) -> None:
        self._size = width, height
        reach = 2 * round(0.012 * height) + 3  # the mask's soft edge still holds the person's colours: keep off it
        self._grow = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))

    def seen(self, frame: Frame, mask: Mask) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The frame at that size, (h, w, 3) float32, 0..255, and `person`."""
        return self._reduced(frame, mask), self.person(mask)

    def person(self, mask: Mask) -> NDArray[np.float32]:
        """The person at that size, with a margin: (h, w) float32, 0..1."""
        return np.asarray(cv2.dilate(cv2.resize(mask, self._size, interpolation=cv2.INTER_LINEAR), self._grow), np.float32)

    def _reduced(self, frame: Frame, mask: Mask) -> NDArray[np.float32]:
        """By way of the mask's size where that is larger: the frame has been reduced to that already, and another pass over all
        pixels would cost more than a blur."""
        h, w = mask.shape
        small = np.empty((self._size[1], self._size[0], 3), np.float32)
        if w <= self._size[0] or h <= self._size[1]:
            small[:] = frame.reduced(*self._size)
        else:
            shrink.exact(frame.reduced(w, h), (0, 0, w, h), 1.0, False, small)
        return small
