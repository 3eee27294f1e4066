"""Whether anybody reads a virtual camera: by the driver's event, or by who has the device open."""

from __future__ import annotations

import errno
import os
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes import wait_until

from vbg import audience, v4l2
from vbg.audience import audience_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Video4Linux is Linux's")


@pytest.fixture
def node(tmp_path: Path) -> str:
    path = tmp_path / "video7"
    path.touch()
    return str(path)


def reader(path: str) -> subprocess.Popen[bytes]:
    """A program that has `path` open until it is ended."""
    code = f"file = open({path!r}); print('open', flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    return child


def test_a_reader_is_seen_to_come_and_to_leave_where_the_driver_tells_nothing(node: str) -> None:
    there = audience_of(node)
    assert not there.note
    assert not there.present()
    for _ in range(2):
        child = reader(node)
        wait_until(there.present, "the reader is seen")
        child.kill()
        child.communicate()
        wait_until(lambda: not there.present(), "it is seen to have left")
    there.close()


def test_who_was_there_before_counts(node: str) -> None:
    child = reader(node)
    there = audience_of(node)
    assert there.present()
    child.kill()
    child.communicate()
    wait_until(lambda: not there.present(), "it is seen to have left")
    there.close()


def test_a_program_that_only_looks_what_the_device_is_does_not_wake(node: str) -> None:
    there = audience_of(node)
    assert not there.present()
    for _ in range(30):
        Path(node).open().close()
        assert not there.present()
    time.sleep(2 * audience._PROBE_S)
    assert not there.present()
    there.close()


def test_a_reader_whose_files_the_system_hides_counts_from_its_opening_to_its_closing(
    node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(v4l2, "holders", lambda path: [])
    there = audience_of(node)
    assert not there.present()
    with Path(node).open():
        wait_until(there.present, "it is seen")
    wait_until(lambda: not there.present(), "it is seen to have left")
    there.close()


def test_where_nobody_can_tell_the_camera_stays_on_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for platform, path in (("linux", "/missing/video0"), ("darwin", "OBS")):
        monkeypatch.setattr(sys, "platform", platform)
        there = audience_of(path)
        assert there.present()
        assert "stays on" in there.note
        there.close()


def test_the_driver_s_event_counts_where_there_is_one(node: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """struct v4l2_event_subscription and v4l2_event of linux/videodev2.h, answered as v4l2loopback 0.13 does."""
    told: list[int] = [0]
    before = set(os.listdir("/proc/self/fd"))  # noqa: PTH208

    def ioctl(fd: int, request: int, argument: bytes) -> bytes:
        if request == 0x4020565A:  # VIDIOC_SUBSCRIBE_EVENT: type, id, flags
            assert struct.unpack_from("3I", argument) == (0x10E00001, 0, 1)
            return argument
        assert (request, len(argument)) == (0x80885659, 136)  # VIDIOC_DQEVENT
        if not told:
            raise OSError(errno.ENOENT, "nothing new")
        return struct.pack("I4xI124x", 0x10E00001, told.pop(0))

    monkeypatch.setattr("fcntl.ioctl", ioctl)
    there = audience_of(node)
    assert not there.present()
    told += [1, 2]
    assert there.present()
    assert there.present()
    told += [0]
    assert not there.present()
    there.close()
    assert set(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
