"""Notices a camera that gives pictures without showing anything: black ones, or the same one for ever."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.errors import CameraError, CameraLostError
from vbg.frame import Frame

PATIENCE_S = 0.7
"""For so long a camera may give black or equal pictures."""

_ROWS = 45  # of the picture that are looked at
_COLUMNS = 160
_DARKEST = 24  # levels of 255: the brightest pixel of a closed shutter or a covered lens stays below
_LEARNED = 30  # different pictures after which it is known that this camera's pictures differ: a sensor has noise
_USUAL = 6.0  # times the longest pause that this camera has made: some give each picture twice
_REOPEN_S = 3.0  # a camera that stands still for so long is opened again


class Sight:
    """Looks at every frame of one opened live camera. One thread owns it."""

    def __init__(self) -> None:
        self._last: NDArray[np.uint8] | None = None
        self._bright_at = self._changed_at = float("nan")
        self._different = 0
        self._longest_s = 0.0

    def look(self, frame: Frame) -> None:
        """Raises CameraError while the camera shows nothing, and CameraLostError where opening it again may help."""
        at = frame.captured_at
        sample = frame.pixels[:: max(1, frame.height // _ROWS)]
        if self._last is None or sample.shape != self._last.shape:
            self._last, self._changed_at, self._bright_at = sample.copy(), at, at
            return
        if int(sample[:, :: max(1, frame.width // _COLUMNS)].max()) >= _DARKEST:
            self._bright_at = at
        still_s = at - self._changed_at
        allowed_s = max(PATIENCE_S, _USUAL * self._longest_s)
        if not np.array_equal(sample, self._last):
            if still_s < allowed_s:
                self._longest_s = max(self._longest_s, still_s if self._different < _LEARNED else 0.0)
            self._different += 1
            self._last, self._changed_at = sample.copy(), at
        elif self._different >= _LEARNED and still_s > allowed_s:
            if still_s > _REOPEN_S:
                raise CameraLostError("the camera gives the same picture again and again")
            raise CameraError("the camera gives the same picture again and again", CameraLostError.hint)
        if at - self._bright_at > PATIENCE_S:
            raise CameraError("the camera's picture is black: is its shutter closed?", "Open the shutter before the lens.")
