"""The open background of a pipeline."""

from __future__ import annotations

from vbg.effects import Effect, Painter
from vbg.effects.colour import Colour
from vbg.errors import VbgError
from vbg.frame import Frame, Mask, Pixels


class Covering:
    """Changes when the effect or the size does, and holds on to the last good one when it fails. One thread owns it.

    notice: one sentence where something else is shown than was asked for, empty otherwise.
    """

    def __init__(self) -> None:
        self.notice = ""
        self._wanted: tuple[Effect, int, int] | None = None
        self._opened: tuple[Effect, int, int] | None = None
        self._painter: Painter | None = None
        self._painted: Pixels | None = None

    def paint(self, effect: Effect, frame: Frame, mask: Mask, anew: bool = True) -> Pixels:
        """The background. anew: False where the picture is that of the last call: what was painted then will do, unless the
        background moves on its own."""
        wanted = (effect, frame.width, frame.height)
        if wanted != self._wanted:
            self._wanted = wanted
            self.notice = ""
            self._switch(*wanted)
        assert self._painter is not None
        if self._painted is not None and not anew and not effect.moves:
            return self._painted
        try:
            self._painted = self._painter.paint(frame, mask, frame.captured_at)
        except VbgError as e:
            self._replace(Colour(), frame.width, frame.height, f"{e}. A plain colour is shown instead.")
            self._painted = self._painter.paint(frame, mask, frame.captured_at)
        return self._painted

    def close(self) -> None:
        if self._painter is not None:
            self._painter.close()
            self._painter = self._opened = self._wanted = self._painted = None

    def _switch(self, effect: Effect, width: int, height: int) -> None:
        try:
            painter = effect.open(width, height)
        except VbgError as e:
            good = self._opened
            if good and good[0].covers and good[1:] == (width, height):
                self.notice = f"{e}. The background stays as it was."
            else:  # "none" is no substitute for a background that was asked for
                self._replace(Colour(), width, height, f"{e}. A plain colour is shown instead.")
            return
        self._take(painter, (effect, width, height))

    def _replace(self, effect: Effect, width: int, height: int, notice: str) -> None:
        self._take(effect.open(width, height), (effect, width, height))
        self.notice = notice

    def _take(self, painter: Painter, opened: tuple[Effect, int, int]) -> None:
        if self._painter is not None:
            self._painter.close()
        self._painter, self._opened, self._painted = painter, opened, None
