"""Fitting fills the canvas exactly, keeps the middle, and stretches nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg import fit
from vbg.frame import Pixels

SIDES = st.integers(1, 40)


def ruler(width: int, height: int) -> Pixels:
    """A picture that tells, in each pixel, how many of its pixels it lies from the middle: blue by column, green by row."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, :, 0] = np.rint(128 + np.arange(width) + 0.5 - width / 2)
    pixels[:, :, 1] = np.rint(128 + np.arange(height) + 0.5 - height / 2)[:, None]
    pixels[:, :, 2] = 255
    return pixels


@pytest.mark.parametrize("how", [fit.cover, fit.onto])
@pytest.mark.parametrize(("width", "height"), [(160, 90), (120, 90), (90, 90), (100, 120), (32, 18), (200, 100)])
def test_the_middle_is_kept_and_both_directions_have_one_scale(how: Callable[..., Pixels], width: int, height: int) -> None:
    new = how(ruler(120, 90), width, height)
    assert new.shape == (height, width, 3)
    assert (new[:, :, 2] == 255).all()  # no bars
    scale = max(width / 120, height / 90)
    for line in (new[height // 2, :, 0], new[:, width // 2, 1]):
        at = np.arange(len(line)) + 0.5 - len(line) / 2
        step, middle = np.polyfit(at, line.astype(float), 1)
        assert middle == pytest.approx(128, abs=1)
        assert step == pytest.approx(1 / scale, rel=0.02)


def test_a_tall_picture_on_a_wide_canvas_is_shown_whole_between_bars() -> None:
    new = fit.onto(ruler(54, 96), 160, 90)
    columns = np.flatnonzero((new[:, :, 2] > 127).all(axis=0))
    assert len(columns) == round(54 * 90 / 96)
    assert abs(columns[0] - (159 - columns[-1])) <= 1  # in the middle
    assert (new[:, : columns[0]] == 0).all()
    assert new[0, 80, 1] < 128 - 46  # top and bottom are there
    assert new[-1, 80, 1] > 128 + 45


@given(SIDES, SIDES, st.integers(1, 2000), st.integers(1, 40))
def test_any_size_fits_any_canvas(cols: int, rows: int, width: int, height: int) -> None:
    pixels = np.full((rows, cols, 3), 7, np.uint8)
    assert fit.onto(pixels, width, height).shape == (height, width, 3)
    filled = fit.cover(pixels, width, height)
    assert filled.shape == (height, width, 3)
    assert (filled == 7).all()


def test_a_picture_of_the_canvas_s_size_is_not_touched() -> None:
    pixels = ruler(64, 36)
    assert (fit.cover(pixels, 64, 36) == pixels).all()
