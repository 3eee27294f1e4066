"""The guest's video devices: loads their drivers, feeds one with footage, asks what a device is now."""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from vbg.v4l2 import unstick

WEBCAM = "/dev/video10"  # vivid, the kernel's own test webcam: colour bars, no person
VIRTUAL = "/dev/video20"  # what vbg writes to
FED = "/dev/video30"  # a second loopback that footage of a person is fed into
LABEL = "Test Virtual Camera"
FED_LABEL = "Fed Camera"
FPS = 5  # of all cameras: more would only keep the emulated machine busy with frames that are dropped

_QUERYCAP = 0x80685600  # VIDIOC_QUERYCAP: _IOR('V', 0, struct v4l2_capability)
_CAPTURE = 0x1  # V4L2_CAP_VIDEO_CAPTURE


def load_webcam() -> None:
    subprocess.run(["modprobe", "vivid", "n_devs=1", "node_types=0x1", "vid_cap_nr=10"], check=True)


def load_loopbacks() -> None:
    """As browsers need them: with exclusive_caps a device is a camera only while somebody writes to it."""
    subprocess.run(["modprobe", "v4l2loopback", *_options()], check=True)


def _options() -> list[str]:
    numbers = ",".join(path.removeprefix("/dev/video") for path in (VIRTUAL, FED))
    labels = f'"{LABEL},{FED_LABEL}"'  # the kernel wants the quotes around the whole list
    return ["devices=2", f"video_nr={numbers}", f"card_label={labels}", "exclusive_caps=1,1"]


def captures(path: str) -> bool:
    """Whether a program can read pictures from the device at this moment."""
    answer = bytearray(104)
    try:
        with Path(path).open("rb", buffering=0) as device:
            fcntl.ioctl(device, _QUERYCAP, answer)
    except OSError:
        return False
    (capabilities,) = struct.unpack_from("I", answer, 88)  # device_caps
    return bool(capabilities & _CAPTURE)


def holders(path: str) -> list[str]:
    """The process ids, but for this process, that have `path` open."""
    links = Path("/proc").glob("[0-9]*/fd/*")
    return sorted({link.parts[2] for link in links if _target(link) == path} - {str(os.getpid())})


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # the process has ended meanwhile
        return ""


def wait_until(condition: Callable[[], bool], what: str, limit_s: float = 60) -> float:
    """Return when `condition()` holds, and after how many seconds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < limit_s, f"waited {limit_s} s in vain for: {what}"
        time.sleep(0.1)
    return time.monotonic() - began


def plug(bound: bool) -> None:
    """Take the webcam away, or give it back."""
    Path("/sys/bus/platform/drivers/vivid", "bind" if bound else "unbind").write_text("vivid.0")


def newer(version: str) -> Path | None:
    """The module file of another v4l2loopback; None where it could not be built for this guest."""
    return next(Path("/lib/modules").glob(f"*/newer/v4l2loopback-{version}.module"), None)


def reload_loopbacks(module: Path) -> None:
    """Another v4l2loopback in place of the one that is loaded."""
    subprocess.run(["rmmod", "v4l2loopback"], check=True)
    subprocess.run(["insmod", str(module), *_options()], check=True)


class Feeder:
    """Feeds FED with raw YUYV frames from a file, over and over, as long as the context lasts."""

    def __init__(self, footage: Path, size: tuple[int, int]) -> None:
        width, height = size
        shape = f"-f rawvideo -pixel_format yuyv422 -video_size {width}x{height} -framerate {FPS}".split()
        endless = ["-re", "-stream_loop", "-1", *shape, "-i", str(footage)]
        self._command = ["ffmpeg", "-nostdin", "-loglevel", "error", *endless, "-f", "v4l2", FED]

    def start(self) -> None:
        """It may be refused at first while somebody still holds the device of the one before."""
        deadline = time.monotonic() + 60
        self._process = subprocess.Popen(self._command)
        while not captures(FED):
            assert time.monotonic() < deadline, "the fed loopback never became a camera"
            if self._process.poll() is not None:
                unstick(FED)
                self._process = subprocess.Popen(self._command)
            time.sleep(0.2)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Feeder:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
