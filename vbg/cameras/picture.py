"""A picture as the camera: the same frame for ever."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from vbg.cameras import CameraInfo, Source
from vbg.frame import Frame, Pixels, read_only
from vbg.pictures import read
from vbg.spec import checked, knob


@dataclass(frozen=True, slots=True)
class PictureFile:
    """Gives a picture file `fps` times a second (30 unless asked otherwise), as the camera is asked for."""

    name: ClassVar[str] = "picture"
    live: ClassVar[bool] = False
    file: str = knob("", "File", help="any picture that Pillow reads")

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int = 0, height: int = 0, fps: float = 0, identity: str = "") -> Source:
        path = Path(self.file)
        return Still(read(path), path.name, fps or 30.0)


class Still:
    """An endless source of one picture. pixels: (height, width, 3) uint8 BGR."""

    def __init__(self, pixels: Pixels, name: str, fps: float) -> None:
        self._pixels = read_only(pixels)
        self._opened_at = time.monotonic()
        self._index = 0
        self._info = CameraInfo(name, name, pixels.shape[1], pixels.shape[0], fps, "BGR")

    @property
    def info(self) -> CameraInfo:
        return self._info

    def read(self) -> Frame | None:
        frame = Frame(self._pixels, self._index, self._opened_at + self._index / self._info.fps)
        self._index += 1
        return frame

    def close(self) -> None:
        pass
