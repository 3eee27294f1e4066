"""A figure for the pictures of a file, where the person stays where the camera saw them."""

from __future__ import annotations

from vbg.effects import Painter
from vbg.figures.around import Around
from vbg.figures.avatar import Avatar
from vbg.figures.figure import Figure
from vbg.frame import Frame, Mask, Matte, Pixels


class Drawing:
    """A painter with what `figure` adds to it. One thread owns it; it does not close the painter."""

    def __init__(self, painter: Painter, figure: Figure, of_room: bool) -> None:
        """of_room: what the painter paints is made of the camera's room."""
        self._painter, self._figure, self._of_room = painter, figure, of_room
        self._avatar, self._around = Avatar(), Around()

    def paint(self, frame: Frame, matte: Matte, mask: Mask) -> tuple[Frame, Matte, Pixels]:
        """Who is to be seen, by which matte, and the background. matte, mask: those of `frame`. Raises EffectError."""
        room = frame
        if self._figure.hides:
            room, frame, matte = self._avatar.instead(frame, mask, self._figure, self._of_room)
        behind = self._painter.paint(room, mask, frame.captured_at)
        return frame, matte, self._around.drawn(frame, matte, behind, self._figure) if self._figure.surrounds else behind
