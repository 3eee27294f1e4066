"""How the user stands in the picture: lit, followed, or small in a corner. Off by default, and then it costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vbg.spec import checked, knob

CORNERS = ("off", "left", "right")


@dataclass(frozen=True, slots=True)
class Presence:
    """Every field may change between any two frames."""

    name: ClassVar[str] = "presence"
    light: float = knob(0.0, "Light on you", help="brightens you, and only you, where it is dark; 0 is off", low=0.0, high=1.0)
    framing: float = knob(0.0, "Auto framing", help="comes closer and follows your head gently; 0 is off", low=0.0, high=1.0)
    corner: str = knob(
        "off", "Stand in a corner", help="small before a picture or your screen; not before your own room", choices=CORNERS
    )
    corner_size: float = knob(0.45, "Size in the corner", help="height, as a part of the picture's", low=0.2, high=0.9)

    def __post_init__(self) -> None:
        checked(self)

    @property
    def moves(self) -> bool:
        """Whether the person is shown elsewhere than the camera saw them."""
        return self.framing > 0 or self.corner != "off"
