"""The virtual camera: v4l2loopback on Linux, OBS or Unity Capture elsewhere."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from vbg import driver, v4l2
from vbg.audience import audience_of
from vbg.errors import OutputError
from vbg.frame import Canvas, Frame
from vbg.sinks import Sink, SinkInfo
from vbg.spec import checked, knob

if TYPE_CHECKING:
    import pyvirtualcam

_LOAD_TWO = "sudo modprobe v4l2loopback devices=2 exclusive_caps=1,1"
_INSTALL = {
    "darwin": "Install OBS Studio, start its virtual camera once and stop it again. `--output FILE.mp4` works without it.",
    "win32": "Install OBS Studio (or Unity Capture). `--output FILE.mp4` works without it.",
}


@dataclass(frozen=True, slots=True)
class VirtualCamera:
    """A camera that any program can open; the first free one where `device` is empty."""

    name: ClassVar[str] = "virtual"
    device: str = knob("", "Virtual camera", help="device path, for example /dev/video10; empty takes the first free one")

    def __post_init__(self) -> None:
        checked(self)

    def open(self, canvas: Canvas) -> Sink:
        reasons = []
        for device in self._candidates():
            try:
                return _Fed(_open(device, canvas))
            except (RuntimeError, OSError) as e:
                reasons.append(f"{device or 'any'}: {e}".replace("\n", " "))
        message = f"no virtual camera can be opened ({'; '.join(reasons) or 'no v4l2loopback device'})"
        raise OutputError(message, self._hint())

    def _candidates(self) -> list[str | None]:
        if self.device:
            return [self.device]
        if sys.platform != "linux":
            return [None]
        return _loopbacks()

    def _hint(self) -> str:
        known = _loopbacks()
        if not known:
            return _INSTALL.get(sys.platform) or _driver_hint()
        if self.device and self.device not in known:
            return "`vbg devices` lists the virtual cameras of this machine."
        return f"Close the program that feeds it, or have two: `sudo modprobe -r v4l2loopback`, then `{_LOAD_TWO}`."


def _driver_hint() -> str:
    command = driver.command()
    brings = f"`{command}`" if command else f"Install v4l2loopback, then `{driver.LOAD}`"
    return f"{brings}; `vbg doctor` says more. `--output FILE.mp4` works without it."


def _loopbacks() -> list[str | None]:
    return [device.path for device in v4l2.devices() if device.loopback]


def _open(device: str | None, canvas: Canvas) -> pyvirtualcam.Camera:
    import pyvirtualcam

    if device is not None and sys.platform == "linux":
        known = v4l2.device(device)
        if known is None or not known.loopback:
            raise RuntimeError("is not a v4l2loopback device" if known else "there is no such device")
        users = v4l2.holders(device)
        if not known.captures:  # nobody feeds it, or v4l2loopback 0.12.7 lost its output side
            v4l2.unstick(device)
        elif users:
            raise RuntimeError(f"in use by {', '.join(users)}")
    return pyvirtualcam.Camera(canvas.width, canvas.height, canvas.fps, fmt=pyvirtualcam.PixelFormat.BGR, device=device)


class _Fed:
    def __init__(self, camera: pyvirtualcam.Camera) -> None:
        self._camera = camera
        self._audience = audience_of(camera.device)
        pixel_format = str(camera.native_fmt).rsplit(".", 1)[-1]
        self._info = SinkInfo("virtual camera", camera.device, pixel_format, live=True, note=self._audience.note)

    @property
    def info(self) -> SinkInfo:
        return self._info

    def send(self, frame: Frame) -> None:
        try:
            self._camera.send(frame.pixels)
        except (RuntimeError, OSError) as e:
            raise OutputError(
                f"the virtual camera {self._info.target} is gone: {e}", f"Load its driver again: `{driver.LOAD}`."
            ) from e

    def watched(self) -> bool:
        return self._audience.present()

    def close(self) -> None:
        self._audience.close()
        self._camera.close()
