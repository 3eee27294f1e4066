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
from vbg.effects.grey import Grey
from vbg.effects.layers import Layers
from vbg.effects.lens import Lens
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


def person_at(x: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """A column of a person at x, 0..1 across the picture."""
    mask = np.zeros((36, 64), np.float32)
    mask[8:, max(0, round(64 * x) - 6) : round(64 * x) + 6] = 1
    return mask


def seen_from(effect: Effect, places: list[float], width: int = 640, height: int = 360) -> list[Pixels]:
    """What is painted as the person stands at each place for a second."""
    painter = effect.open(width, height)
    frame, out = Frame(read_only(np.zeros((height, width, 3), np.uint8)), 0, 0.0), []
    for index, place in enumerate(places):
        for step in range(30):
            painted = painter.paint(frame, person_at(place), index + step / 30)
        out.append(painted.copy())
    painter.close()
    return out


def column_of(pixels: Pixels) -> float:
    """Where its bright column is, in parts of the width."""
    bright = pixels[:, :, 2].astype(float).mean(axis=0)
    bright -= np.median(bright)
    return float((bright.clip(0) @ (np.arange(len(bright)) + 0.5)) / bright.clip(0).sum() / len(bright))


def line_picture(file: Path) -> Path:
    pixels = np.full((720, 1280, 3), 40, np.uint8)
    pixels[:, 630:650] = 250
    return write_picture(file, pixels)


@pytest.mark.parametrize("depth", [1.0, 0.5, -0.5])
def test_a_picture_shifts_against_the_person_or_along(tmp_path: Path, depth: float) -> None:
    file = str(line_picture(tmp_path / "line.png"))
    left, middle, right = (column_of(one) for one in seen_from(Picture(file, depth), [0.2, 0.5, 0.8]))
    assert middle == pytest.approx(0.5, abs=0.005)
    assert (right - left) * depth < -0.04 * abs(depth)
    assert middle - left == pytest.approx(right - middle, abs=0.004)
    for one in seen_from(Picture(file, depth), [0.0, 1.0]):  # the borders of the picture never show
        assert one.min() >= 39


def test_a_picture_that_moves_neither_steps_nor_trembles(tmp_path: Path) -> None:
    painter = Picture(str(line_picture(tmp_path / "line.png")), 1.0).open(640, 360)
    frame = Frame(read_only(np.zeros((360, 640, 3), np.uint8)), 0, 0.0)
    persons = [person_at(0.3 if index < 10 else 0.7) for index in range(60)]
    steps = np.diff([640 * column_of(painter.paint(frame, one, index / 30)) for index, one in enumerate(persons)])
    painter.close()
    assert np.abs(steps[:9]).max() < 0.01
    assert (steps[10:] <= 0.02).all()
    assert np.abs(np.diff(steps[12:])).max() < 0.35  # px: it slows down evenly


def layer(file: Path, bgr: tuple[int, int, int], x: int | None) -> None:
    """A layer of one colour: all of it, or a column at `x`; what is transparent is black."""
    from PIL import Image

    pixels = np.zeros((360, 640, 4), np.uint8)
    part = np.s_[:, :] if x is None else np.s_[:, x : x + 40]
    pixels[part] = (*bgr[::-1], 255)
    Image.fromarray(pixels).save(file)


def test_near_layers_shift_more_than_far_ones_and_no_dark_seams_show(tmp_path: Path) -> None:
    layer(tmp_path / "1 sky.png", (200, 200, 0), None)
    layer(tmp_path / "2 far.png", (200, 0, 200), 120)
    layer(tmp_path / "3 near.png", (0, 200, 200), 460)
    left, right = seen_from(Layers(str(tmp_path), 1.0), [0.2, 0.8])
    for colour in ((1, 2, 0), (0, 2, 1)):
        assert any((one[:, :, colour[0]] > 190).any() for one in (left, right))

    def at(pixels: Pixels, channel: int) -> float:
        return float((pixels[180, :, channel] < 100).nonzero()[0].mean())

    far, near = at(left, 1) - at(right, 1), at(left, 0) - at(right, 0)
    assert near > 1.5 * far > 5
    for one in (left, right):  # every pixel is a mix of two layers, of which each has two bright channels
        assert np.sort(one.astype(int), axis=2)[:, :, 1:].sum(axis=2).min() > 290


def test_a_folder_without_layers_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError) as caught:
            Layers(str(folder)).open(64, 36)
        assert caught.value.hint
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n no")
    with pytest.raises(UsageError):
        Layers(str(tmp_path)).open(64, 36)


def test_a_grey_room_has_no_colour_and_is_blurred_however_weak() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (360, 640, 3), np.uint8)
    pixels[:, :, 2] //= 2
    painted = background(Grey(0.0, brightness=1.0), pixels).astype(int)
    assert np.ptp(painted, axis=2).max() <= 1
    assert painted[:, :, 0].mean() == pytest.approx(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY).mean(), abs=2)
    assert edge_width(background(Grey(0.0), edge())) >= edge_width(background(Blur(0.0), edge()))


def test_a_light_becomes_an_even_disc_that_blooms() -> None:
    lamp = np.full((360, 640, 3), 30, np.uint8)
    lamp[174:187, 314:327] = 255
    flat, bloom = (cv2.resize(background(Lens(0.5, h), lamp), (640, 360)).astype(int)[180, :, 0] for h in (0.0, 1.0))
    assert bloom.max() > flat.max() + 20
    high = bloom - 30 > 0.5 * (bloom.max() - 30)
    assert 2 * 0.04 * 360 < high.sum() < 2 * 0.06 * 360
    inside = bloom[320 - high.sum() // 4 : 320 + high.sum() // 4]
    assert np.ptp(inside) < 0.12 * bloom.max()  # a Gaussian would fall by a half
    assert (background(Lens(), np.full((360, 640, 3), 137, np.uint8)) == 137).all()
