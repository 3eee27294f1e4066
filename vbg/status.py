"""What a session tells about itself: one frozen snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from vbg.cameras import CameraInfo
from vbg.frame import Canvas
from vbg.pipeline import Room
from vbg.sinks import SinkInfo
from vbg.timing import NOTHING, Spread


class Phase(StrEnum):
    """What a session is doing."""

    STARTING = "starting"
    RUNNING = "running"
    COVERED = "covered"  # a card goes out: the camera or the model is away, `fault` says why
    IDLE = "idle"  # nobody watches: the camera is closed
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Status:
    """frames: sent to the outputs, cards not counted. dropped: given by the camera and never looked at. seconds: since the
    first frame. latency: frame captured -> frame sent. notice: something was done other than asked. fault: why a card
    goes out. hint: what spoils the outline and what helps. All three are one sentence, or empty.
    """

    phase: Phase = Phase.STARTING
    frames: int = 0
    dropped: int = 0
    seconds: float = 0.0
    fps: float = 0.0
    latency: Spread = NOTHING
    stages: dict[str, Spread] = field(default_factory=dict)
    notice: str = ""
    fault: str = ""
    hint: str = ""
    camera: CameraInfo | None = None
    room: Room = field(default_factory=Room)
    canvas: Canvas | None = None
    outputs: tuple[SinkInfo, ...] = ()
