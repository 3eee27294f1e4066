"""The pipeline never shows the room because something broke, and its matte belongs to the frame it was made from."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import ROOM, FakeEffect, FakeModel, plain

from vbg.effects import Effect
from vbg.effects.none import NoEffect
from vbg.errors import ModelError
from vbg.frame import Frame, Mask, read_only
from vbg.models import Model
from vbg.pipeline import Pipeline
from vbg.settings import Look

BLUE = (250, 10, 10)


def frame(index: int = 0, width: int = 64, height: int = 36) -> Frame:
    return Frame(plain(width, height, ROOM), index, index / 30)


def processed(model: Model, *effects: Effect) -> list[Frame]:
    """One frame for each of the effects, through one pipeline."""
    pipeline = Pipeline(model.open())
    try:
        return [pipeline.process(frame(i), Look(effect)) for i, effect in enumerate(effects)]
    finally:
        pipeline.close()


def shows_room(result: Frame) -> bool:
    """Whether any pixel is nearer to the room's colour than a blend of a tenth of it would be."""
    return bool((np.abs(result.pixels.astype(int) - ROOM).max(axis=2) < 100).any())


def test_person_stays_and_room_goes() -> None:
    (result,) = processed(FakeModel(1.0, left_half=True), FakeEffect(BLUE))
    assert (np.abs(result.pixels[:, :24].astype(int) - ROOM) <= 2).all()
    assert (result.pixels[:, -24:] == BLUE).all()
    assert not result.pixels.flags.writeable


def test_index_and_time_are_the_camera_frames() -> None:
    results = processed(FakeModel(), FakeEffect(), FakeEffect())
    assert [(r.index, r.captured_at) for r in results] == [(0, 0.0), (1, 1 / 30)]


def test_matte_is_of_the_very_frame() -> None:
    """A person who jumps from side to side with every frame is where the picture has them, not where they were."""

    def looks(picture: Frame) -> Mask:
        mask = np.zeros((36, 64), np.float32)
        mask[:, :32] = float(picture.pixels[0, 0, 0] > 128)
        mask[:, 32:] = float(picture.pixels[0, -1, 0] > 128)
        return mask

    pipeline = Pipeline(FakeModel(answer=looks).open())
    for index in range(6):
        pixels = np.full((36, 64, 3), 60, np.uint8)
        person = np.s_[:, :32] if index % 2 else np.s_[:, 32:]
        pixels[person] = 200
        result = pipeline.process(Frame(read_only(pixels), index, index / 30), Look(FakeEffect(BLUE))).pixels
        inside = np.zeros((36, 64), bool)
        inside[person] = True
        inside[:, 26:38] = False  # the soft edge
        outside = ~inside
        outside[person] = False
        outside[:, 26:38] = False
        assert (result[inside] > 190).all()
        assert (result[outside] == BLUE).all()
    pipeline.close()


@pytest.mark.parametrize(
    "answer",
    [
        np.full((36, 64), np.nan, np.float32),
        np.ones((36, 64, 1), np.float32),
        np.ones((36, 64), np.float64),
        np.ones((0, 64), np.float32),
    ],
    ids=["nan", "three axes", "float64", "empty"],
)
def test_an_answer_that_is_no_mask_is_refused(answer: Mask) -> None:
    with pytest.raises(ModelError):
        processed(FakeModel(answer=lambda _: answer), FakeEffect(BLUE))


def test_no_effect_shows_the_picture_unchanged_without_running_the_model() -> None:
    model = FakeModel()
    (result,) = processed(model, NoEffect())
    assert (result.pixels == ROOM).all()
    assert model.control.used == 0


@pytest.mark.parametrize("bad", [FakeEffect(fails_opening=True), FakeEffect(fails_at=0)], ids=["opening", "painting"])
@pytest.mark.parametrize("before", [(), (FakeEffect(BLUE),), (NoEffect(),)], ids=["first", "after a good one", "after none"])
def test_a_background_that_fails_never_shows_the_room(before: tuple[Effect, ...], bad: FakeEffect) -> None:
    fresh = FakeEffect((1, 2, 3), bad.fails_opening, bad.fails_at)
    pipeline = Pipeline(FakeModel().open())
    for index, effect in enumerate((*before, fresh, fresh)):
        result = pipeline.process(frame(index), Look(effect))
    assert not shows_room(result)
    assert "fake effect" in pipeline.notice
    assert not shows_room(pipeline.process(frame(9), Look(FakeEffect(BLUE))))
    assert pipeline.notice == ""
    pipeline.close()


def test_a_background_that_cannot_be_opened_leaves_the_last_good_one() -> None:
    results = processed(FakeModel(), FakeEffect(BLUE), FakeEffect(fails_opening=True))
    assert (results[1].pixels == BLUE).all()


def test_painters_are_closed_when_the_background_changes_and_at_the_end() -> None:
    first, second = FakeEffect((1, 1, 1)), FakeEffect((2, 2, 2))
    processed(FakeModel(), first, first, second)
    assert (first.log.opened, first.log.closed, second.log.opened, second.log.closed) == (1, 1, 1, 1)


def test_a_new_frame_size_opens_the_background_anew() -> None:
    pipeline = Pipeline(FakeModel().open())
    for width, height in ((64, 36), (32, 32), (64, 36)):
        result = pipeline.process(frame(0, width, height), Look(FakeEffect(BLUE)))
        assert result.pixels.shape == (height, width, 3)
        assert not shows_room(result)
    pipeline.close()
