"""Hands the newest frame to whoever polls for it: the window."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import ClassVar

from vbg.frame import Canvas, Frame
from vbg.sinks import Sink, SinkInfo
from vbg.slot import Slot


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """The window takes from `slot` on its own clock and sets `visible` while the preview can be seen."""

    name: ClassVar[str] = "preview"
    slot: Slot[Frame] = field(default_factory=Slot)
    visible: threading.Event = field(default_factory=threading.Event)

    def open(self, canvas: Canvas) -> Sink:
        return _Handover(self.slot, self.visible)


class _Handover:
    def __init__(self, slot: Slot[Frame], visible: threading.Event) -> None:
        self._slot, self._visible = slot, visible

    @property
    def info(self) -> SinkInfo:
        return SinkInfo("preview", "window", "BGR", live=True)

    def send(self, frame: Frame) -> None:
        if self._visible.is_set():
            self._slot.put(frame)

    def watched(self) -> bool:
        return self._visible.is_set()

    def close(self) -> None:
        pass
