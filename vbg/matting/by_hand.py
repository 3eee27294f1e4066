"""Where the user knows better than the model: marked regions, and trimaps. The edge between is found by the picture's colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, read_only
from vbg.matting import closed
from vbg.matting.closed import Alpha, Free
from vbg.matting.keep import Regions, covered, on_mask

_START = 480
"""Pixels of the longer side of the picture that is solved first: what is unsure spans a few windows there."""

_REACH, _LEAST, _MOST = 0.5, 0.02, 0.08
"""How far around a region the matte is solved again: as a part of its shorter side; at least and at most, of the picture's."""

_MARGIN = 0.02
"""Of what is known around, as a part of the picture's longer side, that is looked at."""

_SURE = 8
"""Levels of a trimap, from black and from white, that are taken for them: JPEG and scaling soil both."""


def trimap(gray: NDArray[np.uint8]) -> tuple[Alpha, Free]:
    """What a trimap says: alpha, 0 or 1 (0.5 where it says nothing), and where it says nothing. gray: (height, width) uint8:
    black is room, white is person."""
    free = (gray > _SURE) & (gray < 255 - _SURE)
    return np.where(free, np.float32(0.5), (gray > 127).astype(np.float32)), free


def solved(frame: Frame, alpha: Alpha, free: Free) -> Alpha:
    """`alpha`, (height, width) float32, 0..1, with what is free found by the colours, from what surrounds it."""
    if not free.any():
        return alpha
    part = closed.extent(free, round(_MARGIN * max(free.shape)) + 1)
    near, unknown = Frame(read_only(np.ascontiguousarray(frame.pixels[part])), frame.index, frame.captured_at), free[part]
    cell = closed.FIRST_CELL * max(1.0, max(near.width, near.height) / _START)
    found = closed.refined(near, alpha[part], cell, np.ascontiguousarray(unknown))
    out = alpha.copy()
    np.copyto(out[part], found, where=unknown)
    return out


def regions(frame: Frame, alpha: Alpha, keep: Regions, drop: Regions) -> Alpha:
    """`alpha` with all of `keep` and nothing of `drop` in it, and solved again around them; dropping wins. `alpha` itself, where
    nothing is marked."""
    if not (keep or drop):
        return alpha
    h, w = alpha.shape
    inside, free = covered((*keep, *drop), h, w), np.zeros((h, w), np.bool_)
    for one in (*keep, *drop):
        reach = min(max(_REACH * min(one.w * w, one.h * h), _LEAST * min(h, w)), _MOST * min(h, w))
        free |= covered((one,), h, w, reach)
    free &= ~inside
    return solved(frame, on_mask(alpha, keep, drop), free)
