"""The crop that follows: nobody is lost, wherever in the picture they are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vbg.bench import score
from vbg.cameras.demo import Demo
from vbg.frame import Frame, read_only
from vbg.models.beyond import beyond, filled
from vbg.models.box import Box
from vbg.models.follow import Follow
from vbg.models.track import Tracker
from vbg.pipeline import Pipeline

WIDTH, HEIGHT = 640, 360
CROP = Box(0, 0, 360, 360)


def test_a_sparing_model_looks_once_a_frame_and_sees_nearly_the_same() -> None:
    source, model = Demo().open(WIDTH, HEIGHT), Follow().open()
    near = model.engines[-1]
    frames = [source.frame(150 + index) for index in range(12)]
    looks, seen = {}, {}
    for sparing in (False, True):
        model.spare(sparing)
        model.reset()
        seen[sparing] = [model.mask(frame) for frame in frames[:6]][-1]
        before = near.runs
        for frame in frames[6:]:
            model.mask(frame)
        looks[sparing] = near.runs - before
    model.close()
    assert looks == {False: 12, True: 6}
    assert score.iou(seen[True], seen[False]) > 0.95


def whole(*people: tuple[slice, slice]) -> NDArray[np.float32]:
    """The mask of a frame of WIDTH x HEIGHT at half its size."""
    mask = np.zeros((180, 320), np.float32)
    for place in people:
        mask[place] = 1
    return mask


def test_whoever_is_outside_the_crop_is_filled_in() -> None:
    inside, outside = (slice(60, 180), slice(20, 120)), (slice(60, 180), slice(230, 300))
    outer = beyond(whole(inside, outside), CROP, False, WIDTH, HEIGHT)
    assert outer is not None
    assert outer[outside].min() == 1
    assert outer[inside].max() == 0  # the crop knows better
    mask = whole(inside)
    joined = filled(mask, outer, CROP, WIDTH, HEIGHT)
    assert np.array_equal(joined, whole(inside, outside))


def test_a_person_who_is_wider_than_the_crop_has_no_edge_at_its_rim() -> None:
    wide = (slice(60, 180), slice(20, 300))
    outer = beyond(whole(wide), CROP, False, WIDTH, HEIGHT)
    assert outer is not None
    cut = whole((slice(60, 180), slice(20, 180)))
    assert filled(cut, outer, CROP, WIDTH, HEIGHT)[wide].min() == 1
    torn = whole((slice(60, 180), slice(20, 176)))  # towards the rim the crop's answer goes first
    assert filled(torn, outer, CROP, WIDTH, HEIGHT)[wide].min() > 0.5


def test_specks_and_small_patches_outside_the_crop_stay_out_unless_somebody_reaches_over_the_rim() -> None:
    person, hand, speck = (slice(60, 180), slice(20, 178)), (slice(100, 120), slice(178, 195)), (slice(90, 94), slice(250, 254))
    assert beyond(whole(person, speck), CROP, True, WIDTH, HEIGHT) is None
    assert beyond(whole(person, hand), CROP, False, WIDTH, HEIGHT) is None
    outer = beyond(whole(person, hand), CROP, True, WIDTH, HEIGHT)
    assert outer is not None and outer[hand].min() == 1


@pytest.mark.parametrize("apart", [0, 20])
def test_two_people_at_both_ends_of_the_room_are_both_seen(apart: int) -> None:
    """apart: columns of the left half that its person is moved to the left by."""
    source = Demo().open(WIDTH, HEIGHT)
    pipeline = Pipeline(Follow().open())
    ious = []
    middle = slice(WIDTH // 4, WIDTH * 3 // 4)
    for index in range(40):
        frame = source.read()
        assert frame is not None
        pixels, truth = frame.pixels[:, middle], source.truth(index)[:, middle]
        both = np.ascontiguousarray(np.hstack((np.roll(pixels, -apart, axis=1), pixels[:, ::-1])))
        _, matte = pipeline.matte(Frame(read_only(both), index, index / 30))
        ious.append(score.iou(matte.alpha(both), np.hstack((np.roll(truth, -apart, axis=1), truth[:, ::-1]))))
    source.close()
    pipeline.close()
    assert np.mean(ious) > 0.9
    assert np.min(ious[5:]) > 0.85


def test_half_a_person_at_the_border_is_looked_at_with_the_mirror_image_until_the_rest_is_there() -> None:
    tracker = Tracker()
    tracker.found(whole((slice(30, 180), slice(0, 40))), WIDTH, HEIGHT)
    assert tracker.crop is not None
    tracker.saw(answer(tracker.crop, 0, 80), WIDTH, HEIGHT)
    assert tracker.crop.left < 0 < tracker.crop.right
    for right in range(80, 300, 20):
        tracker.saw(answer(tracker.crop, 0, right), WIDTH, HEIGHT)
    assert tracker.crop.left >= 0
    tracker.saw(answer(tracker.crop, 40, 320), WIDTH, HEIGHT)
    assert tracker.crop.left >= 0
    assert not tracker.lost


def answer(crop: Box, left: int, right: int) -> NDArray[np.float32]:
    """What a true model says of `crop`: a person over columns left .. right of the frame, from a sixth of its height down."""
    at = crop.left + (np.arange(256) + 0.5) * crop.width / 256
    rows = crop.top + (np.arange(256) + 0.5) * crop.height / 256
    columns = (np.abs(at) >= left) & (np.abs(at) < right)
    return np.outer((rows > HEIGHT / 6) & (rows < HEIGHT), columns).astype(np.float32)
