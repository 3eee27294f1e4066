"""Asks Linux about its video devices: names, what they can do, formats, who holds one open.

Plain ioctls of the kernel's documented interface (linux/videodev2.h, struct sizes of 64-bit systems); nothing is changed,
except by `unstick`. On other systems there are no devices here.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_QUERYCAP = 0x80685600
_ENUM_FMT = 0xC0405602
_ENUM_FRAMESIZES = 0xC02C564A
_ENUM_FRAMEINTERVALS = 0xC034564B
_STREAMON = 0x40045612
_SUBSCRIBE_EVENT = 0x4020565A
_DQEVENT = 0x80885659
_CLIENT_USAGE = 0x10E00001  # V4L2_EVENT_PRIVATE_START + 0x08E00000 + 1: v4l2loopback's own, from 0.13 on
_SEND_INITIAL = 1
_CAPTURE, _OUTPUT = 1, 2  # buffer types; the capability bits of the same meaning are 0x1 and 0x2
_DISCRETE = 1


@dataclass(frozen=True, slots=True)
class Device:
    """One /dev/video node. `captures`: frames can be read from it; `loopback`: it is a v4l2loopback virtual camera."""

    path: str
    name: str
    driver: str
    bus: str
    captures: bool
    loopback: bool

    @property
    def number(self) -> int:
        digits = self.path.removeprefix("/dev/video")
        return int(digits) if digits.isdigit() else -1


@dataclass(frozen=True, slots=True)
class Mode:
    """A picture format that a device offers: FOURCC, pixels, frames per second."""

    fourcc: str
    width: int
    height: int
    fps: float


def devices() -> list[Device]:
    """All video devices, by number. A node that may not be opened is left out."""
    nodes = sorted(Path("/dev").glob("video[0-9]*"), key=lambda node: int(node.name[5:]) if node.name[5:].isdigit() else 0)
    found = (device(str(node)) for node in nodes)
    return [one for one in found if one is not None]


def device(path: str) -> Device | None:
    """The device at `path`; None where there is none or it may not be opened."""
    try:
        with _Node(path) as fd:
            answer = fd.ioctl(_QUERYCAP, bytes(104))
    except OSError:
        return None
    driver, card, bus = (_text(answer[a:b]) for a, b in ((0, 16), (16, 48), (48, 80)))
    capabilities, own = struct.unpack_from("II", answer, 84)
    if capabilities & 0x80000000:  # the node's own capabilities are told apart from the whole device's
        capabilities = own
    return Device(path, card, driver, bus, bool(capabilities & _CAPTURE), driver == "v4l2 loopback")


def modes(path: str) -> list[Mode]:
    """The discrete capture modes that the device at `path` offers; empty where it cannot say."""
    try:
        with _Node(path) as fd:
            return list(_modes(fd))
    except OSError:
        return []


def holders(path: str) -> list[str]:
    """The programs that have `path` open, as "name (pid)". Only those that this user may look into."""
    path, found = os.path.realpath(path), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            links = (str(fd.readlink()) for fd in (process / "fd").iterdir())
            if int(process.name) != os.getpid() and any(link == path for link in links):
                found.append(f"{(process / 'comm').read_text().strip()} ({process.name})")
        except OSError:
            continue
    return found


def unstick(path: str) -> None:
    """Mend the state that v4l2loopback 0.12.7 with exclusive_caps=1 is left in by a producer that used write().

    After the first such producer closed, the device is neither capture nor output and the next one is refused. Whoever
    called STREAMON(OUTPUT) gives the output side back on close, so be that for a moment. Harmless elsewhere.
    """
    try:
        with _Node(path, os.O_RDWR) as fd:
            fd.ioctl(_STREAMON, struct.pack("i", _OUTPUT))
    except OSError:
        pass  # EINVAL is usual and does not matter: the opener already counts as a writer


class Usage:
    """How many programs stream from a v4l2loopback device. Raises OSError where its driver does not tell (before 0.13)."""

    def __init__(self, path: str) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._clients = 0
        try:
            self._ioctl(_SUBSCRIBE_EVENT, struct.pack("8I", _CLIENT_USAGE, 0, _SEND_INITIAL, *[0] * 5))
        except OSError:
            os.close(self._fd)
            raise

    def clients(self) -> int:
        """As the driver said last."""
        try:
            while True:
                kind, count = struct.unpack_from("I4xI", self._ioctl(_DQEVENT, bytes(136)))
                if kind == _CLIENT_USAGE:
                    self._clients = count
        except OSError:  # nothing new
            return self._clients

    def close(self) -> None:
        os.close(self._fd)

    def _ioctl(self, request: int, argument: bytes) -> bytes:
        import fcntl

        return fcntl.ioctl(self._fd, request, argument)


class _Node:
    """A file descriptor with ioctl, closed on leaving the block."""

    def __init__(self, path: str, flags: int = os.O_RDONLY) -> None:
        self._path, self._flags = path, flags

    def __enter__(self) -> _Node:
        self._fd = os.open(self._path, self._flags | os.O_NONBLOCK | os.O_CLOEXEC)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    def ioctl(self, request: int, argument: bytes) -> bytes:
        import fcntl

        return fcntl.ioctl(self._fd, request, argument)


def _modes(fd: _Node) -> Iterator[Mode]:
    for answer in _listed(fd, _ENUM_FMT, struct.Struct("I60s"), struct.pack("I56x", _CAPTURE)):
        code = answer[44:48]
        for size in _listed(fd, _ENUM_FRAMESIZES, struct.Struct("I40s"), code + bytes(36)):
            kind, width, height = struct.unpack_from("III", size, 8)
            if kind != _DISCRETE:
                continue
            asked = code + struct.pack("II", width, height) + bytes(36)
            for rate in _listed(fd, _ENUM_FRAMEINTERVALS, struct.Struct("I48s"), asked):
                kind, numerator, denominator = struct.unpack_from("III", rate, 16)
                if kind == _DISCRETE and numerator:
                    yield Mode(code.decode("latin-1"), width, height, denominator / numerator)


def _listed(fd: _Node, request: int, form: struct.Struct, asked: bytes) -> Iterator[bytes]:
    """The answers to index 0, 1, … of what is asked, until the driver says that there are no more."""
    for index in range(256):
        try:
            yield fd.ioctl(request, form.pack(index, asked))
        except OSError:
            return


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode(errors="replace")
