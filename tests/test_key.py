"""The chroma key's kernels against their slow twins, on colours at the ends of the scale too."""

from __future__ import annotations

import numpy as np
import pytest
import reference_key
from numpy.typing import NDArray

from vbg import kernels
from vbg.kernels import key
from vbg.matting.oklab import oklab

F32 = NDArray[np.float32]
SIZES = [(9, 14, 4, 5), (1, 1, 1, 1), (3, 40, 1, 7), (24, 5, 9, 1), (6, 8, 6, 8)]


def colours(rng: np.random.Generator, rows: int, cols: int) -> NDArray[np.uint8]:
    """Half of them at an end of the scale."""
    pixels = rng.integers(0, 256, (rows, cols, 3), np.uint8)
    return np.where(rng.random(pixels.shape) < 0.5, np.where(pixels > 127, 255, 0), pixels).astype(np.uint8)


def axis(rng: np.random.Generator, h: int, w: int) -> F32:
    plane = oklab(np.array([40, 170, 60], np.uint8) + rng.integers(0, 30, (h, w, 3), np.uint8))[:, :, 1:]
    return np.moveaxis(plane / (plane**2).sum(axis=2, keepdims=True), 2, 0)


@pytest.mark.parametrize(("rows", "cols", "h", "w"), SIZES)
def test_alpha_is_the_twin_s(rows: int, cols: int, h: int, w: int) -> None:
    rng = np.random.default_rng(rows)
    pixels, planes = colours(rng, rows, cols), np.empty((6, h, w), np.float32)
    planes[:2] = axis(rng, h, w)
    planes[2:4] = rng.uniform(0.8, 1.5, (2, h, w))
    planes[4], planes[5] = rng.choice([0, 0.3, 1], (h, w)), 1
    planes[5][rng.random((h, w)) < 0.3] = 0
    planes[4] = np.minimum(planes[4], planes[5])
    out = np.full((rows, cols), 7, np.float32)
    key.keyed(pixels, planes, 0.4, out)
    assert np.abs(out - reference_key.keyed(pixels, planes, 0.4)).max() < 2e-3
    assert 0 <= out.min() <= out.max() <= 1


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize(("rows", "cols", "h", "w"), SIZES)
def test_clean_colours_are_the_twin_s(rows: int, cols: int, h: int, w: int, mixed: bool) -> None:
    rng = np.random.default_rng(cols)
    pixels, planes = colours(rng, rows, cols), np.empty((6, h, w), np.float32)
    planes[:3] = rng.uniform([[[30]], [[120]], [[20]]], [[[80]], [[255]], [[90]]], (3, h, w))
    planes[3:5] = axis(rng, h, w)
    planes[5] = rng.choice([0, 0.5, 1], (h, w))
    alpha = rng.choice([0, 0.01, 0.3, 0.9, 1], (rows, cols)).astype(np.float32)
    out = np.empty_like(pixels)
    key.cleaned(pixels, alpha, planes, 1.3, mixed, out)
    wanted = reference_key.cleaned(pixels, alpha, planes, 1.3, mixed)
    assert np.abs(out - wanted).max() < 1
    assert (out[alpha == 0] == pixels[alpha == 0]).all()


def test_the_screen_has_keyness_one_and_other_hues_none() -> None:
    screen = np.array([64, 177, 0], np.uint8)
    plane = oklab(screen)[1:]
    planes = np.zeros((6, 1, 1), np.float32)
    planes[:2, 0, 0] = plane / (plane**2).sum()
    planes[2:, 0, 0] = -1, 0, -9, 9
    seen = np.array([[screen, (30, 90, 0), (200, 200, 200), (120, 150, 210), (30, 30, 200), (200, 60, 30), (0, 0, 0)]], np.uint8)
    out = np.empty(seen.shape[:2], np.float32)
    key.keyed(seen, planes, 0.0, out)
    assert out[0, 0] == pytest.approx(1, abs=1e-3)
    assert 0.4 < out[0, 1] < 0.9  # the screen's own shadow
    assert out[0, 2:].max() < 0.05  # white, skin, red, blue, black


def test_nobody_who_does_not_key_waits_for_its_kernels() -> None:
    named = {name for step in kernels.steps() for name in step.__code__.co_freevars}
    assert "blend" in named
    assert "key" not in named
