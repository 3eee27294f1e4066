"""How the picture is made, step by step, as pictures: for users who wonder why an edge is bad."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Pixels
from vbg.tap import Stages

STEPS = ("Result", "Camera", "Mask: the model's answer", "Matte: the finished edge", "Known room", "Unsure edge")
_RED, _GREEN = np.array([70, 80, 255], np.float32), np.array([140, 190, 90], np.float32)  # BGR
_PLACES = ((0, 0, 2), (2, 0, 1), (2, 1, 1), (0, 2, 1), (1, 2, 1), (2, 2, 1))  # column, row and size on a grid of three by three


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a step stands in the whole, in pixels."""

    title: str
    x: int
    y: int
    w: int
    h: int


def cells(width: int, height: int, gap: int) -> list[Cell]:
    """The result large, the steps around it."""
    across, down = (width - 2 * gap) / 3, (height - 2 * gap) / 3
    return [
        Cell(
            title,
            round(column * (across + gap)),
            round(row * (down + gap)),
            round(size * across + (size - 1) * gap),
            round(size * down + (size - 1) * gap),
        )
        for title, (column, row, size) in zip(STEPS, _PLACES, strict=True)
    ]


def paint(stages: Stages, out: NDArray[np.uint8], places: list[Cell], mirror: bool) -> None:
    """Paint the steps into `out`, (height, width, 4) uint8 BGRA. Nothing here runs a kernel: those are the session thread's."""
    alpha = _alpha(stages)
    pictures = (
        stages.result.pixels,
        stages.camera.pixels,
        _gray(stages.mask),
        _gray(alpha),
        _room(stages),
        _unsure(alpha, stages.camera.pixels),
    )
    for picture, cell in zip(pictures, places, strict=True):
        small = cv2.resize(picture, (cell.w, cell.h), interpolation=cv2.INTER_LINEAR)
        if mirror:
            small = cv2.flip(small, 1)
        out[cell.y : cell.y + cell.h, cell.x : cell.x + cell.w] = cv2.cvtColor(small, cv2.COLOR_BGR2BGRA)


def _gray(plane: NDArray[np.float32]) -> Pixels:
    return np.asarray(cv2.cvtColor((np.clip(plane, 0, 1) * 255).astype(np.uint8), cv2.COLOR_GRAY2BGR), np.uint8)


def _alpha(stages: Stages) -> NDArray[np.float32]:
    """The matte at the size in which it is shown."""
    matte, pixels = stages.matte, stages.camera.pixels
    w = 480
    size = (w, max(2, round(w * pixels.shape[0] / pixels.shape[1])))
    luma = cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), cv2.COLOR_BGR2GRAY).astype(np.float32) / 255
    gain, offset = (cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in (matte.gain, matte.offset))
    return np.asarray(np.nan_to_num(gain * luma + offset), np.float32)


def _room(stages: Stages) -> Pixels:
    """The camera's picture, dark where the room is not known yet."""
    h, w = stages.mask.shape
    small = cv2.resize(stages.camera.pixels, (max(w, 2), max(h, 2)), interpolation=cv2.INTER_AREA)
    known = stages.room if stages.room.size else np.zeros((2, 2), np.float32)
    share = cv2.resize(known, (small.shape[1], small.shape[0]))[..., None]
    return np.asarray(small * (0.25 + 0.75 * share) * 0.8 + _GREEN * share * 0.2, np.uint8)


def _unsure(alpha: NDArray[np.float32], pixels: Pixels) -> Pixels:
    """The camera's picture in gray, red where the matte is neither room nor person."""
    gray = cv2.cvtColor(cv2.resize(pixels, alpha.shape[::-1], interpolation=cv2.INTER_LINEAR), cv2.COLOR_BGR2GRAY)
    clipped = np.clip(alpha, 0, 1)
    unsure = (4 * clipped * (1 - clipped))[..., None]
    calm = np.repeat(gray[..., None], 3, axis=2) * np.float32(0.6)
    return np.asarray(calm * (1 - unsure) + _RED * unsure, np.uint8)
