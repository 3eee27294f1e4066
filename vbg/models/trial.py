"""Finds out how a network wants to be fed and read, where its file does not say: by a picture whose matte is known."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask
from vbg.models import Tensor
from vbg.models.description import CHOICES, Description
from vbg.models.onnx import OnnxEngine
from vbg.models.selfie import FullFrame

Triple = tuple[float, float, float]

USUAL: tuple[tuple[Triple, Triple], ...] = (
    ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),  # 0..1: RVM, MediaPipe
    ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),  # -1..1: MODNet, PP-HumanSeg
    ((0.5, 0.5, 0.5), (1.0, 1.0, 1.0)),  # about 0: ISNet
    ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),  # the means of ImageNet: U2-Net and many more
    ((0.0, 0.0, 0.0), (1 / 255, 1 / 255, 1 / 255)),  # 0..255
)
"""Means and standard deviations, of colours 0..1, that networks are trained with."""

_SETTLE = 2
"""Looks of a network that remembers, until it has made up its mind."""


def best(engine: OnnxEngine, known: Container[str], tests: Sequence[tuple[Frame, Mask]]) -> tuple[Description, float]:
    """The engine's description, those of its values that are not `known` chosen so that its masks come nearest to the truth, and
    the overlap of the two then, 0..1 (intersection over union).

    tests: pictures, each with its exact alpha, (h, w) float32, 0..1, any size. The engine keeps the description that it had.
    Raises ModelError.
    """
    had = engine.description
    chosen, least, overlap = had, np.inf, 0.0
    try:
        for fed in _fed(had, known):
            answers = [_Kept(engine, fed, frame) for frame, _ in tests]
            for one in _read(fed, known):
                errors = [_compared(kept.mask(one), truth) for kept, (_, truth) in zip(answers, tests, strict=True)]
                wrong, shared = np.mean(errors, axis=0)
                if wrong < least:
                    chosen, least, overlap = one, float(wrong), float(shared)
    finally:
        engine.describe(had)
    return chosen, overlap


class _Kept:
    """The network's answer to one picture, to be read in several ways without asking again. An `Engine` for `FullFrame`."""

    def __init__(self, engine: OnnxEngine, fed: Description, frame: Frame) -> None:
        self._engine, self._frame = engine, frame
        self.shape, self.runs = engine.shape, 0
        self._answer: NDArray[Any] | None = None
        engine.describe(fed)
        for _ in range(_SETTLE if fed.states else 1):
            self._answer = None
            FullFrame(self, *reversed(self.shape)).mask(frame)

    def mask(self, read: Description) -> Mask:
        """The mask, read as `read` says."""
        self._engine.describe(read)
        return FullFrame(self, *reversed(self.shape)).mask(self._frame)

    def run(self, picture: Tensor) -> Tensor:
        if self._answer is None:
            self._answer = self._engine.answer(picture)
        return self._engine.finished(self._answer)

    def close(self) -> None:
        """The engine stays open."""


def _compared(mask: Mask, truth: Mask) -> tuple[float, float]:
    """Mean squared error and overlap."""
    right = np.asarray(cv2.resize(truth, mask.shape[::-1], interpolation=cv2.INTER_AREA), np.float32)
    either = int(((mask > 0.5) | (right > 0.5)).sum())
    return float(((mask - right) ** 2).mean()), int(((mask > 0.5) & (right > 0.5)).sum()) / max(either, 1)


def _fed(base: Description, known: Container[str]) -> Iterator[Description]:
    yield base
    if "mean" not in known and "std" not in known:
        yield from (replace(base, mean=mean, std=std) for mean, std in USUAL)


def _read(base: Description, known: Container[str]) -> Iterator[Description]:
    ways = (base.activation,) if "activation" in known else CHOICES["activation"]
    channels = (base.channel,) if "channel" in known else (base.channel, 0)
    yield from (replace(base, activation=way, channel=channel) for way in ways for channel in channels)
