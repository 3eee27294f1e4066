"""Contact sheets: labelled rows of small pictures, to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from vbg.errors import OutputError
from vbg.frame import Pixels

_GAP = 8
_PAPER = 250


def sheet(rows: Sequence[tuple[str, Sequence[Pixels]]], width: int = 320) -> Pixels:
    """One picture of all `rows` (label, pictures of one size), each picture `width` pixels wide; (H, W, 3) uint8 BGR."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(16)
    bands = []
    for label, pictures in rows:
        height = round(pictures[0].shape[0] * width / pictures[0].shape[1])
        cells = [
            _framed(np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8))
            for picture in pictures
        ]
        strip = np.concatenate(cells, axis=1)
        title = Image.new("RGB", (strip.shape[1], 28), (_PAPER,) * 3)
        ImageDraw.Draw(title).text((_GAP, 14), label, (40, 40, 40), font, anchor="lm")
        bands += [np.asarray(title)[:, :, ::-1], strip]
    widest = max(band.shape[1] for band in bands)
    padded = [np.pad(band, ((0, 0), (0, widest - band.shape[1]), (0, 0)), constant_values=_PAPER) for band in bands]
    return np.ascontiguousarray(np.concatenate(padded, axis=0))


def write_png(path: Path, pixels: Pixels) -> None:
    """Write `pixels` to `path`, whole or not at all. Raises OutputError."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
        part.replace(path)
    except OSError as e:
        part.unlink(missing_ok=True)
        raise OutputError(f"cannot write {path}: {e.strerror}", "Choose another folder.") from e


def _framed(picture: Pixels) -> Pixels:
    return np.pad(picture, ((0, _GAP), (_GAP, 0), (0, 0)), constant_values=_PAPER)
