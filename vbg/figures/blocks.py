"""The person built of blocks, as in an old video game."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.figures.bust import Bust
from vbg.figures.figure import SKIN
from vbg.frame import Mask, Pixels

ROWS = 36
"""Blocks from the top of the picture to its foot: nothing smaller of the person is in it."""

_ON, _OFF = 0.55, 0.4
"""Part of a block that the person covers when it appears and when it goes: between them it stays as it is."""

_FINE, _SHARP = 4, 6.0
"""Cells that a block is made of in the matte, and how steep it is between them."""

_HAIR, _NECK = 0.3, 0.78
"""How far below the head's middle hair and neck end, in the head's width."""


class Blocks:
    """Remembers which blocks there were. One thread owns it."""

    def __init__(self) -> None:
        self._there: NDArray[np.bool_] | None = None

    def draw(
        self, width: int, height: int, mask: Mask, bust: Bust, colour: tuple[int, int, int], at_s: float
    ) -> tuple[Pixels, NDArray[np.float32]]:
        """See `Drawn`."""
        columns = max(1, round(ROWS * width / height))
        share = cv2.resize(mask, (columns, ROWS), interpolation=cv2.INTER_AREA)
        known = self._there if self._there is not None and self._there.shape == share.shape else np.zeros(share.shape, np.bool_)
        self._there = there = (share > _ON) | (known & (share > _OFF))
        small = _painted(there, bust, np.array(colour, np.float32))
        pixels = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
        size = columns * _FINE, ROWS * _FINE
        cells = cv2.resize(there.astype(np.float32), size, interpolation=cv2.INTER_NEAREST)
        return pixels, (cells - np.float32(0.5)) * np.float32(_SHARP) + np.float32(0.5)


def _painted(there: NDArray[np.bool_], bust: Bust, clothes: NDArray[np.float32]) -> Pixels:
    """(ROWS, columns, 3): clothes of that colour, a pale face with eyes and a mouth, dark hair; lit from the upper left."""
    rows, columns = np.mgrid[0 : there.shape[0], 0 : there.shape[1]]
    x, y, unit = (columns + 0.5) / ROWS, (rows + 0.5) / ROWS, bust.width
    face, hair = (clothes + (255 - clothes) * np.float32(0.78) + np.array(SKIN, np.float32)) / 2, clothes * np.float32(0.3)
    within = np.hypot((x - bust.x) / (0.40 * unit), (y - bust.y - 0.12 * unit) / (0.52 * unit)) < 1
    neck = (np.abs(x - bust.x) < 0.24 * unit) & (y > bust.y) & (y < bust.y + _NECK * unit)
    skin, above = (within | neck)[..., None], (y < bust.y + _HAIR * unit)[..., None]
    picture = np.where(skin, face, np.where(above, hair, clothes)).astype(np.float32)
    up, left = (np.roll(there, 1, axis=axis) for axis in (0, 1))
    down, right = (np.roll(there, -1, axis=axis) for axis in (0, 1))
    picture *= (1 + 0.10 * (~up | ~left) - 0.14 * (~down | ~right))[..., None]
    picture *= (1 + np.where(skin[..., 0], 0.012, 0.035) * np.where((rows + columns) % 2, 1, -1))[..., None]
    level = round((bust.y + 0.06 * unit) * ROWS - 0.5)
    for side in (-0.17, 0.17):
        _dot(picture, level, round((bust.x + side * unit) * ROWS - 0.5), hair * 0.6)
    mouth = round((bust.y + 0.34 * unit) * ROWS - 0.5)
    for at in range(round((bust.x - 0.1 * unit) * ROWS - 0.5), round((bust.x + 0.1 * unit) * ROWS - 0.5) + 1):
        _dot(picture, mouth, at, 0.35 * face + 0.65 * hair)
    return np.rint(picture).clip(0, 255).astype(np.uint8)


def _dot(picture: NDArray[np.float32], row: int, column: int, colour: NDArray[np.float32]) -> None:
    if 0 <= row < picture.shape[0] and 0 <= column < picture.shape[1]:
        picture[row, column] = colour
