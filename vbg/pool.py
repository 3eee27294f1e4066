"""Frame-sized buffers, used again as soon as nobody looks at them.

A fresh 720p buffer costs about 700 page faults, more than the blend that fills it. A buffer that a preview or a file
still holds has references beside the pool's own, so it is left alone and another one is handed out.
"""

from __future__ import annotations

import sys

import numpy as np

from vbg.frame import Pixels

_IDLE_REFERENCES = 3  # the pool's list, the loop variable, getrefcount's own argument


class Pool:
    """Hands out (height, width, 3) uint8 buffers with undefined content. One thread owns it."""

    def __init__(self) -> None:
        self._buffers: list[Pixels] = []

    def take(self, height: int, width: int) -> Pixels:
        if self._buffers and self._buffers[0].shape != (height, width, 3):
            self._buffers.clear()
        for buffer in self._buffers:
            if sys.getrefcount(buffer) <= _IDLE_REFERENCES:
                return buffer
        self._buffers.append(np.empty((height, width, 3), np.uint8))
        return self._buffers[-1]

    def __len__(self) -> int:
        return len(self._buffers)
