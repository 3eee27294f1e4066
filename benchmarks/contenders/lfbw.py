"""The recipe of Linux-Fake-Background-Webcam, written anew from its published constants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from benchmarks.contenders import Kind
from benchmarks.contenders.tasks import Tasks
from vbg.bench.score import Alpha
from vbg.frame import Pixels

_INPUT_WIDTH_PX = 256
_EDGE_PX = 7
_THRESHOLD = 0.75
_DILATE_PX = 5
_SOFTEN_PX = 10
_UPDATE = 0.5
_BLUR_PX = 21


@dataclass(frozen=True, slots=True)
class FakeWebcam:
    """Constants: github.com/fangfufu/Linux-Fake-Background-Webcam, lfbw/lfbw.py at 132edcf, its defaults.

    Frame to 256 wide (INTER_AREA), Tasks' category mask, enlarged bilinearly, GaussianBlur 7, threshold 0.75, dilation
    5x5, box blur 10, running mean of 0.5, background GaussianBlur 21 with sigma 7, `cv2.blendLinear`.
    """

    name: ClassVar[str] = "lfbw"
    kind: ClassVar[Kind] = "others"
    title: ClassVar[str] = "Linux-Fake-Background-Webcam's recipe"
    recipe: ClassVar[str] = "category mask at 256 px, threshold, dilate, box blur, running mean, GaussianBlur(21), blendLinear"

    def open(self, width: int, height: int) -> _FakeWebcam:
        return _FakeWebcam()


class _FakeWebcam:
    def __init__(self) -> None:
        self._tasks = Tasks("selfie_segmentation_landscape.tflite", categories=True)
        self._mean: Alpha | None = None

    def process(self, pixels: Pixels) -> Pixels:
        mask = self._mask(pixels)
        if self._mean is None:
            self._mean = mask
        cv2.accumulateWeighted(mask, self._mean, _UPDATE)
        background = cv2.GaussianBlur(pixels, (_BLUR_PX, _BLUR_PX), _BLUR_PX / 3)
        return np.asarray(cv2.blendLinear(pixels, background, self._mean, 1 - self._mean), np.uint8)

    @property
    def matte(self) -> Alpha | None:
        return self._mean

    def close(self) -> None:
        self._tasks.close()

    def _mask(self, pixels: Pixels) -> Alpha:
        height, width = pixels.shape[:2]
        size = _INPUT_WIDTH_PX, int(_INPUT_WIDTH_PX * height / width)
        small = cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
        person = (self._tasks.category(np.asarray(small, np.uint8)) == 0).astype(np.float32)
        mask = cv2.resize(person, (width, height), interpolation=cv2.INTER_LINEAR)
        mask = cv2.GaussianBlur(mask, (_EDGE_PX, _EDGE_PX), 0)
        mask = cv2.threshold(mask, _THRESHOLD, 1, cv2.THRESH_BINARY)[1]
        mask = cv2.dilate(mask, np.ones((_DILATE_PX, _DILATE_PX), np.uint8))
        return np.asarray(cv2.blur(mask, (_SOFTEN_PX, _SOFTEN_PX)), np.float32)
