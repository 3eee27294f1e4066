"""What covers the room. A module here defines one `Effect` spec; `spec.discover` finds it."""

from __future__ import annotations

from typing import ClassVar, Protocol

from vbg.frame import Frame, Mask, Pixels


class Painter(Protocol):
    """An open effect. One thread owns it.

    The painter promises: `paint` returns the background for this frame, read-only, at the frame's size or smaller (the
    blend enlarges it bilinearly), with nothing sharp of the room in it unless the effect's `covers` is False; it does not
    keep the frame; what it returned may be overwritten by its next `paint`; it raises EffectError where it fails.
    The caller promises: `mask` belongs to `frame`; `t` (seconds, monotonic) does not decrease; frames have the size that
    `open` was given; no call after `close`; `close` exactly once.
    A painter may have `skip(begun_s, t)`: as if it had been painted from `begun_s` on until `t`. It is called before the first
    `paint`, where a piece of a file is made; without it, a `paint` at `begun_s` stands for all that.
    """

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels: ...

    def close(self) -> None: ...


class Effect(Protocol):
    """A spec that names a background. `open(width, height)` (pixels) raises EffectError or UsageError.

    covers: False only for an effect that shows the room because the user chose so; the pipeline then skips the model.
    of_room: the background is made of the camera's room, so it goes where the camera's picture is put.
    moves: the background changes on its own, so it is painted anew even while the camera's picture stands still.
    """

    name: ClassVar[str]
    covers: ClassVar[bool]
    of_room: ClassVar[bool]

    @property
    def moves(self) -> bool: ...

    def open(self, width: int, height: int) -> Painter: ...
