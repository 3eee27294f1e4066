"""Who does the work of many files: this process, processes on this machine's cores, or a Dask cluster. All have one face."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for_process
from typing import Any, Protocol, TypeVar

from vbg import __version__
from vbg.errors import UsageError, VbgError

T = TypeVar("T")
R = TypeVar("R")

_TRIES = 3
"""A worker that dies takes what it did with it; what took so many along is not tried again."""

_TICK_S = 0.3
_PATIENCE_S = 15
"""For a cluster that does not answer, or has no workers."""


class WorkerLostError(VbgError):
    """Processes or machines that worked on a file died, again and again."""

    hint = "Is there enough memory? Fewer --workers need less."


class Crew(Protocol):
    """A spec. `open` gives an executor and how many tasks it does at a time; `stack` closes what it opens. Raises UsageError."""

    def open(self, stack: ExitStack) -> tuple[Executor, int]: ...


@dataclass(frozen=True, slots=True)
class Here:
    """This process, one task after the other."""

    def open(self, stack: ExitStack) -> tuple[Executor, int]:
        executor = ThreadPoolExecutor(1, "vbg-work")
        stack.callback(executor.shutdown, cancel_futures=True)
        return executor, 1


@dataclass(frozen=True, slots=True)
class Cores:
    """Processes of this machine."""

    count: int

    def open(self, stack: ExitStack) -> tuple[Executor, int]:
        executor = ProcessPoolExecutor(self.count, multiprocessing.get_context("spawn"), _settle)
        stack.callback(executor.shutdown, cancel_futures=True)
        return executor, self.count


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Dask cluster that is there already. Its workers have this version of vbg, and see the files under the same names."""

    address: str

    def open(self, stack: ExitStack) -> tuple[Executor, int]:
        try:
            distributed: Any = importlib.import_module("distributed")  # it is not fully typed
        except ImportError as e:
            raise UsageError(f"Dask is not installed: {e}", "`pip install 'vbg[cluster]'`") from e
        try:
            client = distributed.Client(self.address, timeout=_PATIENCE_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as e:
            raise UsageError(f"no cluster answers at {self.address}: {e}", "`dask scheduler` prints its address.") from e
        stack.callback(client.close)
        try:
            client.wait_for_workers(1, timeout=_PATIENCE_S)
        except TimeoutError as e:
            raise UsageError(f"the cluster at {self.address} has no workers", f"`dask worker {self.address}` adds one.") from e
        try:
            versions = set(client.run(_version).values())
        except Exception as e:  # whatever a machine without vbg says
            raise UsageError(f"a worker of the cluster has no vbg: {e}", "Install the same vbg on all machines.") from e
        if versions != {__version__}:
            raise UsageError(
                f"the cluster's workers have vbg {', '.join(sorted(versions))}, not {__version__}", "Install the same."
            )
        executor = client.get_executor(pure=False)
        stack.callback(executor.shutdown, wait=False)
        return executor, max(1, sum(client.nthreads().values()))


def _nothing() -> None:
    """Nobody asks."""


def each(
    crew: Crew,
    task: Callable[[T], R],
    items: Iterable[T],
    tick: Callable[[], None] = _nothing,
    stop: Callable[[], None] = _nothing,
) -> Generator[tuple[T, R | VbgError], None, None]:
    """`task` done on every item, which both can be sent to another process; as they are finished, with what it returned or which
    VbgError it raised. Items are taken when somebody is nearly free to work on them. What a lost worker did is done again.

    tick: is called a few times a second. stop: where this ends before its time, tells the tasks under way to end. Other errors
    are raised here.
    """
    waiting: dict[Future[R], tuple[T, int]] = {}
    left, again = iter(items), list[tuple[T, int]]()
    with ExitStack() as stack:
        executor, width = crew.open(stack)
        try:
            while True:
                while len(waiting) < 2 * width:
                    following = again.pop() if again else next(((item, 1) for item in left), None)
                    if following is None:
                        break
                    waiting[executor.submit(task, following[0])] = following
                if not waiting:
                    return
                done = wait(waiting, _TICK_S, FIRST_COMPLETED).done
                tick()
                broken = False
                for future in done:
                    item, tries = waiting.pop(future)
                    error = future.exception()
                    if error is None:
                        yield item, future.result()
                    elif isinstance(error, VbgError):
                        yield item, error
                    elif not _lost(error):
                        raise error
                    elif tries < _TRIES:
                        broken = broken or isinstance(error, BrokenExecutor)
                        again.append((item, tries + 1))
                    else:
                        broken = broken or isinstance(error, BrokenExecutor)
                        yield item, WorkerLostError(f"{tries} workers were lost over this")
                if broken:  # what else was under way is lost too
                    again += [(item, tries + 1) for item, tries in waiting.values()]
                    waiting.clear()
                    stack.close()
                    executor, width = crew.open(stack)
        except BaseException:
            stop()
            for future in waiting:
                future.cancel()
            raise


def _lost(error: BaseException) -> bool:
    """Whether it says that a worker died."""
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"  # Dask's, which may not be installed


def _settle() -> None:
    """In a new process of ours: the first one says when it ends, and where that one dies, so does this."""
    import cv2

    cv2.setNumThreads(1)  # the processes share the cores already
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), name="vbg-parent", daemon=True).start()


def _follow(sentinel: Any) -> None:
    wait_for_process([sentinel])
    os._exit(1)


def _version() -> str:
    """What a worker says."""
    return __version__
