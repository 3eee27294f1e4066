"""Single backgrounds: what the contract test of all cannot know."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest
from fakes import number_of, numbered, write_picture

from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.effects.none import NoEffect
from vbg.effects.picture import Picture
from vbg.errors import UsageError
from vbg.frame import Frame, Pixels, read_only

NOBODY = np.zeros((36, 64), np.float32)


def background(effect: Effect, pixels: Pixels) -> Pixels:
    painter = effect.open(pixels.shape[1], pixels.shape[0])
    painted = painter.paint(Frame(read_only(pixels), 0, 0.0), NOBODY, 0.0).copy()
    painter.close()
    return painted


def edge(width: int = 640, height: int = 360) -> Pixels:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, width // 2 :] = 200
    return pixels


def edge_width(pixels: Pixels) -> float:
    """Part of the picture's width over which its edge goes from 10 to 90 %."""
    line = pixels[pixels.shape[0] // 2, :, 0]
    return float(((line > 20) & (line < 180)).sum()) / len(line)


def test_each_step_of_the_blur_is_visibly_stronger_whatever_the_frame_s_size() -> None:
    strengths = (0.0, 0.25, 0.5, 0.75, 1.0)
    small, large = ([edge_width(background(Blur(s), edge(*size))) for s in strengths] for size in ((640, 360), (1280, 720)))
    assert all(b > 1.2 * a for a, b in itertools.pairwise(small))
    np.testing.assert_allclose(small, large, rtol=0.3)
    assert small[0] > 0.01  # even the weakest hides what is written on a screen


def test_a_blurred_plain_wall_stays_that_wall() -> None:
    assert (background(Blur(), np.full((360, 640, 3), 137, np.uint8)) == 137).all()


def test_blur_keeps_the_room_s_brightness() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (360, 640, 3), np.uint8)
    np.testing.assert_allclose(background(Blur(), pixels).mean(), pixels.mean(), atol=1.5)


def test_a_colour_is_the_colour() -> None:
    assert (background(Colour("#102fF0"), edge()) == (0xF0, 0x2F, 0x10)).all()


@pytest.mark.parametrize("bad", ["", "red", "#12345", "#12345g", "#1234567", "123456", "#12345\n", "#१२३४५६"])
def test_what_is_no_colour_is_refused(bad: str) -> None:
    with pytest.raises(UsageError) as caught:
        Colour(bad)
    assert "#rrggbb" in caught.value.hint


def test_no_effect_is_the_very_picture() -> None:
    assert (background(NoEffect(), edge()) == edge()).all()


def test_a_picture_fills_the_canvas_from_its_middle(tmp_path: Path) -> None:
    tall = np.concatenate([numbered(i, 64, 20) for i in range(9)])
    painted = background(Picture(str(write_picture(tmp_path / "tall.png", tall))), edge(64, 36))
    assert painted.shape == (36, 64, 3)
    assert number_of(painted[16:20]) == 4
    assert number_of(painted[:8]) == 3
    assert number_of(painted[-8:]) == 5


def test_a_picture_larger_than_the_canvas_does_not_alias(tmp_path: Path) -> None:
    stripes = np.zeros((720, 1280, 3), np.uint8)
    stripes[:, ::2] = 254
    painted = background(Picture(str(write_picture(tmp_path / "stripes.png", stripes))), edge(200, 112))
    assert np.ptp(cv2.blur(painted, (3, 3)).astype(int)) < 30


def test_a_missing_or_broken_picture_is_told_when_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_text("no picture")
    for name in ("broken.png", "missing.png", ""):
        with pytest.raises(UsageError) as caught:
            Picture(str(tmp_path / name)).open(64, 36)
        assert caught.value.hint
