"""What can be done to the room and to the person, as one sheet: docs/effects.md.

python -m benchmarks.effects SHEET.jpg
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from vbg.cameras.demo import Demo
from vbg.choose import effect
from vbg.figures.figure import Figure
from vbg.frame import Pixels
from vbg.matting.presence import Presence
from vbg.models.follow import Follow
from vbg.pipeline import Pipeline
from vbg.settings import Look
from vbg.sheet import sheet

_SHOWN = 60, 125

LOOKS = {
    "lens": Look(effect("lens", 0.5)),
    "grey": Look(effect("grey", 0.5)),
    "outline": Look(effect("study", 0.5), figure=Figure(outline=1.0)),
    "shadow": Look(effect("sunlit", 0.5), figure=Figure(shadow=0.8)),
    "avatar: silhouette": Look(effect("hills", 0.5), figure=Figure(avatar="silhouette")),
    "avatar: blocks": Look(effect("lagoon", 0.5), figure=Figure(avatar="blocks")),
    "avatar: cartoon": Look(effect("loft", 0.5), figure=Figure(avatar="cartoon")),
    "corner": Look(effect("garden", 0.5), presence=Presence(corner="right", corner_size=0.5)),
}


def seen(look: Look) -> list[Pixels]:
    """Two frames of the demo clip in that look."""
    source, pipeline, found = Demo().open(640, 360), Pipeline(Follow().open()), []
    for index in range(_SHOWN[-1] + 1):
        covered = pipeline.process(source.read(), look)
        if index in _SHOWN:
            found.append(covered.pixels)
    pipeline.close()
    source.close()
    return found


def main(place: Path) -> None:
    """Write the sheet."""
    cells = [sheet([(name, seen(look))], 300) for name, look in LOOKS.items()]
    columns = [np.concatenate(cells[start::2], axis=0) for start in (0, 1)]
    cv2.imwrite(str(place), np.concatenate(columns, axis=1), [cv2.IMWRITE_JPEG_QUALITY, 82])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
