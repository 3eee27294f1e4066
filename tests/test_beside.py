"""Outputs with a look of their own: the mask is made once, each gets its own picture, and none gets the room unasked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import ROOM, FakeCamera, FakeEffect, FakeModel, FakeOutput, wait_until

from vbg import kernels, store
from vbg.cli import main
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.effects.none import NoEffect
from vbg.frame import Frame, Pixels
from vbg.matting.presence import Presence
from vbg.matting.style import Style
from vbg.session import Session
from vbg.settings import Look, Setup
from vbg.sinks.null import Null
from vbg.sinks.video_file import VideoOut
from vbg.sinks.virtual import VirtualCamera
from vbg.status import Phase

BLUE, RED = (250, 10, 10), (10, 10, 250)


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """Compiling takes longer than a test should wait, where this is the first one that needs it."""
    kernels.warm()


def room_in(frame: Frame) -> bool:
    """Whether the right half, where nobody is, shows the room; a card's colours are far from it."""
    return bool((np.abs(frame.pixels[:, -16:].astype(int) - ROOM).max(axis=2) < 60).any())


def right(frame: Frame) -> tuple[int, ...]:
    return tuple(int(value) for value in frame.pixels[0, -1])


def moving(index: int) -> Pixels:
    """The room, and on the left something that is never twice the same."""
    picture = np.full((36, 64, 3), ROOM, np.uint8)
    picture[20:, :16] = 40 + 150 * (index % 2)
    return picture


def more(output: FakeOutput, count: int) -> None:
    """So many frames from now on; cards came before."""
    output.control.wait_for(len(output.control.sent) + count)


@contextmanager
def running(main: Look, *own: Look, model: FakeModel) -> Iterator[tuple[Session, list[FakeOutput]]]:
    """A session with one output for `main` and one for each of `own`; a person fills the left half, and moves."""
    outputs = [FakeOutput() for _ in range(1 + len(own))]
    setup = Setup(FakeCamera(picture=moving), model, tuple(outputs), own=tuple(zip(outputs[1:], own, strict=True)))
    session = Session(setup, main)
    session.start()
    try:
        wait_until(lambda: session.status().phase is Phase.RUNNING, "it runs", 60)
        yield session, outputs
    finally:
        session.stop()
        session.wait(20)


def test_each_output_has_its_own_background_by_one_mask() -> None:
    model = FakeModel(1.0, left_half=True)
    blue, red = Look(FakeEffect(BLUE)), Look(FakeEffect(RED))
    with running(blue, red, Look(NoEffect()), model=model) as (session, outputs):
        more(outputs[2], 20)
    pictures = [[one for one in output.control.sent if right(one) in (BLUE, RED, ROOM)] for output in outputs]  # no cards
    first, second, plain = ({one.index: one for one in some} for some in pictures)
    together = sorted(set(first) & set(second) & set(plain))
    assert len(together) > 10
    for index in together:
        assert (right(first[index]), right(second[index]), right(plain[index])) == (BLUE, RED, ROOM)
        for one in (first, second, plain):  # the person is the same in all
            assert np.abs(one[index].pixels[:16, :20].astype(int) - ROOM).max() <= 2
    assert model.control.used <= session.status().frames + 2
    assert not any(room_in(one) for output in outputs[:2] for one in output.control.sent)


def test_a_covered_output_stays_covered_where_the_session_s_own_look_shows_the_room() -> None:
    model = FakeModel(1.0, left_half=True)
    with running(Look(NoEffect()), Look(FakeEffect(RED)), model=model) as (session, (plain, covered)):
        more(covered, 20)
        assert model.control.used > 5  # the mask is made for it
        model.control.error = RuntimeError("broken")
        wait_until(lambda: session.status().phase is Phase.COVERED, "the model fails")
        model.control.error = None
        wait_until(lambda: session.status().phase is Phase.RUNNING, "and is back")
        count = len(covered.control.sent)
        covered.control.wait_for(count + 5)
    assert any(room_in(one) for one in plain.control.sent)
    assert not any(room_in(one) for one in covered.control.sent)
    assert right(covered.control.sent[-1]) == RED


@pytest.mark.parametrize("fault", ["opening", "painting", "a bug"])
def test_a_background_of_one_output_that_fails_is_covered_there_and_leaves_the_others_alone(fault: str) -> None:
    broken = FakeEffect(RED, fails_opening=fault == "opening", fails_at=3 if fault == "painting" else None)
    with running(Look(FakeEffect(BLUE)), Look(broken), model=FakeModel(1.0, left_half=True)) as (session, outputs):
        if fault == "a bug":
            more(outputs[1], 10)
            broken.log.error = ZeroDivisionError("a bug")
            wait_until(lambda: session.status().phase is Phase.COVERED, "a card")
            broken.log.error = None
        else:
            wait_until(lambda: "plain colour" in session.status().notice, "the notice")
        wait_until(lambda: session.status().phase is Phase.RUNNING, "it goes on")
        for output in outputs:
            output.control.wait_for(len(output.control.sent) + 10)
    assert not any(room_in(one) for output in outputs for one in output.control.sent)
    assert right(outputs[0].control.sent[-1]) == BLUE


def test_while_the_room_is_captured_no_output_shows_it() -> None:
    look = Look(FakeEffect(BLUE))
    with running(look, Look(NoEffect()), model=FakeModel(0.0)) as (session, (_, plain)):
        more(plain, 10)
        session.look.update(lambda now: replace(now, captures=1))
        wait_until(lambda: session.status().room.capturing, "it is captured")
        count = len(plain.control.sent)
        plain.control.wait_for(count + 5)
        assert not any(room_in(one) for one in plain.control.sent[count + 2 : count + 5])


def test_a_look_of_one_output_changes_while_all_stay_open() -> None:
    with running(Look(FakeEffect(BLUE)), Look(FakeEffect(RED)), model=FakeModel(0.0)) as (session, (first, second)):
        more(second, 10)
        session.setup.update(lambda now: replace(now, own=((second, Look(FakeEffect((1, 2, 3)))),)))
        wait_until(lambda: right(second.control.sent[-1]) == (1, 2, 3), "the new one")
        session.setup.update(lambda now: replace(now, own=()))
        wait_until(lambda: right(second.control.sent[-1]) == BLUE, "the session's")
        assert (first.control.opened, second.control.opened) == (1, 1)


def test_the_settings_file_keeps_looks_of_outputs_and_a_broken_one_covers(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    first, second = VirtualCamera("/dev/video10"), VirtualCamera("/dev/video11")
    own = Look(Colour("#00b140"), presence=Presence(corner="left"))
    setup = Setup(outputs=(first, second), own=((second, own),))
    store.save(path, setup, Look(NoEffect()))
    assert store.load(path) == store.Saved(setup, Look(NoEffect()))
    text = path.read_text()
    for broken, named in (("#00b140", "effect"), ("left", "presence: corner")):
        path.write_text(text.replace(broken, "nonsense"))
        saved = store.load(path)
        assert saved.setup.own[0][1].effect.covers
        assert named in saved.problems[0]
    for table, named in (('"blur"', "outputs: look"), ("{spice = 1}", "outputs: look: spice")):
        path.write_text(f'[effect]\nkind = "none"\n[[outputs]]\nkind = "null"\nlook = {table}\n[[outputs]]\nkind = "null"')
        saved = store.load(path)
        assert saved.setup.own == ((Null(), Look(Blur(0.5), Style())),)
        assert named in saved.problems[0]
        assert "named twice" in saved.problems[1]


def test_the_command_line_takes_several_outputs_each_with_its_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from vbg.cameras.video_file import VideoFile

    usual = [
        "run",
        "--camera",
        "test-card",
        "--size",
        "64x36",
        "--model",
        "constant",
        "--seconds",
        "0.4",
        "--background",
        "#ff0000",
    ]
    names = [str(tmp_path / name) for name in ("a.mkv", "b.mkv", "c.mkv")]
    assert main([*usual, "--output", names[0], "--output", names[1], "--also", names[2], "#0000ff"]) == 0
    pictures = []
    for name in names:
        source = VideoFile(name).open()
        one = source.read()
        source.close()
        assert one is not None
        pictures.append(one.pixels)
    assert (pictures[0] == pictures[1]).all()
    assert pictures[0][..., 2].mean() > pictures[2][..., 2].mean() + 20  # more red in the first
    assert main([*usual, "--output", "null", "--also", "null", "blur"]) == 2
    assert "named twice" in capsys.readouterr().err
    assert main([*usual, "--output", "null", "--also", names[0], "no such thing"]) == 2
    assert VideoOut(names[0]) != VideoOut(names[1])
