"""A picture behind the person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from vbg.effects import Painter
from vbg.effects.colour import Still
from vbg.fit import cover
from vbg.pictures import read
from vbg.resources import asset
from vbg.spec import checked, knob

SHIPPED = "vbg:"
"""A file called `vbg:NAME` is the picture of that name that comes with vbg, wherever vbg is installed."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Fills the canvas, its middle kept; turned upright as its EXIF data say."""

    name: ClassVar[str] = "picture"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = False
    of_room: ClassVar[bool] = False
    file: str = knob("", "File", help="any picture that Pillow reads, or vbg:NAME for one of ours")

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        return Still(cover(read(self.path), width, height))

    @property
    def path(self) -> Path:
        """Where the picture is."""
        if self.file.startswith(SHIPPED):
            return asset(f"backgrounds/{self.file.removeprefix(SHIPPED)}.jpg")
        return Path(self.file)
