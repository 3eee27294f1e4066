"""The only places where threads meet: `Slot` (newest wins), `Cell` (snapshot swap) and `Belt` (every item, in order)."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """Holds the newest item. `put` never blocks: it replaces what nobody took, and counts it as dropped."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._item: T | None = None
        self._dropped = 0

    def put(self, item: T) -> None:
        with self._ready:
            self._dropped += self._item is not None
            self._item = item
            self._ready.notify()

    def take(self, timeout_s: float) -> T | None:
        """The newest item, which leaves the slot; None if none came within `timeout_s`."""
        with self._ready:
            self._ready.wait_for(lambda: self._item is not None, timeout_s)
            item, self._item = self._item, None
            return item

    @property
    def dropped(self) -> int:
        """How many items were replaced before anybody took them."""
        with self._ready:
            return self._dropped


class Cell(Generic[T]):
    """Holds one immutable value. A reader takes a snapshot; a writer swaps the whole value, so nobody sees half a change."""

    def __init__(self, value: T) -> None:
        self._lock = threading.Lock()
        self._value = value

    def get(self) -> T:
        return self._value  # one reference read: atomic

    def set(self, value: T) -> None:
        with self._lock:
            self._value = value

    def update(self, change: Callable[[T], T]) -> T:
        """Replace the value by `change(value)`; concurrent updates do not lose each other."""
        with self._lock:
            self._value = change(self._value)
            return self._value


class Belt(Generic[T]):
    """A queue of bounded length between one thread that puts and one that takes: nothing is lost, the faster one waits.

    Either side may go: `end` tells the taker that nothing more comes, `leave` tells the putter that nobody takes any more.
    """

    def __init__(self, length: int) -> None:
        self._change = threading.Condition()
        self._items: deque[T] = deque()
        self._length = length
        self._ended = self._left = False
        self._error: BaseException | None = None

    def put(self, item: T) -> bool:
        """Waits while the belt is full. False where nobody takes any more: the item is dropped."""
        with self._change:
            self._change.wait_for(lambda: self._left or len(self._items) < self._length)
            if not self._left:
                self._items.append(item)
                self._change.notify_all()
            return not self._left

    def end(self, error: BaseException | None = None) -> None:
        """Nothing more comes; where `error` is given, because of it."""
        with self._change:
            self._ended, self._error = True, error
            self._change.notify_all()

    def __iter__(self) -> Iterator[T]:
        """The items in their order, waiting for each; then raises what ended them, if anything did."""
        while True:
            with self._change:
                self._change.wait_for(lambda: self._ended or bool(self._items))
                if not self._items:
                    if self._error is not None:
                        raise self._error
                    return
                item = self._items.popleft()
                self._change.notify_all()
            yield item

    def leave(self) -> None:
        """Nobody takes any more."""
        with self._change:
            self._left = True
            self._items.clear()
            self._change.notify_all()
