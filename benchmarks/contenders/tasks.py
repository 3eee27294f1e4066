"""MediaPipe Tasks as its users call it, for the contenders that do."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders import UnavailableError
from vbg.frame import Pixels
from vbg.resources import asset


class Tasks:
    """An open `ImageSegmenter` in image mode, with its own choice of threads. It gives either confidences or categories."""

    def __init__(self, model: str, categories: bool = False) -> None:
        try:
            import mediapipe
            from mediapipe.tasks.python import BaseOptions, vision
        except ImportError as e:
            raise UnavailableError(f"mediapipe cannot be imported: {e}") from e
        options = vision.ImageSegmenterOptions(
            base_options=BaseOptions(model_asset_buffer=asset(f"models/{model}").read_bytes()),
            output_confidence_masks=not categories,
            output_category_mask=categories,
        )
        self._mediapipe = mediapipe
        self._segmenter = vision.ImageSegmenter.create_from_options(options)

    def confidence(self, rgb: Pixels) -> NDArray[np.float32]:
        """(h, w), as large as `rgb`: how surely a person is there, 0..1."""
        answer: NDArray[np.float32] = self._answer(rgb).confidence_masks[0].numpy_view()
        return answer.reshape(answer.shape[:2])

    def category(self, rgb: Pixels) -> NDArray[np.uint8]:
        """(h, w), as large as `rgb`: 0 where a person is."""
        answer: NDArray[np.uint8] = self._answer(rgb).category_mask.numpy_view()
        return answer.reshape(answer.shape[:2])

    def close(self) -> None:
        """Free the model."""
        self._segmenter.close()

    def _answer(self, rgb: Pixels) -> Any:
        return self._segmenter.segment(self._mediapipe.Image(self._mediapipe.ImageFormat.SRGB, rgb))
