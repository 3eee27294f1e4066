"""The clean plate on request: the user steps out of the picture, and the empty room is learned in three seconds."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask
from vbg.kernels import temporal

LEARN_S, GIVE_UP_S = 3.0, 30.0
"""So long the empty room is looked at; so long it is waited for."""

_SOMEBODY = 0.003
"""Part of the picture that is surely person: the user is still there."""

_MOVES, _LEVELS = 0.01, 40.0
"""Part of the picture that changes by more than so many levels, summed over three channels: somebody walks, a screen plays."""

STEP_OUT = "Step out of the picture: the room is learned as soon as nobody is in it."
STAY = "Stay out of the picture: {left_s} …"
FAILED = "The room was not learned: somebody, or something that moves, stayed in the picture."
DONE = "The room is learned: come back."


class Capture:
    """Waits for an empty picture that stands still, and says for how long it has been one. One thread owns it.

    running: everything is covered meanwhile. first: the last frame was the first one of an empty picture. said: what the user
    shall do, or how it ended; empty until it is asked for. left_s: whole seconds to go while the picture is empty, else 0.
    """

    def __init__(self, served: int = 0) -> None:
        """served: as many requests are known already."""
        self.running = self.first = False
        self.said, self.left_s = "", 0
        self._asked = served
        self._began_at = self._empty_since = 0.0
        self._was_empty = False
        self._last: NDArray[np.float32] | None = None

    def ask(self, count: int, at: float) -> bool:
        """Begin where the user has asked since the last call: `count` is how often they have. at: seconds. Says whether."""
        if count == self._asked:
            return False
        self._asked, self.running, self.said, self.left_s = count, True, STEP_OUT, 0
        self._began_at = self._empty_since = at
        self._last, self._was_empty = None, False
        return True

    def empty(self, mask: Mask, frame: Frame) -> bool:
        """Whether `frame`, of which the model says `mask`, shows the empty room at rest: it may be learned. Ends after LEARN_S of
        that, and after GIVE_UP_S without."""
        at = frame.captured_at
        small = frame.reduced(mask.shape[1], mask.shape[0])
        last, self._last = self._last, small.astype(np.float32)
        moves = last is None or last.shape != small.shape or float((temporal.apart(small, last) > _LEVELS).mean()) > _MOVES
        if moves or float((mask > 0.5).mean()) > _SOMEBODY:
            self._empty_since, self.said, self.left_s, self._was_empty = at, STEP_OUT, 0, False
            if at - self._began_at > GIVE_UP_S:
                self.running, self.said = False, FAILED
            return False
        self.first, self._was_empty = not self._was_empty, True
        left = LEARN_S - (at - self._empty_since)
        if left <= 0:
            self.running, self.said, self.left_s = False, DONE, 0
        else:
            self.left_s = math.ceil(left)
            self.said = STAY.format(left_s=self.left_s)
        return True
