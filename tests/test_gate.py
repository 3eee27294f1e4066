"""While the picture stands still, the matte is used again; the moment anything moves, it is made anew."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import FakeEffect, FakeModel
from numpy.typing import NDArray

from vbg.frame import Frame, Pixels, read_only
from vbg.kernels import blocks
from vbg.matting.gate import Gate
from vbg.pipeline import Pipeline
from vbg.settings import Look

SETTLED = 20
HEIGHT, WIDTH = 360, 640


def scene(seed: int, noise: float = 2.0) -> Pixels:
    """A room of random soft shapes with a sensor's noise, anew with every seed."""
    shapes = np.random.default_rng(7).integers(30, 220, (9, 16, 3), np.uint8).repeat(40, axis=0).repeat(40, axis=1)
    return np.clip(shapes + np.random.default_rng(seed).normal(0, noise, shapes.shape), 0, 255).astype(np.uint8)


def asked(pictures: list[Pixels], times: list[float] | None = None, person: float = 0.0) -> list[bool]:
    """For which of the pictures the model was asked, that sees a person in so much of their width."""
    mask = np.zeros((36, 64), np.float32)
    mask[:, : round(person * 64)] = 1
    model = FakeModel(answer=lambda frame: mask.copy())
    pipeline = Pipeline(model.open())
    found = []
    for index, pixels in enumerate(pictures):
        before = model.control.used
        at = index / 30 if times is None else times[index]
        pipeline.process(Frame(read_only(pixels), index, at), Look(FakeEffect()))
        found.append(model.control.used > before)
    pipeline.close()
    return found


@pytest.mark.parametrize("noise", [0.0, 2.0, 6.0])
def test_a_still_picture_with_noise_asks_the_model_hardly_ever(noise: float) -> None:
    found = asked([scene(seed, noise) for seed in range(3 * SETTLED)])
    assert all(found[:6])
    assert sum(found[SETTLED:]) <= (0 if noise < 5 else 10)  # of 40: one outlier costs the frames until it has settled again


def test_a_hand_s_small_movement_asks_it_at_once() -> None:
    pictures = [scene(seed) for seed in range(SETTLED + 3)]
    for step, pixels in enumerate(pictures[SETTLED:], 1):
        pixels[100 : 100 + 12, 300 + step : 312 + step] = 128 + 60  # a finger-sized patch of moderate contrast
    assert asked(pictures)[SETTLED:] == [True, True, True]


def test_somebody_who_comes_in_slowly_is_not_overlooked() -> None:
    """A dark edge creeps in, a tenth of a pixel a frame: changes count from the frame that the matte was made of."""
    pictures = [scene(seed) for seed in range(SETTLED + 60)]
    for step, pixels in enumerate(pictures[SETTLED:]):
        whole, part = divmod(step / 10, 1)
        reach = int(whole) + 1
        pixels[:, :reach] //= 3
        pixels[:, reach] = (pixels[:, reach] * (1 - 0.67 * part)).astype(np.uint8)
    assert any(asked(pictures)[SETTLED : SETTLED + 15])


def test_light_switched_on_asks_it_at_once() -> None:
    pictures = [scene(seed) for seed in range(SETTLED + 1)]
    pictures[SETTLED] = np.clip(pictures[SETTLED].astype(int) * 1.1, 0, 255).astype(np.uint8)
    assert asked(pictures)[SETTLED]


def test_a_gap_in_time_and_another_size_ask_it_at_once() -> None:
    pictures = [scene(seed) for seed in range(SETTLED + 1)]
    times = [index / 30 for index in range(SETTLED)]
    assert asked(pictures, [*times, times[-1] + 1.0])[SETTLED]
    assert asked(pictures, [*times, times[-1] - 0.1])[SETTLED]
    assert asked([*pictures[:SETTLED], np.ascontiguousarray(pictures[SETTLED][:320])])[SETTLED]


def test_it_is_asked_again_every_two_seconds_at_least() -> None:
    found = asked([scene(seed) for seed in range(150)])
    longest = max(len(run) for run in "".join("x" if one else "." for one in found).split("x"))
    assert 30 < longest <= 60


def test_what_is_surely_person_may_move_more() -> None:
    pictures = [scene(seed) for seed in range(SETTLED + 1)]
    pictures[SETTLED][160:192, 300:332] = np.clip(pictures[SETTLED][160:192, 300:332].astype(int) + 3, 0, 255)
    assert not asked(pictures, person=0.9)[SETTLED]
    assert asked(pictures)[SETTLED]


def test_a_background_is_kept_only_where_it_does_not_move_on_its_own() -> None:
    moving = FakeEffect()
    pipeline = Pipeline(FakeModel().open())
    for index in range(2 * SETTLED):
        pipeline.process(Frame(read_only(scene(index)), index, index / 30), Look(moving))
    pipeline.close()
    assert moving.log.used == 2 * SETTLED


def test_reset_forgets() -> None:
    gate = Gate()
    for index in range(SETTLED):
        frame = Frame(read_only(scene(index)), index, index / 30)
        if not gate.still(frame):
            gate.made(frame, np.zeros((36, 64), np.float32))
    assert gate.still(frame)
    gate.reset()
    assert not gate.still(frame)


@pytest.mark.parametrize(("size", "side", "step"), [((64, 48), 16, 1), ((65, 50), 16, 2), ((9, 9), 4, 1), ((5, 5), 5, 3)])
def test_block_means_are_the_plain_means(size: tuple[int, int], side: int, step: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    rows, cols = size[0] // side, size[1] // side
    expected: NDArray[np.float64] = np.empty((rows, cols))
    for y in range(rows):
        for x in range(cols):
            bottom, right = ((y + 1) * side if y + 1 < rows else size[0]), ((x + 1) * side if x + 1 < cols else size[1])
            expected[y, x] = pixels[y * side : bottom : step, x * side : right].mean()
    np.testing.assert_allclose(blocks.means(pixels, side, step), expected, atol=1e-3)


@pytest.mark.parametrize(("size", "rows", "cols"), [((216, 384), 22, 40), ((7, 9), 7, 2), ((5, 5), 1, 1)])
def test_a_plane_s_block_means_are_the_plain_means(size: tuple[int, int], rows: int, cols: int) -> None:
    plane = np.random.default_rng(0).random(size).astype(np.float32)
    ys, xs = ([i * whole // parts for i in range(parts + 1)] for whole, parts in zip(size, (rows, cols), strict=True))
    expected = [[plane[ys[r] : ys[r + 1], xs[c] : xs[c + 1]].mean() for c in range(cols)] for r in range(rows)]
    np.testing.assert_allclose(blocks.planar_means(plane, rows, cols), expected, atol=1e-5)
