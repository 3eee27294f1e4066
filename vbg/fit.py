"""Fits a picture of any size onto a canvas: crop what sticks out a little, bars where too much would be lost."""

from __future__ import annotations

import cv2
import numpy as np

from vbg.frame import Pixels

MOST_CROPPED = 0.4
"""The largest part of a picture that may be cropped away: 16:9 into 4:3 loses 0.25; a tall phone video would lose 0.68."""


def cover(pixels: Pixels, width: int, height: int) -> Pixels:
    """`pixels` (H, W, 3) filling (height, width, 3): scaled, its middle kept, nothing stretched."""
    rows, cols = pixels.shape[:2]
    scale = max(width / cols, height / rows)
    keep_w, keep_h = min(cols, max(1, round(width / scale))), min(rows, max(1, round(height / scale)))
    left, top = (cols - keep_w) // 2, (rows - keep_h) // 2
    return _scaled(pixels[top : top + keep_h, left : left + keep_w], width, height)


def onto(pixels: Pixels, width: int, height: int) -> Pixels:
    """Like `cover`, but with black bars where cropping would lose more than `MOST_CROPPED` of the picture."""
    rows, cols = pixels.shape[:2]
    aspect = (cols / rows) / (width / height)
    if min(aspect, 1 / aspect) >= 1 - MOST_CROPPED:
        return cover(pixels, width, height)
    return inside(pixels, width, height)


def inside(pixels: Pixels, width: int, height: int) -> Pixels:
    """All of `pixels` (H, W, 3) in (height, width, 3), with black bars: nothing cropped, nothing stretched."""
    rows, cols = pixels.shape[:2]
    scale = min(width / cols, height / rows)
    w, h = max(1, round(cols * scale)), max(1, round(rows * scale))
    left, top = (width - w) // 2, (height - h) // 2
    out = np.zeros((height, width, 3), np.uint8)
    out[top : top + h, left : left + w] = _scaled(pixels, w, h)
    return out


def _scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    if pixels.shape[:2] == (height, width):
        return np.ascontiguousarray(pixels)
    smaller = pixels.shape[0] > height
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)
