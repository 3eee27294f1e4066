"""Where the mask is unsure the picture's colours decide; where it is sure nothing changes, at any size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import reference_closed as reference
from numpy.typing import NDArray

from vbg.frame import Frame, Pixels, read_only
from vbg.matting import closed
from vbg.matting.passers import without_passers

F32 = NDArray[np.float32]


def disc(h: int, w: int, soft: float) -> F32:
    """The exact alpha of a round person with an edge of `soft` parts of the height."""
    y, x = np.mgrid[0:h, 0:w] + 0.5
    away = np.hypot(y - h / 2, x - w / 2) / h
    return np.asarray(np.clip((0.3 - away) / soft + 0.5, 0, 1), np.float32)


def taken(alpha: F32, noisy: float = 0.0) -> Pixels:
    """A picture of which `alpha` is exact: a person and a room that each change their colour slowly."""
    slow = np.linspace(0, 40, alpha.shape[1])[None, :, None]
    person, room = np.array((60.0, 90.0, 190.0)) + slow, np.array((170.0, 150.0, 60.0)) - slow
    mixed = alpha[:, :, None] * person + (1 - alpha[:, :, None]) * room
    mixed = mixed + np.random.default_rng(2).normal(0, noisy, mixed.shape)
    return read_only(np.clip(np.rint(mixed), 0, 255).astype(np.uint8))


def coarse(alpha: F32, cell: int, shift: int) -> F32:
    """What a model would say: cells, and not quite in its place."""
    h, w = alpha.shape
    small = cv2.resize(np.roll(alpha, shift, axis=1), (w // cell, h // cell), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 1), np.float32)


def wrong(found: F32, alpha: F32) -> float:
    return float(((cv2.resize(found, alpha.shape[::-1]) - alpha) ** 2).mean())


def test_the_windows_apply_the_matting_laplacian() -> None:
    rng = np.random.default_rng(5)
    picture, alpha = rng.random((9, 11, 3)), rng.random((9, 11))
    expected = reference.laplacian(picture, closed._RADIUS, closed._FLAT) @ alpha.ravel()
    np.testing.assert_allclose(closed._Windows(picture).laplacian(alpha).ravel(), expected, atol=1e-9)


def test_the_solver_finds_what_solving_the_whole_system_would() -> None:
    rng = np.random.default_rng(6)
    picture, wanted, weight = rng.random((9, 11, 3)), rng.random((9, 11)), rng.choice([1.0, 100.0], (9, 11))
    system = reference.laplacian(picture, closed._RADIUS, closed._FLAT) + np.diag(weight.ravel())
    expected = np.linalg.solve(system, (weight * wanted).ravel())
    found = closed._solve(closed._Windows(picture), wanted, weight)
    np.testing.assert_allclose(found.ravel(), expected, atol=1e-3)


@pytest.mark.parametrize(("h", "w", "cell"), [(90, 160, 1), (180, 320, 2), (361, 641, 4), (601, 800, 6)])
def test_the_edge_comes_from_the_picture_at_every_size(h: int, w: int, cell: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closed, "_MOST", 150_000)  # the last one is larger
    alpha = disc(h, w, 0.02)
    mask = coarse(alpha, cell, cell)
    found = closed.refined(Frame(taken(alpha), 0, 0.0), mask, cell)
    assert found.shape == (h, w)
    assert found.dtype == np.float32
    assert wrong(found, alpha) < 0.1 * wrong(mask, alpha)
    assert (found[: h // 8] == 0).all()
    assert (found[h // 2 - 5 : h // 2 + 5, w // 2 - 5 : w // 2 + 5] == 1).all()


def test_in_noise_the_mask_counts_more() -> None:
    alpha = disc(180, 320, 0.02)
    assert closed.noise(taken(alpha, 6.0)) == pytest.approx(6.0 * np.hypot(0.114, np.hypot(0.587, 0.299)), rel=0.15)
    mask = np.asarray(cv2.resize(coarse(alpha, 2, 0), (320, 180)), np.float32)
    apart = [np.abs(closed.solved(taken(alpha, level), mask, 0.1, 2) - mask).mean() for level in (0.0, 6.0)]
    assert apart[1] < 0.7 * apart[0]


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_mask_that_is_sure_everywhere_stays(value: float) -> None:
    frame = Frame(taken(disc(90, 160, 0.1)), 0, 0.0)
    assert (closed.refined(frame, np.full((9, 16), value, np.float32), 10.0) == value).all()


def test_an_enlargement_has_no_seams() -> None:
    """Strip by strip it is what it is in one piece."""
    alpha = disc(600, 400, 0.05)
    pixels, small = taken(alpha), np.asarray(cv2.resize(alpha, (100, 150), interpolation=cv2.INTER_AREA), np.float32)
    few = np.asarray(cv2.resize(pixels, (100, 150), interpolation=cv2.INTER_AREA), np.uint8)
    whole, strip = closed.enlarged(pixels, few, small), closed._STRIP
    assert pixels.shape[0] > 2 * strip
    assert np.abs(np.diff(whole, axis=0))[strip - 1 :: strip].max() < 2 * np.abs(np.diff(whole, axis=0)).mean() + 0.2
    assert wrong(whole, alpha) < 1e-4


def scene(*patches: tuple[int, int, int, int]) -> F32:
    """(100, 160): left, top, width and height of each sure patch."""
    mask = np.zeros((100, 160), np.float32)
    for left, top, w, h in patches:
        mask[top : top + h, left : left + w] = 1
    return mask


PERSON = (20, 20, 40, 80)


def test_a_passer_by_is_left_out_with_their_soft_rim() -> None:
    mask = np.asarray(cv2.GaussianBlur(scene(PERSON, (120, 60, 10, 20)), (0, 0), 1.2), np.float32)
    found = without_passers(mask)
    assert found[:, 110:].max() < 0.02
    assert (found[:, :90] == mask[:, :90]).all()


@pytest.mark.parametrize("other", [(100, 40, 20, 40), (63, 60, 8, 8)], ids=["a child", "a hand beyond a sleeve"])
def test_whoever_belongs_to_the_picture_stays(other: tuple[int, int, int, int]) -> None:
    mask = scene(PERSON, other)
    assert without_passers(mask) is mask
