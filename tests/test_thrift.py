"""Less is done when frames take too long or too much of the processor, it is said, and all comes back when it can."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
from fakes import FakeCamera, FakeEffect, FakeModel, FakeOutput, wait_until

from vbg import thrift
from vbg.cameras.demo import Demo
from vbg.frame import Frame, Mask
from vbg.models.thrifty import Thrifty
from vbg.session import Session
from vbg.settings import Look, Setup
from vbg.status import Phase
from vbg.thrift import LADDER, Thrift

FPS = 30.0
COSTS = (1.0, 0.68, 0.53, 0.39, 0.4, 0.39, 0.39)
"""What a frame costs on each rung, as measured on the demo clip (`python -m benchmarks.ladder`)."""


class Machine:
    """Plays frames of a camera, each of which costs so many seconds of one core when nothing is left out."""

    def __init__(self, budget: float = 0.0) -> None:
        self.thrift, self.now, self.cpu_s = Thrift(budget), 0.0, 0.0
        self.levels: list[int] = []

    def run(self, seconds: float, frame_s: float) -> int:
        """The rung in the end."""
        end = self.now + seconds
        while self.now < end:
            if self.thrift.shows(self.now, 1 / FPS):
                busy_s = frame_s * COSTS[self.thrift.level]
                self.cpu_s += busy_s
                self.now += max(0.0, busy_s - 1 / FPS)  # a slow machine makes frames late
                self.thrift.note(busy_s, 1 / FPS, self.now, self.cpu_s)
            self.now += 1 / FPS
            self.levels.append(self.thrift.level)
        return self.thrift.level


def test_nothing_is_left_out_where_there_is_time() -> None:
    machine = Machine()
    machine.run(60, 0.02)
    assert set(machine.levels) == {0}
    assert machine.thrift.notice == ""


@pytest.mark.parametrize(("frame_s", "rung"), [(0.035, 1), (0.055, 2), (0.07, 3), (0.1, 4), (10.0, len(LADDER) - 1)])
def test_a_slow_machine_goes_down_until_it_keeps_up_and_says_so(frame_s: float, rung: int) -> None:
    machine = Machine()
    assert machine.run(400, frame_s) >= rung
    assert machine.levels == sorted(machine.levels)
    assert "slow" in machine.thrift.notice
    assert LADDER[machine.thrift.level].says in machine.thrift.notice


def test_it_goes_up_again_when_the_load_is_gone() -> None:
    machine = Machine()
    machine.run(30, 0.08)
    assert machine.thrift.level > 0
    assert machine.run(120, 0.005) == 0
    assert machine.thrift.notice == ""


def test_a_budget_is_kept_and_named() -> None:
    machine = Machine(budget=0.25)
    machine.run(30, 0.012)
    before_s, began = machine.cpu_s, machine.now
    machine.run(120, 0.012)  # 36 % of a core if nothing were left out
    assert (machine.cpu_s - before_s) / (machine.now - began) < 0.27
    assert "25%" in machine.thrift.notice
    machine.thrift.allow(0.0)
    assert machine.run(200, 0.012) == 0


def test_a_rung_that_is_too_much_is_tried_ever_less_often() -> None:
    machine = Machine(budget=0.12)
    machine.run(600, 0.0105)  # 31 %: the rung that fits costs less than half of what is allowed above it
    changes = sum(a != b for a, b in zip(machine.levels, machine.levels[1:], strict=False))
    assert changes < 40


def test_fewer_frames_are_shown_on_the_lower_rungs() -> None:
    one = Thrift()
    one.level = next(level for level, rung in enumerate(LADDER) if rung.of == 2)
    shown = [one.shows(index / FPS, 1 / FPS) for index in range(30)]
    assert sum(shown) == 15


# the model that is asked for less


def test_masks_between_are_carried_along_with_the_picture() -> None:
    source = Demo().open(640, 360)
    start = 80  # the person moves

    def true(index: int) -> Mask:
        return np.asarray(cv2.resize(source.truth(start + index), (160, 90), interpolation=cv2.INTER_AREA), np.float32)

    asked: list[int] = []

    def answer(frame: Frame) -> Mask:
        asked.append(frame.index)
        return true(frame.index - start)

    model = Thrifty(FakeModel(answer=answer).open())
    model.thrift(2, False)
    carried = held = 0.0
    for index in range(40):
        mask = model.mask(source.frame(start + index))
        if index % 2:
            carried += float(np.abs(mask - true(index)).mean())
            held += float(np.abs(true(index - 1) - true(index)).mean())
    assert asked == [start + index for index in range(0, 40, 2)]
    assert carried < 0.7 * held, (carried, held)
    model.close()


def test_a_gap_another_size_or_a_reset_asks_anew_and_small_masks_are_small() -> None:
    fake = FakeModel(0.5)
    model = Thrifty(fake.open())
    model.thrift(4, True)
    sizes = [(64, 36), (64, 36), (32, 36), (32, 36)]
    frames = [Frame(np.zeros((h, w, 3), np.uint8), index, index / FPS) for index, (w, h) in enumerate(sizes)]
    assert [model.mask(frame).shape for frame in frames] == [(18, 32)] * 2 + [(36, 32)] * 2
    assert fake.control.used == 2
    model.mask(Frame(frames[-1].pixels, 9, 10.0))
    assert fake.control.used == 3
    model.reset()
    model.mask(Frame(frames[-1].pixels, 10, 10.01))
    assert fake.control.used == 4
    model.thrift(1, False)
    assert model.mask(Frame(frames[-1].pixels, 11, 10.02)).shape == (72, 64)
    model.close()


def test_a_session_with_a_slow_model_says_so_and_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("_WINDOW_S", 0.2), ("_PATIENCE_S", 0.4)):
        monkeypatch.setattr(thrift, name, value)
    slow_s = [0.03]

    def answer(frame: Frame) -> Mask:
        time.sleep(slow_s[0])
        return np.zeros((36, 64), np.float32)

    output = FakeOutput()
    camera = FakeCamera(fps=50, picture=lambda i: np.random.default_rng(i).integers(0, 256, (36, 64, 3), np.uint8))
    model = FakeModel(answer=answer)
    session = Session(Setup(camera, model, (output,)), Look(FakeEffect()))
    session.start()
    try:
        wait_until(lambda: "every second picture" in session.status().notice, "it is said")
        assert model.control.sparing
        assert session.status().phase is Phase.RUNNING
        slow_s[0] = 0.0
        wait_until(lambda: session.status().notice == "", "all is back", 20)
        assert not model.control.sparing
    finally:
        session.stop()
        session.wait(20)
