"""The room is captured on request: only when nobody is in it, and nothing of it shows meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from fakes import FakeEffect, FakeModel, plain

from vbg.effects.none import NoEffect
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.matting.capture import DONE, FAILED, STEP_OUT
from vbg.pipeline import Pipeline
from vbg.settings import Look

W, H = 128, 72
BLUE = (250, 10, 10)
ASKED = Look(FakeEffect(BLUE), captures=1)


def room(index: int) -> Pixels:
    """A room with a texture and a sensor's noise."""
    texture = np.random.default_rng(7).integers(40, 200, (H // 4, W // 4, 3)).repeat(4, 0).repeat(4, 1)
    noise = np.random.default_rng(index).normal(0, 1.5, (H, W, 3))
    return np.clip(texture + noise, 0, 255).astype(np.uint8)


def with_person(pixels: Pixels, left: int) -> Pixels:
    pixels[20:, left : left + 30] = (30, 220, 60)
    return pixels


def sees_green(frame: Frame) -> Mask:
    """A model that knows the person, and is unsure of what they hold."""
    small = frame.reduced(W // 2, H // 2).astype(np.int16)
    mask = (small[:, :, 1] - np.maximum(small[:, :, 0], small[:, :, 2]) > 140).astype(np.float32)
    mask[(small.min(axis=2) > 230)] = 0.35
    return mask


def frames(start: int, count: int, left: int | None = None, step: int = 0, fps: float = 30) -> Iterator[Frame]:
    for index in range(start, start + count):
        pixels = room(index)
        if left is not None:
            with_person(pixels, (left + step * index) % (W - 30))
        yield Frame(read_only(pixels), index, index / fps)


@pytest.fixture
def pipeline() -> Iterator[Pipeline]:
    opened = Pipeline(FakeModel(answer=sees_green).open())
    yield opened
    opened.close()


def test_the_room_is_captured_once_the_user_has_left_and_nothing_shows_meanwhile(pipeline: Pipeline) -> None:
    for frame in frames(0, 40, left=30):
        assert (pipeline.process(frame, ASKED).pixels == BLUE).all()
        assert pipeline.room.said == STEP_OUT
    for frame in frames(40, 89):
        assert (pipeline.process(frame, ASKED).pixels == BLUE).all()
    assert "Stay out" in pipeline.notice
    for frame in frames(129, 6):
        pipeline.process(frame, ASKED)
    assert pipeline.room.said == DONE
    assert pipeline.room.captured and pipeline.room.known == 1
    assert pipeline.notice == ""
    result = [pipeline.process(frame, ASKED).pixels for frame in frames(135, 9, left=40)][-1]
    assert (result[40:, 48:62] != BLUE).any(axis=2).all()
    assert (result[:, 80:] == BLUE).all()


def test_who_hides_nothing_shows_nothing_while_the_room_is_captured(pipeline: Pipeline) -> None:
    asked = Look(NoEffect(), captures=1)
    for frame in frames(0, 10, left=30):
        assert len(np.unique(pipeline.process(frame, asked).pixels.reshape(-1, 3), axis=0)) == 1
        assert pipeline.room.capturing
    for frame in frames(10, 100):
        covered = pipeline.process(frame, asked).pixels
        if pipeline.room.capturing:
            assert len(np.unique(covered.reshape(-1, 3), axis=0)) == 1
    assert pipeline.room.said == DONE
    (last,) = frames(110, 1)
    assert (pipeline.process(last, asked).pixels == last.pixels).all()  # as the user chose


def test_the_seconds_are_counted_down(pipeline: Pipeline) -> None:
    told: list[int] = []
    for frame in frames(0, 100):
        pipeline.process(frame, ASKED)
        if pipeline.room.left_s not in told[-1:]:
            told.append(pipeline.room.left_s)
    assert told == [0, 3, 2, 1, 0]  # nothing is counted before it is seen that the picture stands still


def test_what_the_model_is_unsure_of_is_kept_where_it_is_surely_not_the_room(pipeline: Pipeline) -> None:
    def holding(start: int, count: int) -> Iterator[Frame]:
        for frame in frames(start, count, left=40):
            pixels = frame.pixels.copy()
            pixels[40:64, 70:90] = 250  # a mug
            yield Frame(read_only(pixels), frame.index, frame.captured_at)

    before = [pipeline.process(frame, Look(FakeEffect(BLUE))).pixels for frame in holding(0, 12)][-1]
    for frame in frames(12, 100):
        pipeline.process(frame, ASKED)
    assert pipeline.room.captured
    after = [pipeline.process(frame, ASKED).pixels for frame in holding(112, 12)][-1]
    mug = np.s_[48:56, 76:84]
    assert np.abs(after[mug].astype(int) - 250).mean() < 0.5 * np.abs(before[mug].astype(int) - 250).mean()


def test_a_picture_that_never_becomes_empty_gives_up_and_says_so(pipeline: Pipeline) -> None:
    for frame in frames(0, 155, left=0, step=1, fps=5):
        shown = pipeline.process(frame, ASKED).pixels
        assert (shown == BLUE).all() or pipeline.room.said == FAILED
    assert pipeline.room.said == FAILED
    assert not pipeline.room.captured
    assert pipeline.notice == ""


def test_a_moved_camera_drops_the_captured_room_and_a_camera_that_was_away_keeps_it(pipeline: Pipeline) -> None:
    for frame in frames(0, 100):
        pipeline.process(frame, ASKED)
    pipeline.reset(same_room=True)
    for frame in frames(900, 3):
        pipeline.process(frame, ASKED)
    assert pipeline.room.captured
    for frame in frames(903, 3):
        pipeline.process(Frame(read_only(np.ascontiguousarray(frame.pixels[::-1])), frame.index, frame.captured_at), ASKED)
    assert not pipeline.room.captured and pipeline.room.dropped
    for frame in frames(906, 100):
        pipeline.process(frame, Look(FakeEffect(BLUE), captures=2))
    assert pipeline.room.captured and not pipeline.room.dropped


def test_what_was_asked_of_an_earlier_pipeline_is_not_done_again() -> None:
    later = Pipeline(FakeModel().open(), captures=1)
    later.process(Frame(plain(W, H, BLUE), 0, 0.0), ASKED)
    assert later.room.said == ""
    later.close()
