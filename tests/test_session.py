"""A session keeps its outputs open and covered whatever happens to camera, model and background, and leaves nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import ROOM, FakeCamera, FakeEffect, FakeModel, FakeOutput, FakeRecording, wait_until

from vbg.errors import CameraError, ModelError, OutputError
from vbg.frame import Frame, Mask
from vbg.session import Session
from vbg.settings import Look, Setup
from vbg.status import Phase

BLUE, RED = (250, 10, 10), (10, 10, 250)


@contextmanager
def running(setup: Setup, look: Look) -> Iterator[Session]:
    """A session on its thread, stopped and waited for in the end."""
    session = Session(setup, look)
    session.start()
    try:
        yield session
    finally:
        session.stop()
        session.wait(20)


def plain_colour(frame: Frame) -> tuple[int, ...] | None:
    """The one colour of a frame; None where it has several (a card)."""
    first = frame.pixels[0, 0]
    return tuple(int(v) for v in first) if (frame.pixels == first).all() else None


def room_was_shown(output: FakeOutput) -> bool:
    """Whether any sent frame holds pixels near the room's colour; a card's colours are far from it."""
    return any(bool((np.abs(f.pixels.astype(int) - ROOM).max(axis=2) < 60).any()) for f in output.control.sent)


def open_handles() -> int:
    """How many file descriptors this process has open; 0 where the system does not tell."""
    descriptors = Path("/proc/self/fd")
    return len(list(descriptors.iterdir())) if descriptors.exists() else 0


def phase_is(session: Session, phase: Phase) -> None:
    wait_until(lambda: session.status().phase is phase, f"phase {phase}")


def test_changes_from_another_thread_are_seen_whole() -> None:
    """10,000 changes while it runs: every frame is uniformly of one of the two looks."""
    camera, output = FakeCamera(fps=0), FakeOutput()
    looks = [Look(FakeEffect(BLUE)), Look(FakeEffect(RED))]
    with running(Setup(camera, FakeModel(), (output,)), looks[0]) as session:
        phase_is(session, Phase.RUNNING)
        before = len(output.control.sent)
        for count in range(10_000):
            session.look.set(looks[count % 2])
            if count % 101 == 0:  # odd: each of the two looks is waited for in turn
                output.control.wait_for(len(output.control.sent) + 2)
    seen = [plain_colour(frame) for frame in output.control.sent[before:]]
    assert set(seen) == {BLUE, RED}
    assert not room_was_shown(output)


def test_nothing_survives_a_stop() -> None:
    with running(Setup(FakeCamera(), FakeModel(), (FakeOutput(),)), Look(FakeEffect())) as session:
        phase_is(session, Phase.RUNNING)  # what libraries open once and keep is open now
    threads, handles = set(threading.enumerate()), open_handles()
    camera, model, output, effect = FakeCamera(), FakeModel(), FakeOutput(), FakeEffect()
    with running(Setup(camera, model, (output,)), Look(effect)) as session:
        phase_is(session, Phase.RUNNING)
    assert set(threading.enumerate()) <= threads
    assert open_handles() <= handles
    for log in (camera.control, model.control, output.control, effect.log):
        assert log.opened == 1
        assert log.open_now == 0


def test_camera_unplugged_and_back() -> None:
    camera, output = FakeCamera(), FakeOutput()
    with running(Setup(camera, FakeModel(), (output,)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
        camera.control.unplug()
        phase_is(session, Phase.COVERED)
        wait_until(lambda: plain_colour(output.control.sent[-1]) is None, "a card")
        assert "fake camera" in session.status().fault or "no camera" in session.status().fault
        camera.control.plug_in()
        phase_is(session, Phase.RUNNING)
        assert session.status().fault == ""
        assert (output.control.opened, output.control.closed) == (1, 0)
    assert {identity for *_, identity in camera.control.asked[1:]} == {"fake-1"}
    assert camera.control.open_now == 0
    assert not room_was_shown(output)


def test_a_camera_that_hangs_is_covered() -> None:
    camera, output = FakeCamera(), FakeOutput()
    with running(Setup(camera, FakeModel(), (output,)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
        camera.control.block()
        phase_is(session, Phase.COVERED)
        wait_until(lambda: "stuck" in session.status().fault, "the fault is named")
        camera.control.release()
        phase_is(session, Phase.RUNNING)
    assert camera.control.open_now == 0
    assert not room_was_shown(output)


@pytest.mark.parametrize("error", [ModelError("broken"), ZeroDivisionError("a bug")], ids=["model error", "bug"])
def test_model_fails_and_comes_back(error: Exception) -> None:
    model, output = FakeModel(), FakeOutput()
    with running(Setup(FakeCamera(), model, (output,)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
        model.control.error = error
        phase_is(session, Phase.COVERED)
        wait_until(lambda: plain_colour(output.control.sent[-1]) is None, "a card")
        model.control.error = None
        phase_is(session, Phase.RUNNING)
        assert (output.control.opened, output.control.closed) == (1, 0)
    assert not room_was_shown(output)
    assert model.control.open_now == 0


def test_an_answer_that_is_not_a_number_is_covered() -> None:
    poison = threading.Event()

    def answer(frame: Frame) -> Mask:
        return np.full((36, 64), np.nan if poison.is_set() else 0.0, np.float32)

    output = FakeOutput()
    with running(Setup(FakeCamera(), FakeModel(answer=answer), (output,)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
        poison.set()
        phase_is(session, Phase.COVERED)
    assert not room_was_shown(output)


def test_switching_parts_leaves_the_output_open() -> None:
    first, second, output = FakeCamera(), FakeCamera(width=48, height=48, identity="fake-2"), FakeOutput()
    old_model, new_model = FakeModel(), FakeModel()
    with running(Setup(first, old_model, (output,)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
        session.setup.update(lambda s: replace(s, camera=second))
        wait_until(lambda: second.control.used > 5 and first.control.open_now == 0, "the second camera is read")
        session.setup.update(lambda s: replace(s, model=new_model))
        wait_until(lambda: new_model.control.used > 5 and old_model.control.open_now == 0, "the new model is asked")
        session.look.set(Look(FakeEffect(RED)))
        wait_until(lambda: plain_colour(output.control.sent[-1]) == RED, "the new background")
        assert (output.control.opened, output.control.closed) == (1, 0)
    assert {frame.pixels.shape for frame in output.control.sent} == {(36, 64, 3)}
    assert not room_was_shown(output)


def test_what_cannot_be_switched_to_leaves_the_old_in_place() -> None:
    broken_model, broken_camera, output = FakeModel(), FakeCamera(), FakeOutput()
    broken_model.control.open_error = ModelError("no such model")
    broken_camera.control.open_error = CameraError("no such camera")
    good = FakeCamera()
    with running(Setup(good, FakeModel(), (output,)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
        session.setup.update(lambda s: replace(s, model=broken_model))
        wait_until(lambda: "no such model" in session.status().notice, "the notice")
        assert session.status().phase is Phase.RUNNING
        session.setup.update(lambda s: replace(s, camera=broken_camera))
        wait_until(lambda: "no such camera" in session.status().fault, "the fault")
        session.setup.update(lambda s: replace(s, camera=good))
        phase_is(session, Phase.RUNNING)
        assert output.control.opened == 1
    assert not room_was_shown(output)


def test_an_output_is_added_and_removed_while_the_other_stays_open() -> None:
    stays, comes = FakeOutput(), FakeOutput()
    with running(Setup(FakeCamera(), FakeModel(), (stays,)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
        session.setup.update(lambda s: replace(s, outputs=(stays, comes)))
        comes.control.wait_for(3)
        session.setup.update(lambda s: replace(s, outputs=(stays,)))
        wait_until(lambda: comes.control.open_now == 0, "the second output is closed")
        assert (stays.control.opened, stays.control.closed) == (1, 0)


def test_a_new_size_reopens_the_outputs_with_it() -> None:
    output = FakeOutput()
    with running(Setup(FakeCamera(), FakeModel(), (output,)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
        session.setup.update(lambda s: replace(s, width=32, height=18))
        wait_until(lambda: output.control.sent[-1].pixels.shape == (18, 32, 3), "frames of the new size")
    assert [(c.width, c.height) for c in output.control.canvases] == [(64, 36), (32, 18)]
    assert not room_was_shown(output)


def test_the_camera_is_open_only_while_somebody_watches() -> None:
    camera, output = FakeCamera(), FakeOutput()
    with running(Setup(camera, FakeModel(), (output,)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
        output.control.watched = False
        phase_is(session, Phase.IDLE)
        wait_until(lambda: camera.control.open_now == 0, "the camera is closed")
        sent = len(output.control.sent)
        output.control.wait_for(sent + 2)  # a card now and then
        output.control.watched = True
        phase_is(session, Phase.RUNNING)
    assert camera.control.opened == 2
    assert not room_was_shown(output)


def test_the_first_thing_sent_is_a_card() -> None:
    output = FakeOutput()
    with running(Setup(FakeCamera(), FakeModel(), (output,)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
    assert plain_colour(output.control.sent[0]) is None


def test_a_recording_is_read_to_its_end_every_frame_in_order() -> None:
    camera, output = FakeRecording(frames=40), FakeOutput(live_output=False)
    status = Session(Setup(camera, FakeModel(), (output,)), Look(FakeEffect(BLUE))).run()
    assert [frame.index for frame in output.control.sent] == list(range(40))
    assert (status.phase, status.frames, status.dropped) == (Phase.ENDED, 40, 0)


def test_seconds_counts_seconds_of_picture() -> None:
    output = FakeOutput(live_output=False)
    status = Session(Setup(FakeRecording(fps=30), FakeModel(), (output,)), Look(FakeEffect()), seconds=2).run()
    assert status.frames == 60


def test_a_slow_pipeline_skips_frames_of_a_live_camera_and_counts_them() -> None:
    busy = threading.Event()

    def slowly(frame: Frame) -> Mask:
        busy.wait(0.03)
        return np.zeros((36, 64), np.float32)

    output = FakeOutput()
    with running(Setup(FakeCamera(fps=200), FakeModel(answer=slowly), (output,)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
        wait_until(lambda: session.status().dropped > 10 and session.status().frames > 5, "dropped frames")
    indexes = [frame.index for frame in output.control.sent if plain_colour(frame)]
    assert indexes == sorted(set(indexes))
    assert indexes[-1] - indexes[0] > len(indexes)


@pytest.mark.parametrize("fault", ["camera", "model", "output"])
def test_what_fails_at_the_start_is_raised_and_nothing_stays_open(fault: str) -> None:
    camera, model, output = FakeCamera(), FakeModel(), FakeOutput()
    error: Exception
    if fault == "camera":
        error = camera.control.open_error = CameraError("cannot open")
    elif fault == "model":
        error = model.control.open_error = ModelError("cannot open")
    else:
        error = output.control.open_error = OutputError("cannot open")
    session = Session(Setup(camera, model, (output,)), Look(FakeEffect()))
    with pytest.raises(type(error), match="cannot open"):
        session.run()
    assert session.status().phase is Phase.FAILED
    assert camera.control.open_now == model.control.open_now == output.control.open_now == 0


def test_a_file_that_cannot_be_written_ends_the_session_with_its_error() -> None:
    camera, output = FakeCamera(), FakeOutput(fails_at=20, live_output=False)
    session = Session(Setup(camera, FakeModel(), (output,)), Look(FakeEffect(BLUE)))
    with pytest.raises(OutputError, match="fake output failed"):
        session.run()
    assert camera.control.open_now == output.control.open_now == 0


def test_a_live_output_that_fails_is_opened_again_while_the_others_go_on() -> None:
    camera, output, other = FakeCamera(), FakeOutput(), FakeOutput()
    with running(Setup(camera, FakeModel(), (output, other)), Look(FakeEffect(BLUE))) as session:
        phase_is(session, Phase.RUNNING)
        output.control.error = output.control.open_error = OutputError("the driver was removed")
        wait_until(lambda: "removed" in session.status().fault and output.control.open_now == 0, "it is said and closed")
        other.control.wait_for(len(other.control.sent) + 5)
        assert session.status().phase is Phase.RUNNING
        output.control.error = output.control.open_error = None
        output.control.wait_for(len(output.control.sent) + 2)
        wait_until(lambda: session.status().fault == "", "nothing is wrong any more")
    assert (other.control.opened, output.control.opened) == (1, 2)
    assert not room_was_shown(output)


@pytest.mark.parametrize("hung", ["model", "background"])
def test_the_card_goes_out_although_the_session_s_own_thread_hangs(hung: str) -> None:
    model, output, effect = FakeModel(), FakeOutput(), FakeEffect(BLUE)
    with running(Setup(FakeCamera(), model, (output,)), Look(effect)) as session:
        phase_is(session, Phase.RUNNING)
        control = model.control if hung == "model" else effect.log
        control.block()
        wait_until(lambda: plain_colour(output.control.sent[-1]) is None, "a card")
        phase_is(session, Phase.COVERED)
        assert session.status().fault == f"the {hung} does not answer"
        control.release()
        phase_is(session, Phase.RUNNING)
        wait_until(lambda: plain_colour(output.control.sent[-1]) == BLUE, "frames again")
        assert session.status().fault == ""
        assert output.control.opened == 1
    assert not room_was_shown(output)


def test_a_model_that_fails_ends_a_session_that_nobody_watches() -> None:
    output = FakeOutput(live_output=False)
    with pytest.raises(ModelError):
        Session(Setup(FakeRecording(), FakeModel(fails_at=5), (output,)), Look(FakeEffect())).run()
    assert len(output.control.sent) == 5
    assert output.control.open_now == 0
