"""Speaks to a running vbg. Light: a key that is bound to `vbg ctl` shall act at once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vbg.control import wire
from vbg.errors import OutputError, VbgError

_PATIENCE_S = 20.0
_MOST = 1024 * 1024  # bytes of one answer


class Client:
    """One connection. Raises OutputError where vbg cannot be reached or does not answer."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_PATIENCE_S)
        self._rest = b""
        try:
            self._socket.connect(str(path))
        except OSError as e:
            self._socket.close()
            raise OutputError(f"vbg cannot be reached at {path}: {e.strerror}", "Start it again.") from e

    def ask(self, do: str, **values: Any) -> dict[str, Any]:
        """The answer. Raises VbgError with what vbg says where it refuses."""
        try:
            self._socket.sendall(wire.asked(do, **values))
        except OSError as e:
            raise _silent() from e
        answer = self._line()
        if not answer.get("ok"):
            raise VbgError(f"{answer.get('error', 'vbg refused')}", f"{answer.get('hint', '')}")
        return answer

    def events(self) -> Iterator[dict[str, Any]]:
        """What happens after `ask("watch")`, until vbg ends."""
        self._socket.settimeout(None)
        while True:
            try:
                yield self._line()
            except OutputError:
                return

    def close(self) -> None:
        self._socket.close()

    def _line(self) -> dict[str, Any]:
        while b"\n" not in self._rest:
            try:
                got = self._socket.recv(65536)
            except OSError as e:
                raise _silent() from e
            if not got or len(self._rest) > _MOST:
                raise _silent()
            self._rest += got
        line, _, self._rest = self._rest.partition(b"\n")
        return wire.decoded(line)


def _silent() -> OutputError:
    return OutputError("vbg does not answer", "It may have ended just now; start it again.")
