"""Gives memory back to the system that is not needed any more."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from pathlib import Path

_DONTNEED = 4  # MADV_DONTNEED: a page that is as in its file is read from it again where it is needed after all
_ARENA_MAX = -8  # M_ARENA_MAX
_COMPILER = "libllvmlite"


def one_heap() -> None:
    """Before threads are started: the C library shall not keep a heap for each of them, half empty (20 MB with the window). Only
    the session's thread allocates often, so none waits for another."""
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):  # another C library: it keeps what it has
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """After the kernels were loaded: the compiler's code and constants, which nobody will need again (about 65 MB), and the C
    library's free memory. Does nothing where the system is not Linux."""
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        for start, length in _unchanged(Path("/proc/self/smaps").read_text()):
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), _DONTNEED)
    trim()


def trim() -> None:
    """After something was closed: the C library's free memory alone, in 1 ms. What is freed in the middle of a heap stays
    resident otherwise: about 10 MB after some changes of camera, size and model."""
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):  # another C library: it keeps what it has
        ctypes.CDLL(None).malloc_trim(0)


def _unchanged(maps: str) -> list[tuple[int, int]]:
    """Start and length of the compiler's mappings that are as in its file (not writeable, and nothing in them was, while the
    library was linked): dropping them loses nothing."""
    found: list[tuple[int, int]] = []
    candidate: tuple[int, int] | None = None
    for line in maps.splitlines():
        fields = line.split(maxsplit=5)
        if fields[0] == "Anonymous:" and candidate is not None and fields[1] == "0":
            found.append(candidate)
        elif not fields[0].endswith(":"):
            start, end = (int(number, 16) for number in fields[0].split("-"))
            ours = len(fields) == 6 and fields[1] in ("r-xp", "r--p") and _COMPILER in fields[5]
            candidate = (start, end - start) if ours else None
    return found
