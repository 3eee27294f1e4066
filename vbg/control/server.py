"""The control socket: answers programs of this user, one line for one line."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import struct
import sys
from typing import Any

from vbg.control import place, wire
from vbg.control.acts import act
from vbg.control.steering import Steering
from vbg.control.told import changing, told
from vbg.errors import UsageError, VbgError

log = logging.getLogger(__name__)

_MOST_CLIENTS = 16
_UNREAD = 16 * 1024  # bytes of answers that a client may leave unread before it is asked to read first
_PATIENCE_S = 5.0  # for a client that reads nothing
_SILENCE_S = 60.0  # a client that asks nothing and watches nothing gives its place back
_BREATH_S = 0.002  # between two requests, of whomever: processor time belongs to the frames
_LOOK_S = 0.1  # between two looks at what is going on, while somebody watches


class Server:
    """Owned by the thread whose loop it runs in. What it holds for all clients together is bounded: a line and some answers
    for each, and no more than `_MOST_CLIENTS` of them."""

    def __init__(self, steering: Steering) -> None:
        self._steering = steering
        self._clients: set[asyncio.Task[Any]] = set()
        self._turn = asyncio.Lock()
        self._claim: place.Claim | None = None
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Raises OutputError where no socket can be had."""
        self._claim = claim = place.claim()
        listening = socket.socket(socket.AF_UNIX)
        try:
            listening.bind(str(claim.path))
            claim.path.chmod(0o600)  # before anybody can connect
            self._server = await asyncio.start_unix_server(self._welcome, sock=listening, limit=wire.LONGEST_LINE)
        except BaseException:
            listening.close()
            claim.release()
            self._claim = None
            raise

    async def close(self) -> None:
        """Say goodbye to everybody."""
        if self._server is not None:
            self._server.close()
        for client in list(self._clients):
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        if self._claim is not None:
            self._claim.release()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        try:
            if _user_of(writer.get_extra_info("socket")) != os.getuid():
                log.warning("another user asked to steer vbg and was sent away")
            elif len(self._clients) > _MOST_CLIENTS:
                writer.write(wire.refusal(None, UsageError("too many programs steer vbg at once", "Close one of them.")))
            else:
                writer.transport.set_write_buffer_limits(high=_UNREAD)
                await self._converse(reader, writer)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # it went away, or does not read; or the server closes
        finally:
            self._clients.discard(task)
            writer.close()
            if writer.transport.get_write_buffer_size() > _UNREAD:
                writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        watching: asyncio.Task[None] | None = None
        try:
            while True:
                try:
                    line = await asyncio.wait_for(reader.readline(), None if watching else _SILENCE_S)
                except ValueError:  # the stream's limit
                    writer.write(wire.refusal(None, UsageError(f"a message is longer than {wire.LONGEST_LINE} bytes", "")))
                    return
                if not line:
                    return
                if not line.strip():
                    continue
                async with self._turn:
                    answer, do = self._answered(line)
                    await asyncio.sleep(_BREATH_S)
                writer.write(answer)
                await asyncio.wait_for(writer.drain(), _PATIENCE_S)
                if do == "watch" and watching is None:
                    watching = asyncio.create_task(self._watch(writer))
        finally:
            if watching is not None:
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watching

    def _answered(self, line: bytes) -> tuple[bytes, str]:
        """The answer, and what was asked; empty where that was refused."""
        of: str | int | None = None
        try:
            with contextlib.suppress(UsageError):
                of = wire.id_of(wire.decoded(line))
            request = wire.request(line)
            act(request.do, request.values, self._steering)
            return wire.answer(of, status=told(self._steering)), request.do
        except VbgError as e:
            return wire.refusal(of, e), ""
        except Exception as e:  # a bug here must not end what others use
            log.exception("a request failed")
            return wire.refusal(of, VbgError(f"vbg failed at this: {e}")), ""

    async def _watch(self, writer: asyncio.StreamWriter) -> None:
        """Tell every change; a client that reads slowly gets the newest state when it has read the one before."""
        last: dict[str, Any] = {}
        while not writer.is_closing():
            now = changing(self._steering)
            if now != last and not writer.transport.get_write_buffer_size():
                last = now
                writer.write(wire.event(now))
            await asyncio.sleep(_LOOK_S)


def _user_of(client: Any) -> int:
    """The user whose program it is; -1 where the system does not tell."""
    try:
        if sys.platform == "linux":
            _, user, _ = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        else:  # macOS and the BSDs: struct xucred by LOCAL_PEERCRED
            _, user = struct.unpack_from("Ii", client.getsockopt(0, 1, 76))
    except (OSError, struct.error, AttributeError):
        return -1
    return int(user)
