"""The user's say in how the matte is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from vbg.errors import UsageError
from vbg.matting.keep import Region
from vbg.spec import checked, knob


@dataclass(frozen=True, slots=True)
class Style:
    """Every field may change between any two frames. What is at its default costs nothing."""

    name: ClassVar[str] = "style"
    edge_softness: float = knob(
        0.5, "Edge softness", help="0 is sharp, 0.5 as soft as the picture's own edges, 1 is feathered", low=0.0, high=1.0
    )
    edge_shift: float = knob(
        0.0,
        "Edge shift",
        help="moves the outline outwards, or, below 0, inwards",
        unit="% of the picture's height",
        low=-2.0,
        high=2.0,
    )
    steadiness: float = knob(
        0.5, "Steadiness", help="0 follows every frame at once, 1 holds still parts of the outline longest", low=0.0, high=1.0
    )
    certainty: float = knob(
        0.5, "Certainty", help="how sure vbg must be that it is you: 0 loses less of you, 1 shows less room", low=0.0, high=1.0
    )
    largest: bool = knob(False, "Largest person only", help="hides everybody but the largest, if they do not touch")
    clean_colours: bool = knob(
        False, "Clean colours", help="takes the old room's colour out of hair and soft edges: worth it before a bright wall"
    )
    light_wrap: float = knob(
        0.0, "Light wrap", help="how much light of the new background falls over your edge; 0 is none", low=0.0, high=1.0
    )
    match_light: float = knob(
        0.0,
        "Match light",
        help="how far your brightness and tint follow the new background's; 0 is not at all",
        low=0.0,
        high=1.0,
    )
    keep: tuple[Region, ...] = knob(
        (), "Keep", help="regions x,y,w,h (fractions of the picture) that always show: a chair, a microphone"
    )
    drop: tuple[Region, ...] = knob(
        (), "Drop", help="regions x,y,w,h (fractions of the picture) that never show; stronger than keep"
    )

    @property
    def recolours(self) -> bool:
        """Whether the finished person gets other colours than the camera's."""
        return self.clean_colours or self.light_wrap > 0 or self.match_light > 0

    def __post_init__(self) -> None:
        checked(self)
        for region in (*self.keep, *self.drop):
            if not isinstance(region, Region):
                raise UsageError(f"{region!r} is not a region")


PRESETS: dict[str, dict[str, Any]] = {
    "natural": {"edge_softness": 0.5, "edge_shift": 0.0, "steadiness": 0.5, "certainty": 0.5},
    # for sign language: rather a little room around the fingers than a finger less, and no finger that lags
    "hands": {"edge_softness": 0.5, "edge_shift": 0.15, "steadiness": 0.3, "certainty": 0.25},
    # no room shows, even if hair suffers
    "privacy": {"edge_softness": 0.4, "edge_shift": -0.6, "steadiness": 0.5, "certainty": 0.9},
}
"""Values for several knobs at once, by name."""
