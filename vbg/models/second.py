"""A second look at the person: mirrored, from a little farther away, and with the known room out of focus.

A network errs in another way on another picture of the same thing; the mean of both answers errs less (test-time augmentation).
What tells a drum from a shoulder best is the room that the plate knows already: out of focus it distracts no more.
"""

from __future__ import annotations

import cv2
import numpy as np

from vbg.frame import Frame, Mask
from vbg.kernels.defocus import defocus
from vbg.kernels.resample import resampled
from vbg.models import Engine, Tensor
from vbg.models.exposure import snapped, view

FARTHER = 1.06
"""Side of the second crop, in sides of the first one."""

_BLURRED = 0.7
"""How much of the known room is replaced by its blur: without any of its detail, the model takes the rest of the room, which
is not known yet, for somebody (measured: 1 is a little worse in low light, plain gray far worse)."""

_QUARTER, _WINDOW = 4, 11
"""The blur is a box of _WINDOW pixels at a _QUARTER of the picture's size."""


def look(engine: Engine, frame: Frame, left: int, top: int, side: int, room: Mask | None) -> Mask:
    """The model's answer for the square of `side` pixels at (`left`, `top`): a new float32 (size, size), 0..1.

    room: where the frame shows surely the empty room, (h, w) float32 0..1, None where that is not known. Raises ModelError.
    """
    size = engine.shape[0]
    wider = round(min(FARTHER * side, max(frame.width, frame.height, side)))
    x, y = _about(left, side, wider, frame.width), _about(top, side, wider, frame.height)
    x, y, wider = snapped(frame, x, y, wider, size)
    picture = view(frame, x, y, wider, size, flipped=True)
    if room is not None:
        _out_of_focus(picture, frame, x, y, wider, room)
    answer = engine.run(picture)
    # from right to left, so that it is turned back
    step, scale = side / wider, size / wider
    return resampled(answer, -step, step, (x + wider - left) * scale, (top - y) * scale, size, size)


def _about(start: int, side: int, wider: int, length: int) -> int:
    """Where a crop of `wider` pixels begins that has the one at `start` in its middle; where the frame of `length` pixels ends
    before that, at its border. A crop that reaches over the border does so still; one that is longer than the frame reaches
    over its beginning: most people are cut by the lower border, and there shall be no mirror image of them."""
    low, high = min(0, start), max(length, start + side) - wider
    return min(max(round(start + (side - wider) / 2), low), high)


def _out_of_focus(picture: Tensor, frame: Frame, left: int, top: int, side: int, room: Mask) -> None:
    """Blurs `picture`, the mirrored square of `side` pixels at (`left`, `top`), where the room is known. Edits it."""
    size = picture.shape[0]
    across, down = room.shape[1] / frame.width, room.shape[0] / frame.height
    small = cv2.resize(
        picture, (size // _QUARTER, size // _QUARTER), interpolation=cv2.INTER_LINEAR
    )  # AREA costs seven times that
    blurred = np.asarray(cv2.blur(small, (_WINDOW, _WINDOW)), np.float32)
    step = side / size
    defocus(picture, blurred, room, (-step * across, step * down, (left + side) * across, top * down), _BLURRED)
