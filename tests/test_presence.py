"""Where and how the person stands in the picture: the room never shows because of it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from fakes import ROOM, FakeEffect, FakeModel
from numpy.typing import NDArray

from vbg.effects.blur import Blur
from vbg.frame import Frame, Mask, Matte, Pixels, read_only
from vbg.matting.keep import Region
from vbg.matting.placing import Placing
from vbg.matting.presence import Presence
from vbg.matting.style import Style
from vbg.pipeline import Pipeline
from vbg.settings import Look

WIDTH, HEIGHT = 320, 180
PERSON, BEHIND = (40, 30, 220), (200, 60, 20)


def scene(index: int, left: float, top: float, level: float = 1.0) -> tuple[Frame, Mask]:
    """A person a fifth of the picture wide, from `top` down, in a room of one colour."""
    x0, y0 = round(left * WIDTH), round(top * HEIGHT)
    pixels = np.full((HEIGHT, WIDTH, 3), ROOM, np.float32)
    pixels[y0:, x0 : x0 + WIDTH // 5] = PERSON
    mask = np.zeros((HEIGHT // 2, WIDTH // 2), np.float32)
    mask[y0 // 2 :, x0 // 2 : (x0 + WIDTH // 5) // 2] = 1
    return Frame(read_only((pixels * level).astype(np.uint8)), index, index / 30), mask


def shown(look: Look, scenes: list[tuple[Frame, Mask]]) -> list[Pixels]:
    masks = {frame.index: mask for frame, mask in scenes}
    pipeline = Pipeline(FakeModel(answer=lambda frame: masks[frame.index]).open())
    out = [pipeline.process(frame, look).pixels for frame, _ in scenes]
    pipeline.close()
    return out


def where(pixels: Pixels, bgr: tuple[int, int, int], within: int = 40) -> NDArray[np.bool_]:
    return np.asarray(np.abs(pixels.astype(int) - bgr).max(axis=2) < within)


WALK = [scene(i, 0.1 + 0.6 * i / 119, 0.4) for i in range(120)]
MOVED = [Presence(framing=1.0), Presence(framing=0.3), Presence(corner="left"), Presence(corner="right", corner_size=0.7)]


@pytest.mark.parametrize("presence", MOVED, ids=str)
def test_the_room_never_shows_because_the_person_is_moved(presence: Presence) -> None:
    for pixels in shown(Look(FakeEffect(BEHIND), presence=presence), WALK):
        assert where(pixels, ROOM).sum() <= 0.002 * WIDTH * HEIGHT  # no more than the edge's own softness
        assert where(pixels, PERSON).any()
        assert where(pixels, BEHIND).mean() > 0.3


def middle(pixels: Pixels) -> tuple[float, float]:
    """The person's middle, and the top of their head, as fractions of width and height."""
    rows, columns = np.nonzero(where(pixels, PERSON))
    return float(columns.mean()) / WIDTH, float(rows.min()) / HEIGHT


def test_framing_brings_the_head_to_the_middle_and_follows_gently() -> None:
    still = [scene(i, 0.15, 0.4) for i in range(10)]
    first = shown(Look(FakeEffect(BEHIND), presence=Presence(framing=1.0)), still)[-1]
    x, top = middle(first)
    assert 0.2 <= x < 0.5  # as near to the middle as the camera's picture reaches
    assert top == pytest.approx(0.12, abs=0.03)
    still, look = [scene(i, 0.25, 0.4) for i in range(10)], Look(FakeEffect(BEHIND), presence=Presence(framing=0.5))
    away = [*still, *(scene(10 + i, 0.45, 0.4) for i in range(90))]
    path = [middle(pixels)[0] for pixels in shown(look, away)]
    assert path[10] - path[9] > 0.2  # they jumped; the frame did not jump along
    assert np.abs(np.diff(path[10:])).max() < 0.05
    assert path[-1] < path[10] - 0.1


@pytest.mark.parametrize(("corner", "low", "high"), [("left", 0.0, 0.35), ("right", 0.65, 1.0)])
def test_a_corner_is_a_corner(corner: str, low: float, high: float) -> None:
    look = Look(FakeEffect(BEHIND), presence=Presence(corner=corner, corner_size=0.4))
    pixels = shown(look, [scene(i, 0.4, 0.2) for i in range(5)])[-1]
    x, top = middle(pixels)
    assert low < x < high
    assert top == pytest.approx(0.6, abs=0.03)
    assert where(pixels, PERSON)[-1].any()  # she stands on the picture's lower edge


def test_before_one_s_own_room_nobody_stands_in_a_corner() -> None:
    scenes = [scene(i, 0.4, 0.2) for i in range(3)]
    plain = shown(Look(Blur()), scenes)[-1]
    assert (shown(Look(Blur(), presence=Presence(corner="left")), scenes)[-1] == plain).all()


@pytest.mark.parametrize(
    ("presence", "top", "seen_at"),
    [
        # the head is at 0.12 and the feet are at the bottom
        (Presence(framing=1.0), 0.4, 0.12 + (0.7 - 0.4) * 0.88 / 0.6),
        (Presence(corner="right", corner_size=0.4), 0.2, 0.5 + 0.7 / 2),
    ],
)
def test_what_is_dropped_stays_hidden_wherever_it_is_moved(presence: Presence, top: float, seen_at: float) -> None:
    look = Look(FakeEffect(BEHIND), Style(drop=(Region(0.0, 0.7, 1.0, 0.3),)), presence)
    for pixels in shown(look, [scene(i, 0.4, top) for i in range(20)]):
        assert where(pixels, PERSON).any()
        assert np.abs(pixels[round(HEIGHT * seen_at) :].astype(int) - BEHIND).max() <= 1


@pytest.mark.parametrize(
    "presence", [Presence(framing=0.3), Presence(framing=1.0), Presence(corner="left", corner_size=0.8)], ids=str
)
def test_not_a_trace_of_what_is_dropped_shows_wherever_the_matte_s_cells_lie(presence: Presence) -> None:
    cell, top = 10, 0.4
    frame, _ = scene(0, 0.4, top)
    mask = np.zeros((HEIGHT // cell, WIDTH // cell), np.float32)
    mask[round(top * HEIGHT) // cell :, round(0.4 * WIDTH) // cell : round(0.6 * WIDTH) // cell] = 1
    for edge in np.linspace(0.7, 0.7 + cell / HEIGHT, 12):
        drop = (Region(0.0, float(edge), 1.0, 1 - float(edge)),)
        pixels = shown(Look(FakeEffect(BEHIND), Style(drop=drop), presence), [(frame, mask)])[-1]
        placing = Placing()
        placing.place(frame, mask, Matte.uniform(1.0), pixels, presence, of_room=False)
        (seen,) = placing._view.regions(drop) if placing._view else ()
        hidden = pixels[math.ceil(seen.y * HEIGHT) :].astype(int)
        assert where(pixels, PERSON).any()
        assert np.abs(hidden - BEHIND).max() <= 1


def test_who_is_cut_by_the_camera_s_border_is_not_smeared_beyond_it() -> None:
    look = Look(FakeEffect(BEHIND), presence=Presence(corner="right", corner_size=0.4))
    pixels = shown(look, [scene(i, 0.0, 0.2) for i in range(5)])[-1]
    assert where(pixels, PERSON).any()
    assert (pixels[:, : WIDTH // 3] == BEHIND).all()


def test_nobody_to_follow_leaves_the_frame_where_it_was() -> None:
    empty = [(frame, np.zeros_like(mask)) for frame, mask in WALK[:5]]
    for pixels in shown(Look(FakeEffect(BEHIND), presence=Presence(framing=1.0)), empty):
        assert (pixels == BEHIND).all()


def test_light_falls_on_a_dark_person_and_on_nothing_else() -> None:
    dark = [scene(i, 0.4, 0.3, level=0.3) for i in range(5)]
    plain = Look(FakeEffect(BEHIND))
    before = shown(plain, dark)[-1]
    after = shown(replace(plain, presence=Presence(light=1.0)), dark)[-1]
    person = np.s_[HEIGHT // 2 :, round(0.45 * WIDTH) : round(0.55 * WIDTH)]
    assert after[person].mean() > 1.5 * before[person].mean()
    assert (after[:, : round(0.35 * WIDTH)] == BEHIND).all()
    blue, green, red = (int(v) for v in np.median(after[person].reshape(-1, 3), axis=0))
    assert red > 4 * max(blue, green)  # her colour stays her colour


def test_light_does_not_fall_where_it_is_bright() -> None:
    white = [(Frame(read_only(np.full((HEIGHT, WIDTH, 3), 200, np.uint8)), i, i / 30), WALK[0][1]) for i in range(3)]
    plain = Look(FakeEffect(BEHIND))
    assert (shown(replace(plain, presence=Presence(light=1.0)), white)[-1] == shown(plain, white)[-1]).all()
