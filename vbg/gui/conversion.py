"""One photo or video, worked on by a process of its own: the live picture keeps its thread and its kernels."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

_PATIENCE_MS = 3000
"""After it was asked to end, until it is ended."""


class Conversion(QObject):
    """`progressed` comes with how much is done and of how much, 0 if nobody knows; `ended`, once, with "" where all went well,
    else with a sentence."""

    progressed = Signal(int, int)
    ended = Signal(str)

    def __init__(self, parent: QObject, words: Sequence[str]) -> None:
        """words: what stands after `vbg` on the command line, --json among them."""
        super().__init__(parent)
        self._process = QProcess(self)
        self._cancelled = False
        self._rest = b""
        program, *others = command(words)
        self._process.setProgram(program)
        self._process.setArguments(others)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)

    def start(self) -> None:
        self._process.start()

    def cancel(self) -> None:
        """Ask it to end; `ended` follows."""
        self._cancelled = True
        self._ask_to_end()
        QTimer.singleShot(_PATIENCE_MS, self._process, self._process.kill)

    def close(self) -> None:
        """End it now, and say nothing more."""
        self._process.finished.disconnect(self._finished)
        self._process.errorOccurred.disconnect(self._failed)
        self._ask_to_end()
        if not self._process.waitForFinished(_PATIENCE_MS):
            self._process.kill()
            self._process.waitForFinished(_PATIENCE_MS)

    def _ask_to_end(self) -> None:
        number = self._process.processId()
        if not number:
            return
        if os.name == "posix":
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGINT)  # as Ctrl-C: it ends its own helpers
        else:
            self._process.kill()

    def _read(self) -> None:
        *lines, self._rest = (self._rest + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            with suppress(ValueError, KeyError, TypeError):
                told = json.loads(line)
                self.progressed.emit(int(told["done"]), int(told["total"]))

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if code == 0 and status == QProcess.ExitStatus.NormalExit:
            self.ended.emit("")
        else:
            said = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
            self.ended.emit("" if self._cancelled and not said else sentence(said))

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.ended.emit(self._process.errorString())


def command(words: Sequence[str]) -> list[str]:
    """How vbg is called with these words, so that the live picture comes first."""
    polite = ["nice", "-n", "5"] if shutil.which("nice") else []
    itself = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "vbg"]
    return [*polite, *itself, *words]


def sentence(said: str) -> str:
    """What a command that failed had to say, without the hint."""
    lines = [line.removeprefix("vbg: ").strip() for line in said.splitlines() if line.startswith("vbg: ")]
    return lines[-1] if lines else (said.strip().splitlines() or ["it ended without a word"])[-1]
