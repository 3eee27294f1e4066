"""Notices that the machine slept: cameras are reset then, and what was known of the picture is old."""

from __future__ import annotations

import sys
import time

_NAP_S = 1.0


class Wake:
    """Compares the clock that stands still while the machine sleeps with the one that does not. One thread owns it."""

    def __init__(self) -> None:
        self._apart_s = asleep_s()

    def slept(self) -> bool:
        """Whether the machine slept since the last call."""
        before, self._apart_s = self._apart_s, asleep_s()
        return self._apart_s - before > _NAP_S


def asleep_s() -> float:
    """Seconds that this machine has slept since it was started; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
