"""The guard covers a hang, and takes a slow machine for what it is."""

from __future__ import annotations

import time

import numpy as np
import pytest
from fakes import FakeCamera, FakeEffect, FakeModel, FakeOutput, wait_until

from vbg import guard
from vbg.frame import Canvas, Frame, Mask
from vbg.outputs import Outputs
from vbg.session import Session
from vbg.settings import Look, Setup

GREEN = (10, 250, 10)
CANVAS = Canvas(64, 36, 30.0)


def covered(frame: Frame) -> bool:
    """Whether it is a picture and no card."""
    return bool((frame.pixels == GREEN).all())


def test_frames_that_always_take_long_get_no_cards_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LIMIT_S", 0.1)
    monkeypatch.setattr(guard, "_LOOK_S", 0.02)

    def slowly(frame: Frame) -> Mask:
        time.sleep(0.2)
        return np.zeros((36, 64), np.float32)

    output = FakeOutput()
    camera = FakeCamera(fps=50, picture=lambda i: np.random.default_rng(i).integers(0, 256, (36, 64, 3), np.uint8))
    session = Session(Setup(camera, FakeModel(answer=slowly), (output,)), Look(FakeEffect(GREEN)))
    session.start()
    try:
        wait_until(lambda: sum(map(covered, output.control.sent)) >= 6, "some frames")
        first = len(output.control.sent)
        output.control.wait_for(first + 6)
        assert all(map(covered, output.control.sent[first:]))
    finally:
        session.stop()
        session.wait(20)


def test_nobody_sends_after_the_guard_is_closed() -> None:
    output = FakeOutput()
    outputs = Outputs((output,), CANVAS)
    one = guard.Guard(outputs, lambda: ("One moment", ""))
    wait_until(lambda: len(output.control.sent) >= 2, "cards, since nobody else sends")
    one.close()
    outputs.close()
    assert output.control.canvases == [CANVAS]
