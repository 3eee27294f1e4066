"""The matte of one picture, with time to spare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.effects import Effect
from vbg.figures.drawing import Drawing
from vbg.figures.figure import Figure
from vbg.frame import Frame, Mask, Matte, Pixels, read_only
from vbg.matting import by_hand, closed
from vbg.matting.closed import Alpha
from vbg.matting.foreground import foreground
from vbg.matting.passers import without_passers
from vbg.matting.style import Style
from vbg.matting.styling import Styling, shaped
from vbg.models import Keyed, Model, Segmenter, keyed
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

_USUAL, _NO_FIGURE = Style(), Figure()

Shades: TypeAlias = NDArray[Any]
"""Colours of 8 or 16 bits a channel: uint8 or uint16."""


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The way of one picture.

    shown: what the model saw, (h, w, 3) uint8 BGR; None where it does not say. first: its answer to that, (h, w) float32, 0..1;
    None where there was none. mask: the mean of all its answers in the user's style, passers-by left out, or what the trimap
    says, (h, w) float32, 0..1. alpha: (height, width) float32, 0..1. unlit: the picture without the screen's light on the person,
    where a keyer took that out; None otherwise. says: what the user should know; empty while all is well.
    """

    shown: Pixels | None
    first: Mask | None
    mask: Mask
    alpha: Alpha
    unlit: Pixels | None = None
    says: str = ""

    def cleaned(self, full: Shades, pixels: Pixels) -> Shades:
        """`full`, which is `pixels` or more precise, without the light that `unlit` lacks."""
        if self.unlit is None:
            return full
        if full.dtype == np.uint8:
            return self.unlit
        deeper = full + 257 * (self.unlit.astype(np.int32) - pixels)
        return np.asarray(np.clip(deeper, 0, np.iinfo(full.dtype).max), full.dtype)


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
        if given.trimap is not None:
            with time("matte"):
                mask, free = by_hand.trimap(given.trimap)
                alpha = self._asked(frame, by_hand.solved(frame, mask, free), style, given)
            return Steps(None, None, mask, alpha)
        with time("mask"):
            mask, cell = self._eye.mask(frame)
        made = keyed(self._eye)
        with time("matte"):
            if made is not None and made.matte is not None:
                alpha = made.matte.alpha(pixels)
            else:
                mask = Styling().before(without_passers(checked_mask(mask)), style)
                alpha = closed.refined(frame, mask, cell)
            alpha = self._asked(frame, alpha, style, given)
        if made is None:
            return Steps(self._eye.shown, self._eye.first, mask, alpha)
        return Steps(self._eye.shown, self._eye.first, mask, alpha, made.cleaned(frame, True).pixels, made.says)

    @staticmethod
    def _asked(frame: Frame, alpha: Alpha, style: Style, given: Given) -> Alpha:
        """`alpha` as the user asks, and no more of it than the picture shows."""
        alpha = by_hand.regions(frame, shaped(alpha, style)[0], style.keep, style.drop)
        if given.clear is None:
            return alpha
        return np.minimum(alpha, given.clear * np.float32(1 / np.iinfo(given.clear.dtype).max))

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


def placed(pixels: Pixels, alpha: Alpha, effect: Effect, full: Shades | None = None, figure: Figure = _NO_FIGURE) -> Shades:
    """The person, or what `figure` says, before another background: (height, width, 3) BGR. full: `pixels` with more precision,
    uint16; the result has it too, but for the background and an avatar, which have 8 bits. Raises EffectError, UsageError."""
    painter = effect.open(alpha.shape[1], alpha.shape[0])
    try:
        drawing = Drawing(painter, figure, effect.of_room)
        return painted(Frame(read_only(pixels), 0, 0.0), alpha, drawing, full)
    finally:
        painter.close()


def painted(frame: Frame, alpha: Alpha, drawing: Drawing, full: Shades | None = None) -> Shades:
    """As `placed`, with what `drawing`, whose painter is opened for the frame's size, makes of it."""
    pixels, (height, width) = frame.pixels if full is None else full, alpha.shape
    small = np.asarray(cv2.resize(alpha, _mask_size(width, height), interpolation=cv2.INTER_AREA), np.float32)
    matte = Matte(np.zeros_like(small), small)
    drawn, shown, behind = drawing.paint(frame, matte, small)
    if shown is not matte:
        frame, pixels, alpha = drawn, drawn.pixels, shown.alpha(drawn.pixels)
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

    @property
    def keyed(self) -> Keyed | None:
        return keyed(self._segmenter)

    def mask(self, frame: Frame) -> tuple[Mask, float]:
        self._segmenter.reset()
        for _ in range(_SETTLE):
            mask = self._segmenter.mask(frame)
        self.first = mask
        return mask, frame.width / mask.shape[1]

    def close(self) -> None:
        self._segmenter.close()
