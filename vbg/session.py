"""A session: camera -> pipeline -> outputs, run here or on a thread, watched and changed from anywhere."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import replace

from vbg.frame import Frame
from vbg.loop import Loop
from vbg.settings import Look, Setup
from vbg.slot import Cell
from vbg.status import Phase, Status
from vbg.tap import Tap


class Session:
    """STARTING -> RUNNING <-> COVERED | IDLE -> ENDED | FAILED. Runs once.

    `run` blocks (command line, files); `start` runs it on a thread (window). `look` and `setup` may be changed from any
    thread while it runs: the next frame sees all of a change or none of it. A changed `Setup` reopens just the part that
    changed; an output that is open stays open, unless its size changes.
    """

    def __init__(self, setup: Setup, look: Look | Cell[Look], seconds: float = 0.0, tap: Tap | None = None) -> None:
        """look: or the cell that it stands in, where several sessions in turn follow one. seconds: end after so much picture;
        0 goes on until the source ends or `stop`. tap: shows how frames are made."""
        self.setup = Cell(setup)
        self.look = look if isinstance(look, Cell) else Cell(look)
        self._limit_s = seconds
        self._tap = tap
        self._status = Cell(Status())
        self._stop = threading.Event()
        self._stopped_at = 0.0
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None
        self._loop: Loop | None = None

    def status(self) -> Status:
        """What it is doing now."""
        return self._status.get()

    def shown(self) -> Frame | None:
        """The covered picture that went out last; None while a card goes out, or the room since the user chose so."""
        return self._loop.shown if self._loop is not None else None

    def start(self) -> None:
        """Run on a thread; `wait` raises what `run` would have raised."""
        self._thread = threading.Thread(target=self._run_quietly, name="vbg-session")
        self._thread.start()

    def stop(self) -> None:
        """Ask for the end; any thread may."""
        if not self._stop.is_set():
            self._stopped_at = time.monotonic()
        self._stop.set()

    def overdue(self, patience_s: float) -> bool:
        """Whether it was asked to stop so long ago and still runs: something hangs."""
        return self._stop.is_set() and time.monotonic() - self._stopped_at > patience_s

    def wait(self, timeout_s: float | None = None) -> Status:
        """Wait for the thread's end. Raises its error, or TimeoutError."""
        assert self._thread is not None, "start() comes first"
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            raise TimeoutError("the session did not end in time")
        if self._error is not None:
            raise self._error
        return self.status()

    def abandon(self) -> None:
        """Close the outputs from here, so that files are whole: the session's thread hangs and was stopped in vain. The
        process must end after this."""
        if self._loop is not None:
            self._loop.outputs.abandon()

    def run(self) -> Status:
        """Open everything, go on until the end, close everything. Raises VbgError where it cannot start or go on."""
        try:
            with ExitStack() as stack:
                self._loop = Loop(self.setup, self.look, self._stop, self._limit_s, self._status.set, stack, self._tap)
                self._loop.run()
        except BaseException as e:
            fault = str(e)
            self._status.update(lambda status: replace(status, phase=Phase.FAILED, fault=fault))
            raise
        return self._status.update(lambda status: replace(status, phase=Phase.ENDED, fault=""))

    def _run_quietly(self) -> None:
        try:
            self.run()
        except BaseException as e:  # carried to the thread that waits
            self._error = e
