"""A file that can still be finished when the disk is full: it keeps some room in reserve for its end."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_RESERVE = 4 << 20  # bytes: the index of hours of video, and what is under way when the disk is full
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Roomy:
    """A new file for writing, as PyAV wants one. One thread owns it. Raises OSError where there is no room from the start.

    When the disk is full, the reserve is given back, what was being written is written whole, and `full` is set: the writer
    should come to an end.
    """

    def __init__(self, path: Path) -> None:
        self.full = False
        self._file = path.open("w+b", buffering=0)
        self._reserve = path.with_name(path.name + ".room")
        try:
            with self._reserve.open("wb", buffering=0) as room:
                for _ in range(_RESERVE // 65536):  # written, not only promised: some file systems promise too much
                    _whole(room.fileno(), os.urandom(65536))
        except BaseException:
            self.close()
            raise

    def write(self, content: bytes) -> int:
        """All of it. Raises OSError where even the reserve is used up."""
        try:
            return _whole(self._file.fileno(), content)
        except _FullError as e:
            self.full = True
            self._reserve.unlink(missing_ok=True)
            _whole(self._file.fileno(), bytes(content)[e.written :])
            return len(content)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size) or b""

    def close(self) -> None:
        """Give the reserve back."""
        self._file.close()
        self._reserve.unlink(missing_ok=True)


class _FullError(OSError):
    """The disk was full after so many bytes."""

    def __init__(self, cause: OSError, written: int) -> None:
        super().__init__(cause.errno, cause.strerror)
        self.written = written


def _whole(descriptor: int, content: bytes) -> int:
    view, written = memoryview(content), 0
    while written < len(view):
        try:
            written += os.write(descriptor, view[written:])
        except OSError as e:
            if e.errno in _FULL:
                raise _FullError(e, written) from e
            raise
    return written
