"""Gets every kernel ready before it is needed: loaded from the cache on disk, or compiled into it by as many processes as there
are cores."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from inspect import getclosurevars
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from vbg import kernels

log = logging.getLogger(__name__)

_MOST_PROCESSES = 8

_LOOK_S = 0.02

_COMPILING = 0.9
"""Part of all the work that compiling is, beside loading."""


class Warming:
    """Kernel by kernel: `first` those without which no frame can be covered, then, while frames go out already, `more`.

    Where kernels are missing in the cache, other processes compile them; each takes the next one that no other has taken.
    `first` may run on a thread of its own; `more` is for the thread that runs the kernels.
    """

    def __init__(self) -> None:
        self._steps = kernels.steps()
        self._left = list(range(len(self._steps)))
        self._others: list[subprocess.Popen[bytes]] = []
        self._folder: TemporaryDirectory[str] | None = None
        self._closed = False

    def first(self, everything: bool = False) -> Iterator[float]:
        """Gives the part that is done, 0..1, until what every covered frame needs is there, or everything. Ends after `close`."""
        if cached():
            self._load(0)
        if 0 in self._left or kernels.compiled_here():
            self._start()
        before = _COMPILING if self._others else 0.0
        count = len(self._steps) if everything or not self._others else kernels.FIRST
        while (left := [index for index in self._left if index < count]) and not self._closed:
            ready = next(filter(self._ready, left), None)
            if ready is None:
                time.sleep(_LOOK_S)
            else:
                self._load(ready)
                left.remove(ready)
            compiled = sum(map(self._ready, range(count)))
            yield (before * compiled + (1 - before) * (count - len(left))) / count
        self._give_way()

    def more(self) -> bool:
        """Load one more, in some 15 ms, if one is compiled by now. Whether all are there."""
        ready = next(filter(self._ready, self._left), None)
        if ready is not None:
            self._load(ready)
        if not self._left:
            self.close()
        return not self._left

    def close(self) -> None:
        """End the other processes. What they have not compiled is compiled where it is called."""
        self._closed = True
        for one in self._others:
            one.kill()
            one.wait()
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()

    def _give_way(self) -> None:
        """From now on frames come before what is still compiled."""
        for one in self._others:
            with suppress(AttributeError, OSError):  # not on Windows; it has just ended
                os.setpriority(os.PRIO_PROCESS, one.pid, 10)

    def _load(self, index: int) -> None:
        """Compiles it, where it is not in the cache. One that fails fails again where a frame needs it, which covers."""
        self._left.remove(index)
        try:
            self._steps[index]()
        except Exception:
            log.exception("a kernel cannot be made ready")

    def _ready(self, index: int) -> bool:
        """Whether nobody else is to be waited for."""
        if self._folder is None or index not in self._left or _done(Path(self._folder.name), index).exists():
            return True
        return all(one.poll() is not None for one in self._others)  # they failed: it is compiled here

    def _start(self) -> None:
        cores = min(_MOST_PROCESSES, os.cpu_count() or 1)
        if cores == 1:
            return
        place = str(Path(__file__).parents[2])
        given = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [place, os.environ.get("PYTHONPATH")]))}
        quiet = subprocess.DEVNULL
        try:
            self._folder = TemporaryDirectory(prefix="vbg-")
            # a frozen app's program takes `-c` as the interpreter does (packaging/frozen/entry.py)
            code = f"from {__name__} import compile_some; compile_some({self._folder.name!r})"
            command = [sys.executable, "-c", code]
            for _ in range(cores):
                self._others.append(subprocess.Popen(command, env=given, stdin=quiet, stdout=quiet, stderr=quiet))
        except OSError as e:
            log.warning("the kernels are compiled one after the other: %s", e)
            self.close()
            self._closed, self._others = False, []


def cached() -> bool:
    """Whether every kernel was compiled since its source changed, as far as the cache's index tells: for which processor, only
    loading tells."""
    used = (getclosurevars(step).nonlocals.values() for step in kernels.steps())
    for module in {one for ones in used for one in ones if isinstance(one, ModuleType)}:
        for kernel in vars(module).values():
            if getattr(getattr(kernel, "stats", None), "cache_path", None) is None:  # not a kernel, or a part of others
                continue
            with suppress(AttributeError):  # another numba: the first kernel will tell
                if not kernel._cache._cache_file._load_index():
                    return False
    return True


def compile_some(place: str) -> None:
    """What the other processes do: compile what no other has taken, until nothing is left. place: a folder that says what is."""
    folder = Path(place)
    for index, step in enumerate(kernels.steps()):
        try:
            (folder / f"{index}").touch(exist_ok=False)
        except FileExistsError:
            continue
        step()
        _done(folder, index).touch()


def _done(folder: Path, index: int) -> Path:
    return folder / f"{index}.done"
