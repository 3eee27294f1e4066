"""A camera that shows nothing is noticed; one that only stands still, or gives each picture twice, is left alone."""

from __future__ import annotations

import time

import numpy as np
import pytest
from fakes import ROOM, FakeCamera, FakeEffect, FakeModel, FakeOutput, plain, wait_until

from vbg import wake
from vbg.errors import CameraError, CameraLostError
from vbg.frame import Frame, Pixels, read_only
from vbg.session import Session
from vbg.settings import Look, Setup
from vbg.sight import Sight
from vbg.status import Phase

NOISE = [read_only(np.random.default_rng(i).integers(60, 90, (48, 64, 3), np.uint8)) for i in range(8)]


def said(pictures: list[Pixels], fps: float = 30.0) -> list[str]:
    """What is said of each of the pictures."""
    sight, found = Sight(), []
    for index, pixels in enumerate(pictures):
        try:
            sight.look(Frame(pixels, index, index / fps))
            found.append("")
        except CameraLostError:
            found.append("lost")
        except CameraError as e:
            found.append(str(e))
    return found


def test_black_pictures_are_told_within_a_second_and_until_they_end() -> None:
    black = read_only(np.random.default_rng(1).integers(0, 12, (48, 64, 3), np.uint8))
    found = said([*NOISE, *[black] * 30, *NOISE])
    assert not any(found[:8])
    assert "black" in found[37]
    assert not any(found[38:])


def test_a_picture_that_freezes_is_told_and_then_the_camera_is_opened_again() -> None:
    found = said([*(NOISE * 5), *[NOISE[7]] * 120, *NOISE])
    assert not any(found[:50])
    assert "same picture" in found[40 + 29]
    assert found[40 + 119] == "lost"
    assert found[-1] == ""


@pytest.mark.parametrize(
    "pictures",
    [[plain(64, 48, ROOM)] * 90, [p for p in NOISE * 6 for _ in range(2)], [p for p in NOISE * 6 for _ in range(9)]],
    ids=["a still picture", "each twice", "a slow camera"],
)
def test_what_has_never_been_otherwise_is_no_fault(pictures: list[Pixels]) -> None:
    assert not any(said(pictures))


def test_after_the_machine_slept_the_camera_is_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    asleep_s = [0.0]
    monkeypatch.setattr(wake, "asleep_s", lambda: asleep_s[0])
    camera, model, output = FakeCamera(), FakeModel(), FakeOutput()
    session = Session(Setup(camera, model, (output,)), Look(FakeEffect()))
    session.start()
    try:
        wait_until(lambda: session.status().phase is Phase.RUNNING, "it runs")
        asleep_s[0] = 3600.0
        wait_until(lambda: camera.control.opened == 2 and model.control.resets >= 1, "the camera is opened again")
        wait_until(lambda: session.status().phase is Phase.RUNNING, "it runs again")
        assert output.control.opened == 1
    finally:
        session.stop()
        session.wait(20)


def test_a_driver_that_hangs_for_ever_is_not_opened_over_and_over() -> None:
    camera, output = FakeCamera(), FakeOutput()
    session = Session(Setup(camera, FakeModel(), (output,)), Look(FakeEffect()))
    session.start()
    try:
        wait_until(lambda: session.status().phase is Phase.RUNNING, "it runs")
        camera.control.block()
        wait_until(lambda: "stuck" in session.status().fault, "it is noticed")
        time.sleep(1.0)  # some tries to open it again would come in this time
        assert len(camera.control.asked) == 1
        camera.control.release()
        wait_until(lambda: session.status().phase is Phase.RUNNING, "it runs again")
        assert len(camera.control.asked) == 2
    finally:
        camera.control.release()
        session.stop()
        session.wait(20)
