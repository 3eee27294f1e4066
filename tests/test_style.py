"""The user's say: what is asked for happens, exactly where it is asked for, and what is not asked for costs nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from fakes import ROOM, FakeEffect, FakeModel, plain
from hypothesis import given
from hypothesis import strategies as st

from vbg.errors import UsageError
from vbg.frame import Frame, Mask, Matte
from vbg.matting.keep import Region, covered, on_mask, on_matte
from vbg.matting.largest import Largest
from vbg.matting.smooth import Smoother
from vbg.matting.style import PRESETS, Style
from vbg.matting.styling import Styling, edged, moved, weighed
from vbg.pipeline import Pipeline
from vbg.settings import Look
from vbg.spec import knobs

BLUE = (250, 10, 10)
W, H = 640, 360


def frame(width: int = W, height: int = H) -> Frame:
    return Frame(plain(width, height, ROOM), 0, 0.0)


def half(h: int = 216, w: int = 384, soft: float = 2.0) -> Mask:
    """The left half is the person, with a soft edge."""
    at = np.arange(w) + 0.5
    return np.tile(np.clip((w / 2 - at) / soft + 0.5, 0, 1).astype(np.float32), (h, 1))


def flat(alpha: Mask) -> Matte:
    return Matte(np.zeros_like(alpha), alpha.copy())


def edge_px(matte: Matte) -> float:
    """Where alpha goes through a half in a frame of W x H pixels, from the left."""
    return float((matte.alpha(frame().pixels)[H // 2]).sum())


def shown(style: Style, model_says: float = 0.0) -> Any:
    answer = np.full((36, 64), model_says, np.float32)
    answer[-4:] = 0  # a model that sees nothing but person is not believed
    pipeline = Pipeline(FakeModel(answer=lambda _: answer).open())
    try:
        return pipeline.process(frame(), Look(FakeEffect(BLUE), style)).pixels
    finally:
        pipeline.close()


def test_the_usual_style_leaves_everything_as_it_is() -> None:
    mask, matte = half(), flat(half())
    styling = Styling()
    assert styling.before(mask, Style()) is mask
    assert styling.after(mask, matte, frame(), Style()) == (mask, matte)
    assert Style(**PRESETS["natural"]) == Style()


def test_every_knob_says_what_it_is() -> None:
    for shown_to_user in knobs(Style).values():
        assert shown_to_user.label
        assert shown_to_user.help
    for values in PRESETS.values():
        assert set(values) <= set(knobs(Style))
        Style(**values)


# regions

FRACTIONS = st.floats(0, 0.9)


@st.composite
def regions(draw: st.DrawFn) -> Region:
    x, y = draw(FRACTIONS), draw(FRACTIONS)
    return Region(x, y, draw(st.floats(0.01, 1 - x)), draw(st.floats(0.01, 1 - y)))


@given(regions(), st.tuples(st.integers(1, 30), st.integers(1, 30)), st.integers(0, 2**32 - 1))
def test_not_one_pixel_of_a_dropped_region_shows(region: Region, size: tuple[int, int], seed: int) -> None:
    random = np.random.default_rng(seed)
    gain, offset = (random.uniform(-2, 2, size).astype(np.float32) for _ in range(2))
    matte = on_matte(Matte(gain, offset), (Region(0, 0, 1, 1),), (region,))
    rows, columns = (np.arange(90) + 0.5) / 90, (np.arange(160) + 0.5) / 160
    inside = (rows > region.y)[:, None] & (rows < region.y + region.h)[:, None]
    inside = inside & (columns > region.x) & (columns < region.x + region.w)
    assert (matte.alpha(plain(160, 90, ROOM))[inside] == 0).all()


def test_kept_shows_dropped_hides_and_dropping_wins() -> None:
    right, corner = Region(0.75, 0, 0.25, 1), Region(0.875, 0.5, 0.125, 0.5)
    result = shown(Style(keep=(right,), drop=(corner,)))
    assert (result[: H // 2 - 16, int(0.77 * W) :] == ROOM).all()
    assert (result[:, : int(0.73 * W)] == BLUE).all()
    assert (result[H // 2 :, int(0.875 * W) :] == BLUE).all()
    result = shown(Style(drop=(corner,)), 1.0)
    assert (result[H // 2 :, int(0.875 * W) :] == BLUE).all()
    assert (result[: H // 2 - 16] == ROOM).all()


def test_regions_hold_whatever_the_rest_is() -> None:
    bad = np.full((9, 16), np.nan, np.float32)
    left = Region(0, 0, 0.5, 1)
    alpha = on_matte(Matte(bad, bad), (left,), (Region(0, 0, 0.25, 1),)).alpha(plain(160, 90, ROOM))
    assert (alpha[:, :40] == 0).all()
    assert (alpha[:, 56:74] == 1).all()
    assert (alpha[:, 90:] == 0).all()
    mask = on_mask(half(9, 16), (left,), (left,))
    assert not mask[:, :8].any()


@pytest.mark.parametrize(
    "text", ["", "1,2", "a,b,c,d", "0,0,0,1", "0.5,0,0.6,1", "-0.1,0,1,1", "0,0,1,nan", "0,0,inf,1", "0,0,1,1,1"]
)
def test_what_is_no_region_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Region.parse(text)
    assert "0.7,0.5,0.3,0.5" in caught.value.hint


def test_a_region_is_read_as_it_is_written() -> None:
    assert Region.parse("0.7,0.5,0.3,0.5") == Region(0.7, 0.5, 0.3, 0.5)
    assert Region.parse(str(Region(0, 0, 1, 1))) == Region(0, 0, 1, 1)
    assert covered((Region(0.5, 0, 0.5, 1),), 2, 4).tolist() == [[False, False, True, True]] * 2


@pytest.mark.parametrize(
    "change", [{"keep": (1,)}, {"keep": [Region(0, 0, 1, 1)]}, {"certainty": 2.0}, {"largest": 1}, {"edge_shift": "1"}]
)
def test_a_style_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Style(**change)


# the edge


@pytest.mark.parametrize("percent", [-2.0, -0.7, -0.3, 0.3, 0.5, 1.0, 2.0])
def test_the_outline_moves_by_as_much_as_was_asked(percent: float) -> None:
    before = edge_px(flat(half()))
    after = edge_px(edged(flat(half()), frame(), Style(edge_shift=percent)))
    assert after - before == pytest.approx(percent / 100 * H, abs=0.5)


def test_softness_widens_and_narrows_the_edge_without_moving_it() -> None:
    def width(softness: float) -> int:
        alpha = edged(flat(half(soft=6)), frame(), Style(edge_softness=softness)).alpha(frame().pixels)[H // 2]
        return int(((alpha > 0.05) & (alpha < 0.95)).sum())

    widths = [width(softness) for softness in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert widths == sorted(widths)
    assert widths[1] < widths[2] < widths[3] < widths[4]
    for softness in (0.0, 1.0):
        assert edge_px(edged(flat(half()), frame(), Style(edge_softness=softness))) == pytest.approx(W / 2, abs=0.6)


@pytest.mark.parametrize("style", [Style(edge_softness=1.0), Style(edge_shift=-0.5), Style(edge_softness=0.0, edge_shift=1.0)])
def test_what_is_no_number_stays_hidden(style: Style) -> None:
    gain, offset = np.full((9, 16), np.nan, np.float32), np.full((9, 16), np.inf, np.float32)
    assert (edged(Matte(gain, offset), frame(), style).alpha(frame().pixels) == 0).all()
    hidden = edged(flat(np.zeros((9, 16), np.float32)), frame(), style)
    assert (hidden.alpha(plain(W, H, (255, 255, 255))) == 0).all()


def test_parts_of_a_cell_count() -> None:
    alpha = half(soft=0.001)
    assert moved(alpha, 0.25).sum() - alpha.sum() == pytest.approx(0.25 * alpha.shape[0], rel=0.01)
    assert (moved(alpha, 0) == alpha).all()


def test_certainty_weighs_the_unsure_and_leaves_the_sure() -> None:
    mask = np.array([[0, 0.1, 0.5, 0.9, 1]], np.float32)
    bold, shy = weighed(mask, 5), weighed(mask, 0.2)
    for sure in (0, 4):
        assert bold[0, sure] == mask[0, sure] == shy[0, sure]
    assert (bold[0, 1:4] > mask[0, 1:4]).all()
    assert (shy[0, 1:4] < mask[0, 1:4]).all()
    assert bold.dtype == np.float32


def test_steadiness_goes_from_following_at_once_to_slower_than_usual() -> None:
    def after_a_change(steadiness: float) -> float:
        smoother = Smoother()
        smoother.steady(steadiness)
        smoother.smooth(np.full((9, 16), 0.6, np.float32), frame())
        return float(smoother.smooth(np.full((9, 16), 0.4, np.float32), replace(frame(), captured_at=0.03)).mean())

    values = [after_a_change(steadiness) for steadiness in (0.0, 0.3, 0.5, 1.0)]
    assert values == sorted(set(values))
    assert values[0] == pytest.approx(0.4)


# the largest


def people(*boxes: tuple[int, int, int, int]) -> Mask:
    mask = np.zeros((108, 192), np.float32)
    for x, y, w, h in boxes:
        mask[y : y + h, x : x + w] = 1
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.5), np.float32)


def test_only_the_largest_person_stays_with_the_soft_edge() -> None:
    both, alone = people((20, 20, 40, 88), (120, 40, 30, 68)), people((20, 20, 40, 88))
    np.testing.assert_allclose(Largest().alone(both), alone, atol=1e-3)
    assert not Largest().alone(people()).any()


def test_somebody_a_little_larger_does_not_take_over_and_somebody_much_larger_does() -> None:
    largest = Largest()
    largest.alone(people((20, 40, 40, 68), (120, 48, 30, 60)))
    assert largest.alone(people((22, 40, 40, 68), (110, 30, 44, 78)))[80, 30] == 1
    taken = largest.alone(people((22, 40, 40, 68), (100, 10, 70, 98)))
    assert taken[80, 40] == 0
    assert taken[80, 130] == 1
    largest.reset()
    assert largest.alone(people((22, 40, 40, 68), (110, 30, 44, 78)))[80, 130] == 1


# the whole


def test_a_changed_style_holds_from_the_next_frame_on() -> None:
    pipeline = Pipeline(FakeModel(1.0, left_half=True).open())
    hidden = Style(drop=(Region(0, 0, 1, 1),))
    effect = FakeEffect(BLUE)
    for index, style in enumerate(
        [Style()] * 20 + [hidden] * 20 + [Style()] * 20
    ):  # the picture stands still: nothing is made anew
        result = pipeline.process(Frame(plain(W, H, ROOM), index, index / 30), Look(effect, style)).pixels
        assert (result[:, : W // 3] == (BLUE if style.drop else ROOM)).all()
    pipeline.close()
