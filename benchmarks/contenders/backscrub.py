"""The recipe of backscrub, written anew from its published constants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from benchmarks.contenders import Kind
from vbg.bench.score import Alpha
from vbg.frame import Pixels
from vbg.models.engine import open_engine
from vbg.resources import asset

_BILATERAL_PX, _BILATERAL_SIGMA = 5, 100.0
_THRESHOLD = 0.65
_SOFTEN_PX = 5
_BLUR_PX = 25


@dataclass(frozen=True, slots=True)
class Backscrub:
    """Constants: github.com/floe/backscrub, lib/libbackscrub.cc at 127009b and app/deepseg.cc at 01e9a75, its defaults
    with `-p bgblur` (25).

    The square selfie model on the middle of the frame (what lies beside counts as room), bilateral filter 5/100/100,
    confidence > 0.65, a decaying history of masks (the newest in the upper three bits), box blur 5 at full size, integer
    blend. In backscrub the mask is made by a second thread and trails the picture; here every frame gets its own.
    backscrub is C++: its blend is one loop over bytes, here the nearest that OpenCV has.
    """

    name: ClassVar[str] = "backscrub"
    kind: ClassVar[Kind] = "others"
    title: ClassVar[str] = "backscrub's recipe"
    recipe: ClassVar[str] = "square model on the frame's middle, bilateral filter, threshold, mask history, GaussianBlur(25)"

    def open(self, width: int, height: int) -> _Backscrub:
        return _Backscrub(width, height)


class _Backscrub:
    def __init__(self, width: int, height: int) -> None:
        self._engine = open_engine(asset("models/selfie_segmentation.tflite").read_bytes())
        self._rows, self._columns = self._engine.shape
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        self._middle = np.s_[top : top + side, left : left + side]
        self._history = np.zeros(self._engine.shape, np.uint8)
        self._room = np.full((height, width), 255, np.uint8)

    def process(self, pixels: Pixels) -> Pixels:
        part = pixels[self._middle]
        small = cv2.cvtColor(cv2.resize(part, (self._columns, self._rows)), cv2.COLOR_BGR2RGB)
        small = cv2.bilateralFilter(small, _BILATERAL_PX, _BILATERAL_SIGMA, _BILATERAL_SIGMA)
        confidence = self._engine.run(np.multiply(small, np.float32(1 / 255), dtype=np.float32))
        self._history >>= 3
        self._history |= np.where(confidence > _THRESHOLD, 0, 0xE0).astype(np.uint8)
        room = cv2.resize(self._history, part.shape[1::-1])
        self._room[self._middle] = cv2.blur(room, (_SOFTEN_PX, _SOFTEN_PX))
        blurred = cv2.GaussianBlur(pixels, (_BLUR_PX, _BLUR_PX), 0)
        weight = self._room.astype(np.float32) / 255
        return np.asarray(cv2.blendLinear(blurred, pixels, weight, 1 - weight), np.uint8)

    @property
    def matte(self) -> Alpha | None:
        return np.asarray(1 - self._room.astype(np.float32) / 255, np.float32)

    def close(self) -> None:
        self._engine.close()
