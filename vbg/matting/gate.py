"""Notices that the picture stands still, so that the matte made a moment ago can be used again.

A person who listens hardly moves. A frame that differs from the one the matte was made of by sensor noise alone has the same
matte, and everything that makes one (the network above all) can be left out.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask
from vbg.kernels import blocks

_FINE = 360  # lines of the picture that is looked at, at least: the crop is read from the same one
_BLOCKS = 22  # blocks from top to bottom: 32 pixels each at 720p
_MOVED = 0.8  # levels by which the mean of a block changes when an edge of medium contrast moves by a third of a pixel
_MOVED_INSIDE = 6.0  # the same where the block and its neighbours are surely person: a face that talks has no edge of the matte
_NOISE_FACTOR, _NOISE_MOST = 7.5, 2.5  # a block moved above so many medians of the change (5 sigma), or above this
_SETTLE = 6  # still frames before anything is left out: smoothing and plate come to rest meanwhile
_HOLD_S = 2.0  # a matte is made anew after so long, whatever the picture does
_AROUND = np.ones((3, 3), np.uint8)
_GAP_S = 0.5  # frames further apart than this have nothing to do with each other


class Gate:
    """Compares each frame with the one that the last matte was made of. One thread owns it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all earlier frames."""
        self._reference: NDArray[np.float32] | None = None
        self._limits: NDArray[np.float32] | None = None
        self._mask: Mask | None = None
        self._noise = 0.0
        self._still = 0
        self._made_at = self._seen_at = 0.0
        self._now: NDArray[np.float32] | None = None

    def still(self, frame: Frame) -> bool:
        """Whether the last matte holds for `frame` too. Where it does not, `made` must follow."""
        apart, self._seen_at = frame.captured_at - self._seen_at, frame.captured_at
        pixels, divisor = frame.coarser(frame.height / _FINE)
        side = max(4, len(pixels) // _BLOCKS)
        if min(pixels.shape[:2]) < side:
            return False
        now = self._now = blocks.means(pixels, side, 2 if divisor == 1 and side >= 16 else 1)
        reference = self._reference
        if reference is None or reference.shape != now.shape or not 0 <= apart <= _GAP_S:
            self._still = 0
            return False
        change = np.abs(now - reference)
        usual = _median(change)
        self._noise += 0.2 * (min(usual, _MOVED) - self._noise)
        allowed = min(max(_MOVED, _NOISE_FACTOR * self._noise), _NOISE_MOST)
        if self._moved(change, allowed):
            self._still = 0
            return False
        self._still += 1
        return self._still > _SETTLE and 0 <= frame.captured_at - self._made_at < _HOLD_S

    def made(self, frame: Frame, mask: Mask) -> None:
        """The matte of `frame`, the last one that `still` was asked about, was made; `mask` is its mask."""
        self._made_at = frame.captured_at
        if self._now is None:
            return
        self._reference, self._mask, self._limits = self._now, mask, None

    def _moved(self, change: NDArray[np.float32], allowed: float) -> bool:
        """Whether any block changed by more than it may. What the mask says is asked for only where it decides."""
        most = float(change.max())
        if most <= allowed:
            return False
        if most > allowed * _MOVED_INSIDE / _MOVED:
            return True
        if self._limits is None:
            assert self._mask is not None
            self._limits = _limits(self._mask, *change.shape)
        return bool((change > allowed * self._limits).any())


def _limits(mask: Mask, rows: int, cols: int) -> NDArray[np.float32]:
    """(rows, cols): what a block may change by, in units of the usual limit: more where only person is around."""
    least = np.asarray(cv2.erode(mask, _AROUND), np.float32)
    if least.shape[0] >= rows and least.shape[1] >= cols:
        sure = blocks.planar_means(least, rows, cols)
    else:
        sure = np.asarray(cv2.resize(least, (cols, rows), interpolation=cv2.INTER_AREA), np.float32)
    deep = np.asarray(cv2.erode((sure > 0.99).astype(np.float32), _AROUND), np.float32)
    return deep * np.float32(_MOVED_INSIDE / _MOVED - 1) + np.float32(1)


def _median(values: NDArray[np.float32]) -> float:
    """What `np.median` gives, in a third of its time."""
    middle = values.size // 2
    if values.size % 2:
        return float(np.partition(values.ravel(), middle)[middle])
    low, high = np.partition(values.ravel(), (middle - 1, middle))[middle - 1 : middle + 1]
    return (float(low) + float(high)) / 2
