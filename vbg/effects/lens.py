"""The room as a wide-open lens leaves it: every light becomes a disc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.effects import Painter
from vbg.effects.blur import LEAST, STEEP, Room
from vbg.errors import EffectError
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.kernels import weigh
from vbg.spec import checked, knob

SLIGHT, STRONG = 0.03, 0.085
"""Radius of the disc at strength 0 and 1, as a fraction of the picture's height (720p: 22 and 61 px). A disc blurs less than a
Gaussian of that deviation: strength 0 hides what that of `Blur` does."""

_RADIUS = 4.3  # px at the working size: discs stay round when they are enlarged, and the kernel stays small
_SOFT = 0.16  # of the radius: a sharp rim would leave a ghost of everything finer (the side lobes of a disc's spectrum)

_BRIGHT, _BLOOM = 0.6, 6.0
"""Light, linear, from which on it counts as a lamp that the sensor cut off, and how many times brighter a lamp was at most."""


@dataclass(frozen=True, slots=True)
class Lens:
    """A blur with a disc, in linear light, of highlights as bright as they were before the camera cut them off."""

    name: ClassVar[str] = "lens"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = False
    of_room: ClassVar[bool] = True
    strength: float = knob(0.5, "Blur strength", help="how wide the lens is open", low=0.0, high=1.0)
    highlights: float = knob(0.5, "Highlights", help="how brightly lamps and windows bloom", low=0.0, high=1.0)

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        return _Defocused(self.strength, self.highlights, width, height)


class _Defocused:
    """Normalised convolution, as in `blur`."""

    def __init__(self, strength: float, highlights: float, width: int, height: int) -> None:
        radius = height * SLIGHT * (STRONG / SLIGHT) ** strength
        shrink = max(1.0, radius / _RADIUS)
        self._size = max(2, round(width / shrink)), max(2, round(height / shrink))
        self._room = Room(*self._size)
        self._disc = disc(radius * self._size[1] / height)
        self._light = _linear(highlights)

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        weighted = weigh.weighted(self._lit(frame, mask), self._room.person(mask), STEEP, LEAST)
        try:
            blurred = cv2.filter2D(weighted, -1, self._disc, borderType=cv2.BORDER_REPLICATE)
        except cv2.error as e:
            raise EffectError(f"the blur failed: {e}") from e
        lit = np.maximum(blurred[:, :, :3], 0) / np.maximum(blurred[:, :, 3:], 1e-9)
        return read_only(_shown(np.asarray(lit, np.float32)))

    def close(self) -> None:
        pass

    def _lit(self, frame: Frame, mask: Mask) -> NDArray[np.float32]:
        """The light of the frame at the working size. Taken from as large a picture as there is, the mask's: a lamp that was
        mixed with the dark around it is none any more."""
        (h, w), (width, height) = mask.shape, self._size
        light = self._light[frame.reduced(max(w, width), max(h, height))]
        return np.asarray(cv2.resize(light, self._size, interpolation=cv2.INTER_AREA), np.float32)


def disc(radius: float) -> NDArray[np.float32]:
    """(n, n) float32 that sum to 1: a disc of `radius` px with a soft rim."""
    reach = int(np.ceil(radius * (1 + _SOFT)))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    inside = np.clip((radius * (1 + _SOFT) - np.hypot(x, y)) / max(2 * _SOFT * radius, 1e-3), 0, 1)
    return np.asarray(inside / inside.sum(), np.float32)


def _linear(highlights: float) -> NDArray[np.float32]:
    """(256) float32: the light of each sRGB value, 0..1, and more for lamps."""
    value = np.arange(256, dtype=np.float32) / 255
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    lamp = np.clip((light - _BRIGHT) / (1 - _BRIGHT), 0, 1)
    return np.asarray(light * (1 + (_BLOOM ** (2 * highlights) - 1) / _BLOOM * lamp**4), np.float32)


def _shown(light: NDArray[np.float32]) -> Pixels:
    """sRGB of `light`, (h, w, 3), 0 and up: what is brighter than white is white."""
    light = np.minimum(light, 1)
    value = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(value * 255), np.uint8)
