"""Kernels are compiled before they are needed, by several processes where they are not in the cache."""

from __future__ import annotations

import os
import subprocess
from typing import Any

import pytest

from vbg import kernels
from vbg.kernels import reduce


def cold(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    monkeypatch.setattr(reduce, "compiled_here", lambda: True)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)


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


def test_a_cold_cache_is_filled_by_several_processes_and_a_warm_one_by_none(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reduce, "compiled_here", lambda: False)
    kernels.warm()
    assert not started
    cold(monkeypatch, cores=3)
    parts = list(kernels.warming())
    assert len(started) == 3
    assert [one.returncode for one in started] == [0, 0, 0]  # what they were asked to compile can be compiled
    assert parts == sorted(parts)
    assert parts[-1] == 1


def test_every_kernel_is_somebody_s_task() -> None:
    count, processes = len(kernels._steps()), 3
    shares = [set(range(first, count, processes)) for first in range(1, processes + 1)]
    assert set().union(*shares) | {0} == set(range(count))


def test_who_stops_waiting_leaves_no_process_behind(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    cold(monkeypatch, cores=2)
    warming = kernels.warming()
    next(warming)
    del warming  # as a loop does that is left
    assert len(started) == 2
    assert all(one.returncode is not None for one in started)


def test_where_no_process_can_be_started_they_are_compiled_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: Any, **kwargs: Any) -> None:
        raise OSError("no more processes")

    cold(monkeypatch, cores=2)
    monkeypatch.setattr(subprocess, "Popen", refused)
    assert list(kernels.warming())[-1] == 1
