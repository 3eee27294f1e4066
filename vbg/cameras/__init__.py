"""Where frames come from. A module here defines one `Camera` spec; `spec.discover` finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from vbg.frame import Frame


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """What was really opened.

    name: for people. identity: what finds the same device again after it was unplugged (a path or name).
    width, height: pixels; 0 where the first frame decides. fps: frames per second. pixel_format: as negotiated, for
    example MJPG, YUYV, BGR. note: one sentence where something differs from what was asked.
    """

    name: str
    identity: str
    width: int
    height: int
    fps: float
    pixel_format: str
    note: str = ""


class Source(Protocol):
    """An open camera. One thread owns it.

    The source promises: `info` is valid from the start; `read` blocks until the next frame, returns None once the end is
    reached (and from then on), and raises CameraLostError when a live device fails; `captured_at` never decreases; pixels are
    read-only and never change after they were returned; any size may come, even another one than before.
    The caller promises: no `read` after `close`; `close` exactly once, on the thread that opened.
    """

    @property
    def info(self) -> CameraInfo: ...

    def read(self) -> Frame | None: ...

    def close(self) -> None: ...


class Camera(Protocol):
    """A spec that names a camera. `open` raises CameraError (with a hint) or UsageError and leaves nothing open then.

    live: frames come on the device's own clock and are lost when nobody takes them, so they are read on a thread of their
    own (`latest.Latest`); otherwise every frame waits to be read, in order.

    width, height (pixels) and fps are wishes: 0 means "as the camera likes". identity: of an earlier `Source.info`, finds
    that very device again, wherever it is plugged in now. What was got stands in `Source.info`.
    """

    name: ClassVar[str]
    live: ClassVar[bool]

    def open(self, width: int = 0, height: int = 0, fps: float = 0, identity: str = "") -> Source: ...
