"""Does to mask and matte what a `Style` asks for: all of it at the mask's resolution, so that it is cheap."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask, Matte
from vbg.matting.keep import on_mask, on_matte
from vbg.matting.largest import Largest
from vbg.matting.style import Style

_ODDS = 20.0
"""At certainty 0, the odds that something is the person count so many times; at 1, so many times less."""

_SHARPEST = 5.0
"""Slope of the matte's edge at softness 0, times its own."""

_SOFTEST = 0.015
"""Standard deviation of the feather at softness 1, as a fraction of the picture's height."""

_SQUARE = np.ones((3, 3), np.uint8)
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


class Styling:
    """One thread owns it: it remembers which person is the largest."""

    def __init__(self) -> None:
        self._largest = Largest()

    def reset(self) -> None:
        """Forget all earlier frames."""
        self._largest.reset()

    def before(self, mask: Mask, style: Style) -> Mask:
        """The mask to be refined. `mask` itself, where nothing is asked."""
        if style.largest:
            mask = self._largest.alone(mask)
        return mask if style.certainty == 0.5 else weighed(mask, _ODDS ** (1 - 2 * style.certainty))

    def keyed(self, mask: Mask, matte: Matte, style: Style) -> tuple[Mask, Matte]:
        """What a keyer made, which is finished but for this: everybody but the largest person goes, where that is asked."""
        if not style.largest:
            return mask, matte
        alone = self._largest.alone(mask)
        near = cv2.dilate((alone > 0).astype(np.float32), _SQUARE)
        size = matte.gain.shape[1], matte.gain.shape[0]
        stays = np.asarray(cv2.resize(near, size, interpolation=cv2.INTER_LINEAR), np.float32)
        return alone, Matte(matte.gain * stays, matte.offset * stays)

    def after(self, mask: Mask, matte: Matte, frame: Frame, style: Style) -> tuple[Mask, Matte]:
        """The mask for the background and the refined matte, as asked. Regions come last: they are exact."""
        return on_mask(mask, style.keep, style.drop), on_matte(edged(matte, frame, style), style.keep, style.drop)


def weighed(mask: Mask, odds: float) -> Mask:
    """`mask` with the odds of every pixel, p / (1 - p), times `odds`: 0 and 1 stay what they are. A new (h, w) float32."""
    for_it, against = mask * np.float32(odds), np.float32(1) - mask
    return np.asarray(for_it / (for_it + against), np.float32)


def edged(matte: Matte, frame: Frame, style: Style) -> Matte:
    """`matte` with its edge moved and made sharper or softer; `matte` itself, where nothing is asked.

    Works on alpha at the coefficients' resolution. The picture's detail, which the gain carries, stays where alpha is unsure;
    where the result is surely room or person it is so whatever the picture holds. What is not a number becomes room.
    """
    if style.edge_softness == 0.5 and style.edge_shift == 0:
        return matte
    h, w = matte.gain.shape
    luma = cv2.cvtColor(frame.reduced(w, h), cv2.COLOR_BGR2GRAY).astype(np.float32) / np.float32(255)
    with np.errstate(invalid="ignore", over="ignore"):
        alpha = matte.gain * luma + matte.offset
    finite = np.isfinite(alpha) & np.isfinite(matte.gain)
    alpha, slope = shaped(np.clip(np.where(finite, alpha, np.float32(0)), np.float32(0), np.float32(1)), style)
    unsure = finite & (alpha > 0.02) & (alpha < 0.98)
    gain = np.where(unsure, matte.gain * np.float32(slope), np.float32(0))
    return Matte(gain, alpha - gain * luma)


def shaped(alpha: NDArray[np.float32], style: Style) -> tuple[NDArray[np.float32], float]:
    """`alpha` of the whole picture, (h, w) float32, 0..1, with its edge as asked (`alpha` itself, where nothing is), and how many
    times as steep the edge has become."""
    h = alpha.shape[0]
    if style.edge_shift:
        alpha = moved(alpha, style.edge_shift / 100 * h)
    if style.edge_softness < 0.5:
        slope = _SHARPEST ** (1 - 2 * style.edge_softness)
        half = np.float32(0.5)
        return np.clip((alpha - half) * np.float32(slope) + half, np.float32(0), np.float32(1)), slope
    if style.edge_softness > 0.5:
        sigma = (2 * style.edge_softness - 1) * _SOFTEST * h
        return np.asarray(cv2.GaussianBlur(alpha, (0, 0), max(sigma, 0.05)), np.float32), 1 / (1 + sigma)
    return alpha, 1.0


def moved(alpha: NDArray[np.float32], cells: float) -> NDArray[np.float32]:
    """`alpha` with its outline moved outwards by `cells`, inwards where that is negative; parts of a cell count."""
    move = cv2.dilate if cells > 0 else cv2.erode
    left, step = abs(cells), 0
    while left > 0:
        # square and cross in turn make an octagon, which is nearly round
        further = np.asarray(move(alpha, _CROSS if step % 2 else _SQUARE), np.float32)
        part = np.float32(min(left, 1.0))
        alpha = alpha + (further - alpha) * part
        left, step = left - 1, step + 1
    return alpha
