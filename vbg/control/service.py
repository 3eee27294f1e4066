"""The thread on which other programs are served."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading

from vbg.control.server import Server
from vbg.control.steering import Steering
from vbg.errors import VbgError

log = logging.getLogger(__name__)

_CLOSE_S = 2.0


class Service:
    """Serves until `close`. It is no part of the picture: where it cannot start, vbg goes on without it, and `problem` says so.

    Windows has no such sockets in Python: there nothing is served yet.
    """

    def __init__(self, steering: Steering) -> None:
        self.problem = ""
        self._steering = steering
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: asyncio.Event | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vbg-control", daemon=True)
        if sys.platform == "win32":
            self.problem = "on Windows vbg cannot be steered by other programs yet"
            return
        self._thread.start()

    def close(self) -> None:
        """End the thread, and wait for it, but not for ever."""
        if not self._thread.is_alive():
            return
        self._ready.wait(_CLOSE_S)
        if self._loop is not None and self._done is not None:
            self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(_CLOSE_S)

    def wait(self) -> str:
        """Wait until it serves; returns `problem`."""
        if self._thread.is_alive():
            self._ready.wait(_CLOSE_S)
        return self.problem

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as e:  # the picture must go on
            self.problem = f"{e}"
            log.warning("vbg cannot be steered by other programs: %s", e, exc_info=not isinstance(e, VbgError))
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        server = Server(self._steering)
        try:
            await server.open()
            self._ready.set()
            await self._done.wait()
        finally:
            await server.close()
