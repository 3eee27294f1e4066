"""A look into how a frame is made, for whoever wants to see it: the window, and only the window."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask, Matte
from vbg.slot import Slot


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """One frame on its way. `camera` is the raw picture: it is for the user's own eyes and never goes to an output.

    room: (h, w) float32, 0..1, how well the room is known; empty while it is not. result: what went out.
    """

    camera: Frame
    mask: Mask
    matte: Matte
    room: NDArray[np.float32]
    result: Frame


@dataclass(frozen=True, slots=True, eq=False)
class Tap:
    """Frames come to `slot` while `wanted` is set."""

    slot: Slot[Stages] = field(default_factory=Slot)
    wanted: threading.Event = field(default_factory=threading.Event)
