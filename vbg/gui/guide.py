"""Guides the user, who stands metres away, through the capture of the empty room."""

from __future__ import annotations

import time

from vbg.gui.pages import OutlinePage
from vbg.gui.preview import PreviewView
from vbg.gui.tr import heard, tr
from vbg.status import Phase, Status

_RESULT_S = 6.0  # long enough to be read on the way back


class Guide:
    """Lays over the preview what is to be done, how long still, and how it ended; the outline's page keeps how it ended."""

    def __init__(self, preview: PreviewView, page: OutlinePage) -> None:
        self._preview, self._page = preview, page
        self._capturing = False
        self._shown_until = 0.0

    def tell(self, status: Status, mark: str) -> None:
        """mark: what is known of the room, in a few words."""
        room, now = status.room, time.monotonic()
        said = heard(room.said)
        if self._capturing and not room.capturing:
            self._shown_until = now + _RESULT_S
        self._capturing = room.capturing
        shows = room.capturing or now < self._shown_until
        if room.left_s:
            self._preview.guide(f"{room.left_s}", tr("Stay out of the picture"))
        else:
            self._preview.guide("", said if shows else "")
        self._page.tell_room(mark if room.dropped and not room.capturing else said, status.phase is Phase.RUNNING, room.capturing)
