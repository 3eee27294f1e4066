"""Answers of the model that cannot be: nothing of the room is shown because of one."""

from __future__ import annotations

import cv2
import numpy as np

from vbg.frame import Frame, Mask, Pixels
from vbg.matting.smooth import GAP_S

NOBODY = 0.001
"""Part of the picture: where less than this is surely person, nobody is there and everything is covered."""

WHOLE = 0.95
"""Part of the picture: where more than this is person, no model has found an outline."""

NEAR = 0.7
"""Who comes so near that they fill the picture has filled this part of it a moment before."""

JUMP = 0.2
"""Part of the picture by which a person grows from one frame to the next: nobody moves so fast."""

UNMOVED = 0.6
"""Part of what is new in the mask where the picture is that of the frame before: a person who came there changed it."""

HOLD_S = 1.0
"""A jump is held off for so long; a model that insists is believed then."""

_CHANGED = 24.0
"""Levels, summed over three channels, by which a pixel changes that somebody moved into: beyond a webcam's noise."""

SAYS_WHOLE = "The outline cannot be found: everything is covered."


class Plausible:
    """The rule, frame by frame. One thread owns it. `notice`: a sentence while everything is covered because of it.

    1. Less than NOBODY is surely person: nobody is there, everything is covered.
    2. More than WHOLE is person, and did not grow to it from NEAR on: everything is covered until less is.
    3. The person grew by more than JUMP since the frame before, and where they are new the picture did not change (UNMOVED):
       there the mask of the frame before stays, which is as true of this frame since the picture is the same; for HOLD_S.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all earlier frames."""
        self.notice = ""
        self._before: Mask | None = None
        self._picture: Pixels | None = None
        self._area = 0.0
        self._at = self._jumped_at = float("-inf")

    def checked(self, mask: Mask, frame: Frame) -> Mask:
        """`mask` of `frame` itself where it can be; else a new (h, w) float32 that shows less."""
        small = frame.reduced(mask.shape[1], mask.shape[0])
        if self._before is not None and (self._before.shape != mask.shape or not 0 <= frame.captured_at - self._at <= GAP_S):
            self.reset()
        self._at = frame.captured_at
        area = float(np.count_nonzero(mask > 0.5)) / mask.size
        if area > WHOLE and self._area < NEAR:
            self.notice = SAYS_WHOLE
            return np.zeros_like(mask)
        self.notice = ""
        shown = self._without_jump(np.zeros_like(mask) if area < NOBODY else mask, small, area)
        self._before, self._picture = shown, small
        self._area = area if shown is mask else float(np.count_nonzero(shown > 0.5)) / mask.size
        return shown

    def _without_jump(self, mask: Mask, small: Pixels, area: float) -> Mask:
        before, picture = self._before, self._picture
        if before is None or picture is None or area - self._area < JUMP:
            self._jumped_at = float("-inf")
            return mask
        new = (mask > 0.5) & (before <= 0.5)
        still = cv2.absdiff(small, picture).sum(axis=2, dtype=np.uint16) < _CHANGED
        if float((new & still).sum()) < UNMOVED * float(new.sum()):
            return mask
        if self._jumped_at == float("-inf"):
            self._jumped_at = self._at
        if self._at - self._jumped_at > HOLD_S:
            return mask
        return np.asarray(np.where(new & still, before, mask), np.float32)
