"""Who is in the picture. A module here defines one or more `Model` specs; `spec.discover` finds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask, Matte

Tensor: TypeAlias = NDArray[np.float32]


class Engine(Protocol):
    """One loaded network: `run` takes (h, w, 3) float32 RGB 0..1 and gives (h, w) float32 person confidence 0..1, valid until
    the next call; raises ModelError. shape: (h, w). runs: how often it was run."""

    @property
    def shape(self) -> tuple[int, int]: ...

    @property
    def runs(self) -> int: ...

    def run(self, picture: Tensor) -> Tensor: ...

    def close(self) -> None: ...


def _as_it_is(frame: Frame, mixed: bool) -> Frame:
    return frame


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """What a keyer makes beside its mask: the finished matte, which nothing must smooth or refine any more.

    matte: of the frame whose mask was asked for last, at the frame's own size; None where it could not be keyed, and the mask
    counts alone. says: why, in a sentence for the user; empty otherwise. cleaned(frame, mixed): the frame, or one of a still
    picture that follows it, with the person's own colours, free of the screen's light; mixed: in soft edges, the screen itself
    stays mixed in.
    """

    matte: Matte | None
    says: str = ""
    cleaned: Callable[[Frame, bool], Frame] = _as_it_is


@runtime_checkable
class Keyer(Protocol):
    """What a segmenter that finishes mattes has beside the rest. `keyed`: what it made of the last mask's frame; None where that
    mask is all there is."""

    @property
    def keyed(self) -> Keyed | None: ...


def keyed(segmenter: object) -> Keyed | None:
    """What a keyer made of the last mask's frame; None for whoever gives masks alone."""
    return segmenter.keyed if isinstance(segmenter, Keyer) else None


class Segmenter(Protocol):
    """An open model. One thread owns it.

    The segmenter promises: `mask` returns a finite float32 array in 0..1, person = 1, that covers the whole frame at a
    resolution of its own choice (the frame's aspect ratio within a pixel; the same size for the same frame size), owned by
    the caller; it belongs to exactly this frame, whatever state the segmenter keeps; it raises ModelError where the model
    fails. `reset` forgets all earlier frames: after a cut, a seek or a gap.
    `room` says where the frame shows surely the empty room, (h, w) float32, 0..1, of any size; None where that is not known. It
    is an aid, which a segmenter may leave alone.
    `spare(True)` asks it to leave out, until `spare(False)`, what costs much and helps little; one that has nothing of the kind
    goes on as before.
    `engines` are the networks that it runs, for measuring; empty where there are none.
    The caller promises: frames in order of capture; no call after `close`; `close` exactly once.
    """

    @property
    def engines(self) -> tuple[Engine, ...]: ...

    def mask(self, frame: Frame, room: Mask | None = None) -> Mask: ...

    def spare(self, on: bool) -> None: ...

    def reset(self) -> None: ...

    def close(self) -> None: ...


class Model(Protocol):
    """A spec that names a model. `open` raises ModelError and leaves nothing open then; it may take seconds."""

    name: ClassVar[str]

    def open(self) -> Segmenter: ...
