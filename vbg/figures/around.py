"""What lies between the background and the person: their shadow, and a line around them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.figures.figure import Figure, bgr
from vbg.frame import Frame, Matte, Pixels, read_only
from vbg.kernels import blend
from vbg.pool import Pool

F32 = NDArray[np.float32]

_FINE = 512
"""Longer side, cells, up to which the person's outline is measured: a line needs more than the matte's own."""

_SHARP, _SOFT = 0.002, 0.05
"""Standard deviation of the shadow's edge at softness 0 and 1, as a fraction of the picture's height."""

_FAINT = 0.006
"""Shadow below it, which nobody sees, is none: that costs nothing later."""

_RIM_PX = 1.6
"""Pixels over which the line's outer edge goes from nothing to full."""


class Around:
    """One thread owns it: it keeps buffers."""

    def __init__(self) -> None:
        self._shaded, self._lined = Pool(), Pool()

    def drawn(self, frame: Frame, matte: Matte, background: Pixels, figure: Figure) -> Pixels:
        """The background, as `Painter.paint` gives it, with what `figure` asks for on it; `background` is not changed."""
        alpha = _alpha(frame, matte)
        if figure.shadow:
            background = self._shade(frame, alpha, background, figure)
        if figure.outline:
            background = self._line(frame, alpha, background, figure)
        return read_only(background)

    def _shade(self, frame: Frame, alpha: F32, background: Pixels, figure: Figure) -> Pixels:
        h, w = alpha.shape
        move = np.array([[1, 0, figure.shadow_across / 100 * h], [0, 1, figure.shadow_down / 100 * h]], np.float64)
        moved = cv2.warpAffine(alpha, move, (w, h), borderMode=cv2.BORDER_REPLICATE)
        sigma = max(0.3, h * _SHARP * (_SOFT / _SHARP) ** figure.shadow_softness)
        shadow = figure.shadow * np.asarray(cv2.GaussianBlur(moved, (0, 0), sigma), np.float32)
        shadow[shadow < _FAINT] = 0
        if background.shape[0] < h:
            background = np.asarray(cv2.resize(background, (w, h), interpolation=cv2.INTER_LINEAR), np.uint8)
        return _over(background, shadow, (0, 0, 0), self._shaded)

    def _line(self, frame: Frame, alpha: F32, background: Pixels, figure: Figure) -> Pixels:
        fine = min(2.0, max(1.0, _FINE / max(alpha.shape)))
        size = round(alpha.shape[1] * fine), round(alpha.shape[0] * fine)
        large = cv2.resize(alpha, size, interpolation=cv2.INTER_LINEAR)
        away = cv2.distanceTransform((large < 0.5).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
        away = cv2.GaussianBlur(away, (0, 0), 1.2)  # the steps of the cells
        cell = frame.height / size[1]
        # `away` counts from the middle of a cell, whose rim the person reaches
        line = np.asarray(
            (figure.outline / 100 * frame.height - cell * (away - 0.5)) / np.float32(_RIM_PX) + np.float32(0.5), np.float32
        )
        if background.shape != frame.pixels.shape:
            whole = (frame.width, frame.height)
            background = np.asarray(cv2.resize(background, whole, interpolation=cv2.INTER_LINEAR), np.uint8)
        return _over(background, line, bgr(figure.outline_colour), self._lined)


def _alpha(frame: Frame, matte: Matte) -> F32:
    """Alpha at the matte's size, or smaller where that is large: a photograph's matte is as large as itself."""
    h, w = matte.gain.shape
    pixels = frame.pixels if (h, w) == frame.pixels.shape[:2] else frame.reduced(w, h)
    alpha, scale = matte.alpha(pixels), _FINE / max(h, w)
    if scale >= 1:
        return alpha
    size = max(1, round(w * scale)), max(1, round(h * scale))
    return np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.float32)


def _over(background: Pixels, alpha: F32, colour: tuple[int, int, int], pool: Pool) -> Pixels:
    """`colour` over `background`. alpha: (h, w), enlarged as a matte is, and cut to 0..1 only then."""
    out = pool.take(*background.shape[:2])
    plain = np.full((1, 1, 3), colour, np.uint8)
    blend.mix(background, np.zeros_like(alpha), np.float32(1) - alpha, plain, out)
    return out
