"""The recipe of OBS's background removal plug-in, written anew from its published constants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from benchmarks.contenders import Kind
from vbg.bench.score import Alpha
from vbg.effects.colour import Colour
from vbg.frame import Frame, Pixels
from vbg.models.selfie import SelfieLandscape

_SAME_DB = 35.0 - 1.25  # it compares BGRA, whose alpha never differs: 10 log10(4 / 3) dB
_THRESHOLD = 0.5
_NEWEST = 0.85
_SMALLEST_PART = 0.05
_SMOOTH = 0.5


@dataclass(frozen=True, slots=True)
class ObsRemoval:
    """Constants: github.com/royshil/obs-backgroundremoval, src/background-filter.cpp at 04d2088, its defaults.

    No new mask while the frame is like the last one seen (PSNR above 35 dB); confidence 0.5; the newest mask weighs 0.85;
    parts under 5 % of the picture dropped; stack blur 9; enlarged; cut at 128. The plug-in blurs and composites on the
    GPU, so here a plain colour is put behind the person, the cheapest there is. Its own model files are not ours to ship:
    the landscape model through LiteRT stands in for its default, so judge its post-processing, not its network.
    """

    name: ClassVar[str] = "obs"
    kind: ClassVar[Kind] = "others"
    title: ClassVar[str] = "OBS background removal's recipe"
    recipe: ClassVar[str] = "landscape model, PSNR gate, contours, stack blur, hard mask, a colour"

    def open(self, width: int, height: int) -> _ObsRemoval:
        return _ObsRemoval(width, height)


class _ObsRemoval:
    def __init__(self, width: int, height: int) -> None:
        self._segmenter = SelfieLandscape().open()
        colour = Colour().rgb
        self._background = np.full((height, width, 3), tuple(bytes.fromhex(colour[1:]))[::-1], np.uint8)
        self._out = np.empty_like(self._background)
        self._seen: Pixels | None = None
        self._before: Pixels | None = None
        self._room: Pixels = np.full((height, width), 255, np.uint8)
        self._index = 0

    def process(self, pixels: Pixels) -> Pixels:
        if self._seen is None or cv2.PSNR(self._seen, pixels) <= _SAME_DB:
            self._seen = pixels.copy()
            self._room = self._new_room(pixels)
        np.copyto(self._out, pixels)
        cv2.copyTo(self._background, self._room, self._out)
        return self._out

    @property
    def matte(self) -> Alpha | None:
        return np.where(self._room == 0, np.float32(1), np.float32(0))

    def close(self) -> None:
        self._segmenter.close()

    def _new_room(self, pixels: Pixels) -> Pixels:
        self._index += 1
        confidence = self._segmenter.mask(Frame(pixels, self._index, self._index / 30))
        room = np.where(confidence < _THRESHOLD, 255, 0).astype(np.uint8)
        if self._before is not None:
            room = np.asarray(cv2.addWeighted(room, _NEWEST, self._before, 1 - _NEWEST, 0.0), np.uint8)
        self._before = room
        outlines, _ = cv2.findContours(room, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        large = [outline for outline in outlines if cv2.contourArea(outline) > _SMALLEST_PART * room.size]
        drawn = cv2.drawContours(np.zeros_like(room), large, -1, 255, -1)
        reach = int(3 + 11 * _SMOOTH) | 1
        soft = cv2.resize(cv2.stackBlur(drawn, (reach, reach)), pixels.shape[1::-1])
        return np.where(soft > 128, 255, 0).astype(np.uint8)
