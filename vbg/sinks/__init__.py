"""Where finished frames go. A module here defines one `Output` spec; `spec.discover` finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from vbg.frame import Canvas, Frame


@dataclass(frozen=True, slots=True)
class SinkInfo:
    """What was really opened: `name` for people, `target` the device or file, `pixel_format` as delivered. note: one sentence
    where something cannot be done as usual.

    live: somebody watches as time passes, so frames are paced by the clock and a fault is covered by a card;
    otherwise frames come as fast as they can be made and a fault ends the session.
    """

    name: str
    target: str
    pixel_format: str
    live: bool
    note: str = ""


class Sink(Protocol):
    """An open output. One thread owns it; another one may `send` a card in its place while it hangs, never at the same time.

    The sink promises: `send` takes the frame at once and neither edits it nor needs it to change; it raises OutputError
    when the output is gone or full, and what was written until then is whole; `watched` says whether anybody looks (True
    where it cannot know); `close` finishes the file or gives the device back, also after an error.
    The caller promises: every frame has the canvas's size; where the sink is not live, `captured_at` rises (a live one also gets
    cards, which carry the time of sending); no call after `close`; `close` exactly
    once, on the thread that opened.
    """

    @property
    def info(self) -> SinkInfo: ...

    def send(self, frame: Frame) -> None: ...

    def watched(self) -> bool: ...

    def close(self) -> None: ...


class Output(Protocol):
    """A spec that names an output. `open` raises OutputError and leaves nothing open or half-written then."""

    name: ClassVar[str]

    def open(self, canvas: Canvas) -> Sink: ...
