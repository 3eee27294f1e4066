"""`python -m benchmarks.cutouts OUT.png PICTURE...`: people cut out, on black, white and a saturated colour, to be looked at."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

from vbg import pictures
from vbg.frame import Pixels
from vbg.sheet import sheet, write_png
from vbg.still import Still, cut_out, people

COLOURS = {"black": (0, 0, 0), "white": (255, 255, 255), "magenta": (255, 0, 255)}  # BGR
_SIDE = 480
"""Pixels of a cell: so large that an edge can be judged."""


def main(arguments: list[str]) -> int:
    """One row for each picture: itself, then on each colour."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    still, rows = Still(), []
    for name in arguments[1:]:
        pixels = pictures.read(Path(name))
        alpha = still.alpha(pixels)
        part = people(alpha)
        cut = cut_out(pixels, alpha)[part]
        a = cut[:, :, 3:] / np.float32(255)
        on = [np.rint(cut[:, :, :3] * a + np.array(bgr, np.float32) * (1 - a)).astype(np.uint8) for bgr in COLOURS.values()]
        rows.append((Path(name).name, [_fitted(one) for one in (pixels[part], *on)]))
    still.close()
    Path(arguments[0]).parent.mkdir(parents=True, exist_ok=True)
    write_png(Path(arguments[0]), sheet(rows, _SIDE))
    return 0


def _fitted(picture: Pixels) -> Pixels:
    """On a gray square."""
    scale = _SIDE / max(picture.shape[:2])
    h, w = (max(1, round(side * scale)) for side in picture.shape[:2])
    cell = np.full((_SIDE, _SIDE, 3), 128, np.uint8)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    top, left = (_SIDE - h) // 2, (_SIDE - w) // 2
    cell[top : top + h, left : left + w] = cv2.resize(picture, (w, h), interpolation=how)
    return cell


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
