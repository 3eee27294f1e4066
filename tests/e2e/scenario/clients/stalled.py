"""A program that asks a camera for pictures and then never takes one: it hangs, or was stopped in a debugger."""

from __future__ import annotations

import fcntl
import mmap
import os
import select
import struct
from types import TracebackType

_REQBUFS, _QUERYBUF, _QBUF, _STREAMON = 0xC0145608, 0xC0585609, 0xC058560F, 0x40045612  # VIDIOC_..., linux/videodev2.h, 64 bit
_CAPTURE, _MMAP = 1, 1  # V4L2_BUF_TYPE_VIDEO_CAPTURE, V4L2_MEMORY_MMAP
_BUFFERS = 2
_BUFFER = "IIIII4x16x16xIIQIII4x"  # struct v4l2_buffer: index, type, ..., memory, offset, length, ...


class Stalled:
    """Streams from the device at `path`, as far as the driver knows, until the context ends."""

    def __init__(self, path: str) -> None:
        self._device = os.open(path, os.O_RDWR)
        self._maps: list[mmap.mmap] = []
        asked = bytearray(struct.pack("5I", _BUFFERS, _CAPTURE, _MMAP, 0, 0))
        fcntl.ioctl(self._device, _REQBUFS, asked)
        for index in range(struct.unpack_from("I", asked)[0]):
            buffer = bytearray(struct.pack(_BUFFER, index, _CAPTURE, 0, 0, 0, 0, _MMAP, 0, 0, 0, 0))
            fcntl.ioctl(self._device, _QUERYBUF, buffer)
            *_, offset, length, _, _ = struct.unpack(_BUFFER, buffer)
            self._maps.append(mmap.mmap(self._device, length, offset=offset))
            fcntl.ioctl(self._device, _QBUF, buffer)
        fcntl.ioctl(self._device, _STREAMON, struct.pack("i", _CAPTURE))

    def waited_for(self, limit_s: float) -> bool:
        """Whether pictures lie ready for it, which it does not take."""
        poll = select.poll()
        poll.register(self._device, select.POLLIN)
        return any(events & select.POLLIN for _, events in poll.poll(1000 * limit_s))

    def __enter__(self) -> Stalled:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for one in self._maps:
            one.close()
        os.close(self._device)
