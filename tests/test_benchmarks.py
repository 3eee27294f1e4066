"""The benchmarks' contenders give sane pictures, and the guard tells slower from noise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks import check, guard, limits, process_tree, report
from benchmarks.contenders import Contender, Running, UnavailableError, timed
from benchmarks.goals import Goal
from benchmarks.guard import Range
from benchmarks.quality import SIZE, Scores, Tally
from benchmarks.scaling import Step
from benchmarks.side_by_side import CONTENDERS, Entry, SideBySide
from vbg.cameras.demo import Demo

WIDTH, HEIGHT = 640, 360
TESTED = [contender for contender in CONTENDERS if contender.name != "browser"]  # one browser is slow enough


@pytest.fixture(params=TESTED, ids=lambda contender: contender.name)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    contender: Contender = request.param
    try:
        one = contender.open(WIDTH, HEIGHT)
    except UnavailableError as e:
        pytest.skip(str(e))
    yield one
    one.close()


def test_a_contender_covers_the_room_and_shows_the_person(running: Running) -> None:
    source = Demo().open(WIDTH, HEIGHT)
    for index in range(3):
        pixels = source.frame(index).pixels
        before = pixels.copy()
        covered = running.process(pixels)
        assert covered.shape == pixels.shape and covered.dtype == np.uint8
        assert np.array_equal(pixels, before)
    matte = running.matte
    if matte is None:
        return  # a limit: it covers nothing
    truth = source.truth(2)
    apart = np.abs(covered.astype(int) - pixels).mean(axis=2)
    assert matte.dtype == np.float32 and matte.min() >= 0 and matte.max() <= 1
    assert abs(float(matte.mean()) - float(truth.mean())) < 0.05
    assert apart[truth == 1].mean() < 0.3 * apart[truth == 0].mean()


def test_timing_a_contender_counts_wall_and_cpu() -> None:
    copy = next(one for one in CONTENDERS if one.name == "copy").open(WIDTH, HEIGHT)
    sample = timed(copy, Demo().open(WIDTH, HEIGHT).frame(0).pixels)
    assert sample.wall_ms > 0 and sample.cpu_ms >= 0 and sample.model_ms is None


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="reads /proc")
def test_cpu_time_of_a_process_grows_while_it_works() -> None:
    before = process_tree.cpu_s(os.getpid())
    sum(range(300_000))
    assert process_tree.cpu_s(os.getpid()) > before


def test_the_exact_alpha_scores_best() -> None:
    source, tally = Demo().open(*SIZE), Tally()
    for index in range(4):
        truth = source.truth(index)
        tally.add(truth, truth)
    scores = tally.scores()
    assert scores is not None
    assert (scores.iou, scores.boundary_f, scores.mse) == (1, 1, 0)
    assert scores.jitter < 0.5


COMMITTED = {"blur / inference": Range(2.0, 1.95, 2.06), "stage smooth / inference": Range(0.02, 0.019, 0.021)}


def test_equal_ratios_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.check(COMMITTED, lambda: COMMITTED) == 0
    assert "2 ratios within noise" in capsys.readouterr().out


def test_a_slowed_ratio_fails_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    now = {**COMMITTED, "blur / inference": Range(2.4, 2.3, 2.5)}
    assert check.check(COMMITTED, lambda: now) == 1
    assert "SLOWER   blur / inference: 2.000 (1.950-2.060) -> 2.400" in capsys.readouterr().out


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(Range(2.4, 2.0, 2.8), id="the repeats overlap"),
        pytest.param(Range(2.09, 2.07, 2.1), id="less than noise"),
        pytest.param(Range(1.5, 1.4, 1.6), id="quicker"),
    ],
)
def test_noise_and_gains_pass(now: Range) -> None:
    assert guard.slower({"a": COMMITTED["blur / inference"]}, {"a": now}) == []


def test_a_tiny_stage_may_vary() -> None:
    now = {"stage smooth / inference": Range(0.04, 0.039, 0.041)}
    assert guard.slower(COMMITTED, now) == []


def test_a_slowdown_that_does_not_come_again_is_noise() -> None:
    measurements = iter([{"blur / inference": Range(2.4, 2.3, 2.5)}, COMMITTED])
    assert check.check(COMMITTED, lambda: next(measurements)) == 0


def test_the_report_is_written_and_read_back(tmp_path: Path) -> None:
    entries = {
        "inference": Entry("limit: inference", "limit", "one run", 1.5, 1.5, None, None),
        "vbg-blur": Entry(
            "vbg, blur", "vbg", "all of it", 3.0, 3.0, None, Scores(0.9, 0.8, 2.0, 1.0, None), {"mask": 2.0, "blend": 1.0}
        ),
    }
    steps = [Step(height, 1, 3.0, 3.0, {"mask": 2.0, "blend": 1.0}) for height in (360, 720)]
    machine: dict[str, object] = {"cpu": "fast", "cores": 2, "system": "Linux", "python": "3", "versions": {"vbg": "0"}}
    outcome = SideBySide(10, 1, entries, {"browser": "there is none"})
    goals = [Goal("blend", "at most 2.5", 3.0, False)]
    report.write(report.Report("this", "today", "abc", machine, 0.0, outcome, steps, COMMITTED, goals), tmp_path)
    assert check.committed(tmp_path / "results.json") == (COMMITTED, "fast")
    page = (tmp_path / "RESULTS.md").read_text()
    assert "| vbg, blur | 3.00 | 3.00 | 1.00 |  | 0.900 | 0.800 |" in page
    assert "Not measured: browser (there is none)." in page and "| **no** |" in page
    assert all((tmp_path / name).stat().st_size > 1000 for name in ("stages.svg", "scaling.svg", "quality.svg"))


def test_every_difficulty_lays_a_person_with_a_known_alpha_over_a_room() -> None:
    for says, (scene, noise, quality) in limits.SCENES.items():
        frame, truth = next(limits.frames(scene, noise, quality))
        assert frame.pixels.shape == (*truth.shape, 3), says
        assert 0.01 < truth.mean() < 0.6, says
        assert truth.max() <= 1.001, says
    assert limits._wrong(np.ones((90, 160), np.float32), np.zeros((90, 160), np.float32)) == (100.0, 0.0)
