"""How far a long job is, on one line of a terminal."""

from __future__ import annotations

import json
import sys
import time
from types import TracebackType
from typing import TextIO

_EVERY_S = 0.2
_BAR = 20  # characters


class Progress:
    """A context manager; writes nothing where `stream` is no terminal. total: how many there will be, 0 if nobody knows.
    lines: to standard output instead, one JSON object a line, {"done": 12, "total": 300}, for other programs."""

    def __init__(self, total: int, unit: str, stream: TextIO | None = None, lines: bool = False) -> None:
        self._total, self._unit = total, unit
        self._out = stream or (sys.stdout if lines else sys.stderr)
        self._lines, self._shown = lines, lines or self._out.isatty()
        self._done, self._before, self._width = 0, 0, 0
        self._began = self._told = time.monotonic()

    def __enter__(self) -> Progress:
        if self._lines:
            self._put("")
        return self

    def step(self) -> None:
        """One more is done."""
        self.reach(self._done + 1)

    def reach(self, done: int, before: int = 0) -> None:
        """So many are done, `before` of them before this began."""
        self._done, self._before = done, before
        now = time.monotonic()
        if self._shown and (now - self._told >= _EVERY_S or self._done == self._total):
            self._told = now
            self._put(line(self._done, self._total, self._unit, now - self._began, self._before))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._width:
            self._out.write("\n")
            self._out.flush()

    def _put(self, text: str) -> None:
        if self._lines:
            print(json.dumps({"done": self._done, "total": self._total}), file=self._out, flush=True)
            return
        self._out.write("\r" + text.ljust(self._width))
        self._out.flush()
        self._width = len(text)


def line(done: int, total: int, unit: str, took_s: float, before: int = 0) -> str:
    """What the line says. before: so many were done before it began."""
    rate = (done - before) / max(took_s, 1e-3)
    if not total:
        return f"{done} {unit}  {rate:.1f}/s"
    done = min(done, total)
    full = _BAR * done // total
    left = f"  {_clock((total - done) / rate)} left" if rate else ""
    return f"[{'#' * full}{'-' * (_BAR - full)}] {100 * done // total} %  {done}/{total} {unit}  {rate:.1f}/s{left}"


def _clock(seconds: float) -> str:
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
