"""What every test gets: no thread of vbg's survives it, and no promise to a fake was broken in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import fakes
import hypothesis
import pytest

# the same examples in every run: a test fails because of a change, not by luck
hypothesis.settings.register_profile("vbg", deadline=None, derandomize=True, database=None, max_examples=40)
hypothesis.settings.load_profile("vbg")


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    fakes.broken_promises.clear()
    yield
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("vbg-"):
            thread.join(2.0)
            assert not thread.is_alive(), f"the thread {thread.name} outlived its test"
    assert not fakes.broken_promises
