"""Other pictures of the same frame: before another background, by the same matte, for outputs with a look of their own."""

from __future__ import annotations

from dataclasses import replace

from vbg.frame import Frame, Mask, Matte
from vbg.matting.style import Style
from vbg.pipeline import Pipeline
from vbg.settings import Look
from vbg.timing import Stopwatch


class Beside(Pipeline):
    """Asks no model: mask and matte are those that `main` has made of the frame, or makes now where it needed none itself.

    So the outline is the main look's; background, presence and figure are this one's own. One thread owns both.
    """

    def __init__(self, main: Pipeline, stopwatch: Stopwatch) -> None:
        super().__init__(main.segmenter, stopwatch)
        self._main = main

    def process(self, frame: Frame, look: Look, style: Style = Style()) -> Frame:  # noqa: B008  # a frozen value
        """As `Pipeline.process`, after it, for the same `frame`. style: the main look's."""
        return super().process(frame, replace(look, style=style, captures=0))

    def matte(self, frame: Frame, style: Style = Style()) -> tuple[Mask, Matte]:  # noqa: B008
        mask, matte, self._held = self._main.again(frame, style)
        return mask, matte

    def cleaned(self, frame: Frame, mixed: bool = False) -> Frame:
        return self._main.cleaned(frame, mixed)

    def reset(self, same_room: bool = False) -> None:
        """The matte is the main pipeline's to forget."""
        self._reset_look()

    def close(self) -> None:
        """The model is the main pipeline's to close."""
        self._covering.close()
