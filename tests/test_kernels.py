"""Each kernel against its slow twin, on ordinary and on odd input."""

from __future__ import annotations

import importlib
import multiprocessing
import pkgutil
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
import reference
from fakes import FakeModel
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core.dispatcher import Dispatcher
from numpy.typing import NDArray

from vbg import kernels
from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.effects.none import NoEffect
from vbg.frame import Frame, Matte, Pixels, read_only
from vbg.kernels import blend, guided, reduce, weigh
from vbg.pipeline import Pipeline
from vbg.settings import Look

SIZES = st.tuples(st.integers(1, 13), st.integers(1, 13))
SEEDS = st.integers(0, 2**32 - 1)


def picture(seed: int, height: int, width: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def plane(seed: int, height: int, width: int, low: float = 0, high: float = 1) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(low, high, (height, width)).astype(np.float32)


# reduce


@given(SEEDS, SIZES, SIZES)
def test_area_is_the_mean_of_each_block(seed: int, small: tuple[int, int], extra: tuple[int, int]) -> None:
    height, width = small
    pixels = picture(seed, 2 * height + extra[0] - 1, 2 * width + extra[1] - 1)
    error = reduce.area(pixels, width, height) - reference.box(pixels, width, height)
    assert np.abs(error).max() < 0.501  # rounded to the nearest grey level


@given(SEEDS, SIZES, SIZES)
def test_area_gives_any_size_and_stays_within_the_picture_s_range(seed: int, old: tuple[int, int], new: tuple[int, int]) -> None:
    pixels = picture(seed, *old) // 2 + 64
    small = reduce.area(pixels, new[1], new[0])
    assert small.shape == (*new, 3)
    assert small.dtype == np.uint8
    assert pixels.min() <= small.min() <= small.max() <= pixels.max()


@given(SEEDS, SIZES)
def test_area_at_half_the_size_is_the_mean_too(seed: int, size: tuple[int, int]) -> None:
    pixels = picture(seed, 2 * size[0], 2 * size[1])
    means = reference.box(pixels, size[1], size[0])
    np.testing.assert_array_equal(reduce.area(pixels, size[1], size[0]), np.floor(means + 0.5))


def test_a_frame_is_read_from_its_half_where_that_is_fine_enough() -> None:
    frame = Frame(picture(1, 48, 72), 0, 0.0)
    assert frame.coarser(1.9)[0] is frame.pixels
    half, two = frame.coarser(3.9)
    quarter, four = frame.coarser(4.0)
    assert (two, four, quarter.shape) == (2, 4, (12, 18, 3))
    assert frame.coarser(2)[0] is half
    np.testing.assert_array_equal(half, reduce.area(frame.pixels, 36, 24))
    assert frame.coarser(100)[1] == 8  # its height is no multiple of 16


@pytest.mark.parametrize("rows", [256, 600, 1200])
def test_area_does_not_overflow_when_it_shrinks_very_much(rows: int) -> None:
    assert (reduce.area(np.full((rows, 40, 3), 255, np.uint8), 1, 1) == 255).all()


# guided


@given(SEEDS, SIZES, st.integers(1, 15))
@settings(max_examples=15)  # the twin is slow
def test_guided_coefficients_are_their_twin_s(seed: int, size: tuple[int, int], radius: int) -> None:
    guide, mask = picture(seed, *size), plane(seed, *size)
    found = guided.coefficients(guide, mask, radius, 1e-3)
    gain, offset = reference.coefficients(guide, mask, radius, 1e-3)
    for got, expected in zip(found, (gain, offset), strict=True):
        np.testing.assert_allclose(got, expected, atol=2e-3)
    stretched = guided.coefficients(guide, mask, radius, 1e-3, 0.2, 0.7)
    for got, expected in zip(stretched, (2 * gain, 2 * (offset - 0.2)), strict=True):
        np.testing.assert_allclose(got, expected, atol=4e-3)


@pytest.mark.parametrize("value", [0.0, 0.25, 1.0])
def test_a_constant_mask_stays_exactly_constant_on_any_picture(value: float) -> None:
    mask = np.full((9, 16), value, np.float32)
    gain, offset = guided.coefficients(picture(1, 9, 16), mask, 2, 1e-3)
    np.testing.assert_allclose(gain, 0, atol=1e-4)
    np.testing.assert_allclose(offset, value, atol=1e-4)


@pytest.mark.parametrize("across", [True, False])
def test_running_sums_do_not_drift_over_a_large_plane(across: bool) -> None:
    """Large, busy values in one half must leave nothing behind in the sums of the empty other half."""
    mask = np.zeros((300, 600) if across else (600, 300), np.float32)
    mask[:300, :300] = plane(3, 300, 300)
    for found in guided.coefficients(np.zeros((*mask.shape, 3), np.uint8), mask, 2, 1e-3):
        assert np.abs(found[:, 310:] if across else found[310:]).max() < 1e-6


# blend


@given(SEEDS, SIZES, SIZES, SIZES)
@settings(max_examples=25)  # the twin is slow
def test_mix_is_within_three_grey_levels_of_the_exact_blend(
    seed: int, frame: tuple[int, int], matte: tuple[int, int], back: tuple[int, int]
) -> None:
    pixels, gain, offset = picture(seed, *frame), plane(seed, *matte, -2, 2), plane(seed + 1, *matte, -1, 2)
    small = picture(seed + 2, min(back[0], frame[0]), min(back[1], frame[1]))
    for background in (small, picture(seed + 3, *frame)):
        out = np.empty_like(pixels)
        blend.mix(pixels, gain, offset, background, out)
        assert np.abs(out - reference.mix(pixels, gain, offset, background)).max() <= 3
    error = blend.alpha(pixels, gain, offset) - reference.alpha(pixels, gain, offset)
    assert np.abs(error).max() <= 0.5 / 256 + 1e-5


@given(SEEDS, SIZES, SIZES, st.floats(0, 0.4))
@settings(max_examples=60)
def test_a_person_in_a_few_places_shows_there_and_nowhere_else(
    seed: int, extra: tuple[int, int], matte: tuple[int, int], share: float
) -> None:
    """Hidden stretches, which a kernel may skip, begin and end anywhere; some of the few places are no numbers."""
    frame = (extra[0] + matte[0], extra[1] + matte[1])
    random = np.random.default_rng(seed)
    gain, offset = plane(seed, *matte, -2, 2), plane(seed + 1, *matte, -1, 2)
    nobody = random.random(matte) >= share
    offset[nobody] = -np.abs(gain[nobody]) - random.choice([0, 0.1, 1], nobody.sum()).astype(np.float32)
    offset[random.random(matte) < 0.02] = random.choice([np.nan, np.inf, -np.inf])
    pixels, out = picture(seed, *frame), np.empty((*frame, 3), np.uint8)
    for background in (picture(seed + 2, *frame), picture(seed + 3, *matte)):
        blend.mix(pixels, gain, offset, background, out)
        assert np.abs(out - reference.mix(pixels, gain, offset, background)).max() <= 3


@pytest.mark.parametrize("back", [(9, 16), (4, 7), (1, 1)])
def test_hidden_is_exactly_the_background_and_shown_exactly_the_frame(back: tuple[int, int]) -> None:
    pixels, background = picture(1, 9, 16), picture(2, *back)
    out = np.empty_like(pixels)
    hidden, shown = Matte.uniform(0.0), Matte.uniform(1.0)
    blend.mix(pixels, hidden.gain, hidden.offset, background, out)
    assert np.abs(out - reference.enlarged(background.astype(np.float64), 9, 16)).max() < 1.5
    blend.mix(pixels, shown.gain, shown.offset, background, out)
    assert (out == pixels).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("plane_name", ["gain", "offset"])
@pytest.mark.parametrize("where", [(0, 0), (2, 3), (4, 7), (slice(None), slice(None))])
def test_coefficients_that_are_no_numbers_hide_and_never_show(bad: float, plane_name: str, where: tuple[int, int]) -> None:
    planes = {"gain": np.zeros((5, 8), np.float32), "offset": np.zeros((5, 8), np.float32)}
    planes[plane_name][where] = bad
    pixels, background = np.full((20, 32, 3), 250, np.uint8), np.full((20, 32, 3), 10, np.uint8)
    out = np.empty_like(pixels)
    blend.mix(pixels, planes["gain"], planes["offset"], background, out)
    assert (out == 10).all()
    assert (blend.alpha(pixels, planes["gain"], planes["offset"]) == 0).all()


# compilation


def compiled() -> dict[str, int]:
    """How many versions of every kernel there are by now."""
    modules = [importlib.import_module(f"vbg.kernels.{m.name}") for m in pkgutil.iter_modules(kernels.__path__)]
    found = {f"{m.__name__}.{n}": k for m in modules for n, k in vars(m).items() if isinstance(k, Dispatcher)}
    assert len(found) > 5
    return {name: len(kernel.signatures) for name, kernel in found.items()}


def odd_frames() -> list[Pixels]:
    """Read-only, writeable, strided, mirrored, turned, tiny, wide, tall."""
    base = picture(5, 90, 160)
    return [read_only(base), base, base[:, ::2], base[::-1], base.transpose(1, 0, 2), base[:1], base[:, :1], base[:3, :2]]


def process_oddities() -> tuple[dict[str, int], dict[str, int]]:
    """What was compiled by `warm`, and what after the pipeline ran on all kinds of frames, masks and backgrounds."""
    kernels.warm()
    before = compiled()
    masks: list[NDArray[np.float32]] = [plane(1, 36, 64), plane(1, 64, 36).T, plane(1, 72, 128)[::2, ::2], plane(1, 1, 1)]
    effects: list[Effect] = [Blur(), Blur(1.0), NoEffect(), Colour()]
    for mask in masks:
        mask.flags.writeable = mask is masks[0]
        pipeline = Pipeline(FakeModel(answer=lambda _, mask=mask: mask).open())  # type: ignore[misc]
        for index, pixels in enumerate(odd_frames()):
            for effect in effects:
                covered = pipeline.process(Frame(pixels, index, index / 30), Look(effect))
                Matte.uniform(0.5).alpha(covered.pixels)
        pipeline.close()
    return before, compiled()


def test_nothing_compiles_after_warm() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:  # here, other tests have compiled already
        before, after = fresh.submit(process_oddities).result()
    assert after == before


# weigh


@given(SEEDS, SIZES)
def test_weights_before_and_after_a_blur_are_their_twins(seed: int, size: tuple[int, int]) -> None:
    colours, person = picture(seed, *size), plane(seed, *size)
    got = weigh.weighted(colours.astype(np.float32), person, 1.25, 1e-3)
    np.testing.assert_allclose(got, reference.weighted(colours, person, 1.25, 1e-3), atol=1e-3)
    assert np.abs(weigh.divided(got) - reference.divided(got)).max() <= 0.51
    np.testing.assert_array_equal(weigh.divided(got), colours)


# extent


@pytest.mark.parametrize("where", [(0, 0), (20, 33), (39, 63)])
def test_a_small_mask_anywhere_gives_what_the_whole_plane_gives(where: tuple[int, int]) -> None:
    """Only the part of the plane around the mask is worked on."""
    guide, mask = picture(5, 40, 64), np.zeros((40, 64), np.float32)
    mask[where] = 1.0
    for got, expected in zip(
        guided.coefficients(guide, mask, 3, 1e-3), reference.coefficients(guide, mask, 3, 1e-3), strict=True
    ):
        np.testing.assert_allclose(got, expected, atol=2e-3)
