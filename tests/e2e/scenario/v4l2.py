"""The guest's video devices: loads their drivers, feeds one with footage, asks what a device is now."""

from __future__ import annotations

import fcntl
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    numbers = ",".join(path.removeprefix("/dev/video") for path in (VIRTUAL, FED))
    labels = f'"{LABEL},{FED_LABEL}"'  # the kernel wants the quotes around the whole list
    options = ["devices=2", f"video_nr={numbers}", f"card_label={labels}", "exclusive_caps=1,1"]
    subprocess.run(["modprobe", "v4l2loopback", *options], check=True)


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


@contextmanager
def fed(footage: Path, size: tuple[int, int]) -> Iterator[None]:
    """Feeds FED with raw YUYV frames from a file, over and over, as long as the context lasts."""
    width, height = size
    shape = f"-f rawvideo -pixel_format yuyv422 -video_size {width}x{height} -framerate {FPS}".split()
    endless = ["-re", "-stream_loop", "-1", *shape, "-i", str(footage)]
    feeder = subprocess.Popen(["ffmpeg", "-nostdin", "-loglevel", "error", *endless, "-f", "v4l2", FED])
    try:
        deadline = time.monotonic() + 60
        while not captures(FED):
            assert feeder.poll() is None, "the feeder ended"
            assert time.monotonic() < deadline, "the fed loopback never became a camera"
            time.sleep(0.2)
        yield
    finally:
        feeder.kill()
        feeder.wait()
