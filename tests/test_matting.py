"""The mask is steadied without trailing behind, and its edge lands on the picture's edge."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vbg.frame import Frame, Mask, read_only
from vbg.matting.plate import Plate
from vbg.matting.refine import Refiner
from vbg.matting.smooth import GAP_S, Smoother


def frame(captured_at: float = 0.0) -> Frame:
    """Noise: no edge to hold on to."""
    return Frame(np.random.default_rng(4).integers(0, 256, (90, 160, 3), np.uint8), 0, captured_at)


def filled(value: float, shape: tuple[int, int] = (9, 16)) -> Mask:
    return np.full(shape, value, np.float32)


def test_where_the_picture_stood_still_the_mask_is_steadied() -> None:
    smoother = Smoother()
    smoother.smooth(filled(1.0), frame(0.0))
    assert smoother.smooth(filled(0.5), frame(0.03)).min() > 0.9
    sure = smoother.smooth(filled(0.0), frame(0.06))
    assert sure.max() < 0.5  # sure answers are followed sooner
    for index in range(8):
        sure = smoother.smooth(filled(0.0), frame(0.1 + index / 30))
    assert sure.max() < 0.01


def test_where_the_picture_moved_the_mask_follows_at_once() -> None:
    pixels = frame().pixels.copy()
    smoother = Smoother()
    smoother.smooth(filled(1.0), frame(0.0))
    smoother.smooth(filled(1.0), frame(0.03))
    pixels[:, :80] //= 3
    moved = smoother.smooth(filled(0.5), Frame(pixels, 2, 0.06))
    assert moved[:, :6].max() < 0.51
    assert moved[:, 10:].min() > 0.9


def test_a_plate_takes_out_what_looks_like_the_room_it_knows() -> None:
    plate = Plate()
    nobody, ghost = filled(0.0), filled(0.0)
    ghost[3:6, 4:12] = 0.6
    for index in range(12):
        corrected(plate, nobody, frame(index / 30))
        plate.learn(nobody, frame(index / 30))
    assert corrected(plate, ghost, frame(0.4)).max() < 0.1
    plate.reset()
    assert (corrected(plate, ghost, frame(0.43)) == ghost).all()


def corrected(plate: Plate, mask: Mask, frame: Frame) -> Mask:
    plate.look(frame)
    return plate.correct(mask, frame)


def test_a_plate_says_where_the_empty_room_shows() -> None:
    plate = Plate()
    nobody = filled(0.0)
    for index in range(12):
        known = plate.look(frame(index / 30))
        assert index >= 3 or known is None or not known.any()
        corrected(plate, nobody, frame(index / 30))
        plate.learn(nobody, frame(index / 30))
    pixels = frame().pixels.copy()
    pixels[30:60, 60:100] = (20, 120, 220)
    known = plate.look(Frame(pixels, 12, 0.4))
    assert known is not None
    assert known[4, 7:9].max() == 0
    assert known[8, :].min() == 1
    assert plate.look(frame(0.4 + 2 * GAP_S)) is None


def test_a_plate_keeps_who_stands_before_the_room_and_forgets_a_room_that_changed() -> None:
    plate = Plate()
    nobody, somebody = filled(0.0), filled(0.0)
    somebody[3:6, 4:12] = 0.6
    for index in range(12):
        corrected(plate, nobody, frame(index / 30))
        plate.learn(nobody, frame(index / 30))
    pixels = frame().pixels.copy()
    pixels[30:60, 40:120] = (20, 120, 220)
    kept = corrected(plate, somebody, Frame(pixels, 12, 0.4))
    assert kept[4, 6:10].min() >= 0.6
    other = Frame(np.ascontiguousarray(frame().pixels[:, ::-1]), 13, 0.43)
    assert (corrected(plate, somebody, other) == somebody).all()


@pytest.mark.parametrize(
    ("at", "shape"),
    [(1 + GAP_S + 0.01, (9, 16)), (0.9, (9, 16)), (1.03, (16, 9))],
    ids=["after a gap", "after a step back", "after a change of size"],
)
def test_nothing_earlier_shows_through(at: float, shape: tuple[int, int]) -> None:
    smoother = Smoother()
    smoother.smooth(filled(1.0), frame(1.0))
    assert (smoother.smooth(filled(0.5, shape), frame(at)) == 0.5).all()


def test_reset_forgets() -> None:
    smoother = Smoother()
    smoother.smooth(filled(1.0), frame(1.0))
    smoother.reset()
    assert (smoother.smooth(filled(0.5), frame(1.03)) == 0.5).all()


def test_smoothing_and_refining_leave_the_mask_alone() -> None:
    mask = np.random.default_rng(2).random((9, 16), np.float32)
    kept = mask.copy()
    smoother = Smoother()
    for at in (0.0, 0.03, 0.06):
        Refiner().refine(smoother.smooth(mask, frame(at)), frame(at))
    assert (mask == kept).all()


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_sure_mask_hides_or_shows_every_pixel_of_any_picture_wholly(value: float) -> None:
    noise = frame()
    matte = Refiner().refine(filled(value, (36, 64)), noise)
    assert (matte.alpha(noise.pixels) == value).all()


def scene() -> tuple[Frame, Mask, NDArray[np.float32]]:
    """A bright disc on a dark ground, what a model says of it (coarse, soft and a little off), and the truth."""
    rows, cols = np.mgrid[0:360, 0:640]
    truth = (np.hypot(rows - 180, cols - 320) < 120).astype(np.float32)
    pixels = (40 + 160 * truth[:, :, None] * np.ones(3)).astype(np.uint8)
    rough = cv2.GaussianBlur(cv2.resize(np.roll(truth, 2, 1), (384, 216), interpolation=cv2.INTER_AREA), (0, 0), 2)
    return Frame(pixels, 0, 0.0), np.asarray(rough, np.float32), truth


def test_the_matte_s_edge_lands_on_the_picture_s_edge() -> None:
    seen, rough, truth = scene()
    alpha = Refiner().refine(rough, seen).alpha(seen.pixels)
    before = np.abs(cv2.resize(rough, (640, 360)) - truth).mean()
    assert np.abs(alpha - truth).mean() < 0.5 * before


def test_far_from_the_edge_nothing_of_the_room_shows_and_nothing_of_the_person_is_lost() -> None:
    seen, rough, truth = scene()
    alpha = Refiner().refine(rough, seen).alpha(seen.pixels)
    kernel = np.ones((41, 41), np.uint8)
    assert (alpha[cv2.erode(truth, kernel) == 1] == 1).all()
    assert (alpha[cv2.dilate(truth, kernel) == 0] == 0).all()


def test_a_room_that_gets_brighter_is_never_brighter_than_a_picture() -> None:
    """A bright spot saturates when the lamp is switched on: what is learned must not leave the range of pixels."""
    plate, nobody = Plate(), np.zeros((36, 64), np.float32)
    dim = np.full((36, 64, 3), 60, np.uint8)
    dim[:, :3] = 240
    for index in range(40):
        bright = np.clip(dim * (1.0 if index < 20 else 1.15), 0, 255).astype(np.uint8)
        plate.correct(nobody, one := Frame(read_only(bright), index, index / 30))
        plate.learn(nobody, one)
        assert plate._room is not None
        assert plate._room.max() <= 255
