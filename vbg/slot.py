"""The only places where threads meet: `Slot` (newest wins) and `Cell` (snapshot swap)."""

from __future__ import annotations

import threading
from collections.abc import Callable
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
