"""A real Dask scheduler and two worker processes make what one process makes, also where one of them is killed half-way."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from test_film import LIGHT, picture
from test_pieces import content, long, made

from vbg import crew
from vbg.cli import main

ROOT = Path(__file__).parents[1]
_FOUND_S = 60


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Its address."""
    started = dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
    try:
        yield told(started, r"(tcp://127\.0\.0\.1:\d+)")
    finally:
        started.kill()
        started.communicate()


def dask(*arguments: str) -> subprocess.Popen[str]:
    """A process of Dask's, with what it says in `stderr`."""
    command = [sys.executable, "-m", "dask", *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def told(process: subprocess.Popen[str], what: str) -> str:
    """The first match in what it says."""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(what, line):
            return found[1]
    raise AssertionError("it has ended without a word")


@pytest.fixture
def workers(scheduler: str, tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    common = [
        "--nthreads",
        "1",
        "--no-nanny",
        "--no-dashboard",
        "--local-directory",
        str(tmp_path / "dask"),
        "--memory-limit",
        "0",
    ]
    started = [dask("worker", scheduler, *common) for _ in range(2)]
    for one in started:
        told(one, r"Registered to:\s+(tcp\S+)")
    yield started
    for one in started:
        one.kill()
        one.communicate()


def test_a_cluster_makes_the_same_though_a_worker_is_killed(
    tmp_path: Path, scheduler: str, workers: list[subprocess.Popen[str]]
) -> None:
    source, out = long(tmp_path / "in.mp4"), tmp_path / "out.mov"
    expected = made(source, out)
    out.unlink()
    for index in range(3):
        cv2.imwrite(str(tmp_path / f"{index}.jpg"), picture(index))
    pictures = ["photo", *(str(tmp_path / f"{index}.jpg") for index in range(3)), *LIGHT, "-o"]
    assert main([*pictures, str(tmp_path / "alone")]) == 0
    assert main([*pictures, str(tmp_path / "cluster"), "--cluster", scheduler]) == 0
    assert content(tmp_path / "cluster") == content(tmp_path / "alone")

    command = ["video", str(source), "-o", str(out), *LIGHT, "--piece", "0.35", "--cluster", scheduler]
    running = subprocess.Popen([sys.executable, "-m", "vbg", *command], cwd=ROOT)
    work, deadline = tmp_path / ".out.mov.work", time.monotonic() + _FOUND_S
    while not (there := list(work.glob("0*.json"))) and time.monotonic() < deadline:
        time.sleep(0.01)
    workers[0].send_signal(signal.SIGKILL)
    assert running.wait(_FOUND_S) == 0
    assert len(there) < 6  # it was killed half-way
    assert content(out) == expected


def test_what_is_no_cluster_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    cv2.imwrite(str(tmp_path / "in.jpg"), picture(0))
    command = ["photo", str(tmp_path / "in.jpg"), *LIGHT, "-o", str(tmp_path / "out.png")]
    monkeypatch.setattr(crew, "_PATIENCE_S", 1)
    assert main([*command, "--cluster", "tcp://127.0.0.1:9"]) == 2
    assert "no cluster answers at tcp://127.0.0.1:9" in capsys.readouterr().err
    assert main([*command, "--cluster", "tcp://127.0.0.1:9", "--workers", "2"]) == 2
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main([*command, "--cluster", "tcp://127.0.0.1:9"]) == 2
    assert "pip install 'vbg[cluster]'" in capsys.readouterr().err
    assert main([*command, "--workers", "0"]) == 2


def test_a_cluster_without_workers_is_said(
    tmp_path: Path, scheduler: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cv2.imwrite(str(tmp_path / "in.jpg"), picture(0))
    monkeypatch.setattr(crew, "_PATIENCE_S", 2)
    assert main(["photo", str(tmp_path / "in.jpg"), *LIGHT, "-o", str(tmp_path / "out.png"), "--cluster", scheduler]) == 2
    assert "has no workers" in capsys.readouterr().err
