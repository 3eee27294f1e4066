"""`vbg photo` with folders: going on where it was left, following what comes in; trimaps; how long it took."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from fakes import wait_until

from vbg.arrivals import Arrivals
from vbg.cli import main
from vbg.errors import UsageError

QUICK = ["--model", "constant", "--keep", "0.5,0,0.5,1", "--drop", "0,0,0.5,1"]


def picture(path: Path, side: int = 32) -> Path:
    """A gray one."""
    cv2.imwrite(str(path), np.full((side, side, 3), 90, np.uint8))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With three pictures."""
    made = tmp_path / "in"
    made.mkdir()
    for name in ("a.png", "b.jpg", "c.webp"):
        picture(made / name)
    return made


def test_what_is_there_and_newer_is_left_alone(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    run = ["photo", str(folder), "-o", str(out), *QUICK]
    assert main(run) == 0
    (out / "b.png").unlink()
    (out / "c.png").write_bytes(b"older")
    os.utime(out / "c.png", (1, 1))
    (out / "a.png").write_bytes(b"left alone")
    capsys.readouterr()
    assert main([*run, "--resume"]) == 0
    assert "1 of 3 are there already" in capsys.readouterr().out
    assert (out / "a.png").read_bytes() == b"left alone"
    assert cv2.imread(str(out / "b.png")) is not None
    assert cv2.imread(str(out / "c.png")) is not None
    assert main(run) == 0  # without it all is made anew
    assert cv2.imread(str(out / "a.png")) is not None


def test_the_seconds_of_each_stage_are_told(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["photo", str(folder), "-o", str(tmp_path / "out"), *QUICK, "--timings"]) == 0
    told = capsys.readouterr().out
    assert re.match(r"\d+\.\d\d s a picture: read .* mask .* matte .* colours .* write ", told)
    assert sum(map(int, re.findall(r"\((\d+) %\)", told))) == pytest.approx(100, abs=3)


def test_a_file_is_ready_when_it_stays_as_it_is(tmp_path: Path) -> None:
    whole = picture(tmp_path / "whole.png").read_bytes()
    (tmp_path / ".hidden.png").write_bytes(whole)
    (tmp_path / "notes.txt").write_text("no picture")
    arrivals, growing = Arrivals(tmp_path), tmp_path / "growing.png"
    assert arrivals.look() == []
    growing.write_bytes(b"")
    assert arrivals.look() == [tmp_path / "whole.png"]
    growing.write_bytes(whole[:20])
    assert arrivals.look() == []
    growing.write_bytes(whole)
    assert arrivals.look() == []
    assert arrivals.look() == [growing]
    assert arrivals.look() == []
    growing.write_bytes(whole + whole)  # changed: told again
    assert [arrivals.look(), arrivals.look(), arrivals.look()] == [[], [growing], []]
    growing.unlink()
    assert arrivals.look() == []
    with pytest.raises(UsageError, match="no folder"):
        Arrivals(tmp_path / "missing").look()


@pytest.fixture
def watching(folder: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "vbg", "photo", "--watch", str(folder), "-o", str(tmp_path / "out"), *QUICK]
    heard = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # ignored, also by heirs, where the tests run in the background
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        signal.signal(signal.SIGINT, heard)
        yield running
        if running.poll() is None:
            running.kill()


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_a_folder_is_followed_until_the_signal(
    folder: Path, tmp_path: Path, watching: subprocess.Popen[str], ended_by: signal.Signals
) -> None:
    out = tmp_path / "out"
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    wait_until(lambda: len(list(out.glob("[abc].png"))) == 3, "what was there is done", 60)
    picture(folder / "later.png")
    picture(folder / "a.jpg")  # would be written over a.png's
    wait_until((out / "later.png").exists, "what came is done", 60)
    time.sleep(0.1)
    watching.send_signal(ended_by)
    told, failed = watching.communicate(timeout=30)
    assert watching.returncode == 1  # as something failed
    assert "later.png -> later.png" in told
    assert "4 pictures done" in told
    assert "broken.jpg is not a picture" in failed
    assert "Traceback" not in failed
    assert not list(out.glob(".*"))


def test_a_folder_that_cannot_be_followed_says_so(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = str(folder / "a.png")
    for wrong in ([one, "-o", str(tmp_path / "out")], [str(folder), "-o", "out.png"], [str(folder), str(folder), "-o", "x"]):
        assert main(["photo", "--watch", *wrong]) == 2
        assert "one folder" in capsys.readouterr().err
    assert main(["photo", "--watch", str(folder), "-o", str(folder)]) == 2
    assert "new pictures" in capsys.readouterr().err


def trimap(path: Path, white: int, size: tuple[int, int] = (32, 32)) -> Path:
    """Black on the left, `white` on the right, gray between."""
    made = np.full(size, 128, np.uint8)
    made[:, :8], made[:, 24:] = 0, white
    cv2.imwrite(str(path), made)
    return path


def test_a_trimap_takes_the_models_place(tmp_path: Path) -> None:
    pixels = np.full((32, 32, 3), 200, np.uint8)
    pixels[:, 15:] = 40
    cv2.imwrite(str(tmp_path / "in.png"), pixels)
    known = trimap(tmp_path / "known.png", 255)
    run = ["photo", str(tmp_path / "in.png"), "-o", str(tmp_path / "out.png"), "--matte", "--trimap", str(known)]
    assert main([*run, "--stages", str(tmp_path / "sheet.png")]) == 0
    made = cv2.imread(str(tmp_path / "out.png"), cv2.IMREAD_UNCHANGED)
    assert made is not None
    assert made[:, :14].max() < 10
    assert made[:, 16:].min() > 245


def test_a_trimap_that_is_none_says_so(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ["photo", str(folder / "a.png"), "-o", str(tmp_path / "out.png"), "--trimap"]
    assert main([*run, str(trimap(tmp_path / "large.png", 255, (32, 40)))]) == 2
    assert "40x32" in capsys.readouterr().err
    assert main([*run, str(trimap(tmp_path / "nobody.png", 100))]) == 2
    assert "white" in capsys.readouterr().err
    assert main([*run, str(tmp_path / "missing.png")]) == 2
    assert main(["photo", str(folder), "-o", str(tmp_path / "out"), "--trimap", str(tmp_path / "large.png")]) == 2
    assert "one picture" in capsys.readouterr().err
    assert not (tmp_path / "out.png").exists()
