"""`vbg bench --mjpg`: frames come as JPEG, and decoding them is a stage of its own."""

from __future__ import annotations

import numpy as np

from vbg.bench.measure import _Jpegs
from vbg.cameras.demo import Demo
from vbg.timing import Stopwatch


def test_a_frame_comes_as_jpeg_nearly_as_it_was_and_its_decoding_is_timed() -> None:
    stopwatch = Stopwatch()
    given = _Jpegs(stopwatch)
    source = Demo(noise=0).open(320, 180)
    frames = [source.read() for _ in range(3)]
    for frame in frames:
        received = given.received(given.sent(frame))
        assert (received.index, received.captured_at) == (frame.index, frame.captured_at)
        assert not np.shares_memory(received.pixels, frame.pixels)
        assert 0 < np.abs(received.pixels.astype(int) - frame.pixels).mean() < 6
    assert list(stopwatch.spreads()) == ["decode"]
    assert stopwatch.spreads()["decode"].p50 > 0
