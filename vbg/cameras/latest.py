"""Reads a live camera on a thread of its own, so that a slow pipeline skips frames instead of falling behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from vbg.cameras import CameraInfo, Source
from vbg.errors import CameraLostError
from vbg.frame import Frame
from vbg.slot import Slot

STUCK_S = 2.0
"""A camera that is open and gives nothing for so long has failed, whatever its driver says."""

_OPENING_S = 10.0
_CLOSING_S = 3.0


class Latest:
    """The newest frame of a source that is opened, read and closed on one thread of its own.

    opening -> reading -> ended | failed. A fault of the thread is raised by the next `take`, with its traceback.
    """

    def __init__(self, open_source: Callable[[], Source]) -> None:
        self._open_source = open_source
        self._slot: Slot[Frame] = Slot()
        self._stop = threading.Event()
        self._opened = threading.Event()
        self._info: CameraInfo | None = None
        self._fault: BaseException | None = None
        self._ended = False
        self._progress_at = time.monotonic()
        self._thread = threading.Thread(target=self._grab, name="vbg-camera", daemon=True)
        self._thread.start()

    @property
    def info(self) -> CameraInfo | None:
        """What was opened; None while it is still opening."""
        return self._info

    @property
    def dropped(self) -> int:
        return self._slot.dropped

    @property
    def ended(self) -> bool:
        return self._ended

    @property
    def failed(self) -> bool:
        """Whether opening or reading raised: nothing more will come."""
        return self._fault is not None

    @property
    def alive(self) -> bool:
        """Whether the source may still be open: after `stop`, until its driver lets go."""
        return self._thread.is_alive()

    def wait_open(self) -> CameraInfo:
        """Wait until the camera is open. Raises what its `open` raised, or CameraLostError where that never returns."""
        self._opened.wait(_OPENING_S)
        if self._info is not None:  # what failed after that is for `take` to say
            return self._info
        self._raise_fault()
        raise CameraLostError(f"the camera did not open within {_OPENING_S:g} s")

    def take(self, timeout_s: float) -> Frame | None:
        """The newest frame; None if none came within `timeout_s` or the source ended. Raises the thread's fault, or
        CameraLostError where the camera is stuck."""
        frame = self._slot.take(timeout_s)
        if frame is not None:
            return frame
        self._raise_fault()
        limit = STUCK_S if self._opened.is_set() else _OPENING_S
        if not self._ended and time.monotonic() - self._progress_at > limit:
            raise CameraLostError("the camera is stuck: it gives no pictures")
        return None

    def stop(self) -> None:
        """Ask the thread to close the source and end; does not wait. Nothing can be taken after that."""
        self._stop.set()
        self._fault = None  # it holds this by its stack: the source would stay, buffers and all, until a collection

    def close(self) -> None:
        """Stop, and wait. A driver that blocks inside a read is waited for, but not for ever."""
        self.stop()
        self._thread.join(_CLOSING_S)

    def _raise_fault(self) -> None:
        if self._fault is not None:
            raise self._fault

    def _fail(self, reason: Exception) -> None:
        """Carried to the thread that takes, if it still does."""
        if not self._stop.is_set():
            self._fault = reason

    def _grab(self) -> None:
        try:
            source = self._open_source()
        except Exception as e:
            self._fail(e)
            self._opened.set()
            return
        try:
            self._info = source.info
            self._progress_at = time.monotonic()
            self._opened.set()
            while not self._stop.is_set():
                frame = source.read()
                if frame is None:
                    self._ended = True
                    return
                self._progress_at = time.monotonic()
                self._slot.put(frame)
        except Exception as e:
            self._fail(e)
        finally:
            source.close()
