"""A picture behind the person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from vbg.effects import Painter
from vbg.effects.colour import Still
from vbg.effects.eye import Eye
from vbg.effects.shift import Pan
from vbg.fit import cover
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.pictures import read
from vbg.resources import asset
from vbg.spec import checked, knob

SHIPPED = "vbg:"
"""A file called `vbg:NAME` is the picture of that name that comes with vbg, wherever vbg is installed."""

_REACH = 0.1
"""How far the picture goes at depth 1 when you go from the middle to the border, as a part of its width; half as far up and
down."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Fills the canvas, its middle kept; turned upright as its EXIF data say."""

    name: ClassVar[str] = "picture"
    covers: ClassVar[bool] = True
    of_room: ClassVar[bool] = False
    file: str = knob("", "File", help="any picture that Pillow reads, or vbg:NAME for one of ours")
    depth: float = knob(
        0.0,
        "Moves with you",
        help="shifts the picture as you move: above 0 like a view out of a window, below 0 along with you; 0 stands still",
        low=-1.0,
        high=1.0,
    )

    def __post_init__(self) -> None:
        checked(self)

    @property
    def moves(self) -> bool:
        """Whether the picture goes on moving while the person stands still."""
        return self.depth != 0

    def open(self, width: int, height: int) -> Painter:
        pixels = read(self.path)
        return _Moved(pixels, self.depth, width, height) if self.depth else Still(cover(pixels, width, height))

    @property
    def path(self) -> Path:
        """Where the picture is."""
        if self.file.startswith(SHIPPED):
            return asset(f"backgrounds/{self.file.removeprefix(SHIPPED)}.jpg")
        return Path(self.file)


class _Moved:
    """A picture a little larger than the canvas, which goes over it as the eye moves."""

    def __init__(self, pixels: Pixels, depth: float, width: int, height: int) -> None:
        spare_x, spare_y = round(2 * _REACH * abs(depth) * width), round(_REACH * abs(depth) * height)
        self._pan = Pan(cover(pixels, width + spare_x, height + spare_y), width, height)
        self._way = 1 if depth > 0 else -1
        self._eye = Eye()
        self._out = np.empty((height, width, 3), np.uint8)

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        self._eye.look(mask, t)
        self._pan.into(self._out, self._way * self._eye.x, self._way * self._eye.y)
        return read_only(self._out)

    def close(self) -> None:
        pass
