"""A drawn figure in the person's place. Not one pixel of the camera's goes out while it is there."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.figures.blocks import Blocks
from vbg.figures.bust import Bust, Follower
from vbg.figures.cartoon import Cartoon
from vbg.figures.figure import Figure, bgr
from vbg.figures.silhouette import Silhouette
from vbg.frame import Frame, Mask, Matte, Pixels, read_only
from vbg.kernels import weigh

ROOM = 0.07
"""Standard deviation, as a fraction of the picture's height, of the blur in which alone the room, and whoever is missed in it, is
seen with an avatar: that of the strongest `Blur`. A face of a third of the height is less than five such steps wide."""

_ROWS = 54
"""Of the picture in which the room is blurred."""

_MARGIN = 0.03
"""Around the person, as a fraction of the height, what may still show them is left out of the room."""


class Drawn(Protocol):
    """A kind of avatar. One thread owns it."""

    def draw(
        self, width: int, height: int, mask: Mask, bust: Bust, colour: tuple[int, int, int], at_s: float
    ) -> tuple[Pixels, NDArray[np.float32]]:
        """The figure's picture, (height, width, 3) uint8, and its alpha: a matte's offset, see `frame.Matte`. at_s: the
        frame's time."""
        ...


class Avatar:
    """Remembers where the person was. One thread owns it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all earlier frames."""
        self._follower = Follower()
        self._kind = ""
        self._drawn: Drawn | None = None

    def instead(self, frame: Frame, mask: Mask, figure: Figure, of_room: bool) -> tuple[Frame, Frame, Matte]:
        """In the frame's place: the room, without the person and blurred beyond recognition; the drawn figure; and the figure's
        matte, which hides everything where nobody is. mask: that of `frame`. of_room: the room will be seen."""
        if figure.avatar != self._kind:
            self._kind, self._drawn = figure.avatar, _KINDS[figure.avatar]()
        bust, colour = self._follower.follow(mask, frame.captured_at), bgr(figure.avatar_colour)
        if bust is None or self._drawn is None:
            drawn, matte = _like(frame, np.full(frame.pixels.shape, colour, np.uint8)), Matte.uniform(0.0)
        else:
            pixels, offset = self._drawn.draw(frame.width, frame.height, mask, bust, colour, frame.captured_at)
            drawn, matte = _like(frame, pixels), Matte(np.zeros_like(offset), offset)
        return (_like(frame, _blurred(frame, mask)) if of_room else drawn), drawn, matte


_KINDS: dict[str, type[Drawn]] = {"silhouette": Silhouette, "blocks": Blocks, "cartoon": Cartoon}


def _like(frame: Frame, pixels: Pixels) -> Frame:
    return Frame(read_only(pixels), frame.index, frame.captured_at)


def _blurred(frame: Frame, mask: Mask) -> Pixels:
    """The room at the frame's size: see `ROOM`. Where there is no room, a grey."""
    size = max(2, round(_ROWS * frame.width / frame.height)), _ROWS
    small = cv2.resize(frame.reduced(mask.shape[1], mask.shape[0]), size, interpolation=cv2.INTER_AREA).astype(np.float32)
    reach = 2 * max(1, round(_MARGIN * _ROWS)) + 1
    person = cv2.dilate(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.ones((reach, reach), np.uint8))
    weighted = weigh.weighted(small, np.asarray(person, np.float32), 4.0, 0.0)
    sums = np.asarray(cv2.GaussianBlur(weighted, (0, 0), ROOM * _ROWS, borderType=cv2.BORDER_REPLICATE), np.float32)
    sums += np.array([1.28e-3, 1.28e-3, 1.28e-3, 1e-5], np.float32)  # far from any room
    return np.asarray(cv2.resize(weigh.divided(sums), (frame.width, frame.height), interpolation=cv2.INTER_LINEAR), np.uint8)
