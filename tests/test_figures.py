"""Avatars, outline and shadow: nothing of the person behind an avatar, and the room never shows because of any of them."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
from fakes import ROOM, FakeEffect, FakeModel
from numpy.typing import NDArray

from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.effects.grey import Grey
from vbg.effects.lens import Lens
from vbg.effects.none import NoEffect
from vbg.errors import UsageError
from vbg.figures.around import Around
from vbg.figures.avatar import Avatar
from vbg.figures.blocks import ROWS
from vbg.figures.bust import Bust, Follower, bust_in
from vbg.figures.figure import AVATARS, Figure
from vbg.frame import Frame, Mask, Matte, Pixels, read_only
from vbg.matting.presence import Presence
from vbg.matting.style import Style
from vbg.pipeline import Pipeline
from vbg.settings import Look

WIDTH, HEIGHT = 640, 360
KINDS = AVATARS[1:]
BEHIND = (200, 60, 20)
OF_ROOM: tuple[Effect, ...] = (NoEffect(), Blur(), Blur(0.0), Grey(0.0, colour=1.0, brightness=1.0), Lens(0.0))


def figure_mask(x: float = 0.5, y: float = 0.35, unit: float = 0.3, width: int = WIDTH, height: int = HEIGHT) -> Mask:
    """Head and shoulders: the head's middle (x of the width, y of the height) and its width (of the height)."""
    rows, columns = np.mgrid[0:height, 0:width]
    across, down = (columns + 0.5 - x * width) / height, (rows + 0.5) / height - y
    head = np.hypot(across / (unit / 2), down / (0.625 * unit)) < 1
    neck = (np.abs(across) < 0.22 * unit) & (down > 0) & (down < 1.2 * unit)
    body = np.hypot(across / (1.15 * unit), (down - 2.5 * unit) / (1.6 * unit)) < 1
    return np.asarray(head | neck | body | (body.cumsum(axis=0) > 0), np.float32)


def noise(seed: int, height: int = HEIGHT, width: int = WIDTH) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def scene(mask: Mask, person: Pixels, room: Pixels, index: int = 0) -> Frame:
    pixels = np.where((mask > 0)[..., None], person, room).astype(np.uint8)
    return Frame(read_only(pixels), index, index / 30)


def made(look: Look, frames: list[Frame], mask: Mask) -> list[Pixels]:
    small = cv2.resize(mask, (mask.shape[1] // 2, mask.shape[0] // 2), interpolation=cv2.INTER_AREA)
    pipeline = Pipeline(FakeModel(answer=lambda _: np.asarray(small, np.float32)).open())
    out = [pipeline.process(frame, look).pixels.copy() for frame in frames]
    pipeline.close()
    return out


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("effect", [FakeEffect(BEHIND), *OF_ROOM], ids=str)
def test_not_a_pixel_of_the_person_changes_what_goes_out_with_an_avatar(kind: str, effect: Effect) -> None:
    """Two people of one shape, of other faces, clothes and light, are one and the same picture."""
    mask, room = figure_mask(), noise(0)
    people = noise(1), np.full((HEIGHT, WIDTH, 3), 230, np.uint8)
    figure = Figure(avatar=kind)
    for of_room in (False, True):
        one, two = (Avatar().instead(scene(mask, person, room), mask, figure, of_room) for person in people)
        assert (one[0].pixels == two[0].pixels).all()
        assert (one[1].pixels == two[1].pixels).all()
        assert (one[2].offset == two[2].offset).all()
    one_out, two_out = (made(Look(effect, figure=figure), [scene(mask, person, room)], mask)[0] for person in people)
    sides = one_out.astype(int) - two_out.astype(int)
    assert np.abs(sides).max() <= (1 if effect.of_room else 0)  # what the mask was corrected by is the outline's alone


def detail(pixels: Pixels) -> NDArray[np.float64]:
    """What is finer than 7 % of the height would leave."""
    wide = pixels.astype(np.float64)
    return wide - cv2.GaussianBlur(wide, (0, 0), 0.035 * HEIGHT)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("effect", OF_ROOM, ids=str)
def test_who_is_not_found_cannot_be_recognised_behind_an_avatar(kind: str, effect: Effect) -> None:
    """The model sees nobody: all of the picture counts as room, and of that, nothing but a coarse blur goes out."""
    there = scene(figure_mask(), np.full((HEIGHT, WIDTH, 3), 255, np.uint8), noise(0) // 3)
    (out,) = made(Look(effect, figure=Figure(avatar=kind)), [there], np.zeros((HEIGHT, WIDTH), np.float32))
    before, after = detail(there.pixels), detail(out)
    assert np.abs((before * after).sum() / (before * before).sum()) < 0.02
    assert np.abs(after).max() < 22


def test_no_effect_with_an_avatar_shows_no_room_and_hides_at_once_though_nothing_moves() -> None:
    mask, room = figure_mask(), noise(0)
    still = [scene(mask, noise(1), room, index) for index in range(6)]
    small = cv2.resize(mask, (320, 180), interpolation=cv2.INTER_AREA)
    for effect in OF_ROOM:
        pipeline = Pipeline(FakeModel(answer=lambda _: np.asarray(small, np.float32)).open())
        for frame in still[:5]:
            pipeline.process(frame, Look(effect))
        hidden = pipeline.process(still[5], Look(effect, figure=Figure(avatar="cartoon"))).pixels
        pipeline.close()
        before = detail(still[5].pixels)
        assert abs((before * detail(hidden)).sum() / (before * before).sum()) < 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_where_nobody_is_no_avatar_is(kind: str) -> None:
    nobody = np.zeros((HEIGHT, WIDTH), np.float32)
    (out,) = made(Look(FakeEffect(BEHIND), figure=Figure(avatar=kind)), [scene(nobody, noise(1), noise(0))], nobody)
    assert (out == BEHIND).all()


@pytest.mark.parametrize("kind", KINDS)
def test_an_avatar_stands_where_the_person_does(kind: str) -> None:
    for x in (0.3, 0.7):
        mask = figure_mask(x)
        (out,) = made(Look(FakeEffect(BEHIND), figure=Figure(avatar=kind)), [scene(mask, noise(1), noise(0))], mask)
        drawn = (out != BEHIND).any(axis=2)
        assert drawn[HEIGHT // 4 : HEIGHT // 2].nonzero()[1].mean() / WIDTH == pytest.approx(x, abs=0.02)
        overlap = (drawn & (mask > 0)).sum() / (drawn | (mask > 0)).sum()
        assert overlap > 0.7


def test_nothing_smaller_than_a_block_is_in_the_blocks() -> None:
    """A finger's width, less than half a block, leaves no trace."""
    mask = figure_mask()
    finger = mask.copy()
    finger[:, 40 : 40 + HEIGHT // ROWS // 3] = 1
    figure = Figure(avatar="blocks")
    one, two = (Avatar().instead(scene(m, noise(1), noise(0)), m, figure, False)[2].offset for m in (mask, finger))
    assert (one == two).all()


def test_a_bust_is_where_head_and_shoulders_are() -> None:
    for x, y, unit in itertools.product((0.35, 0.6), (0.3, 0.4), (0.2, 0.3)):
        found = bust_in(figure_mask(x, y, unit))
        assert found is not None
        assert found.x == pytest.approx(x * WIDTH / HEIGHT, abs=0.01)
        assert found.y == pytest.approx(y, abs=0.02)
        assert found.width == pytest.approx(unit, rel=0.05)
        assert found.chest_x == pytest.approx(x * WIDTH / HEIGHT, abs=0.02)
    assert bust_in(np.zeros((90, 160), np.float32)) is None
    assert bust_in(np.ones((90, 160), np.float32)) is not None
    crowd = np.maximum(figure_mask(0.3, 0.4, 0.3), figure_mask(0.85, 0.2, 0.08))  # somebody small stands higher
    found = bust_in(crowd)
    assert found is not None
    assert found.x == pytest.approx(0.3 * WIDTH / HEIGHT, abs=0.02)


def test_a_figure_neither_trembles_nor_lags() -> None:
    """A still head with an uncertain outline stands still; one that moves is followed within a quarter of a second."""
    follower, rng = Follower(), np.random.default_rng(3)
    seen: list[Bust] = []
    for index in range(60):
        x = 0.4 if index < 30 else 0.6
        mask = figure_mask(x + rng.normal(0, 0.002), 0.35 + rng.normal(0, 0.004), 0.3 * (1 + rng.normal(0, 0.02)))
        found = follower.follow(mask, index / 30)
        assert found is not None
        seen.append(found)
    for name in ("x", "y", "width"):
        steps = np.diff([getattr(one, name) for one in seen[10:30]])
        assert np.abs(steps).max() < 0.004
    assert seen[37].x - seen[29].x > 0.8 * 0.2 * WIDTH / HEIGHT


def test_frames_that_are_far_apart_are_not_joined() -> None:
    follower = Follower()
    follower.follow(figure_mask(0.3), 0.0)
    found = follower.follow(figure_mask(0.7), 5.0)
    assert found is not None
    assert found.x == pytest.approx(0.7 * WIDTH / HEIGHT, abs=0.01)


def square() -> tuple[Frame, Matte]:
    """A person in the middle, 160 x 180 px, and their matte."""
    alpha = np.zeros((HEIGHT // 2, WIDTH // 2), np.float32)
    alpha[45:135, 120:200] = 1
    return Frame(read_only(np.full((HEIGHT, WIDTH, 3), 99, np.uint8)), 0, 0.0), Matte(np.zeros_like(alpha), alpha)


BACKGROUNDS = [read_only(np.full((*size, 3), 200, np.uint8)) for size in ((HEIGHT, WIDTH), (45, 80), (1, 1))]


@pytest.mark.parametrize("background", BACKGROUNDS, ids=["full", "small", "one"])
@pytest.mark.parametrize("width", [0.5, 2.0])
def test_an_outline_is_as_wide_as_asked_and_of_its_colour(background: Pixels, width: float) -> None:
    frame, matte = square()
    out = Around().drawn(frame, matte, background, Figure(outline=width, outline_colour="#ff8000"))
    assert not out.flags.writeable
    row = out[HEIGHT // 2].astype(int)
    left = ((row[:240, 0] < 100) & (row[:240, 2] > 228)).sum()
    assert left == pytest.approx(width / 100 * HEIGHT, abs=0.8)
    assert np.abs(row[239] - (0x00, 0x80, 0xFF)).max() < 20
    assert (out[20] == 200).all()
    assert (background == 200).all()


@pytest.mark.parametrize("background", BACKGROUNDS, ids=["full", "small", "one"])
def test_a_shadow_falls_where_it_is_sent_and_is_as_dark_as_asked(background: Pixels) -> None:
    frame, matte = square()
    figure = Figure(shadow=0.5, shadow_softness=0.0, shadow_across=10.0, shadow_down=-5.0)
    out = Around().drawn(frame, matte, background, figure)
    out = np.asarray(cv2.resize(out, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR), np.uint8)
    assert out.max() == 200
    assert np.abs(out[80:240, 290:420].astype(int) - 100).max() <= 2
    dark = (out[:, :, 0] < 150).nonzero()
    assert dark[1].min() == pytest.approx(240 + 36, abs=2)
    assert dark[1].max() == pytest.approx(399 + 36, abs=2)
    assert dark[0].min() == pytest.approx(90 - 18, abs=2)
    soft = Around().drawn(frame, matte, BACKGROUNDS[0], replace(figure, shadow_softness=1.0))
    assert len(np.unique(soft)) > 40


@pytest.mark.parametrize("figure", [Figure(outline=1.0), Figure(shadow=1.0)], ids=["outline", "shadow"])
def test_what_is_drawn_around_the_person_lies_behind_them(figure: Figure) -> None:
    look = Look(FakeEffect(BEHIND), figure=Figure())
    mask = figure_mask()
    frame = scene(mask, noise(1), noise(0))
    usual, drawn = (made(one, [frame], mask)[0] for one in (look, replace(look, figure=figure)))
    inside = cv2.erode(mask, np.ones((31, 31), np.uint8)) > 0
    assert (usual[inside] == drawn[inside]).all()
    assert (usual[0, :20] == BEHIND).all()
    assert (usual != drawn).any()


ALL = [
    Look(FakeEffect(BEHIND), style, presence, replace(figure, avatar=kind))
    for kind in AVATARS
    for figure in (
        Figure(outline=1.0),
        Figure(shadow=1.0, shadow_across=-20.0, shadow_down=20.0),
        Figure(outline=4.0, shadow=0.5),
    )
    for style, presence in (
        (Style(), Presence()),
        (Style(clean_colours=True, light_wrap=1.0, match_light=1.0), Presence(light=1.0)),
        (Style(), Presence(framing=1.0)),
        (Style(), Presence(corner="left")),
    )
]


@pytest.mark.parametrize("look", ALL, ids=lambda look: f"{look.figure.avatar}-{look.figure.outline}-{look.presence}")
def test_the_room_never_shows_whatever_is_combined(look: Look) -> None:
    mask = figure_mask()
    frames = [
        scene(mask, np.full((HEIGHT, WIDTH, 3), 60, np.uint8), np.full((HEIGHT, WIDTH, 3), ROOM, np.uint8), i) for i in range(3)
    ]
    for out in made(look, frames, mask):
        away = cv2.dilate(mask, np.ones((25, 25), np.uint8)) == 0
        near_room = (np.abs(out.astype(int) - ROOM).max(axis=2) < 30) & away
        assert not near_room.any()


@pytest.mark.parametrize("bad", ["", "red", "#12345", "#12345g"])
def test_what_is_no_colour_is_refused(bad: str) -> None:
    with pytest.raises(UsageError):
        Figure(outline_colour=bad)
    with pytest.raises(UsageError):
        Figure(avatar_colour=bad)


def test_a_blink_is_short() -> None:
    avatar, figure, mask = Avatar(), Figure(avatar="cartoon"), figure_mask()
    frame = scene(mask, noise(1), noise(0))
    shown = [avatar.instead(Frame(frame.pixels, i, i / 30), mask, figure, False)[1].pixels for i in range(110)]
    changes = [i for i in range(1, 110) if (shown[i] != shown[i - 1]).any()]
    assert 0 < len(changes) <= 4
    assert all(math.isfinite(one) for one in changes)
