"""Who reads a virtual camera: so that the real one is open only while somebody looks.

v4l2loopback from 0.13 on tells by an event how many programs stream from it. 0.12 (Debian 12) tells nothing: there inotify
sees every opening and closing of the device, and /proc who has it open.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import time
from typing import Protocol

from vbg import v4l2

_OPENED, _CLOSED = 0x20, 0x08 | 0x10  # IN_OPEN, IN_CLOSE_WRITE | IN_CLOSE_NOWRITE
_EVENT = struct.Struct("iIII")  # inotify_event: watch, mask, cookie, length of the name that follows
_PROBE_S = 0.15  # a program that lists cameras opens each one for a moment
_RESCAN_S = 20.0  # an event may be lost; a scan of /proc costs milliseconds

CANNOT_TELL = "This system does not tell whether a program reads the virtual camera: the camera stays on."


class Audience(Protocol):
    """note: a sentence for the user where nobody can tell."""

    note: str

    def present(self) -> bool:
        """Whether a program reads; True where that cannot be known. Cheap enough to ask many times a second."""

    def close(self) -> None: ...


def audience_of(path: str) -> Audience:
    """Of the virtual camera at `path`, that this process feeds."""
    if sys.platform == "linux":
        for kind in (_Told, _Seen):
            try:
                return kind(path)
            except OSError:
                continue
    return _Unknown()


class _Unknown:
    note = CANNOT_TELL

    def present(self) -> bool:
        return True

    def close(self) -> None:
        pass


class _Told:
    """The driver says how many stream. Raises OSError where it does not know the event."""

    note = ""

    def __init__(self, path: str) -> None:
        self._usage = v4l2.Usage(path)

    def present(self) -> bool:
        return self._usage.clients() > 0

    def close(self) -> None:
        self._usage.close()


class _Seen:
    """Looks who has the device open whenever somebody opened or closed it. Raises OSError where inotify is not to be had.

    Openings and closings cannot be counted: the kernel makes one event of two that are alike. A program whose files the
    system hides is there from an opening that no closing follows until the next closing.
    """

    note = ""

    def __init__(self, path: str) -> None:
        self._path = path
        libc = ctypes.CDLL(None, use_errno=True)
        self._fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._fd < 0 or libc.inotify_add_watch(self._fd, os.fsencode(path), _OPENED | _CLOSED) < 0:
            code = ctypes.get_errno()
            if self._fd >= 0:
                os.close(self._fd)
            raise OSError(code, os.strerror(code))
        self._hidden = self._there = False
        self._look_at = 0.0

    def present(self) -> bool:
        now = time.monotonic()
        opened, closed = self._happened()
        if opened or closed:
            self._hidden = opened and not closed
            self._look_at = now + _PROBE_S
        if now >= self._look_at:
            self._there = bool(v4l2.holders(self._path)) or self._hidden
            self._look_at = now + _RESCAN_S
        return self._there

    def close(self) -> None:
        os.close(self._fd)

    def _happened(self) -> tuple[bool, bool]:
        """Whether somebody opened, and whether somebody closed the device since the last call."""
        try:
            said = os.read(self._fd, 65536)
        except BlockingIOError:
            return False, False
        at = masks = 0
        while at < len(said):
            _, mask, _, length = _EVENT.unpack_from(said, at)
            at += _EVENT.size + length
            masks |= mask
        return bool(masks & _OPENED), bool(masks & _CLOSED)
