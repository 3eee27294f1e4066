"""What most tutorials show: MediaPipe on the whole frame, a blur at full size, `numpy.where`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from benchmarks.contenders import Kind
from benchmarks.contenders.tasks import Tasks
from vbg.bench.score import Alpha
from vbg.frame import Pixels

_THRESHOLD = 0.1
_BLUR_PX = 55


@dataclass(frozen=True, slots=True)
class Tutorial:
    """The constants are those of MediaPipe's own example (docs/solutions/selfie_segmentation.md in the repository
    google-ai-edge/mediapipe): confidence > 0.1, GaussianBlur (55, 55), the landscape model. The example calls the classic
    solution, which mediapipe 1.x no longer has; here the same model runs in its successor, Tasks.
    """

    name: ClassVar[str] = "tutorial"
    kind: ClassVar[Kind] = "others"
    title: ClassVar[str] = "tutorial code"
    recipe: ClassVar[str] = "MediaPipe Tasks on the whole frame, GaussianBlur(55), np.where"

    def open(self, width: int, height: int) -> _Tutorial:
        return _Tutorial()


class _Tutorial:
    def __init__(self) -> None:
        self._tasks = Tasks("selfie_segmentation_landscape.tflite")
        self.matte: Alpha | None = None

    def process(self, pixels: Pixels) -> Pixels:
        mask = self._tasks.confidence(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8))
        condition = np.stack((mask,) * 3, axis=-1) > _THRESHOLD
        blurred = cv2.GaussianBlur(pixels, (_BLUR_PX, _BLUR_PX), 0)
        covered = np.where(condition, pixels, blurred).astype(np.uint8, copy=False)
        self.matte = condition[:, :, 0].astype(np.float32)
        return covered

    def close(self) -> None:
        self._tasks.close()
