"""Whoever watches live never waits long for a picture: the card goes out even while the session's own thread hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable

from vbg.outputs import Outputs

LIMIT_S = 0.7
"""A live output that got nothing for so long gets the card."""

SLOW = 4.0
"""Times the usual time of a frame: where that is more than LIMIT_S, the machine is slow and nothing hangs."""

_LOOK_S = 0.15


class Guard:
    """Looks after `outputs` on a thread of its own, which runs no kernel and opens and closes nothing: it sends cards.

    doing: tells what the session's thread is at, as the card's title and line; called on the guard's thread.
    usual_s: how long a frame takes now.
    """

    def __init__(self, outputs: Outputs, doing: Callable[[], tuple[str, str]]) -> None:
        self.usual_s = 0.0
        self._outputs, self._doing = outputs, doing
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="vbg-guard", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread, and wait for it: from here on nobody but the owner sends."""
        self._done.set()
        self._thread.join(LIMIT_S)

    def _watch(self) -> None:
        while not self._done.wait(_LOOK_S):
            if self._outputs.overdue(max(LIMIT_S, SLOW * self.usual_s)):
                self._outputs.cover(*self._doing())
