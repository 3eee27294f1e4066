"""People whom the crop does not hold: a second person at the other end of the room, a person wider than the frame is high."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Mask
from vbg.models.box import SURE, Box

_LEAST, _SHARE = 0.003, 0.1
"""Parts of the picture, and of all that is surely a person, below which what lies outside the crop is not filled in."""

_OPEN, _AROUND = 5, 9
"""Sides of the squares, pixels of the mask: the one that must fit into a sure patch, and the one by which the patch is grown, so
that its own soft edge comes along and stray confidence elsewhere does not."""

_FEATHER = 0.08
"""Width of the strip inside the crop's rim in which the outer mask fades, as a fraction of the crop's side."""


def beyond(whole: Mask, crop: Box, over: bool, width: int, height: int) -> Mask | None:
    """What the mask of the whole frame of `width` x `height` pixels shows for sure outside `crop`, the rest 0, in the mask's own
    size; None where that is too little to count: hardly anything is where somebody reaches `over` the crop's rim. Inside the
    crop it keeps only what hangs together with the outside."""
    h, w = whole.shape
    x, y = w / width, h / height
    sure = (whole > SURE).astype(np.uint8)
    outside = sure.copy()
    outside[max(0, round(crop.top * y)) : round(crop.bottom * y), max(0, round(crop.left * x)) : round(crop.right * x)] = 0
    outside = cv2.morphologyEx(outside, cv2.MORPH_OPEN, np.ones((_OPEN, _OPEN), np.uint8)).astype(np.uint8)
    if int(outside.sum()) < max(_LEAST * whole.size, 0 if over else _SHARE * int(sure.sum())):
        return None
    _, labels = cv2.connectedComponents(sure, connectivity=4)
    chosen = np.isin(labels, np.unique(labels[outside > 0])).astype(np.uint8)
    near = cv2.dilate(chosen, np.ones((_AROUND, _AROUND), np.uint8))
    return np.where(near > 0, whole, np.float32(0))


def filled(mask: Mask, outer: Mask, crop: Box, width: int, height: int) -> Mask:
    """`mask`, the crop's answer on the grid over the frame of `width` x `height` pixels, with `outer` (any size) outside it,
    fading just inside the crop's rim so that the rim never shows. Nothing of `mask` is lost. A new float32 of the same shape."""
    h, w = mask.shape
    wide = np.asarray(cv2.resize(outer, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)
    feather = _FEATHER * crop.width
    columns = _inside((np.arange(w) + 0.5) * width / w, crop.left, crop.right, width, feather)
    rows = _inside((np.arange(h) + 0.5) * height / h, crop.top, crop.bottom, height, feather)
    wide *= 1 - np.outer(rows, columns)
    return np.maximum(mask, wide)


def _inside(at: NDArray[np.float64], low: float, high: float, length: int, feather: float) -> NDArray[np.float32]:
    """0 outside low..high, 1 more than `feather` inside it; the frame's own border is no rim. float32, shape of `at`."""
    begin = (at - low) / feather if low > 0 else np.ones_like(at)
    end = (high - at) / feather if high < length else np.ones_like(at)
    return np.asarray(np.clip(np.minimum(begin, end), 0, 1), np.float32)
