"""The card that goes out whenever there is no covered picture: never a raw frame, always a plain sentence."""

from __future__ import annotations

import numpy as np

from vbg.frame import Pixels, read_only

_TOP, _BOTTOM = (38, 34, 30), (24, 21, 18)  # BGR
_INK, _FAINT = (236, 236, 236), (150, 150, 150)  # RGB


class Cards:
    """Draws and keeps the card shown last: it is sent many times a second. One thread owns it."""

    def __init__(self, width: int, height: int) -> None:
        self._size = width, height
        self._text: tuple[str, str] | None = None
        self._pixels: Pixels | None = None

    def pixels(self, title: str, line: str = "") -> Pixels:
        """(height, width, 3) uint8 BGR, read-only: `title`, and smaller under it `line`."""
        if self._pixels is None or self._text != (title, line):
            self._pixels, self._text = draw(title, line, *self._size), (title, line)
        return self._pixels


def draw(title: str, line: str, width: int, height: int) -> Pixels:
    """A calm dark card with two lines of text in its middle, each shrunk until it fits."""
    from PIL import Image, ImageDraw, ImageFont

    ramp = np.linspace(0, 1, height)[:, None, None]
    ground = np.asarray(_TOP) * (1 - ramp) + np.asarray(_BOTTOM) * ramp
    image = Image.fromarray(np.broadcast_to(ground[:, :, ::-1], (height, width, 3)).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    for text, share, ink, at in ((title, 0.075, _INK, 0.47), (line, 0.042, _FAINT, 0.57)):
        size = max(6.0, share * height)
        while pen.textlength(text, ImageFont.load_default(size)) > 0.9 * width and size > 6:
            size *= 0.9
        pen.text((width / 2, at * height), text, ink, ImageFont.load_default(size), anchor="mm")
    return read_only(np.ascontiguousarray(np.asarray(image)[:, :, ::-1]))
