"""The matte of one picture, with time to spare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Pixels, read_only
from vbg.models import Model
from vbg.models.follow import Follow
from vbg.offline import thorough
from vbg.pipeline import Pipeline


class Still:
    """Opens the model once for many pictures. One thread owns it."""

    def __init__(self, model: Model | None = None) -> None:
        self._pipeline = Pipeline(thorough(model or Follow()).open())

    def alpha(self, pixels: Pixels) -> NDArray[np.float32]:
        """The matte of `pixels`: (height, width) float32, 0..1. Raises ModelError."""
        self._pipeline.reset()
        frame = Frame(read_only(pixels), 0, 0.0)
        for _ in range(3):  # each look places the next one better
            _, matte = self._pipeline.matte(frame)
        return matte.alpha(pixels)

    def close(self) -> None:
        """Close the model."""
        self._pipeline.close()
