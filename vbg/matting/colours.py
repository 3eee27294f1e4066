"""The person's colours in the finished picture: free of the old room, and, on request, in the light of the new one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Matte, Pixels
from vbg.kernels import blend, clean, light, reduce
from vbg.matting.style import Style

F32 = NDArray[np.float32]

_REACH = 0.01
"""How far from the edge the old room's colour is read, as a fraction of the height (measured: farther is no better)."""

_WRAP, _BRIGHT = 0.03, 1.8
"""How far the new background's light reaches over the person's edge, as a fraction of the height, and how strong it is at most:
just inside the edge, half of what lies around a pixel is background."""

_ROOM = 0.1
"""Alpha below which a cell shows the old room's light."""

_FOLLOW = 0.6
"""At strength 1, the person's tint is the ratio of the two rooms' light to this power: all of it would paint them."""

_LEAST, _MOST = 0.6, 1.25
"""The darkest and the brightest that the person becomes: more would burn out a face."""

_TINT = 1.25
"""What a channel gains or loses beside the others, at most: a green screen turns nobody green."""

_BLACK = 16.0
"""Added to both rooms' light, levels, before they are compared: a black background turns nobody black."""

_CALM = 0.1
"""Part of the newest measurement that is taken in: somebody who walks through the room does not flicker on the person."""

_GAP_S = 1.0
"""Frames further apart than this have nothing to do with each other."""

_SQUARE = np.ones((3, 3), np.uint8)


class Colours:
    """Remembers the light of the rooms. One thread owns it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all earlier frames."""
        self._ratio: F32 | None = None  # the logarithm of the new room's light over the old one's
        self._at = 0.0

    def touch(self, frame: Frame, matte: Matte, background: Pixels, style: Style, out: Pixels) -> None:
        """Do what `style` asks for to the person in `out`, which was blended from `frame` over `background` by `matte`; edits
        `out`. What is hidden stays hidden."""
        h, w = matte.gain.shape
        small = frame.reduced(w, h)
        change = np.zeros((h, w, 3), np.float32)
        if style.clean_colours:
            change = clean.spill(small, matte.gain, matte.offset, max(1, round(_REACH * h)))
        if style.light_wrap or style.match_light:
            new = background if background.shape[:2] == (h, w) else reduce.area(background, w, h)
            alpha = blend.alpha(small, matte.gain, matte.offset)
            tint = self._tint(frame.captured_at, alpha, small, new, style.match_light)
            near = np.asarray(cv2.dilate((alpha > 0).astype(np.uint8), _SQUARE), np.uint8)  # enlarged, a cell reaches the next
            glow = np.zeros_like(change)
            if style.light_wrap:
                reach = 2 * max(1, round(_WRAP * h / 2)) + 1
                once = cv2.blur(light.beside(new, small, matte.gain, matte.offset), (reach, reach))
                glow = np.asarray(cv2.blur(once, (reach, reach)), np.float32)
            change = light.lit(small, near, change, glow, _BRIGHT * style.light_wrap, tint)
        clean.add(frame.pixels, matte.gain, matte.offset, change, out)

    def _tint(self, at_s: float, alpha: F32, small: Pixels, new: Pixels, strength: float) -> tuple[float, float, float]:
        """The factors of B, G and R that bring the person some way from the old room's light (the mean of what is seen of it:
        "grey world") into the new one's."""
        if not strength:
            self._ratio = None
            return 1.0, 1.0, 1.0
        room = (alpha < _ROOM).astype(np.uint8)
        apart, self._at = at_s - self._at, at_s
        if room.any():
            old = np.array(cv2.mean(small, room)[:3], np.float32) + np.float32(_BLACK)
            ratio = np.log((np.array(cv2.mean(new)[:3], np.float32) + np.float32(_BLACK)) / old)
            known = self._ratio if self._ratio is not None and 0 <= apart <= _GAP_S else ratio
            self._ratio = np.asarray(known + np.float32(_CALM) * (ratio - known), np.float32)
        if self._ratio is None:  # nothing of the room was ever seen
            return 1.0, 1.0, 1.0
        factors = np.exp(_FOLLOW * strength * self._ratio)
        level = float(factors.mean())
        b, g, r = np.clip(factors / level, 1 / _TINT, _TINT) * min(max(level, _LEAST), _MOST)
        return float(b), float(g), float(r)
