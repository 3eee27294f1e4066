"""What every output promises, for all that `discover` finds; the virtual camera, that needs a driver, with one made up."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gstreamer
import numpy as np
import pytest
from fakes import numbered

from vbg import sinks, v4l2
from vbg.errors import OutputError
from vbg.frame import Canvas, Frame
from vbg.sinks import Output, Sink
from vbg.sinks.preview import Preview
from vbg.sinks.virtual import VirtualCamera
from vbg.spec import discover, knobs

CANVAS = Canvas(64, 36, 30.0)


class Driver:
    """Stands in for pyvirtualcam.Camera: a virtual camera that can vanish."""

    opened: list[Driver]

    def __init__(self, width: int, height: int, fps: float, *, fmt: object, device: str | None) -> None:
        self.size, self.fps, self.device, self.native_fmt = (width, height), fps, device, "PixelFormat.YUYV"
        self.sent: list[np.ndarray[Any, Any]] = []
        self.closed, self.gone = 0, False
        self.opened.append(self)

    def send(self, pixels: np.ndarray[Any, Any]) -> None:
        if self.gone:
            raise RuntimeError("no such device")
        assert pixels.flags.c_contiguous
        self.sent.append(pixels.copy())

    def close(self) -> None:
        self.closed += 1


def node(number: int, captures: bool = False, loopback: bool = True) -> v4l2.Device:
    return v4l2.Device(f"/dev/video{number}", f"Node {number}", "", "", captures, loopback)


class Machine:
    """A Linux machine with these video devices."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.devices: list[v4l2.Device] = []
        self.users: dict[str, list[str]] = {}
        self.mended: list[str] = []
        self.opened: list[Driver] = []
        self.refused: set[str] = set()
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(v4l2, "devices", lambda: self.devices)
        monkeypatch.setattr(v4l2, "device", lambda path: next((d for d in self.devices if d.path == path), None))
        monkeypatch.setattr(v4l2, "holders", lambda path: self.users.get(path, []))
        monkeypatch.setattr(v4l2, "unstick", self.mended.append)
        module = SimpleNamespace(Camera=self.open, PixelFormat=SimpleNamespace(BGR="BGR"))
        monkeypatch.setitem(sys.modules, "pyvirtualcam", module)  # as much of it as is used

    def open(self, *arguments: Any, **options: Any) -> Driver:
        if options["device"] in self.refused:
            raise RuntimeError("the driver\nrefused")
        Driver.opened = self.opened
        return Driver(*arguments, **options)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


@pytest.fixture(params=sorted(discover(sinks)))
def output(request: pytest.FixtureRequest, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Output:
    machine.devices = [node(5)]
    (tmp_path / "bin").mkdir()
    gstreamer.Machine(tmp_path / "bin", monkeypatch)
    spec = discover(sinks)[request.param]
    one: Output = spec()
    return dataclasses.replace(one, file=str(tmp_path / "out.mp4")) if "file" in knobs(spec) else one  # type: ignore[type-var]


@pytest.fixture
def sink(output: Output) -> Iterator[Sink]:
    opened = output.open(CANVAS)
    yield opened
    opened.close()


def frame(index: int) -> Frame:
    return Frame(numbered(index), index, 100 + index / 30)


def test_the_info_says_what_was_opened(sink: Sink) -> None:
    assert sink.info.name
    assert sink.info.target
    assert sink.info.pixel_format
    assert isinstance(sink.info.live, bool)


def test_frames_are_taken_at_once_read_only_and_unchanged(sink: Sink) -> None:
    assert isinstance(sink.watched(), bool)
    for index in range(5):
        one = frame(index)
        sink.send(one)
        assert (one.pixels == numbered(index)).all()


def test_it_closes_without_a_frame_after_frames_and_opens_again(output: Output) -> None:
    for count in (0, 3, 1):
        opened = output.open(CANVAS)
        for index in range(count):
            opened.send(frame(index))
        opened.close()


# the preview


def test_the_preview_hands_over_the_newest_frame_while_it_can_be_seen() -> None:
    preview = Preview()
    opened = preview.open(CANVAS)
    opened.send(frame(0))
    assert preview.slot.take(0) is None  # hidden: nothing is kept for it
    assert not opened.watched()
    preview.visible.set()
    assert opened.watched()
    newest = frame(2)
    opened.send(frame(1))
    opened.send(newest)
    assert preview.slot.take(0) is newest  # no copy
    opened.close()
    assert Preview() != preview  # each window has its own


# the virtual camera


def test_the_virtual_camera_gets_every_frame_at_the_canvas_s_size(machine: Machine) -> None:
    machine.devices = [node(0, captures=True, loopback=False), node(5)]
    opened = VirtualCamera().open(CANVAS)
    opened.send(frame(1))
    opened.send(frame(2))
    opened.close()
    (driver,) = machine.opened
    assert (driver.device, driver.size, driver.fps, driver.closed) == ("/dev/video5", (64, 36), 30.0, 1)
    assert [int(pixels[0, 0, 0]) for pixels in driver.sent] == [15, 25]
    assert opened.info.live
    assert opened.info.target == "/dev/video5"
    assert opened.info.pixel_format == "YUYV"


def test_a_virtual_camera_that_nobody_feeds_is_mended_first(machine: Machine) -> None:
    machine.devices = [node(5, captures=False)]
    VirtualCamera().open(CANVAS).close()
    assert machine.mended == ["/dev/video5"]


def test_the_first_free_virtual_camera_is_taken(machine: Machine) -> None:
    machine.devices = [node(5, captures=True), node(6), node(7)]
    machine.users = {"/dev/video5": ["obs (1)"]}
    machine.refused = {"/dev/video6"}
    assert VirtualCamera().open(CANVAS).info.target == "/dev/video7"
    assert machine.mended == ["/dev/video6", "/dev/video7"]  # the one that obs feeds is left alone


def test_a_virtual_camera_that_is_only_watched_is_free(machine: Machine) -> None:
    machine.devices = [node(5)]
    machine.users = {"/dev/video5": ["chromium (1)"]}
    VirtualCamera("/dev/video5").open(CANVAS).close()


def refused(device: str = "") -> OutputError:
    with pytest.raises(OutputError) as caught:
        VirtualCamera(device).open(CANVAS)
    assert caught.value.hint
    assert "\n" not in str(caught.value)
    return caught.value


def test_without_a_virtual_camera_the_error_tells_what_is_missing_and_how_to_get_it(machine: Machine) -> None:
    error = refused()
    assert "no v4l2loopback device" in str(error)
    assert "modprobe v4l2loopback" in error.hint
    assert "there is no such device" in str(refused("/dev/video9"))
    machine.devices = [node(0, captures=True, loopback=False)]
    assert "not a v4l2loopback device" in str(refused("/dev/video0"))
    assert not machine.opened


def test_all_reasons_are_told_when_every_virtual_camera_is_refused(machine: Machine) -> None:
    machine.devices = [node(5, captures=True), node(6)]
    machine.users = {"/dev/video5": ["obs (1)"]}
    machine.refused = {"/dev/video6"}
    error = refused()
    assert "/dev/video5: in use by obs (1)" in str(error)
    assert "/dev/video6: the driver refused" in str(error)


def test_a_virtual_camera_that_vanishes_is_an_output_error(machine: Machine) -> None:
    machine.devices = [node(5)]
    opened = VirtualCamera().open(CANVAS)
    machine.opened[0].gone = True
    with pytest.raises(OutputError, match="/dev/video5 is gone") as caught:
        opened.send(frame(0))
    assert "modprobe" in caught.value.hint
    opened.close()
    assert machine.opened[0].closed == 1
