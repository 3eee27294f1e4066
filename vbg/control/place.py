"""Where control sockets are: one for each running vbg, in a folder that only this user can enter.

The first vbg takes `vbg.sock`, a second one `vbg-2.sock` and so on. Whoever holds the lock on the file beside a name owns
the name; the system gives the lock back when the owner dies, however that was, so that a socket left behind is known as one.
"""

from __future__ import annotations

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from vbg.errors import OutputError, UsageError

MOST = 8
"""Running vbgs of one user that can be steered."""

_LONGEST_PATH = 100  # bytes; the system takes 108, macOS 104


def folder() -> Path:
    """Raises OutputError where there is no folder that is this user's alone."""
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if given and _private(Path(given)):
        return Path(given)
    own = Path(tempfile.gettempdir()) / f"vbg-{os.getuid()}"
    try:
        own.mkdir(mode=0o700, exist_ok=True)
    except OSError as e:
        raise OutputError(f"{own} cannot be made: {e.strerror}", "Set XDG_RUNTIME_DIR to a folder that is yours alone.") from e
    if not _private(own):
        raise OutputError(f"{own} is not a folder of yours alone", f"Remove it, or `chmod 700 {own}` where it is yours.")
    return own


def path_of(number: int) -> Path:
    """The socket of the so-manieth vbg, from 1."""
    return folder() / (f"vbg-{number}.sock" if number > 1 else "vbg.sock")


@dataclass(frozen=True, slots=True)
class Claim:
    """A name that is ours until `release`."""

    path: Path
    lock: int

    def release(self) -> None:
        """Remove the socket and give the name back."""
        self.path.unlink(missing_ok=True)
        os.close(self.lock)


def claim() -> Claim:
    """The first free name; what a dead vbg left there is removed. Raises OutputError."""
    for number in range(1, MOST + 1):
        path = path_of(number)
        if len(os.fsencode(path)) > _LONGEST_PATH:
            raise OutputError(f"the path {path} is too long for a socket", "Set XDG_RUNTIME_DIR to a shorter one.")
        lock = _locked(path.with_suffix(".lock"))
        if lock is not None:
            path.unlink(missing_ok=True)
            return Claim(path, lock)
    raise OutputError(f"{MOST} other vbgs can be steered already", "End one of them.")


def running() -> list[int]:
    """The numbers of those that run."""
    found = []
    for number in range(1, MOST + 1):
        lock = _locked(path_of(number).with_suffix(".lock"), make=False)
        if lock is None:
            found.append(number)
        elif lock >= 0:
            os.close(lock)
    return found


def find(number: int = 0) -> Path:
    """The socket of vbg `number`; 0: of the first that runs. Raises UsageError where it does not run."""
    there = running()
    if number and number not in there:
        raise UsageError(f"there is no vbg with the number {number}", _running_are(there))
    if not there:
        raise UsageError("vbg does not run", "Start it: `vbg` opens the window, `vbg run` needs none.")
    return path_of(number or there[0])


def _running_are(numbers: list[int]) -> str:
    return f"Those that run: {', '.join(map(str, numbers))}." if numbers else "None runs: `vbg` opens the window."


def _private(place: Path) -> bool:
    """Whether it is a folder, no link, of this user, that nobody else may enter."""
    try:
        found = place.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def _locked(path: Path, make: bool = True) -> int | None:
    """A descriptor that holds the lock; None where another one does; -1 where there is no such file and none shall be made."""
    import fcntl

    try:
        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | (os.O_CREAT if make else 0), 0o600)
    except FileNotFoundError:
        return -1
    except OSError as e:
        raise OutputError(f"{path} cannot be opened: {e.strerror}", "Remove it.") from e
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
