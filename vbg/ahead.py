"""Lets one step of a long job work ahead of the next one: each on its own thread, in the same order, with the same results."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from typing import TypeVar

from vbg.slot import Belt
from vbg.timing import Shares

T = TypeVar("T")


def ahead(items: Iterator[T], length: int, name: str, shares: Shares) -> Generator[T, None, None]:
    """`items`, made on a thread called `name`, at most `length` of them before they are asked for. Waiting for one is not counted
    in `shares`.

    What the making raises is raised here, after the items before it. The thread has ended when this has ended or was closed;
    from then on `items` may be closed by its maker's owner.
    """
    belt: Belt[T] = Belt(length)

    def make() -> None:
        try:
            for item in items:
                if not belt.put(item):
                    break
        except BaseException as e:
            belt.end(e)
        else:
            belt.end()

    thread = threading.Thread(target=make, name=name)
    thread.start()
    try:
        yield from shares.of("", iter(belt))
    finally:
        belt.leave()
        thread.join()
