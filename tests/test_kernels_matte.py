"""The matte's kernels against their slow twins."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import reference_matte as twin
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from reference import enlarged

from vbg.frame import Pixels
from vbg.kernels import crop, defocus, patches, resample, room, temporal, unmix, window

SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9))
SEEDS = st.integers(0, 2**32 - 1)


def picture(seed: int, height: int, width: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def planes(seed: int, size: tuple[int, int], *highs: float) -> list[NDArray[np.float32]]:
    random = np.random.default_rng(seed)
    return [random.uniform(0, high, size).astype(np.float32) for high in highs]


def somewhere(mask: NDArray[np.float32], seed: int) -> tuple[NDArray[np.float32], window.Extent]:
    """`mask` within a rectangle, 0 beyond it, and the rectangle."""
    (top, bottom), (left, right) = (
        sorted(int(end) for end in np.random.default_rng(seed).choice(side + 1, 2, replace=False)) for side in mask.shape
    )
    cut = np.zeros_like(mask)
    cut[top:bottom, left:right] = mask[top:bottom, left:right]
    return cut, (top, bottom, left, right)


@given(SEEDS, SIZES)
def test_the_extent_of_what_is_there(seed: int, size: tuple[int, int]) -> None:
    cut, inside = somewhere(planes(seed, size, 1)[0] + np.float32(1), seed)
    assert window.extent(cut, 1.0) == inside
    assert window.extent(cut, 2.5) == (0, 0, 0, 0)


@given(SEEDS, st.integers(2, 8), st.integers(1, 30), st.integers(-20, 20), st.integers(-20, 20))
def test_a_crop_is_the_exact_mean_of_what_each_pixel_covers(seed: int, size: int, more: int, left: int, top: int) -> None:
    """Also where it reaches over the frame, whose mirror image is there."""
    side = size + more
    pixels = picture(seed, side + 5, side + 9)
    around = cv2.copyMakeBorder(pixels, 64, 64, 64, 64, cv2.BORDER_REFLECT)
    expected = twin.read(around, left + 64, top + 64, side, size)
    np.testing.assert_allclose(crop.read(pixels, left, top, side, size), expected, atol=2e-6)
    np.testing.assert_allclose(crop.read(pixels, left, top, side, size, flipped=True), expected[:, ::-1], atol=2e-6)


@given(SEEDS, st.integers(2, 6), st.integers(1, 20), st.integers(-15, 15), st.integers(-15, 15))
def test_a_crop_of_a_picture_of_half_the_size_may_begin_between_its_pixels(
    seed: int, size: int, more: int, left: int, top: int
) -> None:
    half = picture(seed, 20, 24)
    whole = half.repeat(2, 0).repeat(2, 1)
    side = 2 * size + more
    expected = crop.read(whole, left, top, side, size)
    np.testing.assert_allclose(crop.read(half, left / 2, top / 2, side / 2, size), expected, atol=1e-5)


@pytest.mark.parametrize(("left", "top", "side"), [(3, 2, 40), (-9, 5, 44), (20, -8, 60), (4, 4, 20)])
def test_a_sampled_crop_shows_what_a_read_one_does(left: int, top: int, side: int) -> None:
    """Of a smooth picture: nothing that areas and points would see in another way."""
    y, x = np.mgrid[0:60, 0:80]
    pixels = np.stack([3 * x, 4 * y, 120 + 100 * np.sin(x / 9)], axis=-1).astype(np.uint8)
    expected = crop.read(pixels, left, top, side, 32)
    np.testing.assert_allclose(crop.sampled(pixels, left, top, side, 32), expected, atol=2 / 255)
    np.testing.assert_allclose(crop.sampled(pixels, left, top, side, 32, flipped=True), expected[:, ::-1], atol=2 / 255)


@given(SEEDS, SIZES, SIZES, SIZES, st.booleans())
def test_a_picture_gets_out_of_focus_where_something_is_known(
    seed: int, size: tuple[int, int], blur: tuple[int, int], grid: tuple[int, int], backwards: bool
) -> None:
    given_picture, blurred = picture(seed, *size).astype(np.float32), picture(seed + 1, *blur).astype(np.float32)
    (known,) = planes(seed, grid, 1)
    where = (-0.7, 1.2, 2.0, 0.3) if backwards else (0.7, 1.2, -0.4, 0.3)
    share = 0.7 * twin.resampled(known, *where, size[1], size[0], (False,) * 4)[:, :, None]
    expected = given_picture * (1 - share) + share * enlarged(blurred, *size)
    defocus.defocus(given_picture, blurred, known, where, 0.7)
    np.testing.assert_allclose(given_picture, expected, atol=1e-2)


@pytest.mark.parametrize(("left", "top", "side"), [(-5, 3, 20), (20, -4, 30), (-3, -3, 60), (2, 2, 4)])
def test_a_crop_that_reaches_over_the_frame_shows_its_mirror_image_there(left: int, top: int, side: int) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (24, 32, 3), np.uint8)
    around = cv2.copyMakeBorder(pixels, 64, 64, 64, 64, cv2.BORDER_REFLECT)
    found = crop.read(pixels, left, top, side, side)
    assert np.allclose(found[:, :, ::-1] * 255, around[top + 64 : top + 64 + side, left + 64 : left + 64 + side], atol=1e-3)


@given(SEEDS, SIZES, SIZES, st.tuples(*4 * [st.floats(0.2, 3)]), st.tuples(*4 * [st.booleans()]))
def test_resampling_is_its_twin(
    seed: int,
    size: tuple[int, int],
    given_size: tuple[int, int],
    steps: tuple[float, float, float, float],
    ends: tuple[bool, bool, bool, bool],
) -> None:
    (plane,) = planes(seed, size, 1)
    where = (steps[0], steps[1], steps[2] - 1.5, steps[3] - 1.5, *given_size, ends)
    np.testing.assert_allclose(resample.resampled(plane, *where), twin.resampled(plane, *where), atol=1e-5)


def test_a_pasted_answer_lies_where_it_was_read_and_fades_at_its_rim() -> None:
    found = crop.paste(np.ones((256, 256), np.float32), 100, 0, 360, 640, 360, 320, 180)
    assert found.shape == (180, 320)
    assert found[:, 52:228].min() == 1  # the top and the bottom are the frame's own borders
    assert found[:, :49].max() == found[:, 231:].max() == 0
    ramp = np.tile((np.arange(256) + 0.5) / 256, (256, 1)).astype(np.float32)
    across = crop.paste(ramp, 100, 0, 360, 640, 360, 320, 180)[90, 60:220]
    np.testing.assert_allclose(across, ((np.arange(60, 220) + 0.5) * 2 - 100) / 360, atol=1e-3)


@given(SEEDS, SIZES)
def test_change_is_its_twin(seed: int, size: tuple[int, int]) -> None:
    now, last = picture(seed, *size), np.random.default_rng(seed + 1).uniform(0, 255, (*size, 3)).astype(np.float32)
    change, histogram = temporal.changed(now, last)
    expected, counts = twin.changed(now, last)
    np.testing.assert_allclose(change, expected, rtol=1e-5, atol=1e-3)
    assert histogram.sum() == counts.sum()
    assert np.abs(np.cumsum(histogram) - np.cumsum(counts)).max() <= 1  # a sum on a bin's border may be rounded to its neighbour


PAIRS = st.tuples(st.floats(0, 1), st.floats(0, 1))


@given(SEEDS, SIZES, st.floats(0.01, 1), PAIRS, PAIRS)
def test_steadying_is_its_twin(
    seed: int, size: tuple[int, int], still: float, boost: tuple[float, float], trust: tuple[float, float]
) -> None:
    mask, change, before = planes(seed, size, 1, 20, 1)
    now, reference = picture(seed, *size), np.random.default_rng(seed + 1).uniform(0, 255, (*size, 3)).astype(np.float32)
    expected = twin.steadied(mask, now, change, 4, 12, still, boost, trust, before, reference)
    temporal.steadied(mask, now, change, 4, 12, still, boost, trust, before, reference)
    np.testing.assert_allclose(before, expected[0], atol=1e-5)
    np.testing.assert_allclose(reference, expected[1], atol=1e-3)


def test_the_quantile_of_a_histogram() -> None:
    assert temporal.quantile(np.array([5, 0, 5], np.int32), 0.3) == 0.5
    assert temporal.quantile(np.array([5, 0, 5], np.int32), 0.8) == 2.5


@given(SEEDS, SIZES)
def test_the_room_s_kernels_are_their_twins(seed: int, size: tuple[int, int]) -> None:
    mask, near, wide, seen, change, spread = planes(seed, size, 1, 8, 8, 12, 40, 10)
    now, taken = picture(seed, *size), (np.random.default_rng(seed).random(size) < 0.3).astype(np.uint8)
    known = np.random.default_rng(seed + 1).uniform(0, 255, (*size, 3)).astype(np.float32)
    change = twin.changed(now, known)[0].astype(np.float32)
    found = room.compared(now, known, spread, seen, taken, 3.0, 6.0, 8.0, 4.0)
    np.testing.assert_allclose(found.change, change, rtol=1e-5, atol=1e-3)
    far = twin.deviation(change, spread, seen, 3.0, 6.0, 8.0)
    np.testing.assert_allclose(found.far, far, rtol=1e-4)
    np.testing.assert_allclose(found.same, np.clip(2.5 - far, 0, 1), atol=1e-3)
    assert found.wrong == pytest.approx(twin.wrong(found.change, spread, seen, taken, 3.0, 6.0, 4.0))
    mask, inside = somewhere(mask, seed)
    np.testing.assert_allclose(
        room.judge(mask, near, wide, seen, inside, 6.0, 9.0, 2.0, 4.0, 1.0, 2.5),
        twin.judge(mask, near, wide, seen, 6.0, 9.0, 2.0, 4.0, 1.0, 2.5),
        atol=1e-3,
    )
    expected = twin.learn(now, change, taken, 0.03, known, spread, seen)
    room.learn(now, change, taken, 0.03, known, spread, seen)
    for got, wanted in zip((known, spread, seen), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-3)


def test_change_beyond_what_pictures_hold_stays_within_the_histogram() -> None:
    """A room that grew brighter than any picture, or is not a number, once wrote outside of the memory."""
    now = np.zeros((4, 6, 3), np.uint8)
    for value in (400.0, 1e6, np.inf, np.nan):
        last = np.full(now.shape, value, np.float32)
        _, histogram = temporal.changed(now, last)
        assert histogram.sum() == 24
        assert histogram[-1] == 24


@given(SEEDS, st.tuples(st.integers(1, 24), st.integers(1, 24)), st.floats(0, 1))
def test_patches_are_what_opencv_finds(seed: int, size: tuple[int, int], filled: float) -> None:
    """Where a square of 3x3 fits. Blobs, so that something is left of them, and noise."""
    random = np.random.default_rng(seed)
    mask = random.random(size, np.float32)
    if filled < 0.5:
        mask = np.maximum(mask, np.asarray(cv2.dilate((mask < filled / 5).astype(np.float32), np.ones((5, 4))), np.float32))
    boxes, centres = patches.measured(mask, filled)
    opened = cv2.morphologyEx((mask > np.float32(filled)).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, _, expected, middles = cv2.connectedComponentsWithStats(opened, connectivity=4)
    found = sorted(zip(boxes.tolist(), centres.round(6).tolist(), strict=True))
    assert found == sorted(zip(expected[1:count].tolist(), middles[1:count].round(6).tolist(), strict=True))


@given(SEEDS, st.tuples(st.integers(2, 9), st.integers(2, 9)))
def test_the_compositing_equation_is_solved_as_by_its_twin(seed: int, size: tuple[int, int]) -> None:
    mask, seen, weight = planes(seed, size, 1, 12, 1)
    mask = np.clip(mask * 2 - np.float32(0.5), 0, 1)
    mask, inside = somewhere(mask, seed)
    now, known = picture(seed, *size), np.random.default_rng(seed + 1).uniform(0, 255, (*size, 3)).astype(np.float32)
    near = unmix.colours(now, mask, inside, 0.4)
    np.testing.assert_allclose(near, twin.colours(now, mask, 0.4), atol=1e-3)
    near = near * weight[: size[0] // 2, : size[1] // 2, None]
    np.testing.assert_allclose(
        unmix.solved(mask, now, known, seen, near, inside, 6.0, 15.0, 200.0),
        twin.solved(mask, now, known, seen, near, 6.0, 15.0, 200.0),
        atol=1e-4,
    )


@given(SEEDS, st.floats(0.6, 1.7), st.integers(10, 40))
def test_the_light_s_change_is_the_median_of_its_twin(seed: int, factor: float, side: int) -> None:
    random = np.random.default_rng(seed)
    known = random.uniform(40, 140, (side, side, 3)).astype(np.float32)
    now = np.rint(known * factor + random.normal(0, 1, known.shape)).astype(np.uint8)
    now[: side // 3] = 250  # somebody came in
    taken, seen = (random.random((side, side)) < 0.2).astype(np.uint8), np.full((side, side), 9, np.float32)
    expected = twin.light(now, known, taken, seen, 6.0)
    np.testing.assert_allclose(room.light(now, known, taken, seen, 6.0), expected, atol=0.01 if side > 20 else 0.05)


def test_what_was_mixed_of_two_known_colours_is_unmixed() -> None:
    truth = np.tile(np.linspace(0, 1, 40, dtype=np.float32), (20, 1))
    known = np.full((20, 40, 3), (60.0, 90.0, 120.0), np.float32)
    mixed = np.rint(truth[..., None] * np.array([200, 160, 30], np.float32) + (1 - truth[..., None]) * known).astype(np.uint8)
    person = np.broadcast_to(np.array([200, 160, 30, 1], np.float32), (10, 20, 4)) * np.float32(0.3)
    guess = np.full((20, 40), 0.5, np.float32)
    seen = np.full((20, 40), 9, np.float32)
    found = unmix.solved(guess, mixed, known, seen, np.ascontiguousarray(person), (0, 20, 0, 40), 3.0, 1.0, 20.0)
    np.testing.assert_allclose(found, truth, atol=0.02)
    unknown = unmix.solved(guess, mixed, known, seen * 0, np.ascontiguousarray(person), (0, 20, 0, 40), 3.0, 1.0, 20.0)
    assert (unknown == guess).all()
