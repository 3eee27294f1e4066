"""How far a long job is, on one line of a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TextIO

_EVERY_S = 0.2


class Progress:
    """A context manager; writes nothing where `stream` is no terminal. total: how many there will be, 0 if nobody knows."""

    def __init__(self, total: int, unit: str, stream: TextIO | None = None) -> None:
        self._total, self._unit = total, unit
        self._out = stream or sys.stderr
        self._shown = self._out.isatty()
        self._done, self._width = 0, 0
        self._began = self._told = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        now = time.monotonic()
        if self._shown and (now - self._told >= _EVERY_S or self._done == self._total):
            self._told = now
            self._put(line(self._done, self._total, self._unit, now - self._began))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._width:
            self._out.write("\n")
            self._out.flush()

    def _put(self, text: str) -> None:
        self._out.write("\r" + text.ljust(self._width))
        self._out.flush()
        self._width = len(text)


def line(done: int, total: int, unit: str, took_s: float) -> str:
    """What the line says."""
    rate = done / max(took_s, 1e-3)
    of = f"{done}/{total} {unit}  {100 * done // total} %" if total else f"{done} {unit}"
    left = max(0, total - done) / rate
    return f"{of}  {rate:.1f}/s" + (f"  {int(left) // 60}:{int(left) % 60:02d} left" if total else "")
