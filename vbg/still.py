"""The matte of one picture, with time to spare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.effects import Effect, Painter
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.matting import closed
from vbg.matting.closed import Alpha
from vbg.matting.foreground import foreground
from vbg.matting.keep import on_mask
from vbg.matting.passers import without_passers
from vbg.matting.style import Style
from vbg.matting.styling import Styling, shaped
from vbg.models import Keyed, Model, Segmenter
from vbg.models import keyed as made_by
from vbg.models.closely import Closely
from vbg.models.follow import Follow
from vbg.offline import thorough
from vbg.pipeline import checked_mask

_SETTLE = 3
"""Looks of a model that remembers until it has made up its mind."""

_STRIP = 512
"""Rows that are blended at a time: bounds the memory that a large picture takes."""

_SEEN = 1 / 255
"""Alpha above which something of a person shows."""

_MASK = 384
"""Longer side, pixels, of the mask that a background is painted with."""

_USUAL = Style()


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The way of one picture.

    shown: what the model saw, (h, w, 3) uint8 BGR; None where it does not say. mask: its answer in the user's style, passers-by
    left out, (h, w) float32, 0..1. alpha: (height, width) float32, 0..1. unlit: the picture without the screen's light on the
    person, where a keyer took that out; None otherwise. says: what the user should know; empty while all is well.
    """

    shown: Pixels | None
    mask: Mask
    alpha: Alpha
    unlit: Pixels | None = None
    says: str = ""


class Still:
    """Opens the model once for many pictures. One thread owns it."""

    def __init__(self, model: Model | None = None) -> None:
        chosen = thorough(model or Follow())
        self._eye: _Eye = Closely(chosen) if isinstance(chosen, Follow) else _Plainly(chosen.open())

    def alpha(self, pixels: Pixels, style: Style = _USUAL) -> Alpha:
        """The matte of `pixels` in the user's style: (height, width) float32, 0..1. Raises ModelError."""
        return self.steps(pixels, style).alpha

    def steps(self, pixels: Pixels, style: Style = _USUAL) -> Steps:
        """The matte, and how it came about. Raises ModelError."""
        frame = Frame(read_only(pixels), 0, 0.0)
        mask, cell = self._eye.mask(frame)
        keyed = made_by(self._eye)
        if keyed is not None and keyed.matte is not None:
            alpha, _ = shaped(keyed.matte.alpha(pixels), style)
            return Steps(None, mask, on_mask(alpha, style.keep, style.drop), keyed.cleaned(frame, True).pixels)
        mask = Styling().before(without_passers(checked_mask(mask)), style)
        alpha, _ = shaped(closed.refined(frame, mask, cell), style)
        says = keyed.says if keyed is not None else ""
        return Steps(self._eye.shown, mask, on_mask(alpha, style.keep, style.drop), says=says)

    def close(self) -> None:
        """Close the model."""
        self._eye.close()


def cut_out(pixels: Pixels, alpha: Alpha) -> NDArray[np.uint8]:
    """(height, width, 4) uint8, BGRA: the person's own colours with straight alpha; nothing of the room is in it."""
    return np.dstack([foreground(pixels, alpha), np.rint(alpha * 255).astype(np.uint8)])


def people(alpha: Alpha) -> tuple[slice, slice]:
    """The rows and columns that hold all of the people; everything where there are none."""
    there = alpha > _SEEN
    if not there.any():
        return slice(None), slice(None)
    (top, bottom), (left, right) = (np.flatnonzero(there.any(axis=axis))[[0, -1]] for axis in (1, 0))
    return slice(int(top), int(bottom) + 1), slice(int(left), int(right) + 1)


def placed(pixels: Pixels, alpha: Alpha, effect: Effect) -> Pixels:
    """The person before another background: (height, width, 3) uint8 BGR. Raises EffectError, UsageError."""
    painter = effect.open(alpha.shape[1], alpha.shape[0])
    try:
        return painted(Frame(read_only(pixels), 0, 0.0), alpha, painter)
    finally:
        painter.close()


def painted(frame: Frame, alpha: Alpha, painter: Painter) -> Pixels:
    """As `placed`, before what `painter`, opened for the frame's size, paints for it."""
    pixels, (height, width) = frame.pixels, alpha.shape
    small = cv2.resize(alpha, _mask_size(width, height), interpolation=cv2.INTER_AREA)
    behind = painter.paint(frame, np.asarray(small, np.float32), frame.captured_at)
    if behind.shape != pixels.shape:
        behind = np.asarray(cv2.resize(behind, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    person, out = foreground(pixels, alpha), np.empty_like(pixels)
    for top in range(0, height, _STRIP):
        rows = np.s_[top : top + _STRIP]
        a = alpha[rows, :, None]
        out[rows] = np.rint(person[rows] * a + behind[rows] * (1 - a)).astype(np.uint8)
    return out


def _mask_size(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, _MASK / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


class _Eye(Protocol):
    """See `Closely`."""

    shown: Pixels | None

    def mask(self, frame: Frame) -> tuple[Mask, float]: ...

    def close(self) -> None: ...


class _Plainly:
    """Any model, as it is."""

    def __init__(self, segmenter: Segmenter) -> None:
        self.shown: Pixels | None = None
        self._segmenter = segmenter

    @property
    def keyed(self) -> Keyed | None:
        return made_by(self._segmenter)

    def mask(self, frame: Frame) -> tuple[Mask, float]:
        self._segmenter.reset()
        for _ in range(_SETTLE):
            mask = self._segmenter.mask(frame)
        return mask, frame.width / mask.shape[1]

    def close(self) -> None:
        self._segmenter.close()
