"""Webcams, through OpenCV: by number, device path or a part of the name."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import cv2

from vbg import v4l2
from vbg.cameras import CameraInfo, Source
from vbg.errors import CameraError, CameraLostError
from vbg.frame import Frame, read_only
from vbg.pool import Pool
from vbg.spec import checked, knob

_USUAL = (1280, 720, 30.0)
_LIST = "`vbg devices` lists the cameras of this machine; `--camera demo` needs none."


@dataclass(frozen=True, slots=True)
class Webcam:
    """A camera of this machine; the first one where `device` is empty."""

    name: ClassVar[str] = "opencv"
    live: ClassVar[bool] = True
    device: str = knob("", "Camera", help="number, path or part of the name; empty takes the first")

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int = 0, height: int = 0, fps: float = 0, identity: str = "") -> Source:
        target, name, identity = _again(identity) if identity else _find(self.device)
        chosen = _best_mode(target, width, height, fps) if isinstance(target, str) else None
        asked = (width or _USUAL[0], height or _USUAL[1], fps or _USUAL[2])
        capture = _open(target, chosen, asked)
        if not capture.isOpened():
            capture.release()
            raise CameraError(*_why_not(target, name))
        return _Webcam(capture, name, identity, asked if width else None)


@dataclass(frozen=True, slots=True)
class Found:
    """A webcam of this machine: `target` is what OpenCV opens, `identity` what finds it again after it was unplugged."""

    target: str | int
    name: str
    identity: str


def webcams() -> list[Found]:
    """The cameras of this machine. Virtual ones come last, and only those that another program feeds (a phone, OBS)."""
    if sys.platform == "linux":
        usable = [d for d in v4l2.devices() if d.captures and (not d.loopback or v4l2.holders(d.path))]
        return [Found(d.path, d.name, f"{d.name}|{d.bus}") for d in sorted(usable, key=lambda d: d.loopback)]
    try:
        from cv2_enumerate_cameras import enumerate_cameras
    except ImportError:
        return []
    return [Found(one.index, one.name, one.path or one.name) for one in enumerate_cameras()]


def _again(identity: str) -> tuple[str | int, str, str]:
    """Where the camera of that identity is now: under another number, or at another port where only one has its name. Raises
    CameraError while it is away."""
    if identity.startswith("/dev/") or identity.isdigit():
        return _find(identity)
    found = webcams()
    name = identity.rpartition("|")[0] or identity
    same = [one for one in found if one.identity == identity] or [one for one in found if one.name == name]
    if len(same) != 1:
        raise CameraError(f"{name} is not connected", "Plug it in again: vbg goes on by itself.")
    return same[0].target, same[0].name, same[0].identity


def _find(device: str) -> tuple[str | int, str, str]:
    """What to open, its name and its identity. Raises CameraError where nothing fits."""
    if device.isdigit() and sys.platform == "linux":
        device = f"/dev/video{device}"
    if device.startswith("/dev/"):
        known = v4l2.device(device)
        name = known.name if known else device
        return device, name, f"{name}|{known.bus}" if known else device
    if device.isdigit():
        return int(device), f"camera {device}", device
    found = webcams()
    for one in found:
        if one.identity == device or device.lower() in one.name.lower():
            return one.target, one.name, one.identity
    if device:
        known_names = ", ".join(repr(one.name) for one in found) or "none"
        raise CameraError(f"no camera is called {device!r} (found: {known_names})", _LIST)
    raise CameraError("no camera found", "Plug one in, or try `--camera demo`, the built-in demo clip.")


def _best_mode(path: str, width: int, height: int, fps: float) -> v4l2.Mode | None:
    """Of the asked size, the raw format where it is fast enough (nothing to decode), else JPEG; None: let the driver choose."""
    size = (width or _USUAL[0], height or _USUAL[1])
    rate = fps or _USUAL[2]
    fitting = [m for m in v4l2.modes(path) if (m.width, m.height) == size and m.fourcc in ("YUYV", "MJPG")]
    return max(fitting, key=lambda m: (min(m.fps, rate), m.fourcc == "YUYV"), default=None)


def _open(target: str | int, mode: v4l2.Mode | None, asked: tuple[int, int, float]) -> cv2.VideoCapture:
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what is wrong is said by us, once, with a hint
    backend = cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY
    capture = cv2.VideoCapture(target, backend)
    if capture.isOpened():
        if mode is not None:
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*mode.fourcc))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, asked[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, asked[1])
        capture.set(cv2.CAP_PROP_FPS, asked[2])
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 2)  # an old frame in a long queue is latency
    return capture


def _why_not(target: str | int, name: str) -> tuple[str, str]:
    """One line on why a camera cannot be opened, and a hint."""
    if not isinstance(target, str):
        return (
            f"{name} cannot be opened",
            "Close other programs that use the camera, and allow camera access in the privacy settings.",
        )
    known = v4l2.device(target)
    if known is None:
        try:
            Path(target).open("rb").close()
        except PermissionError:
            return f"{target} may not be opened", "`sudo usermod -aG video $USER`, then log in again."
        except OSError as e:
            return f"{target} cannot be opened: {e.strerror}", _LIST
    if known is not None and not known.captures:
        if known.loopback:
            return f"{target} ({name}) is a virtual camera that nobody feeds", "Start the program that feeds it first."
        return f"{target} ({name}) gives no pictures: it is another function of its device", _LIST
    users = v4l2.holders(target)
    if users:
        return f"{target} ({name}) is in use by {', '.join(users)}", "Close that program, or choose another camera."
    return f"{target} ({name}) cannot be opened", _LIST


class _Webcam:
    def __init__(self, capture: cv2.VideoCapture, name: str, identity: str, asked: tuple[int, int, float] | None) -> None:
        self._capture = capture
        self._pool = Pool()
        self._index = 0
        width, height = (int(capture.get(p)) for p in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        code = int(capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
        fourcc = code.to_bytes(4, "little").decode("latin-1").strip("\0 ") or "unknown"
        fps = capture.get(cv2.CAP_PROP_FPS)
        note = ""
        if asked and (width, height) != asked[:2]:
            note = f"{name} gives {width}x{height} instead of {asked[0]}x{asked[1]}; the picture is fitted without stretching"
        self._info = CameraInfo(name, identity, width, height, fps if 1 <= fps <= 240 else 30.0, fourcc, note)

    @property
    def info(self) -> CameraInfo:
        return self._info

    def read(self) -> Frame | None:
        if not self._capture.grab():
            raise CameraLostError(f"{self._info.name} stopped giving pictures")
        captured_at = time.monotonic()  # before decoding: that is part of our latency
        ok, pixels = self._capture.retrieve(self._pool.take(self._info.height, self._info.width))
        if not ok or pixels is None:
            raise CameraLostError(f"{self._info.name} gave a picture that cannot be decoded")
        if pixels.ndim == 2:  # a gray (infrared) sensor
            pixels = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
        self._index += 1
        return Frame(read_only(pixels), self._index - 1, captured_at)  # type: ignore[arg-type]  # cv2 says float or integer

    def close(self) -> None:
        self._capture.release()
