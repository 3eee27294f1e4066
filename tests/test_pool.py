"""A buffer is used again when nobody looks at it, and never while somebody does."""

from __future__ import annotations

from vbg.frame import Frame, read_only
from vbg.pool import Pool


def test_an_idle_buffer_is_used_again() -> None:
    pool = Pool()
    for _ in range(5):
        buffer = pool.take(4, 6)
        buffer[:] = 1
        del buffer
    assert len(pool) == 1


def test_a_buffer_that_any_view_holds_is_left_alone() -> None:
    pool = Pool()
    holders = [
        Frame(read_only(pool.take(4, 6)), 0, 0.0),  # what the pipeline returns
        Frame(read_only(pool.take(4, 6)), 1, 0.0).pixels,
        read_only(pool.take(4, 6))[1:, ::2].T,
        pool.take(4, 6).data,  # what another library may keep
    ]
    assert len(pool) == 4
    newest = pool.take(4, 6)
    assert len(pool) == 5
    del newest, holders[1]
    pool.take(4, 6)
    assert len(pool) == 5


def test_a_new_size_replaces_the_old_buffers() -> None:
    pool = Pool()
    pool.take(4, 6)
    kept = pool.take(8, 6)
    assert kept.shape == (8, 6, 3)
    assert len(pool) == 1
