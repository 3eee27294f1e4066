"""The new background's light falls on the person, and on nobody who does not ask; what is hidden stays hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import reference_light as reference
from fakes import FakeEffect
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vbg.frame import Frame, Matte, Pixels
from vbg.kernels import blend, light
from vbg.matting.colours import Colours
from vbg.matting.style import Style
from vbg.models.constant import Constant
from vbg.pipeline import Pipeline
from vbg.settings import Look

SIZES = st.tuples(st.integers(1, 13), st.integers(1, 13))
SEEDS = st.integers(0, 2**32 - 1)
H, W = 108, 192


def noisy(seed: int, height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


@given(SEEDS, SIZES)
@settings(max_examples=40)
def test_beside_is_its_twin_s(seed: int, size: tuple[int, int]) -> None:
    rng = np.random.default_rng(seed)
    gain, offset = rng.uniform(-1, 1, size).astype(np.float32), rng.uniform(-0.5, 1.5, size).astype(np.float32)
    room, picture = noisy(seed, *size), noisy(seed + 1, *size)
    expected = reference.beside(room, picture, gain, offset)
    np.testing.assert_allclose(light.beside(room, picture, gain, offset), expected, atol=0.01)


@given(SEEDS, SIZES, st.floats(0, 1), st.tuples(*[st.floats(0.5, 2)] * 3))
@settings(max_examples=60)
def test_lit_is_its_twin_s(seed: int, size: tuple[int, int], strength: float, tint: tuple[float, float, float]) -> None:
    rng = np.random.default_rng(seed)
    change, glow = rng.uniform(-99, 99, (*size, 3)).astype(np.float32), rng.uniform(0, 255, (*size, 3)).astype(np.float32)
    near = (rng.random(size) < 0.8).astype(np.uint8)
    found = light.lit(noisy(seed, *size), near, change, glow, strength, tint)
    expected = reference.lit(noisy(seed, *size), near, change, glow, strength, tint)
    # at the threshold of what can be seen, rounding may decide either way
    assert (np.isclose(found, expected, atol=0.01) | (np.abs(expected).sum(axis=2, keepdims=True) < 1.51)).all()


def scene() -> tuple[Frame, Matte]:
    """A grey person, the left half, before a room that is lit by a yellow lamp."""
    alpha = np.tile(np.clip((W / 2 - np.arange(W) - 0.5) / 4 + 0.5, 0, 1).astype(np.float32), (H, 1))
    person, room = np.full((H, W, 3), 100.0), np.full((H, W, 3), (40.0, 120.0, 140.0))
    mixed = alpha[:, :, None] * person + (1 - alpha[:, :, None]) * room
    return Frame(np.rint(mixed).astype(np.uint8), 0, 0.0), Matte(np.zeros_like(alpha), alpha)


def plain(bgr: tuple[int, int, int]) -> Pixels:
    return np.full((H, W, 3), bgr, np.uint8)


def finished(background: Pixels, colours: Colours | None = None, at_s: float = 0.0, **asked: Any) -> NDArray[np.float64]:
    """The picture in the new light."""
    frame, matte = scene()
    out = np.empty_like(frame.pixels)
    blend.mix(frame.pixels, matte.gain, matte.offset, background, out)
    style = replace(Style(), **asked)
    (colours or Colours()).touch(replace(frame, captured_at=at_s), matte, background, style, out)
    return out.astype(np.float64)


def test_light_wraps_around_the_edge_and_not_the_middle() -> None:
    blue = plain((255, 60, 0))
    without, wrapped = finished(blue), finished(blue, light_wrap=1.0)
    assert (wrapped[:, W // 2 - 4] - without[:, W // 2 - 4]).mean(axis=0)[0] > 15
    assert np.abs(wrapped - without)[:, : W // 4].max() <= 1
    assert (wrapped[:, W // 2 + 4 :] == without[:, W // 2 + 4 :]).all()
    half = finished(blue, light_wrap=0.5)
    assert without.sum() < half.sum() < wrapped.sum()
    assert np.abs(finished(plain((0, 0, 0)), light_wrap=1.0) - finished(plain((0, 0, 0)))).max() <= 1  # a dark room sheds none


def test_the_person_takes_on_the_tint_of_the_new_room() -> None:
    same, night, snow = plain((40, 120, 140)), plain((60, 20, 10)), plain((250, 240, 230))
    person = np.s_[:, : W // 4]
    assert np.abs(finished(same, match_light=1.0) - finished(same)).max() <= 1
    dark, bright = (
        finished(night, match_light=1.0)[person].mean(axis=(0, 1)),
        finished(snow, match_light=1.0)[person].mean((0, 1)),
    )
    assert dark[0] > dark[1]  # it was grey, and the night is blue
    assert dark.mean() < 85
    assert bright.mean() > 108
    assert bright[0] > bright[2]  # the yellow lamp's light is gone
    assert finished(night, match_light=0.3)[person].mean() > dark.mean()
    assert (finished(night, match_light=1.0)[:, W // 2 + 4 :] == night[:, W // 2 + 4 :]).all()


def test_a_green_screen_turns_nobody_green() -> None:
    green = finished(plain((0, 255, 0)), match_light=1.0)[:, : W // 4].mean(axis=(0, 1))
    assert 1.1 < green[1] / green[0] < 1.6


def test_a_new_background_is_followed_calmly() -> None:
    colours, night, snow = Colours(), plain((60, 20, 10)), plain((250, 240, 230))
    person = np.s_[:, : W // 4]
    shown = [finished(night, colours, 0.0, match_light=1.0)[person].mean()]
    shown += [finished(snow, colours, (1 + index) / 30, match_light=1.0)[person].mean() for index in range(60)]
    assert 0 < max(np.diff(shown)) < 12
    assert shown[-1] == pytest.approx(finished(snow, match_light=1.0)[person].mean(), abs=1)
    assert shown[0] == pytest.approx(finished(night, colours, 99.0, match_light=1.0)[person].mean(), abs=0.5)  # after a gap


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_adds_nothing(bad: float) -> None:
    frame, matte = scene()
    night = plain((60, 20, 10))
    out = night.copy()
    Colours().touch(frame, Matte(matte.gain, np.full_like(matte.offset, bad)), night, Style(light_wrap=1.0, match_light=1.0), out)
    assert (out == night).all()


@pytest.mark.parametrize(("h", "w"), [(1, 1), (36, 64), (2 * H, 2 * W)])
def test_a_background_of_any_size_sheds_the_same_light(h: int, w: int) -> None:
    frame, matte = scene()
    style = Style(light_wrap=1.0, match_light=1.0)
    shown = []
    for background in (plain((200, 60, 10)), np.full((h, w, 3), (200, 60, 10), np.uint8)):
        shown.append(np.full((H, W, 3), 90, np.uint8))
        Colours().touch(frame, matte, background, style, shown[-1])
    np.testing.assert_array_equal(shown[0], shown[1])


def test_the_pipeline_asks_for_it() -> None:
    pipeline = Pipeline(Constant(0.0).open())
    style = Style(light_wrap=1.0, match_light=1.0, clean_colours=True)
    shown = pipeline.process(scene()[0], Look(FakeEffect((7, 8, 9)), style)).pixels
    assert (shown == (7, 8, 9)).all()
    pipeline.close()
    pipeline = Pipeline(Constant(1.0).open())
    usual = pipeline.process(scene()[0], Look(FakeEffect((250, 8, 9)))).pixels.astype(int)
    keep = replace(style, match_light=0.0, clean_colours=False)
    assert np.abs(pipeline.process(scene()[0], Look(FakeEffect((250, 8, 9)), keep)).pixels - usual).max() <= 1
    pipeline.close()
