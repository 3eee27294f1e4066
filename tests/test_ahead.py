"""Steps that work ahead keep the order, carry errors, and end when nobody wants more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from vbg.ahead import ahead
from vbg.slot import Belt
from vbg.timing import Shares


def counted(made: list[int], end: int, error: Exception | None = None) -> Iterator[int]:
    for number in range(end):
        made.append(number)
        yield number
    if error is not None:
        raise error


def test_all_come_in_order_and_at_most_so_many_are_ahead() -> None:
    made: list[int] = []
    for number in ahead(counted(made, 200), 3, "vbg-test", Shares()):
        assert made[: number + 1] == list(range(number + 1))
        assert len(made) <= number + 3 + 2  # on the belt, and one that waits for its place
    assert made == list(range(200))


def test_an_error_comes_after_what_was_made_before_it() -> None:
    got = []
    with pytest.raises(KeyError, match="seven"):
        for number in ahead(counted([], 7, KeyError("seven")), 10, "vbg-test", Shares()):
            got.append(number)  # noqa: PERF402
    assert got == list(range(7))


def test_whoever_leaves_ends_the_thread() -> None:
    before, made = threading.active_count(), list[int]()
    items = ahead(counted(made, 10**9), 2, "vbg-test", Shares())
    assert [next(items), next(items)] == [0, 1]
    items.close()
    assert threading.active_count() == before
    assert len(made) <= 6
    belt: Belt[int] = Belt(1)
    belt.leave()
    assert not belt.put(1)


def test_time_is_counted_once_and_waiting_is_not() -> None:
    shares = Shares()

    def inner() -> Iterator[int]:
        for number in range(3):
            time.sleep(0.02)
            yield number

    def outer() -> Iterator[int]:
        for number in shares.of("inner", inner()):
            time.sleep(0.01)
            yield number

    for _ in ahead(shares.of("outer", outer()), 1, "vbg-test", shares):
        with shares("last"):
            pass
    seconds = shares.seconds()
    assert set(seconds) == {"inner", "outer", "last"}
    assert seconds["inner"] >= 0.06
    assert seconds["outer"] >= 0.03
    assert seconds["last"] < 0.02 <= seconds["outer"]
