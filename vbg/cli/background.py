"""What --background says, for pictures and videos."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vbg.errors import UsageError

if TYPE_CHECKING:
    from vbg.effects import Effect

METAVAR = "transparent|blur|#rrggbb|FILE"
HELP = "what stands behind the people (default: transparent, with their own clean colours)"

_BLUR = 0.5


def effect(text: str) -> Effect | None:
    """None is transparent. Raises UsageError, EffectError where it cannot be opened."""
    from vbg import choose

    if text == "transparent":
        return None
    if text == "none":
        raise UsageError("without a background nothing would change", "Take transparent, blur, '#rrggbb' or a picture file.")
    # by its whole path: whoever paints it may be elsewhere
    chosen = choose.effect(str(Path(text).absolute()) if Path(text).is_file() else text, _BLUR)
    chosen.open(64, 36).close()  # a background that cannot be opened is said now
    return chosen
