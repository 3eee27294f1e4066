"""What every camera promises, for all that `discover` finds; webcams, that need a device, with a device made up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from fakes import within
from numpy.typing import NDArray

from vbg import cameras, v4l2
from vbg.cameras import Camera, Source
from vbg.cameras.opencv import Webcam
from vbg.errors import CameraError, CameraLostError
from vbg.frame import Frame
from vbg.spec import discover

FOUND = discover(cameras)


@pytest.fixture(params=sorted(set(FOUND) - {Webcam.name}))
def camera(request: pytest.FixtureRequest, files: Path) -> Camera:
    spec: Camera = within(files, FOUND[request.param]())
    return spec


@pytest.fixture
def source(camera: Camera) -> Iterator[Source]:
    opened = camera.open(320, 180)
    yield opened
    opened.close()


def read(source: Source, most: int = 30) -> list[Frame]:
    """The next frames, until the end or `most`."""
    frames: list[Frame] = []
    while len(frames) < most and (frame := source.read()) is not None:
        frames.append(frame)
    assert frames
    return frames


def test_the_info_is_there_before_the_first_frame_and_true(camera: Camera, source: Source) -> None:
    info = source.info
    assert info.name
    assert info.identity
    assert info.pixel_format
    assert 1 <= info.fps <= 240
    frame = read(source, 1)[0]
    assert (info.width, info.height) in ((frame.width, frame.height), (0, 0))
    assert isinstance(camera.live, bool)


def test_frames_are_read_only_bgr_pictures_that_never_change(source: Source) -> None:
    frames = read(source, 10)
    before = [int(frame.pixels.sum(dtype=np.int64)) for frame in frames]
    for frame in frames:
        assert frame.pixels.dtype == np.uint8
        assert frame.pixels.ndim == 3
        assert frame.pixels.shape[2] == 3
        assert not frame.pixels.flags.writeable
    read(source, 3)
    assert [int(frame.pixels.sum(dtype=np.int64)) for frame in frames] == before


def test_frames_are_counted_from_zero_and_their_times_rise_by_the_frame_rate(source: Source) -> None:
    frames = read(source)
    assert [frame.index for frame in frames] == list(range(len(frames)))
    np.testing.assert_allclose(np.diff([frame.captured_at for frame in frames]), 1 / source.info.fps, rtol=1e-3)


def test_after_the_end_comes_nothing_for_ever(source: Source) -> None:
    count = len(read(source, 100))
    if count < 100:
        assert [source.read() for _ in range(3)] == [None] * 3


def test_it_can_be_opened_twice_and_again(camera: Camera) -> None:
    one, two = camera.open(), camera.open()
    first = read(one, 3)
    one.close()
    again = camera.open(identity=one.info.identity)
    for other in (read(two, 3), read(again, 3)):
        assert all((a.pixels == b.pixels).all() for a, b in zip(first, other, strict=True))
    two.close()
    again.close()


# webcams


class Device:
    """Stands in for cv2.VideoCapture: a webcam that gives what it likes, whatever is asked."""

    opens = True
    picture: NDArray[np.uint8] = np.full((240, 320, 3), 9, np.uint8)
    grabs = decodes = True

    def __init__(self, target: object, backend: int) -> None:
        self.released = 0
        Device.last = self

    last: Device

    def isOpened(self) -> bool:  # noqa: N802
        return self.opens

    def get(self, which: int) -> float:
        answers = {
            cv2.CAP_PROP_FRAME_WIDTH: self.picture.shape[1],
            cv2.CAP_PROP_FRAME_HEIGHT: self.picture.shape[0],
            cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*"YUYV"),
        }
        return float(answers.get(which, 0))

    def set(self, which: int, value: float) -> bool:
        return False

    def grab(self) -> bool:
        return self.grabs

    def retrieve(self, into: NDArray[np.uint8]) -> tuple[bool, NDArray[np.uint8] | None]:
        """As OpenCV does it: into the buffer where that fits, else into a new one."""
        if not self.decodes:
            return False, None
        if into.shape != self.picture.shape:
            return True, self.picture.copy()
        into[:] = self.picture
        return True, into

    def release(self) -> None:
        self.released += 1


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> type[Device]:
    """The one webcam of this machine, called "Loupe"."""
    known = v4l2.Device("/dev/video99", "Loupe", "uvcvideo", "usb-1", captures=True, loopback=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(v4l2, "devices", lambda: [known])
    monkeypatch.setattr(v4l2, "device", lambda path: known if path == known.path else None)
    monkeypatch.setattr(v4l2, "modes", lambda path: [])
    monkeypatch.setattr(v4l2, "holders", lambda path: [])

    class Fresh(Device):
        pass

    monkeypatch.setattr(cv2, "VideoCapture", Fresh)
    return Fresh


@pytest.mark.parametrize("name", ["", "loupe", "99", "/dev/video99", "Loupe|usb-1"])
def test_a_webcam_is_found_by_number_path_name_and_identity(device: type[Device], name: str) -> None:
    opened = Webcam(name).open()
    assert opened.info.identity == "Loupe|usb-1"
    assert Webcam("elsewhere").open(identity=opened.info.identity).info.name == "Loupe"


def test_a_webcam_that_gives_another_size_than_asked_works_and_says_so(device: type[Device]) -> None:
    opened = Webcam().open(1280, 720)
    info = opened.info
    assert (info.width, info.height, info.fps, info.pixel_format) == (320, 240, 30.0, "YUYV")
    assert "320x240 instead of 1280x720" in info.note
    assert Webcam().open().info.note == ""  # nothing asked, nothing to say
    frames = read(opened, 3)
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert frames[0].pixels.shape == (240, 320, 3)
    assert not frames[0].pixels.flags.writeable
    opened.close()


def test_a_webcam_s_frames_share_few_buffers_and_never_change_while_they_are_held(device: type[Device]) -> None:
    source = Webcam("Loupe").open()
    held = []
    places = set()
    for value in range(30):
        device.picture = np.full((240, 320, 3), value, np.uint8)
        frame = source.read()
        assert frame is not None
        places.add(frame.pixels.__array_interface__["data"][0])
        if value % 10 == 0:
            held.append(frame)
    source.close()
    assert [int(frame.pixels.max()) for frame in held] == [int(frame.pixels.min()) for frame in held] == [0, 10, 20]
    assert len(places) <= 5


def test_a_gray_sensor_gives_bgr(device: type[Device]) -> None:
    device.picture = np.full((240, 320), 9, np.uint8)
    assert read(Webcam().open(), 1)[0].pixels.shape == (240, 320, 3)


@pytest.mark.parametrize("fault", ["grabs", "decodes"])
def test_a_webcam_that_fails_while_open_is_lost(device: type[Device], fault: str) -> None:
    opened = Webcam().open()
    setattr(device, fault, False)
    with pytest.raises(CameraLostError, match="Loupe") as caught:
        opened.read()
    assert caught.value.hint


def cannot_open(**wishes: Any) -> CameraError:
    with pytest.raises(CameraError) as caught:
        Webcam(wishes.pop("device", "")).open(**wishes)
    assert caught.value.hint
    return caught.value


def test_a_webcam_that_cannot_be_opened_says_why(device: type[Device], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "'periscope' (found: 'Loupe')" in str(cannot_open(device="periscope"))
    device.opens = False
    monkeypatch.setattr(v4l2, "holders", lambda path: ["zoom (123)"])
    busy = cannot_open()
    assert "in use by zoom (123)" in str(busy)
    assert "Close that program" in busy.hint
    assert Device.last.released == 1
    monkeypatch.setattr(v4l2, "holders", lambda path: [])
    assert "cannot be opened" in str(cannot_open())


def test_no_webcam_at_all(device: type[Device], monkeypatch: pytest.MonkeyPatch) -> None:
    device.opens = False
    monkeypatch.setattr(v4l2, "devices", lambda: [])
    monkeypatch.setattr(v4l2, "device", lambda path: None)
    error = cannot_open()
    assert "no camera found" in str(error)
    assert "--camera demo" in error.hint
    assert "No such file" in str(cannot_open(device="/dev/video98"))
    assert "Loupe is not connected" in str(cannot_open(identity="Loupe|usb-1"))


def test_a_webcam_that_comes_back_is_found_again(device: type[Device], monkeypatch: pytest.MonkeyPatch) -> None:
    """By port under whatever number, at another port by its name, unless two have that."""

    def there(*ports: tuple[int, str]) -> None:
        found = [v4l2.Device(f"/dev/video{n}", "Loupe", "uvcvideo", bus, captures=True, loopback=False) for n, bus in ports]
        monkeypatch.setattr(v4l2, "devices", lambda: found)

    targets: list[object] = []

    class Listening(device):  # type: ignore[valid-type, misc]
        def __init__(self, target: object, backend: int) -> None:
            targets.append(target)
            super().__init__(target, backend)

    monkeypatch.setattr(cv2, "VideoCapture", Listening)
    for ports in ([(7, "usb-1")], [(3, "usb-2"), (4, "usb-1")], [(5, "usb-3")]):
        there(*ports)
        Webcam("/dev/video99").open(identity="Loupe|usb-1").close()
    assert targets == ["/dev/video7", "/dev/video4", "/dev/video5"]
    there((3, "usb-2"), (4, "usb-3"))
    assert "not connected" in str(cannot_open(device="/dev/video99", identity="Loupe|usb-1"))


def test_a_format_is_chosen_by_what_the_device_offers(device: type[Device], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, float]] = []
    monkeypatch.setattr(device, "set", lambda self, *wish: asked.append(wish))

    def chosen(*offered: v4l2.Mode) -> str:
        asked.clear()
        monkeypatch.setattr(v4l2, "modes", lambda path: list(offered))
        Webcam().open(1280, 720, 30)
        codes = [int(value) for which, value in asked if which == cv2.CAP_PROP_FOURCC]
        return codes[0].to_bytes(4, "little").decode() if codes else ""

    slow_raw, fast_raw = v4l2.Mode("YUYV", 1280, 720, 10), v4l2.Mode("YUYV", 1280, 720, 30)
    jpeg, other_size = v4l2.Mode("MJPG", 1280, 720, 60), v4l2.Mode("YUYV", 640, 480, 30)
    assert chosen(slow_raw, jpeg) == "MJPG"
    assert chosen(fast_raw, jpeg) == "YUYV"  # nothing to decode
    assert chosen(slow_raw, other_size) == "YUYV"
    assert chosen(other_size, v4l2.Mode("H264", 1280, 720, 30)) == ""
