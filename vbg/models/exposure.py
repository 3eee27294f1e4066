"""What a model sees of a square of the frame: brightened where it is dark, and then without the noise of the dark."""

from __future__ import annotations

import cv2
import numpy as np

from vbg.frame import Frame
from vbg.kernels import crop
from vbg.models import Tensor

BRIGHT = 0.3
"""Mean of the three channels, 0..1, to which a darker crop is brightened before the network sees it."""

MOST = 3.0
"""The most that it is brightened by."""

NOISY = 1.5
"""Brightened by more than this, a picture shows its sensor's noise, which a median takes out. A better lit one would only lose
detail by it (measured: boundary F of a dark clip .927 -> .942, of three well-lit ones .973 -> .970)."""


_EVERY = 4
"""One row in so many is enough to tell how bright a picture is."""

_FINER = 1.1
"""A crop is read from a picture that is finer than the model's input by so much, at least."""


_BILINEAR = 1.5
"""What has been halved already is shrunk by less than this bilinearly."""


def snapped(frame: Frame, left: int, top: int, side: int, size: int) -> tuple[int, int, int]:
    """The square of `side` pixels at (`left`, `top`), moved by a pixel or so to where whole pixels of the picture begin that
    `view` reads it from."""
    _, divisor = frame.coarser(side / (_FINER * size))
    return round(left / divisor) * divisor, round(top / divisor) * divisor, round(side / divisor) * divisor


def view(frame: Frame, left: int, top: int, side: int, size: int, flipped: bool = False) -> Tensor:
    """The square of `side` pixels at (`left`, `top`), `snapped`, as a model's input, (size, size, 3), RGB, 0..1. See `crop`."""
    pixels, divisor = frame.coarser(side / (_FINER * size))
    read = crop.sampled if divisor > 1 and side < _BILINEAR * divisor * size else crop.read
    return exposed(read(pixels, left // divisor, top // divisor, side // divisor, size, flipped))


def exposed(picture: Tensor) -> Tensor:
    """`picture` (RGB, 0..1), brightened where it is dark, and denoised where it is very dark: the model has learned from well-lit
    pictures. Edits it, or gives a new one."""
    gain = min(BRIGHT / max(sum(cv2.mean(picture[::_EVERY])) / 3, 1e-6), MOST)
    if gain > 1:
        picture *= np.float32(gain)
        np.minimum(picture, np.float32(1), out=picture)
    return np.asarray(cv2.medianBlur(picture, 3), np.float32) if gain > NOISY else picture
