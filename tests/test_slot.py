"""Slot keeps the newest item only; Cell swaps whole values; both from any thread."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import pytest

from vbg.slot import Cell, Slot


@pytest.fixture
def _hasty_threads() -> Iterator[None]:
    """Switch threads as often as can be, so that a race shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_the_newest_item_wins_and_the_others_are_counted() -> None:
    slot: Slot[int] = Slot()
    for item in (1, 2, 3):
        slot.put(item)
    assert slot.take(0) == 3
    assert slot.take(0) is None  # it leaves the slot
    assert slot.dropped == 2
    slot.put(4)
    assert slot.take(0) == 4
    assert slot.dropped == 2


def test_a_waiting_reader_is_woken() -> None:
    slot: Slot[str] = Slot()
    putting = threading.Timer(0.05, slot.put, ["here"])
    putting.start()
    begun = time.monotonic()
    assert slot.take(5) == "here"
    assert time.monotonic() - begun < 4  # not by the timeout
    putting.join()


@pytest.mark.usefixtures("_hasty_threads")
def test_under_load_items_come_in_order_and_each_is_taken_or_dropped() -> None:
    slot: Slot[int] = Slot()
    count = 3000

    def write() -> None:
        for item in range(1, count + 1):
            slot.put(item)

    writer = threading.Thread(target=write)
    taken: list[int] = []
    writer.start()
    while not taken or taken[-1] != count:
        item = slot.take(10)
        assert item is not None
        taken.append(item)
    writer.join()
    assert taken == sorted(set(taken))
    assert len(taken) + slot.dropped == count


@pytest.mark.usefixtures("_hasty_threads")
def test_concurrent_updates_do_not_lose_each_other() -> None:
    cell = Cell(0)
    threads = [threading.Thread(target=lambda: [cell.update(lambda n: n + 1) for _ in range(1000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cell.get() == 4000
    assert cell.update(lambda n: n - 1) == 3999
    cell.set(5)
    assert cell.get() == 5
