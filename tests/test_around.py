"""Where the picture stands still the masks on both sides steady a mask; where it moves, or after a cut, they have no say."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from vbg.frame import Mask, Pixels
from vbg.matting.around import REACH, steadied

H, W = 24, 40
RNG = np.random.default_rng(8)


def still(index: int) -> Pixels:
    """A textured room with sensor noise."""
    room = np.random.default_rng(1).integers(40, 200, (H, W, 3))
    return np.clip(room + np.random.default_rng(index).normal(0, 1, (H, W, 3)), 0, 255).astype(np.uint8)


def flickering(count: int) -> list[Mask]:
    return [np.full((H, W), 0.5 + 0.2 * (-1) ** index, np.float32) for index in range(count)]


def jitter(masks: list[Mask]) -> float:
    return float(np.mean([np.abs(a - b).mean() for a, b in pairwise(masks)]))


@pytest.mark.parametrize("count", [1, 2, REACH, 2 * REACH, 2 * REACH + 1, 20])
def test_every_frame_gets_its_mask_in_order(count: int) -> None:
    masks = [np.full((H, W), index / count, np.float32) for index in range(count)]
    pictures = [RNG.integers(0, 256, (H, W, 3), np.uint8) for _ in range(count)]  # nothing like the one before
    found = list(steadied(zip(pictures, masks, strict=True)))
    assert len(found) == count
    np.testing.assert_allclose([one.mean() for one in found], [one.mean() for one in masks], atol=0.02)


def test_a_still_picture_is_averaged_over_both_sides() -> None:
    masks = flickering(20)
    found = list(steadied(zip(map(still, range(20)), masks, strict=True)))
    assert jitter(found) < 0.2 * jitter(masks)
    less = list(steadied(zip(map(still, range(20)), masks, strict=True), 0.01))
    assert jitter(less) > 0.8 * jitter(masks)
    none = list(steadied(zip(map(still, range(20)), masks, strict=True), 0.0))
    assert all(one is other for one, other in zip(none, masks, strict=True))


def test_a_lamp_that_flickers_is_no_movement() -> None:
    masks = flickering(20)
    lamp = np.random.default_rng(2).uniform(0.75, 1.0, 20)  # no two frames alike
    lit = [np.asarray(still(index) * lamp[index], np.uint8) for index in range(20)]
    assert jitter(list(steadied(zip(lit, masks, strict=True)))) < 0.2 * jitter(masks)


def test_a_camera_that_pans_averages_nothing() -> None:
    """Every pixel changes: that is no noise."""
    masks = flickering(20)
    wide = RNG.integers(0, 256, (H, 4 * W, 3), np.uint8)
    panned = [np.ascontiguousarray(wide[:, 5 * index : 5 * index + W]) for index in range(20)]
    assert jitter(list(steadied(zip(panned, masks, strict=True)))) > 0.9 * jitter(masks)


def test_what_moves_keeps_its_own_mask() -> None:
    """A bright square goes to the right, and its mask with it: neither trails nor runs ahead."""
    pictures: list[Pixels] = []
    masks: list[Mask] = []
    for index in range(15):
        picture, mask = still(index), np.zeros((H, W), np.float32)
        picture[6:18, 2 * index : 2 * index + 8] = 250
        mask[6:18, 2 * index : 2 * index + 8] = 1
        pictures.append(picture)
        masks.append(mask)
    for found, mask in zip(steadied(zip(pictures, masks, strict=True)), masks, strict=True):
        assert np.abs(found - mask).max() < 0.5
        assert np.abs(found - mask).mean() < 0.01


def test_nothing_comes_over_a_cut() -> None:
    other: NDArray[np.uint8] = RNG.integers(0, 256, (H, W, 3), np.uint8)
    pictures = [still(index) for index in range(8)] + [other] * 8
    masks = [np.zeros((H, W), np.float32)] * 8 + [np.ones((H, W), np.float32)] * 8
    found = list(steadied(zip(pictures, masks, strict=True)))
    assert np.mean(found[7]) < 0.05
    assert np.mean(found[8]) > 0.95
