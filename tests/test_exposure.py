"""The model is shown well-lit pictures: what is dark is brightened, and the noise that this brings out is taken away."""

from __future__ import annotations

import numpy as np

from vbg.frame import Frame
from vbg.kernels import crop
from vbg.models import Tensor
from vbg.models.exposure import BRIGHT, exposed, snapped, view
from vbg.models.second import FARTHER, _about


def scene(light: float) -> tuple[Tensor, Tensor]:
    """A dark and a bright half under `light`, and the same with a sensor's noise."""
    clean = np.full((64, 64, 3), 0.2 * light, np.float32)
    clean[:, 32:] = 0.8 * light
    noise = np.random.default_rng(5).normal(0, 0.02, clean.shape).astype(np.float32)
    return clean, np.clip(clean + noise, 0, 1)


def test_a_well_lit_picture_is_left_alone() -> None:
    _, noisy = scene(1.0)
    assert (exposed(noisy.copy()) == noisy).all()


def test_a_dark_picture_is_brightened_and_its_noise_does_not_grow_with_it() -> None:
    clean, noisy = scene(0.2)
    shown = exposed(noisy.copy())
    assert abs(shown.mean() - BRIGHT) < 0.02
    gain = shown[:, 40:].mean() / clean[:, 40:].mean()
    assert gain > 2
    assert shown[:, 40:].std() < 0.7 * gain * noisy[:, 40:].std()
    columns = shown.mean(axis=(0, 2))
    assert columns[32:].min() > 2 * columns[:32].max()  # the edge is where it was


def test_a_large_crop_is_read_from_the_halved_frame_and_shows_the_same() -> None:
    """It begins where one of the halved frame's pixels does."""
    y, x = np.mgrid[0:360, 0:640]
    pixels = np.stack([x // 3, y // 2, 120 + 100 * np.sin(x / 40)], axis=-1).astype(np.uint8)
    whole, halved = Frame(pixels, 0, 0.0), Frame(pixels, 0, 0.0)
    left, top, side = snapped(halved, 101, 33, 301, 128)
    assert [left % 2, top % 2, side % 2] == [0, 0, 0]
    assert max(abs(left - 101), abs(top - 33), abs(side - 301)) <= 1
    shown = view(halved, left, top, side, 128)
    assert halved.coarser(2)[0] is halved.reduced(320, 180)
    np.testing.assert_allclose(shown, crop.read(whole.pixels, left, top, side, 128), atol=3 / 255)
    assert snapped(whole, 101, 33, 201, 128) == (101, 33, 201)  # too small for that


def test_the_second_look_s_crop_holds_the_first_one_and_never_mirrors_the_lower_border() -> None:
    for start, side, length in [(0, 360, 640), (280, 360, 640), (100, 360, 640), (0, 360, 360), (-80, 300, 640), (440, 300, 640)]:
        wider = round(FARTHER * side)
        at = _about(start, side, wider, length)
        assert at <= start and at + wider >= start + side
        assert at + wider <= max(length, start + side)
