"""The old room's colour goes out of the edge; what is hidden stays hidden, and what is sure stays what it is."""

from __future__ import annotations

import numpy as np
import pytest
import reference_clean as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vbg.frame import Matte
from vbg.kernels import blend, clean

SIZES = st.tuples(st.integers(1, 13), st.integers(1, 13))
SEEDS = st.integers(0, 2**32 - 1)


def picture(seed: int, height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def plane(seed: int, size: tuple[int, int], low: float, high: float) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(low, high, size).astype(np.float32)


@given(SEEDS, SIZES, st.integers(1, 4))
@settings(max_examples=25)  # the twin is slow
def test_spill_is_its_twin_s(seed: int, size: tuple[int, int], radius: int) -> None:
    small, gain, offset = picture(seed, *size), plane(seed, size, -0.5, 0.5), plane(seed + 1, size, -0.5, 1.5)
    found = clean.spill(small, gain, offset, radius)
    np.testing.assert_allclose(found, reference.spill(small, gain, offset, radius), atol=0.05)


@given(SEEDS, SIZES, SIZES, st.floats(0, 1))
@settings(max_examples=60)
def test_add_is_its_twin_s_wherever_the_cells_that_change_are(
    seed: int, small: tuple[int, int], extra: tuple[int, int], share: float
) -> None:
    height, width = small[0] * 2 + extra[0] - 1, small[1] * 3 + extra[1] - 1
    pixels, out = picture(seed, height, width), picture(seed + 1, height, width)
    gain, offset = plane(seed, small, -1, 1), plane(seed + 1, small, -0.5, 1.5)
    change = np.random.default_rng(seed + 2).uniform(-200, 200, (*small, 3)).astype(np.float32)
    change[np.random.default_rng(seed + 3).random(small) >= share] = 0
    expected = reference.add(pixels, gain, offset, change, out)
    clean.add(pixels, gain, offset, change, out)
    # a pixel half a pixel beyond the reach of a cell may be left out: nearly nothing of the cell is in it
    assert np.abs(out - expected).max() <= 0.51 + 200 * 0.5 * small[1] / width
    assert np.quantile(np.abs(out - expected), 0.75) <= 0.51


def test_an_edge_that_is_part_room_becomes_all_person() -> None:
    """I = a F + (1 - a) B exactly: what comes out is a F + (1 - a) black."""
    person, room = np.array((40.0, 80.0, 200.0)), np.array((60.0, 220.0, 90.0))
    alpha = np.tile(np.clip((np.arange(64) - 24) / 8, 0, 1).astype(np.float32), (36, 1))
    pixels = np.rint(alpha[:, :, None] * person + (1 - alpha[:, :, None]) * room).astype(np.uint8)
    gain, black = np.zeros_like(alpha), np.zeros_like(pixels)
    exact = alpha[:, :, None] * person
    out = np.empty_like(pixels)
    blend.mix(pixels, gain, alpha, black, out)
    before = np.abs(out - exact).mean()
    clean.add(pixels, gain, alpha, clean.spill(pixels, gain, alpha, 8), out)
    assert np.abs(out - exact).mean() < 0.25 * before


def test_hidden_stays_hidden_and_sure_stays_what_it_is() -> None:
    pixels, back = picture(1, 18, 32), picture(2, 18, 32)
    wild = np.full((9, 16, 3), 200, np.float32)
    for matte, expected in ((Matte.uniform(0.0), back), (Matte.uniform(1.0), pixels)):
        gain, offset = np.resize(matte.gain, (9, 16)), np.resize(matte.offset, (9, 16))
        assert not clean.spill(picture(3, 9, 16), gain, offset, 3).any()
        out = expected.copy()
        clean.add(pixels, gain, offset, wild * (1 - matte.offset[0, 0]), out)
        assert (out == expected).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_adds_nothing(bad: float) -> None:
    pixels, back = picture(1, 18, 32), picture(2, 18, 32)
    half, broken = np.full((9, 16), 0.5, np.float32), np.full((9, 16), bad, np.float32)
    still, wild = np.zeros((9, 16), np.float32), np.full((9, 16, 3), 90, np.float32)
    for gain, offset, change in (
        (broken, half, wild),
        (still, broken, wild),
        (still, half, np.full((9, 16, 3), np.nan, np.float32)),
    ):
        out = back.copy()
        clean.add(pixels, gain, offset, change, out)
        assert (out == back).all()
    assert np.isfinite(clean.spill(picture(3, 9, 16), broken, broken, 3)).all()
