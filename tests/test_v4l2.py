"""Asking Linux about its video devices, with a driver made up from the kernel's documentation where one is needed."""

from __future__ import annotations

import errno
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vbg import v4l2

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Video4Linux is Linux's")


class Driver:
    """Answers in the structs of linux/videodev2.h: v4l2_capability, v4l2_fmtdesc, v4l2_frmsizeenum, v4l2_frmivalenum."""

    modes = (("YUYV", 640, 480, (30, 15)), ("MJPG", 1920, 1080, (60,)))

    def __init__(self) -> None:
        self.card, self.driver, self.whole, self.own = "Loupe ü", "uvcvideo", 0x84200003, 0x04200001
        self.calls: list[int] = []

    def ioctl(self, fd: int, request: int, argument: bytes) -> bytes:
        self.calls.append(request)
        kind, number, size = request >> 8 & 0xFF, request & 0xFF, request >> 16 & 0x3FFF
        assert (chr(kind), size) == ("V", len(argument))
        names = [mode[0].encode() for mode in self.modes]
        if number == 0:  # VIDIOC_QUERYCAP: driver, card, bus_info, version, capabilities, device_caps, reserved
            texts = (self.driver.encode(), self.card.encode(), b"usb-1.2")
            return struct.pack("=16s32s32sIII12x", *texts, 0, self.whole, self.own)
        if number == 2:  # VIDIOC_ENUM_FMT: index, type, flags, description, pixelformat, mbus_code, reserved
            index, kind = struct.unpack_from("=II", argument)
            if kind == 1 and index < len(names):
                return struct.pack("=III32s4s16x", index, kind, 0, b"some format", names[index])
        if number == 74:  # VIDIOC_ENUM_FRAMESIZES: index, pixel_format, type, width, height, reserved
            index, code = struct.unpack_from("=I4s", argument)
            width, height = self.modes[names.index(code)][1:3]
            if index == 0:
                return struct.pack("=I4sIII24x", index, code, 1, width, height)
        if number == 75:  # VIDIOC_ENUM_FRAMEINTERVALS: index, pixel_format, width, height, type, numerator, denominator
            index, code, width, height = struct.unpack_from("=I4sII", argument)
            mode = self.modes[names.index(code)]
            if (width, height) == mode[1:3] and index < len(mode[3]):
                return struct.pack("=I4sIIIII24x", index, code, width, height, 1, 1, mode[3][index])
        raise OSError(errno.EINVAL, "no more")


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Driver:
    """Behind every file that is opened."""
    made_up = Driver()
    monkeypatch.setattr("fcntl.ioctl", made_up.ioctl)
    return made_up


@pytest.fixture
def node(tmp_path: Path) -> str:
    path = tmp_path / "video7"
    path.touch()
    return str(path)


def test_a_device_is_described(driver: Driver, node: str) -> None:
    assert v4l2.device(node) == v4l2.Device(node, "Loupe ü", "uvcvideo", "usb-1.2", captures=True, loopback=False)
    assert v4l2.Device("/dev/video7", "", "", "", True, False).number == 7


def test_a_node_s_own_abilities_count_not_the_whole_device_s(driver: Driver, node: str) -> None:
    driver.own = 0x04A00000  # the metadata node beside a webcam
    found = v4l2.device(node)
    assert found is not None
    assert not found.captures


def test_a_loopback_is_known_by_its_driver(driver: Driver, node: str) -> None:
    driver.driver, driver.own = "v4l2 loopback", 0x05200002
    found = v4l2.device(node)
    assert found is not None
    assert (found.loopback, found.captures) == (True, False)


def test_modes_are_listed(driver: Driver, node: str) -> None:
    assert v4l2.modes(node) == [
        v4l2.Mode("YUYV", 640, 480, 30.0),
        v4l2.Mode("YUYV", 640, 480, 15.0),
        v4l2.Mode("MJPG", 1920, 1080, 60.0),
    ]


def test_unstick_asks_for_the_output_side_and_never_fails(driver: Driver, node: str) -> None:
    v4l2.unstick(node)
    assert driver.calls == [0x40045612]  # VIDIOC_STREAMON
    v4l2.unstick(node + "-missing")


def test_what_is_no_video_device_is_none(node: str) -> None:
    for path in (node, "/dev/null", node + "-missing", "/"):
        assert v4l2.device(path) is None
        assert v4l2.modes(path) == []


def test_a_machine_without_devices_lists_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    assert v4l2.devices() == []


def test_devices_come_by_number(monkeypatch: pytest.MonkeyPatch, driver: Driver, tmp_path: Path) -> None:
    nodes = [tmp_path / f"video{n}" for n in (10, 2, 0)]
    for path in nodes[1:]:
        path.touch()
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(nodes))
    assert [found.path[-1] for found in v4l2.devices()] == ["0", "2"]  # 10 cannot be opened


def test_nothing_is_left_open(driver: Driver, node: str) -> None:
    before = set(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for look in (v4l2.device, v4l2.modes, v4l2.unstick):
        look(node)
    assert set(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


@pytest.fixture
def holder(node: str) -> Iterator[int]:
    """The process id of a child that has `node` open."""
    code = f"file = open({node!r}); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline()
        yield child.pid
        child.kill()


def test_holders_names_the_program_that_has_a_device_open(node: str, holder: int, tmp_path: Path) -> None:
    (one,) = v4l2.holders(node)
    assert one.startswith("python")
    assert one.endswith(f" ({holder})")
    by_id = tmp_path / "by-id"
    by_id.symlink_to(node)
    assert v4l2.holders(str(by_id)) == [one]


def test_holders_leaves_this_program_out_and_is_empty_when_nobody_has_it(node: str) -> None:
    with Path(node).open():
        assert v4l2.holders(node) == []
