"""The room without its colours, blurred: you alone are in colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from vbg.effects import Painter
from vbg.effects.blur import Blur
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.spec import checked, knob


@dataclass(frozen=True, slots=True)
class Grey:
    """A room that is only grey could still be read, so it is blurred too, at least as `Blur` does at strength 0."""

    name: ClassVar[str] = "grey"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = False
    of_room: ClassVar[bool] = True
    blur: float = knob(0.3, "Blur", help="how strongly the room is blurred", low=0.0, high=1.0)
    colour: float = knob(0.0, "Colours left", help="0 is grey, 1 has the room's own colours", low=0.0, high=1.0)
    brightness: float = knob(0.8, "Brightness", help="below 1 the room is darker than it is", low=0.2, high=1.0)

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        return _Faded(Blur(self.blur).open(width, height), self.colour, self.brightness)


class _Faded:
    def __init__(self, blurred: Painter, colour: float, brightness: float) -> None:
        self._blurred = blurred
        luma = np.array([[0.114, 0.587, 0.299]], np.float64)  # BT.601 of B, G and R
        fade = colour * np.eye(3) + (1 - colour) * np.repeat(luma, 3, axis=0)
        self._fade = brightness * fade

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        return read_only(np.asarray(cv2.transform(self._blurred.paint(frame, mask, t), self._fade), np.uint8))

    def close(self) -> None:
        self._blurred.close()
