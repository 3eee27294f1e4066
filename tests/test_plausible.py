"""Masks that cannot be show nothing of the room; those that can be are left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vbg.cameras.demo import Demo
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.matting.plausible import HOLD_S, Plausible

H, W = 36, 64
ROOM = np.random.default_rng(1).integers(0, 256, (H, W, 3), np.uint8)


def frame(index: int, pixels: Pixels | None = None) -> Frame:
    return Frame(read_only(ROOM if pixels is None else pixels), index, index / 30)


def box(share: float, left: int = 0) -> Mask:
    """A person of `share` of the picture."""
    mask = np.zeros((H, W), np.float32)
    mask[:, left : left + round(share * W)] = 1
    return mask


def seen(*masks: Mask, changing: bool = False) -> list[Mask]:
    """What becomes of the masks of frames that follow each other, in a room that stands still, or in a new one each."""
    rule, rng = Plausible(), np.random.default_rng(2)
    pictures = [rng.integers(0, 256, (H, W, 3), np.uint8) if changing else ROOM for _ in masks]
    return [rule.checked(mask, frame(i, pixels)) for i, (mask, pixels) in enumerate(zip(masks, pictures, strict=True))]


def test_a_spot_of_person_is_nobody() -> None:
    spot = np.zeros((H, W), np.float32)
    spot[3, 3:5] = 0.9
    (mask,) = seen(spot)
    assert not mask.any()


def test_a_whole_frame_of_person_is_covered_from_the_start_and_after_an_outline() -> None:
    for masks in ([box(1.0)] * 3, [box(0.3), box(1.0), box(1.0)]):
        assert not any(mask.any() for mask, given in zip(seen(*masks, changing=True), masks, strict=True) if given.all())
    rule = Plausible()
    rule.checked(box(1.0), frame(0))
    assert "covered" in rule.notice
    rule.checked(box(0.4), frame(1))
    assert rule.notice == ""


def test_who_comes_near_may_fill_the_picture() -> None:
    masks = [box(share) for share in np.arange(0.3, 1.01, 0.1)]
    assert all(mask is given for mask, given in zip(seen(*masks, changing=True), masks, strict=True))


def test_a_jump_of_the_area_where_the_picture_stands_still_is_held_off_for_a_while() -> None:
    until = round(HOLD_S * 30)
    masks = [box(0.3), *[box(0.9)] * (until + 10)]
    results = seen(*masks)
    for mask in results[1:until]:
        np.testing.assert_array_equal(mask, box(0.3))
    np.testing.assert_array_equal(results[-1], box(0.9))


def test_somebody_who_really_comes_in_is_shown_at_once() -> None:
    results = seen(box(0.1), box(0.6), changing=True)
    np.testing.assert_array_equal(results[1], box(0.6))


@pytest.mark.parametrize("step", [1, 4])
def test_true_masks_of_the_demo_clip_are_left_alone(step: int) -> None:
    source, rule = Demo().open(320, 180), Plausible()
    for index in range(0, 240, step):
        mask = np.asarray(cv2.resize(source.truth(index), (160, 90), interpolation=cv2.INTER_AREA), np.float32)
        if (mask > 0.5).mean() > 0.001:
            assert rule.checked(mask, source.frame(index)) is mask
