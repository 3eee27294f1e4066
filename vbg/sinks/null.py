"""An output that keeps nothing: for measuring and trying."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vbg.frame import Canvas, Frame
from vbg.sinks import Sink, SinkInfo


@dataclass(frozen=True, slots=True)
class Null:
    """Takes every frame and forgets it."""

    name: ClassVar[str] = "null"

    def open(self, canvas: Canvas) -> Sink:
        return _Nothing()


class _Nothing:
    @property
    def info(self) -> SinkInfo:
        return SinkInfo("nothing", "null", "BGR", live=False)

    def send(self, frame: Frame) -> None:
        pass

    def watched(self) -> bool:
        return True

    def close(self) -> None:
        pass
