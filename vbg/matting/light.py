"""Light on the person alone, where the room is dark."""

from __future__ import annotations

import math

import cv2
import numpy as np

from vbg.frame import Frame, Matte, Pixels
from vbg.kernels import clean

_WELL = 0.62
"""Luma, 0..1, of a well-lit person's brighter parts (75th percentile): skin in a lit room."""

_MOST = 0.45
"""The strongest gamma: below it, noise is all that grows."""

_LARGEST = 3.5
"""Nothing gets more than so many times brighter: black stays black."""

_CALM_S = 0.6
_GAP_S = 2.0


class Light:
    """Remembers how bright the person was, so that the light does not flicker. One thread owns it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all earlier frames."""
        self._bright: float | None = None
        self._at = 0.0

    def lift(self, frame: Frame, matte: Matte, out: Pixels, strength: float) -> None:
        """Brighten the person in `out`, which was blended from `frame` by `matte`; edits `out`. strength: 0..1, 1 lights fully.

        The light is a change of the coarse picture that is added to the fine one (base and detail, as in Durand and Dorsey
        2002): edges and the sensor's noise stay as small as they were.
        """
        h, w = matte.gain.shape
        small = frame.reduced(w, h)
        luma = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        with np.errstate(invalid="ignore", over="ignore"):
            alpha = matte.gain * (luma * np.float32(1 / 255)) + matte.offset
        gamma = self._gamma(np.asarray(luma[alpha > 0.9], np.uint8), luma.size, frame.captured_at) ** strength
        if gamma > 0.97:
            return
        level = np.arange(1, 257) / 256
        more = np.minimum(level ** (gamma - 1), _LARGEST).astype(np.float32) - np.float32(1)
        clean.add(frame.pixels, matte.gain, matte.offset, small * more[luma][..., None], out)

    def _gamma(self, person: Pixels, size: int, at: float) -> float:
        """What brings the person's brighter parts to where they should be; 1 where they are. person: their luma, 0..255. size: of
        the whole picture."""
        if person.size > 0.01 * size:
            bright = min(max(float(np.percentile(person, 75)) / 255, 0.02), 0.98)
            passed = at - self._at
            if self._bright is None or not 0 <= passed <= _GAP_S:
                self._bright = bright
            else:
                self._bright += (bright - self._bright) * (1 - math.exp(-passed / _CALM_S))
            self._at = at
        if self._bright is None:
            return 1.0
        return min(1.0, max(_MOST, math.log(_WELL) / math.log(self._bright)))
