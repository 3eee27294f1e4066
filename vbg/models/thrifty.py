"""A model that is asked for less: every second mask is carried over from the one before by the picture's own motion."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask
from vbg.models import Engine, Keyed, Segmenter, keyed

_FLOW = (160, 90)  # pixels at which motion is measured: a person moves as a whole
_GAP_S = 0.25  # frames further apart than this are asked for anew


class Thrifty:
    """`segmenter`, asked only so often. See `Segmenter`; closes what it is given.

    A mask that is not asked for is the last one, moved as the picture moved since (dense inverse search, Kroeger et al.
    2016, arXiv:1603.03590), so it belongs to its own frame like any other.
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._every, self._small = 1, False
        self._flow: cv2.DISOpticalFlow | None = None
        self._last: Mask | None = None
        self._gray: NDArray[np.uint8] | None = None
        self._shape: tuple[int, ...] = ()
        self._at, self._turn = float("-inf"), 0
        self._forget()

    @property
    def engines(self) -> tuple[Engine, ...]:
        return self._segmenter.engines

    @property
    def keyed(self) -> Keyed | None:
        return keyed(self._segmenter)

    def spare(self, on: bool) -> None:
        self._segmenter.spare(on)

    def thrift(self, every: int, small: bool) -> None:
        """every: one mask in so many is asked for. small: masks of half the width and height, so all that is made of them
        costs a quarter."""
        if (every, small) != (self._every, self._small):
            self._every, self._small = every, small
            self._forget()

    def mask(self, frame: Frame, room: Mask | None = None) -> Mask:
        if self._every == 1 or self.keyed is not None:  # a keyer's matte cannot be carried over
            return self._sized(self._segmenter.mask(frame, room))
        last, before = self._last, self._gray
        near = last is not None and 0 <= frame.captured_at - self._at <= _GAP_S and frame.pixels.shape == self._shape
        if near and last is not None and before is not None and self._turn % self._every:
            gray = _gray(frame, last)
            mask = self._carried(last, before, gray)
        else:
            mask, self._turn = self._sized(self._segmenter.mask(frame, room)), 0
            gray = _gray(frame, mask)
        self._turn += 1
        self._last, self._gray, self._at, self._shape = mask, gray, frame.captured_at, frame.pixels.shape
        return mask.copy()

    def reset(self) -> None:
        self._forget()
        self._segmenter.reset()

    def close(self) -> None:
        self._segmenter.close()

    def _forget(self) -> None:
        self._last = self._gray = None
        self._at, self._turn = float("-inf"), 0

    def _sized(self, mask: Mask) -> Mask:
        h, w = mask.shape
        if not self._small or mask.ndim != 2 or min(h, w) < 4:
            return mask
        return np.asarray(cv2.resize(mask, (w // 2, h // 2), interpolation=cv2.INTER_AREA), np.float32)

    def _carried(self, mask: Mask, before: NDArray[np.uint8], now: NDArray[np.uint8]) -> Mask:
        """`mask` of the picture `before`, moved to where things are `now`."""
        if self._flow is None:
            self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        flow = np.asarray(self._flow.calc(now, before, None), np.float32)  # type: ignore[call-overload]
        h, w = mask.shape
        flow = np.asarray(cv2.resize(flow, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)
        x = flow[:, :, 0] * np.float32(w / _FLOW[0]) + np.arange(w, dtype=np.float32)
        y = flow[:, :, 1] * np.float32(h / _FLOW[1]) + np.arange(h, dtype=np.float32)[:, None]
        return np.asarray(cv2.remap(mask, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _gray(frame: Frame, mask: Mask) -> NDArray[np.uint8]:
    """By way of the mask's size: the frame is reduced to that anyway."""
    small = cv2.resize(frame.reduced(mask.shape[1], mask.shape[0]), _FLOW, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
