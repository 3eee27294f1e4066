"""One colour behind the person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from vbg.effects import Painter
from vbg.errors import UsageError
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.spec import checked, knob


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as `#rrggbb` (sRGB)."""

    name: ClassVar[str] = "colour"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = False
    of_room: ClassVar[bool] = False
    rgb: str = knob("#2f3b46", "Colour", help="#rrggbb")

    def __post_init__(self) -> None:
        checked(self)
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.rgb):
            raise UsageError(f"{self.rgb!r} is not a colour", "Write it as #rrggbb, for example '#00b140' (in quotes).")

    def open(self, width: int, height: int) -> Painter:
        red, green, blue = bytes.fromhex(self.rgb[1:])
        return Still(np.full((height, width, 3), (blue, green, red), np.uint8))


class Still:
    """Paints the same picture behind every frame. pixels: the canvas's size, or smaller where bilinear enlargement will do."""

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = read_only(pixels)

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        return self._pixels

    def close(self) -> None:
        pass
