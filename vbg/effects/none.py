"""No effect: the picture as the camera gave it, because the user chose so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vbg.effects import Painter
from vbg.frame import Frame, Mask, Pixels


@dataclass(frozen=True, slots=True)
class NoEffect:
    """The only effect that shows the room."""

    name: ClassVar[str] = "none"
    covers: ClassVar[bool] = False
    moves: ClassVar[bool] = True
    of_room: ClassVar[bool] = True

    def open(self, width: int, height: int) -> Painter:
        return _Room()


class _Room:
    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        return frame.pixels

    def close(self) -> None:
        pass
