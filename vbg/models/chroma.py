"""Chroma key: a person before a coloured screen, keyed by its colour; a network guards what is inside and clears what is outside.

The screen's colour is measured, and from place to place: uneven light does no harm. Alpha comes from the compositing equation
along the screen's hue: at keyness k, between that of the person nearby, f, and the screen's, 1, alpha is (1 - k) / (1 - f).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.errors import UsageError
from vbg.frame import Frame, Mask, Matte, read_only
from vbg.kernels import key as kernel
from vbg.matting.fill import filled
from vbg.matting.guard import limits
from vbg.matting.oklab import brightening
from vbg.matting.screen import Screen, Seen
from vbg.models import Engine, Keyed, Segmenter
from vbg.models.follow import Follow, grid
from vbg.models.thrifty import Thrifty
from vbg.spec import checked, knob

F32 = NDArray[np.float32]

NO_SCREEN = "No green or blue screen can be found: everything is covered."
NO_SCREEN_HYBRID = "No green or blue screen can be found: the outline is found without it."

_PERSON, _MOST, _LEAST = 0.5, 0.6, -1.5
"""Keyness below which a cell is surely not the screen, and the limits of what a person may have."""

_BEND = 0.45
"""How far alpha bends upwards between 0 and 1: mixed in levels, half of a screen has more than half of its chroma in Oklab, whose
cube root makes of level^2.4 level^0.8."""

_EDGE = 0.02
"""How far from the screen its light falls on a person, as a fraction of the picture's height."""

_GAP = 30.0
"""Difference from the screen's own colour, levels summed over three channels, within which a cell is the screen itself."""

_SHARPEST = 5.0
_SQUARE = np.ones((3, 3), np.uint8)
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


@dataclass(frozen=True, slots=True)
class Chroma:
    """Keys a green, blue or other screen."""

    name: ClassVar[str] = "chroma"
    key: str = knob("", "Screen's colour", help="as '#rrggbb'; measured where it is not given")
    similarity: float = knob(
        0.5, "Similarity", help="how different from the screen's colour a pixel may be and still be screen", low=0.0, high=1.0
    )
    softness: float = knob(0.5, "Key softness", help="0 cuts hard, 0.5 is as the picture's own edges are", low=0.0, high=1.0)
    spill: float = knob(
        0.8, "Remove the screen's light", help="takes the screen's tint off the person's edge; 0 is not at all", low=0.0, high=1.0
    )
    hybrid: bool = knob(
        True,
        "Guarded by the network",
        help="a green tie stays; marks, and what is beyond the screen, go",
    )

    def __post_init__(self) -> None:
        checked(self)
        if self.key and not re.fullmatch(r"#[0-9a-fA-F]{6}", self.key):
            raise UsageError(f"{self.key!r} is not a colour", "Write it as '#00b140', in quotes.")

    def open(self) -> Segmenter:
        kernel.warm()
        return Keying(self, Thrifty(Follow(twice=False).open()) if self.hybrid else None)


class Keying:
    """See `Segmenter`; closes the network that it is given."""

    def __init__(self, spec: Chroma, network: Thrifty | None) -> None:
        self._spec, self._network = spec, network
        self._screen = Screen(spec.key)
        self._keyed: Keyed | None = None
        self._zeros = np.zeros((1, 1), np.float32)

    @property
    def engines(self) -> tuple[Engine, ...]:
        return self._network.engines if self._network is not None else ()

    @property
    def keyed(self) -> Keyed | None:
        return self._keyed

    def mask(self, frame: Frame, room: Mask | None = None) -> Mask:
        self._keyed = None
        w, h = grid(frame.width, frame.height)
        small = frame.reduced(w, h)
        person = self._network.mask(frame, room) if self._network is not None else None
        seen = self._screen.look(frame, small, person)
        if seen is None:
            self._keyed = Keyed(None, NO_SCREEN if person is None else NO_SCREEN_HYBRID)
            return np.zeros((h, w), np.float32) if person is None else person
        return self._key(frame, seen, person, w, h)

    def spare(self, on: bool) -> None:
        """The network is asked for every second mask only."""
        if self._network is not None:
            self._network.thrift(2 if on else 1, False)

    def reset(self) -> None:
        self._keyed = None
        self._screen.reset()
        if self._network is not None:
            self._network.reset()

    def close(self) -> None:
        if self._network is not None:
            self._network.close()

    def _key(self, frame: Frame, seen: Seen, person: Mask | None, w: int, h: int) -> Mask:
        spec, small = self._spec, frame.reduced(w, h)
        hull = _resized(seen.hull, w, h)
        colours = np.asarray(cv2.resize(seen.colours, (w, h), interpolation=cv2.INTER_LINEAR), np.uint8)
        planes = np.empty((6, h, w), np.float32)
        planes[:2] = np.moveaxis(_resized(seen.axis, w, h), 2, 0)
        # the keyness itself first, of the small picture
        planes[2:] = np.array([-1, 0, -9, 9], np.float32)[:, None, None]
        keyness = np.empty((h, w), np.float32)
        kernel.keyed(small, planes, 0.0, keyness)
        own = _own(keyness, person, hull)
        full = 1 - 2 * spec.similarity * np.float32(seen.spread)
        slope = np.float32(_slope(spec.softness))
        planes[2] = slope / np.maximum(full - own, np.float32(0.1))
        planes[3] = planes[2] * full + np.float32(0.5) * (1 - slope)
        planes[4], planes[5] = 0, 1
        alpha = np.clip(planes[3] - planes[2] * keyness, 0, 1)
        alpha += np.float32(_BEND) * alpha * (1 - alpha)
        if person is None:
            # who stands there stands on something
            planes[5] = _resized(np.maximum.accumulate(cv2.erode(seen.hull, _CROSS), axis=0), w, h)
        else:
            gap = cv2.absdiff(small, colours).sum(axis=2, dtype=np.uint16) < _GAP
            planes[4], planes[5] = limits(alpha, person, hull, gap)
        mask = np.clip(alpha, planes[4], planes[5])
        fine = np.empty((frame.height, frame.width), np.float32)
        kernel.keyed(frame.pixels, planes, _BEND, fine)
        light = np.empty((6, h, w), np.float32)
        light[:3] = np.moveaxis(colours, 2, 0)
        light[3:5] = planes[:2]
        reach = 2 * max(1, round(_EDGE * h)) + 1
        room = np.asarray(cv2.dilate(1 - mask, np.ones((reach, reach), np.uint8)), np.float32)
        light[5] = cv2.blur(room * hull, (reach, reach)) * np.float32(spec.spill)
        with_light = light, brightening(seen.colours.mean(axis=(0, 1)))
        self._keyed = Keyed(
            Matte(self._flat(fine.shape), fine), "", lambda shown, mixed: _cleaned(shown, fine, *with_light, mixed)
        )
        return np.asarray(mask, np.float32)

    def _flat(self, shape: tuple[int, ...]) -> F32:
        """Zeros, made once for all frames."""
        if self._zeros.shape != shape:
            self._zeros = np.zeros(shape, np.float32)
            self._zeros.flags.writeable = False
        return self._zeros


def _cleaned(frame: Frame, alpha: F32, light: F32, darker: float, mixed: bool) -> Frame:
    out = np.empty_like(frame.pixels)
    kernel.cleaned(frame.pixels, alpha, light, darker, mixed, out)
    return Frame(read_only(out), frame.index, frame.captured_at)


def _slope(softness: float) -> float:
    """Of the matte's edge, in units of its own."""
    return float(_SHARPEST ** (1 - 2 * softness)) if softness < 0.5 else max(2 - 2 * softness, 1e-3)


def _own(keyness: F32, person: Mask | None, hull: F32) -> F32:
    """The keyness that the person themselves have nearby: (h, w) float32."""
    there = (keyness < _PERSON) & (hull > 0.5)
    if person is not None:
        there &= person > 0.5
    sure = cv2.erode(there.astype(np.uint8), _SQUARE, borderType=cv2.BORDER_REPLICATE).astype(np.float32)
    if not sure.any():
        return np.zeros_like(keyness)
    return np.clip(filled(np.clip(keyness, _LEAST, _MOST), sure), _LEAST, _MOST)


def _resized(plane: F32, w: int, h: int) -> F32:
    return np.asarray(cv2.resize(plane, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)
