"""Steadies the mask over time without trailing behind the person."""

from __future__ import annotations

from vbg.frame import Frame, Mask
from vbg.kernels import temporal

GAP_S = 0.5
"""Frames further apart than this have nothing to do with each other: the camera was away or the file was sought in."""


class Smoother:
    """MediaPipe's uncertainty-weighted blend with the mask before. One thread owns it.

    ratio: 0 (every mask for itself) .. 1 (an unsure pixel keeps its value).
    """

    def __init__(self, ratio: float = 0.9) -> None:
        self._ratio = ratio
        self._before: Mask | None = None
        self._at = 0.0

    def smooth(self, mask: Mask, frame: Frame) -> Mask:
        """The steadied mask of `frame`, (h, w) float32. Starts afresh after a gap, a step back or a new size."""
        before, apart = self._before, frame.captured_at - self._at
        if before is None or before.shape != mask.shape or not 0 <= apart <= GAP_S:
            steady = mask
        else:
            steady = temporal.blend_uncertain(mask, before, self._ratio)
        self._before, self._at = steady, frame.captured_at
        return steady

    def reset(self) -> None:
        """Forget all earlier masks."""
        self._before = None
