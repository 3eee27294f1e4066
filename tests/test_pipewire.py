"""The PipeWire camera: with a GStreamer made up, for all that can go wrong, and with the real one where there is PipeWire 1."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import ROOM, FakeCamera, FakeModel, numbered, plain, wait_until
from gstreamer import Machine

from vbg import choose
from vbg.effects.colour import Colour
from vbg.errors import OutputError
from vbg.frame import Canvas, Frame
from vbg.session import Session
from vbg.settings import Look, Setup
from vbg.sinks import pipewire
from vbg.sinks.pipewire import PipeWireCamera

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="PipeWire is Linux's")

CANVAS = Canvas(64, 36, 30.0)
SIZE = 64 * 36 * 3


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    made = Machine(tmp_path, monkeypatch)
    monkeypatch.setattr(pipewire, "_FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(pipewire, "_LONGEST_WAIT_S", 0.02)
    return made


def frame(index: int, card: bool = False) -> Frame:
    return Frame(numbered(index % 25), index, index / 30, card=card)


def refused() -> OutputError:
    with pytest.raises(OutputError) as caught:
        PipeWireCamera().open(CANVAS)
    assert caught.value.hint
    return caught.value


def test_what_is_missing_is_named_before_anything_is_started(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.launch("touch {took}")
    machine.version("0.3.65")
    assert "PipeWire 0.3.65 crashes" in str(refused())
    assert "--output virtual" in refused().hint
    machine.version("")
    assert "pipewiresink" in str(refused())
    assert "apt install" in refused().hint
    machine.version("1.4.2")
    (machine.folder / "pipewire-0").unlink()
    assert "does not run" in str(refused())
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "gst-launch-1.0" in str(refused())
    assert not machine.took.exists()


def test_every_picture_goes_through_whole_and_in_order(machine: Machine) -> None:
    sink = choose.output("pipewire").open(CANVAS)
    wait_until(lambda: machine.taken() == 2, "somebody looks")
    assert sink.watched()
    for index in range(20):
        sink.send(frame(index))
        wait_until(lambda: machine.taken() > 2 + index, "it is taken")  # noqa: B023  # called within the turn
    sink.close()
    got = np.frombuffer(machine.took.read_bytes(), np.uint8).reshape(-1, 36, 64, 3)
    assert [int(one[0, 0, 0]) for one in got[2:]] == [int(numbered(index)[0, 0, 0]) for index in range(20)]


def test_while_nobody_looks_nothing_blocks_and_no_picture_waits_for_who_comes(machine: Machine) -> None:
    machine.launch(f"head -c {SIZE} >> {{took}}; exec sleep 60")  # one picture, as GStreamer does
    sink = PipeWireCamera().open(CANVAS)
    for _ in range(60):
        sink.send(frame(20))
        time.sleep(0.005)
        assert not sink.watched()
    sink.close()  # at once, though its process does not read
    assert len(set(machine.took.read_bytes())) == 1  # plain and dark
    machine.took.unlink()
    machine.launch("sleep 1; cat >> {took}")  # now somebody comes
    sink = PipeWireCamera().open(CANVAS)
    sink.send(frame(3, card=True))
    sink.send(frame(20))
    wait_until(lambda: machine.taken() == 3, "three pictures")
    sink.close()
    shades = [one[0] for one in np.frombuffer(machine.took.read_bytes(), np.uint8).reshape(-1, SIZE)]
    assert shades[0] in (24, numbered(3)[0, 0, 0])
    assert shades[1:] == [numbered(3)[0, 0, 0], numbered(20)[0, 0, 0]]  # the newest card, then the newest picture


def test_it_is_started_again_whenever_the_one_who_looked_goes(machine: Machine) -> None:
    machine.launch(f"head -c {3 * SIZE} >> {{took}}; exit 1")
    sink = PipeWireCamera().open(CANVAS)
    index = 0

    def many() -> bool:
        nonlocal index
        sink.send(frame(index))
        index += 1
        return machine.taken() >= 30

    wait_until(many, "ten times three pictures")
    sink.close()


def test_what_cannot_work_is_told_with_its_own_words_and_tried_again_by_the_session(machine: Machine) -> None:
    machine.launch("echo 'ERROR: from element pipewiresink0: stream error: no target' >&2; exit 1")
    assert "stream error: no target" in str(refused())
    machine.launch("sleep 0.4; echo 'ERROR: the daemon is gone' >&2; exit 1")
    sink = PipeWireCamera().open(CANVAS)

    def told() -> bool:
        try:
            sink.send(frame(0))
        except OutputError as e:
            return "the daemon is gone" in str(e)
        return False

    wait_until(told, "the error")
    sink.close()


def test_the_process_gets_the_system_s_libraries_and_ends_with_vbg(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/site-packages/cv2/../../lib64:/opt/mine")
    machine.launch('echo "$$ $LD_LIBRARY_PATH" > {took}; exec sleep 600')
    sink = PipeWireCamera().open(CANVAS)
    wait_until(lambda: machine.took.exists() and machine.took.read_text().endswith("\n"), "it runs")
    number, path = machine.took.read_text().split()
    assert path == "/opt/mine"
    sink.close()
    assert not Path(f"/proc/{number}").exists()


# the real one


def real() -> str:
    """Why it cannot be tried here; empty where it can."""
    tools = ("pipewire", "wireplumber", "gst-launch-1.0", "gst-inspect-1.0", "dbus-run-session")
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    told = subprocess.run(["gst-inspect-1.0", "pipewiresink"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"^\s*Version\s+(\S+)", told, re.MULTILINE)
    return (
        ""
        if version and not version[1].startswith("0.")
        else f"PipeWire is {version[1] if version else 'not there'}; 1.0 is needed"
    )


@pytest.fixture
def daemons(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """PipeWire and its session manager, of the test's own."""
    why = real()
    if why:
        pytest.skip(why)
    folder = Path(tempfile.mkdtemp(prefix="vbg-pw-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    script = "pipewire & sleep 1; exec wireplumber"
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(["dbus-run-session", "--", "sh", "-c", script], stdout=log, stderr=log, start_new_session=True)
        wait_until((folder / "pipewire-0").exists, "PipeWire runs", 30)
        time.sleep(2)  # the session manager tells nobody when it is there
        yield folder
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
    shutil.rmtree(folder, ignore_errors=True)


def looked_at(count: int) -> np.ndarray:
    """So many pictures, (count, 360, 640, 3) BGR, as a program that looks gets them."""
    caps = "video/x-raw,format=BGR,width=640,height=360"
    command = [
        "gst-launch-1.0",
        "-q",
        "pipewiresrc",
        f"target-object={pipewire.NODE}",
        f"num-buffers={count}",
        "!",
        "videoconvert",
    ]
    done = subprocess.run(
        [*command, "!", caps, "!", "fdsink", "fd=1", "sync=false"], capture_output=True, timeout=120, check=False
    )
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, 360, 640, 3)


@pytest.mark.usefixtures("daemons")
def test_programs_see_the_covered_picture_again_and_again_and_the_camera_sleeps_between() -> None:
    camera = FakeCamera(width=640, height=360, fps=30, picture=lambda _: plain(640, 360, ROOM))
    session = Session(Setup(camera, FakeModel(0.0), (PipeWireCamera(),)), Look(Colour("#1e8cc8")))
    session.start()
    try:
        for _ in range(2):
            wait_until(lambda: f"{session.status().phase}" == "idle", "nobody looks", 60)
            wait_until(lambda: camera.control.open_now == 0, "the camera's light is out", 30)
            seen = looked_at(90)
            assert len(seen) == 90
            assert not (np.abs(seen.astype(int) - ROOM).max(axis=3) < 60).any()
            assert np.abs(seen[-1].astype(int) - (0xC8, 0x8C, 0x1E)).max() < 8
            assert np.ptp(seen[0].astype(int), axis=2).max() < 30  # at first the card, or dark: no picture of before
    finally:
        session.stop()
        session.wait(20)
