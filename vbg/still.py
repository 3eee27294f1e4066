"""The matte of one picture, with time to spare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.effects import Effect, Painter
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.matting import by_hand, closed
from vbg.matting.closed import Alpha
from vbg.matting.foreground import foreground
from vbg.matting.passers import without_passers
from vbg.matting.style import Style
from vbg.matting.styling import Styling, shaped
from vbg.models import Model, Segmenter
from vbg.models.closely import Closely
from vbg.models.follow import Follow
from vbg.offline import thorough
from vbg.pipeline import checked_mask
from vbg.timing import Stopwatch

_SETTLE = 3
"""Looks of a model that remembers until it has made up its mind."""

_STRIP = 512
"""Rows that are blended at a time: bounds the memory that a large picture takes."""

_SEEN = 1 / 255
"""Alpha above which something of a person shows."""

_MASK = 384
"""Longer side, pixels, of the mask that a background is painted with."""

_USUAL = Style()

Shades: TypeAlias = NDArray[Any]
"""Colours of 8 or 16 bits a channel: uint8 or uint16."""


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The way of one picture.

    shown: what the model saw, (h, w, 3) uint8 BGR; None where it does not say. first: its answer to that, (h, w) float32, 0..1;
    None where there was none. mask: the mean of all its answers in the user's style, passers-by left out, or what the trimap
    says, (h, w) float32, 0..1. alpha: (height, width) float32, 0..1.
    """

    shown: Pixels | None
    first: Mask | None
    mask: Mask
    alpha: Alpha


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What is known of a picture beforehand.

    clear: its own alpha, (height, width) uint8 or uint16: no more than that shows of anything. trimap: (height, width) uint8,
    black is room, white is person, between is to be found out; the model is not asked then.
    """

    clear: NDArray[Any] | None = None
    trimap: NDArray[np.uint8] | None = None


_NOTHING = Given()


class Still:
    """Opens the model once for many pictures. One thread owns it."""

    def __init__(self, model: Model | None = None) -> None:
        chosen = thorough(model or Follow())
        self._eye: _Eye = Closely(chosen) if isinstance(chosen, Follow) else _Plainly(chosen.open())

    def alpha(self, pixels: Pixels, style: Style = _USUAL) -> Alpha:
        """The matte of `pixels` in the user's style: (height, width) float32, 0..1. Raises ModelError."""
        return self.steps(pixels, style).alpha

    def steps(self, pixels: Pixels, style: Style = _USUAL, given: Given = _NOTHING, time: Stopwatch | None = None) -> Steps:
        """The matte, and how it came about. time: takes "mask" and "matte". Raises ModelError."""
        frame, time = Frame(read_only(pixels), 0, 0.0), time or Stopwatch()
        shown, first, free = None, None, None
        with time("mask"):
            if given.trimap is None:
                found, cell = self._eye.mask(frame)
                shown, first = self._eye.shown, self._eye.first
                mask = Styling().before(without_passers(checked_mask(found)), style)
            else:
                mask, free = by_hand.trimap(given.trimap)
        with time("matte"):
            alpha = closed.refined(frame, mask, cell) if free is None else by_hand.solved(frame, mask, free)
            alpha = by_hand.regions(frame, shaped(alpha, style)[0], style.keep, style.drop)
            if given.clear is not None:
                alpha = np.minimum(alpha, given.clear * np.float32(1 / np.iinfo(given.clear.dtype).max))
        return Steps(shown, first, mask, alpha)

    def close(self) -> None:
        """Close the model."""
        self._eye.close()


def cut_out(pixels: Shades, alpha: Alpha) -> Shades:
    """(height, width, 4), BGRA: the person's own colours with straight alpha; nothing of the room is in it.

    pixels: (height, width, 3) BGR, uint8 or uint16; the result is of the same depth.
    """
    height, width = alpha.shape
    out = np.empty((height, width, 4), pixels.dtype)
    foreground(pixels, alpha, out[:, :, :3])
    for top in range(0, height, _STRIP):
        rows = np.s_[top : top + _STRIP]
        out[rows, :, 3] = np.rint(alpha[rows] * np.float32(np.iinfo(pixels.dtype).max))
    return out


def people(alpha: Alpha) -> tuple[slice, slice]:
    """The rows and columns that hold all of the people; everything where there are none."""
    there = alpha > _SEEN
    if not there.any():
        return slice(None), slice(None)
    (top, bottom), (left, right) = (np.flatnonzero(there.any(axis=axis))[[0, -1]] for axis in (1, 0))
    return slice(int(top), int(bottom) + 1), slice(int(left), int(right) + 1)


def placed(pixels: Pixels, alpha: Alpha, effect: Effect, full: Shades | None = None) -> Shades:
    """The person before another background: (height, width, 3) BGR. full: `pixels` with more precision, uint16; the result has it
    too, but for the background, which has 8 bits. Raises EffectError, UsageError."""
    painter = effect.open(alpha.shape[1], alpha.shape[0])
    try:
        return painted(Frame(read_only(pixels), 0, 0.0), alpha, painter, full)
    finally:
        painter.close()


def painted(frame: Frame, alpha: Alpha, painter: Painter, full: Shades | None = None) -> Shades:
    """As `placed`, before what `painter`, opened for the frame's size, paints for it."""
    pixels, (height, width) = frame.pixels if full is None else full, alpha.shape
    small = cv2.resize(alpha, _mask_size(width, height), interpolation=cv2.INTER_AREA)
    behind = painter.paint(frame, np.asarray(small, np.float32), frame.captured_at)
    if behind.shape != frame.pixels.shape:
        behind = np.asarray(cv2.resize(behind, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    out, deeper = foreground(pixels, alpha), np.float32(np.iinfo(pixels.dtype).max / 255)
    for top in range(0, height, _STRIP):
        rows = np.s_[top : top + _STRIP]
        a = alpha[rows, :, None]
        out[rows] = np.rint(out[rows] * a + behind[rows] * (deeper * (1 - a)))
    return out


def _mask_size(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, _MASK / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


class _Eye(Protocol):
    """See `Closely`."""

    shown: Pixels | None
    first: Mask | None

    def mask(self, frame: Frame) -> tuple[Mask, float]: ...

    def close(self) -> None: ...


class _Plainly:
    """Any model, as it is."""

    def __init__(self, segmenter: Segmenter) -> None:
        self.shown: Pixels | None = None
        self.first: Mask | None = None
        self._segmenter = segmenter

    def mask(self, frame: Frame) -> tuple[Mask, float]:
        self._segmenter.reset()
        for _ in range(_SETTLE):
            mask = self._segmenter.mask(frame)
        self.first = mask
        return mask, frame.width / mask.shape[1]

    def close(self) -> None:
        self._segmenter.close()
