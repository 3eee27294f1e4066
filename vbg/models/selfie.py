"""MediaPipe's classic selfie models: light, wide (landscape, 256x144) or square (256x256).

Both were trained on pictures of their own shape, so a frame of another shape is letterboxed: stretched to a square, the
square model invents foreground (IoU 0.82 against 0.97).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from vbg.frame import Frame, Mask
from vbg.models import Engine, Segmenter
from vbg.models.engine import open_engine
from vbg.resources import MODELS, verified


@dataclass(frozen=True, slots=True)
class SelfieLandscape:
    """The wide model: best for a person in a webcam's 16:9 picture."""

    name: ClassVar[str] = "landscape"

    def open(self) -> Segmenter:
        return FullFrame(self.load(), 256, 144)

    def load(self) -> Engine:
        """The bare network: (144, 256, 3) in, (144, 256) out."""
        name = "models/selfie_segmentation_landscape.tflite"
        return open_engine(verified(name, MODELS[name]))


@dataclass(frozen=True, slots=True)
class SelfieSquare:
    """The square model: a little slower, better on square and tall pictures."""

    name: ClassVar[str] = "square"

    def open(self) -> Segmenter:
        return FullFrame(self.load(), 256, 256)

    def load(self) -> Engine:
        """The bare network: (256, 256, 3) in, (256, 256) out."""
        name = "models/selfie_segmentation.tflite"
        return open_engine(verified(name, MODELS[name]))


class FullFrame:
    """Shows a model the whole frame, letterboxed into its (height, width) input, and cuts the bars off its answer."""

    def __init__(self, engine: Engine, width: int, height: int) -> None:
        self._engine = engine
        self._width, self._height = width, height
        self._input = np.zeros((height, width, 3), np.float32)

    @property
    def engines(self) -> tuple[Engine, ...]:
        return (self._engine,)

    def mask(self, frame: Frame, room: Mask | None = None) -> Mask:
        scale = min(self._width / frame.width, self._height / frame.height)
        w = min(self._width, max(1, round(frame.width * scale)))
        h = min(self._height, max(1, round(frame.height * scale)))
        left, top = (self._width - w) // 2, (self._height - h) // 2
        if (w, h) != (self._width, self._height):
            self._input[:] = 0
        inside = self._input[top : top + h, left : left + w]
        np.multiply(frame.reduced(w, h)[:, :, ::-1], np.float32(1 / 255), out=inside)
        return self._engine.run(self._input)[top : top + h, left : left + w].copy()

    def spare(self, on: bool) -> None:
        """One look a frame: there is nothing to leave out."""

    def reset(self) -> None:
        """Nothing to forget: every frame is looked at for itself."""

    def close(self) -> None:
        self._engine.close()
