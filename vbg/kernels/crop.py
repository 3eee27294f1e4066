"""Reads a square of the frame into a model's input, and lays the model's answer back onto the frame's grid."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.kernels import shrink
from vbg.kernels.layout import fixed

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]


def read(pixels: U8, left: int, top: int, side: int, size: int = 256) -> F32:
    """The square of `side` pixels at (`left`, `top`) as a model's input: (size, size, 3) float32, RGB, 0..1.

    pixels: (H, W, 3) uint8 BGR. The square may reach over the frame; the mirrored picture
    is there: half a person at the border becomes a whole one, which a model knows better. Shrinks by the exact area of each
    output pixel (parts of pixels count in part), so that a crop which moves by a pixel moves the picture by that much; enlarges
    bilinearly.
    """
    rows, cols = pixels.shape[:2]
    if side > size:
        out = np.empty((size, size, 3), np.float32)
        shrink.exact(fixed(pixels), (left, top, side, side), 1 / 255, True, out)
        return out
    part = pixels[shrink.mirrored(top, side, rows)[:, None], shrink.mirrored(left, side, cols)]
    small = np.asarray(cv2.resize(part, (size, size), interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.multiply(small[:, :, ::-1], np.float32(1 / 255))


def paste(answer: F32, left: int, top: int, side: int, width: int, height: int, w: int, h: int) -> F32:
    """`answer`, which belongs to the square of `side` pixels at (`left`, `top`) of a frame of `width` x `height` pixels, on the
    (h, w) grid over that frame: bilinear, 0 outside the square, fading there over one pixel of the answer.

    answer: (size, size) float32.
    """
    size = answer.shape[0]
    # the centre of grid pixel i lies at (i + 1/2) width / w in the frame, that of answer pixel u at left + (u + 1/2) side / size
    x, y = width / w * size / side, height / h * size / side
    to_answer = np.array(
        [[x, 0, 0.5 * x - left * size / side - 0.5], [0, y, 0.5 * y - top * size / side - 0.5]],
        np.float64,
    )
    padded = answer
    borders = (top > 0, top + side < height, left > 0, left + side < width)
    if not all(borders):  # at the frame's own border nothing fades
        padded = np.pad(answer, 1, mode="edge")
        if borders[0]:
            padded[0] = 0
        if borders[1]:
            padded[-1] = 0
        if borders[2]:
            padded[:, 0] = 0
        if borders[3]:
            padded[:, -1] = 0
        to_answer[:, 2] += 1
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    out = cv2.warpAffine(padded, to_answer, (w, h), flags=flags, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(out, np.float32)
