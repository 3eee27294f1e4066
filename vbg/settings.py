"""What the user chose: `Look` may change between any two frames, `Setup` names what must be reopened to change."""

from __future__ import annotations

from dataclasses import dataclass, field

from vbg.cameras import Camera
from vbg.cameras.opencv import Webcam
from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.errors import UsageError
from vbg.figures.figure import Figure
from vbg.matting.presence import Presence
from vbg.matting.style import Style
from vbg.models import Model
from vbg.models.follow import Follow
from vbg.sinks import Output
from vbg.sinks.virtual import VirtualCamera

LARGEST = 8192
"""Pixels per side that a canvas may have."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the picture is made. Applied whole, from one frame to the next.

    captures: how often the user has asked that the empty room be captured; one more starts it (never saved).
    """

    effect: Effect = field(default_factory=Blur)
    style: Style = field(default_factory=Style)
    presence: Presence = field(default_factory=Presence)
    figure: Figure = field(default_factory=Figure)
    captures: int = 0

    @property
    def covers(self) -> bool:
        """Whether the room is hidden, which it is with every background but none, and with an avatar."""
        return self.effect.covers or self.figure.hides


@dataclass(frozen=True, slots=True)
class Setup:
    """The parts that are opened. A change reopens just what changed, between two frames.

    width, height: pixels of the outputs; 0 takes the camera's. fps: frames per second; 0 takes the camera's.
    own: the outputs of `outputs` that show another look than the session's; its outline is the session's, its captures count for
    nothing.
    always_on: the camera stays open though nobody watches. cpu_percent: of one core, that vbg may use; 0 for no limit.
    shortcuts: the desktop is asked for keys that work everywhere.
    paused: the camera is closed, and a card goes out; this is never saved.
    """

    camera: Camera = field(default_factory=Webcam)
    model: Model = field(default_factory=Follow)
    outputs: tuple[Output, ...] = field(default_factory=lambda: (VirtualCamera(),))
    width: int = 0
    height: int = 0
    fps: float = 0
    always_on: bool = False
    cpu_percent: float = 0
    shortcuts: bool = False
    paused: bool = False
    own: tuple[tuple[Output, Look], ...] = ()

    def __post_init__(self) -> None:
        if (self.width == 0) != (self.height == 0):
            raise UsageError("a size needs both width and height", "Write it as --size 1280x720.")
        for side in (self.width, self.height):
            if side and not 16 <= side <= LARGEST:
                raise UsageError(f"a side of {side} pixels is out of range", f"Sides go from 16 to {LARGEST} pixels.")
        if self.cpu_percent and not 5 <= self.cpu_percent <= 6400:
            raise UsageError(f"{self.cpu_percent} % of a core is out of range", "Write it as --cpu 50%; 5 is the least.")
        if self.fps and not 1 <= self.fps <= 240:
            raise UsageError(f"{self.fps} frames per second are out of range", "1 to 240 can be had; 30 is usual.")
