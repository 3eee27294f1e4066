"""The folder beside a video that is being made: what is finished of it, how far it is, and what it is made for.

It is hidden, and all that those know of each other who make the pieces, in whatever process or on whatever machine.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO

from vbg import __version__
from vbg.cuts import Piece
from vbg.errors import OutputError, UsageError, VbgError
from vbg.film import PICTURES, Kind, pattern
from vbg.reel import whole

JOINING = "joining"
"""A file of this name in the folder says that pictures were moved out of it: what is left cannot be gone on with."""

_TOLD_S = 0.3


class StoppedError(VbgError):
    """Somebody asked for the end."""

    hint = "The same command with --resume goes on from there."

    def __init__(self, message: str = "it was stopped before the end") -> None:
        super().__init__(message)


class Work:
    """Of one `target`, which is coded as `kind`."""

    def __init__(self, target: Path, kind: Kind) -> None:
        """Touches nothing."""
        beside = pattern(target).parent if kind == PICTURES else target
        self.path = beside.with_name(f".{beside.name}.work")
        self._kind = kind
        self._plan = self.path / "plan.json"

    def begin(self, purpose: Sequence[str], pieces: Sequence[Piece], resume: bool) -> IO[str]:
        """Make the folder; where `resume` is asked, go on with what is there. Returns what keeps others away until it is closed.
        purpose: says for what, so that nothing is put together that does not belong together. Raises UsageError, OutputError."""
        plan = {"version": __version__, "purpose": list(purpose), "pieces": [_numbers(piece) for piece in pieces]}
        if self.path.exists():
            self._locked().close()
        if resume and self._plan.exists() and not (self.path / JOINING).exists():
            if self._read() != plan:
                hint = "Give the same input and options as then, or leave --resume out to start anew."
                raise UsageError(f"what was begun in {self.path} was something else", hint)
            for left in (*self.path.glob("*.part*"), *self.path.glob("*.at"), self._stop):
                with suppress(OSError):
                    shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
            return self._locked()
        self.drop()
        try:
            self.path.mkdir()
            self._plan.write_text(json.dumps(plan))
        except OSError as e:
            self.drop()
            raise OutputError(f"cannot write to {self.path.parent}: {e}", "Choose another folder.") from e
        return self._locked()

    def name(self, piece: Piece) -> Path:
        """What a `reel.writer` is given for it."""
        return self.path / f"{piece.number:06d}"

    def whole(self, piece: Piece) -> bool:
        """Whether it is finished."""
        return whole(self.name(piece), self._kind)

    def told(self, piece: Piece) -> int:
        """How many frames of an unfinished piece are done."""
        try:
            return int((self.path / f"{piece.number:06d}.at").read_text() or 0)
        except (OSError, ValueError):
            return 0

    def stop(self) -> None:
        """Whoever makes a piece shall end soon."""
        with suppress(OSError):
            self._stop.touch()

    @property
    def stopped(self) -> bool:
        """Whether that was asked, or the folder is gone."""
        return self._stop.exists() or not self._plan.exists()

    def drop(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def leave(self, pieces: Sequence[Piece]) -> bool:
        """Keep the folder where one of the pieces is finished, else drop it. Whether it was kept."""
        kept = any(self.whole(piece) for piece in pieces)
        if not kept:
            self.drop()
        return kept

    def _locked(self) -> IO[str]:
        """A file that nobody else can hold while it is open. Raises UsageError where somebody does."""
        file = (self.path / "lock").open("w")
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            file.close()
            raise UsageError(f"another vbg works in {self.path}", "Wait for it, or give the output another name.") from e
        return file

    @property
    def _stop(self) -> Path:
        return self.path / "stop"

    def _read(self) -> object:
        try:
            return json.loads(self._plan.read_text())
        except (OSError, ValueError):
            return None


class Teller:
    """Tells how far a piece is, a few times a second, and hears whether it shall end."""

    def __init__(self, work: Work, piece: Piece) -> None:
        self._work, self._file = work, work.path / f"{piece.number:06d}.at"
        self._done, self._told = 0, time.monotonic()

    def step(self) -> None:
        """One more frame is done. Raises StoppedError."""
        self._done += 1
        now = time.monotonic()
        if now - self._told >= _TOLD_S:
            self._told = now
            if self._work.stopped:
                raise StoppedError
            with suppress(OSError):
                self._file.write_text(str(self._done))


def _numbers(piece: Piece) -> dict[str, float | str]:
    return {key: str(value) if value == float("inf") else value for key, value in asdict(piece).items()}


def stamp(path: Path) -> str:
    """Tells whether a file is still the same. Raises UsageError."""
    try:
        state = os.stat(path)  # noqa: PTH116
    except OSError as e:
        raise UsageError(f"there is no file {path}", "Check the path; put it in quotes if it holds spaces.") from e
    return f"{path.name} {state.st_size} {state.st_mtime_ns}"
