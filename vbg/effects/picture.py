"""A picture behind the person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from vbg.effects import Painter
from vbg.effects.colour import Still
from vbg.fit import cover
from vbg.pictures import read
from vbg.spec import checked, knob


@dataclass(frozen=True, slots=True)
class Picture:
    """Fills the canvas, its middle kept; turned upright as its EXIF data say."""

    name: ClassVar[str] = "picture"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = False
    file: str = knob("", "File", help="any picture that Pillow reads")

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        return Still(cover(read(Path(self.file)), width, height))
