"""What the user wants drawn around the person, or in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from vbg.errors import UsageError
from vbg.spec import checked, knob

AVATARS = ("off", "silhouette", "blocks", "cartoon")


@dataclass(frozen=True, slots=True)
class Figure:
    """Every field may change between any two frames."""

    name: ClassVar[str] = "figure"
    outline: float = knob(
        0.0, "Outline around you", help="how wide it is; 0 is off", unit="% of the picture's height", low=0.0, high=4.0
    )
    outline_colour: str = knob("#ffffff", "Outline's colour", help="as #rrggbb")
    shadow: float = knob(0.0, "Shadow", help="how dark your shadow on the new background is; 0 is off", low=0.0, high=1.0)
    shadow_softness: float = knob(0.5, "Shadow's softness", help="0 is sharp, as in the sun", low=0.0, high=1.0)
    shadow_across: float = knob(
        4.0,
        "Shadow to the side",
        help="to the right, or, below 0, to the left",
        unit="% of the picture's height",
        low=-20.0,
        high=20.0,
    )
    shadow_down: float = knob(
        2.0, "Shadow down", help="downwards, or, below 0, upwards", unit="% of the picture's height", low=-20.0, high=20.0
    )
    avatar: str = knob(
        "off",
        "Avatar",
        help="a drawn figure in your place; nothing of you is seen but where you are and, but for the cartoon, your outline",
        choices=AVATARS,
    )
    avatar_colour: str = knob("#3d7fd9", "Avatar's colour", help="as #rrggbb")

    def __post_init__(self) -> None:
        checked(self)
        for value in (self.outline_colour, self.avatar_colour):
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
                raise UsageError(f"{value!r} is not a colour", "Write it as #rrggbb, for example '#00b140' (in quotes).")

    @property
    def hides(self) -> bool:
        """Whether an avatar stands in the person's place."""
        return self.avatar != "off"

    @property
    def surrounds(self) -> bool:
        """Whether something is drawn between the background and the person."""
        return self.outline > 0 or self.shadow > 0


SKIN = (186.0, 214.0, 247.0)
"""BGR of drawn faces, half of which is a pale tint of the avatar's colour."""


def bgr(colour: str) -> tuple[int, int, int]:
    """B, G and R of a `#rrggbb`."""
    red, green, blue = bytes.fromhex(colour[1:])
    return blue, green, red
