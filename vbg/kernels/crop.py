"""Reads a square of the frame into a model's input, and lays the model's answer back onto the frame's grid."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.kernels import shrink
from vbg.kernels.layout import fixed
from vbg.kernels.resample import resampled

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]


def read(pixels: U8, left: float, top: float, side: float, size: int = 256, flipped: bool = False) -> F32:
    """The square of `side` pixels at (`left`, `top`) as a model's input: (size, size, 3) float32, RGB, 0..1; left and right
    exchanged where `flipped`.

    pixels: (H, W, 3) uint8 BGR. The square may reach over the frame; the mirrored picture
    is there: half a person at the border becomes a whole one, which a model knows better. Shrinks by the exact area of each
    output pixel (parts of pixels count in part), so that a crop which moves by a pixel moves the picture by that much; enlarges
    bilinearly, from whole pixels.
    """
    if side <= size:
        return sampled(pixels, round(left), round(top), round(side), size, flipped)
    out = np.empty((size, size, 3), np.float32)
    shrink.exact(fixed(pixels), (left, top, side, side), 1 / 255, True, out, flipped)
    return out


def sampled(pixels: U8, left: int, top: int, side: int, size: int = 256, flipped: bool = False) -> F32:
    """`read`, bilinear in any case: in half the time, and as good where it shrinks a picture by less than a half that has been
    shrunk by area before."""
    rows, cols = pixels.shape[:2]
    if 0 <= left <= cols - side and 0 <= top <= rows - side:
        part = pixels[top : top + side, left : left + side]
    else:
        part = pixels[shrink.mirrored(top, side, rows)[:, None], shrink.mirrored(left, side, cols)]
    part = np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2RGB), np.uint8)
    if flipped:
        part = np.asarray(cv2.flip(part, 1), np.uint8)
    out = np.asarray(cv2.resize(part.astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR), np.float32)
    out *= np.float32(1 / 255)
    return out


def paste(answer: F32, left: int, top: int, side: int, width: int, height: int, w: int, h: int) -> F32:
    """`answer`, which belongs to the square of `side` pixels at (`left`, `top`) of a frame of `width` x `height` pixels, on the
    (h, w) grid over that frame: bilinear, 0 outside the square, fading there over one pixel of the answer.

    answer: (size, size) float32.
    """
    scale = answer.shape[0] / side
    ends = (left > 0, top > 0, left + side < width, top + side < height)  # at the frame's own border nothing fades
    return resampled(answer, width / w * scale, height / h * scale, -left * scale, -top * scale, w, h, ends)
