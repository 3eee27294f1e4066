"""Reads a square of the frame into a model's input, and lays the model's answer back onto the frame's grid."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]


def read(pixels: U8, left: int, top: int, side: int, size: int = 256) -> F32:
    h, w = pixels.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + side, w), min(top + side, h)
    roi = pixels[y0:y1, x0:x1]
    if roi.shape[:2] != (side, side):
        roi = cv2.copyMakeBorder(roi, y0 - top, top + side - y1, x0 - left, left + side - x1, cv2.BORDER_CONSTANT)
    small = cv2.resize(roi, (size, size), interpolation=cv2.INTER_AREA if side > size else cv2.INTER_LINEAR)
    return np.multiply(small[:, :, ::-1], np.float32(1 / 255))


def paste(answer: F32, left: int, top: int, side: int, width: int, height: int, w: int, h: int) -> F32:
    size = answer.shape[0]
    # grid pixel centre (i + .5) * width / w - left = (u + .5) * side / size
    sx, sy = width / w * size / side, height / h * size / side
    m = np.array([[sx, 0, 0.5 * sx - left * size / side - 0.5], [0, sy, 0.5 * sy - top * size / side - 0.5]], np.float32)
    return np.asarray(cv2.warpAffine(answer, m, (w, h), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE if side >= max(width, height) else cv2.BORDER_CONSTANT), np.float32)
