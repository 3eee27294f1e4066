"""Tasks for other processes, in a module that is quickly loaded."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from vbg.errors import VbgError


def fall(task: tuple[str, int]) -> int:
    """Kills its process the first time that it gets an odd number: what a machine that runs out of memory does."""
    folder, number = task
    marker = Path(folder) / str(number)
    if number % 2 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 4:
        raise VbgError("four cannot be")
    return number * number


def always(task: int) -> int:
    """Kills its process every time."""
    os.kill(os.getpid(), signal.SIGKILL)
    return task
