"""The thread on which other programs are served."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from typing import TYPE_CHECKING

from vbg.control import rules
from vbg.control.keeper import Keeper
from vbg.control.server import Server
from vbg.control.steering import Steering
from vbg.errors import VbgError
from vbg.status import Phase

if TYPE_CHECKING:
    from vbg.control.shortcuts import Shortcuts

log = logging.getLogger(__name__)

_CLOSE_S = 2.0
_SETTLE_S = 0.3


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
            log.exception("vbg cannot be steered by other programs")
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        others = [asyncio.create_task(Keeper(self._steering, rules.path()).keep()), asyncio.create_task(self._on_the_bus())]
        server = Server(self._steering)
        try:
            try:
                await server.open()
            except VbgError as e:  # the rules and the bus go on
                self._say(e)
            self._ready.set()
            await self._done.wait()
        finally:
            for one in others:
                one.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await server.close()

    async def _on_the_bus(self) -> None:
        """Later than all else: its library takes a while to load, and the first picture comes first."""
        while self._steering.status().phase is Phase.STARTING:
            await asyncio.sleep(_SETTLE_S)
        try:
            from vbg.control import bus, shortcuts
        except ImportError:  # not on this system
            return
        connection = await bus.connect()
        if connection is None:
            return
        try:
            keys = asyncio.create_task(self._keys(shortcuts.Shortcuts(self._steering, connection)))
            try:
                await bus.serve(self._steering, connection)
            finally:
                keys.cancel()
                await asyncio.gather(keys, return_exceptions=True)
        except Exception as e:  # whatever the library raises: all else goes on
            log.warning("vbg is not on the session's bus any more: %s", e)
        finally:
            connection.disconnect()

    async def _keys(self, shortcuts: Shortcuts) -> None:
        """Ask for keys while the user wants them."""
        wanted = False
        while True:
            before, wanted = wanted, self._steering.setup.get().shortcuts
            try:
                if wanted and not before:
                    log.info("keys: %s", ", ".join(await shortcuts.bind()))
                elif before and not wanted:
                    await shortcuts.release()
            except shortcuts.Refused as e:
                log.warning("no keys that work everywhere (%s); bind `vbg ctl toggle` to a key in your desktop's settings", e)
            await asyncio.sleep(_SETTLE_S)

    def _say(self, why: VbgError) -> None:
        self.problem = f"{why}"
        log.warning("vbg cannot be steered by other programs: %s", why)
