"""Kernels are compiled before they are needed, by several processes where they are not in the cache."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from test_kernels import compiled

from vbg import kernels
from vbg.cameras.demo import Demo
from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.effects.none import NoEffect
from vbg.kernels import warming
from vbg.kernels.compiled import forget_stale
from vbg.kernels.warming import Warming
from vbg.matting.presence import Presence
from vbg.matting.style import Style
from vbg.models.follow import Follow
from vbg.pipeline import Pipeline
from vbg.settings import Look


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "cached", lambda: False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started."""
    made: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def popen(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        made.append(start(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(subprocess, "Popen", popen)
    return made


@pytest.fixture
def every() -> Iterator[Warming]:
    one = Warming()
    yield one
    one.close()


def finished(parts: list[float]) -> bool:
    return parts == sorted(parts) and parts[-1] == pytest.approx(1.0)


def test_a_warm_cache_needs_no_process(started: list[subprocess.Popen[bytes]]) -> None:
    kernels.warm()
    started.clear()
    assert warming.cached()
    with_files = Warming()
    assert finished(list(with_files.first()))
    assert with_files.more()
    assert not started


def is_cached() -> bool:
    return warming.cached()


def test_an_empty_cache_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        assert not fresh.submit(is_cached).result()


@pytest.mark.usefixtures("cold")
def test_a_cold_cache_is_filled_by_several_processes(every: Warming, started: list[subprocess.Popen[bytes]]) -> None:
    assert finished(list(every.first(everything=True)))
    assert len(started) == 3
    assert [one.wait(20) for one in started] == [0, 0, 0]  # what they were asked to compile can be compiled
    assert every.more()


@pytest.mark.usefixtures("cold")
def test_what_covers_comes_first_and_the_rest_while_frames_go_out(every: Warming) -> None:
    assert finished(list(every.first()))
    calls = 1
    while not every.more():
        calls += 1
    assert calls >= len(kernels.steps()) - kernels.FIRST  # never two in the time of one frame


def test_every_step_is_taken_by_one_process_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    monkeypatch.setattr(kernels, "steps", lambda: tuple(lambda index=index: taken.append(index) for index in range(4)))
    (tmp_path / "1").touch()  # another has it
    warming.compile_some(str(tmp_path))
    warming.compile_some(str(tmp_path))
    assert taken == [0, 2, 3]
    assert sorted(one.name for one in tmp_path.glob("*.done")) == ["0.done", "2.done", "3.done"]


@pytest.mark.usefixtures("cold")
def test_who_stops_waiting_leaves_no_process_behind(every: Warming, started: list[subprocess.Popen[bytes]]) -> None:
    next(every.first())
    every.close()
    assert len(started) == 3
    assert all(one.returncode is not None for one in started)


@pytest.mark.usefixtures("cold")
def test_where_no_process_can_be_started_they_are_compiled_here(every: Warming, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: Any, **kwargs: Any) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refused)
    assert finished(list(every.first()))
    assert every.more()


@pytest.mark.usefixtures("cold")
def test_where_the_processes_fail_they_are_compiled_here(every: Warming, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert finished(list(every.first(everything=True)))


def plain_frames() -> tuple[dict[str, int], dict[str, int]]:
    """What was compiled by the first steps, and what after a plain pipeline ran."""
    for step in kernels.steps()[: kernels.FIRST]:
        step()
    before = compiled()
    source, pipeline = Demo().open(320, 180), Pipeline(Follow().open())
    pipeline.plain = True
    effects: list[Effect] = [Blur(), Colour(), NoEffect()]
    style, presence = Style(clean_colours=True, light_wrap=0.5, match_light=0.5), Presence(light=0.5)
    for effect in effects * 3:
        frame = source.read()
        assert frame is not None
        pipeline.process(frame, Look(effect, style, presence))
    pipeline.close()
    source.close()
    return before, compiled()


def test_plain_frames_need_the_first_kernels_alone() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:  # here, other tests have compiled already
        before, after = fresh.submit(plain_frames).result()
    assert after == before


def test_what_was_compiled_before_a_source_changed_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    for name, time_s in (("one.py", 100), ("two.py", 300), ("__pycache__/old.nbi", 200), ("__pycache__/new.nbi", 400)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time_s, time_s))
    forget_stale(tmp_path)
    assert [one.name for one in (tmp_path / "__pycache__").iterdir()] == ["new.nbi"]
    forget_stale(tmp_path / "nowhere")
