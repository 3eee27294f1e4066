"""Regions of the picture about which the user has decided: this chair stays, that poster goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vbg.errors import UsageError
from vbg.frame import Mask, Matte

_SLACK = 1e-6  # 0.7 + 0.3 is a little more than 1


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle: left, top, width and height as fractions of the picture, 0..1. Raises UsageError outside of it."""

    x: float
    y: float
    w: float
    h: float

    def __post_init__(self) -> None:
        numbers = (self.x, self.y, self.w, self.h)
        if any(isinstance(n, bool) or not isinstance(n, int | float) or not abs(n) < 1e9 for n in numbers):
            raise UsageError(f"a region is four numbers, not {numbers!r}", _HINT)
        over = max(self.x + self.w, self.y + self.h) > 1 + _SLACK
        if over or min(self.x, self.y) < 0 or min(self.w, self.h) <= 0:
            raise UsageError(f"the region {self} is not inside the picture", _HINT)

    def __str__(self) -> str:
        return f"{self.x:g},{self.y:g},{self.w:g},{self.h:g}"

    @classmethod
    def parse(cls, text: str) -> Region:
        """The region that is written as "x,y,w,h"."""
        try:
            numbers = [float(part) for part in text.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) != 4:
            raise UsageError(f"{text!r} is not a region", _HINT)
        return cls(*numbers)


_HINT = "Write it as x,y,w,h in fractions of the picture: 0.7,0.5,0.3,0.5 is the lower right part."


Regions = tuple[Region, ...]


def covered(regions: Regions, h: int, w: int, reach: float = 0.0) -> NDArray[np.bool_]:
    """(h, w): the cells whose centre lies in a region or less than `reach` cells beside it."""
    found = np.zeros((h, w), np.bool_)
    rows, columns = np.arange(h) + 0.5, np.arange(w) + 0.5
    for one in regions:
        across = (columns > one.x * w - reach) & (columns < (one.x + one.w) * w + reach)
        down = (rows > one.y * h - reach) & (rows < (one.y + one.h) * h + reach)
        found |= down[:, None] & across
    return found


def on_mask(mask: Mask, keep: Regions, drop: Regions) -> Mask:
    """`mask` with 1 where something is kept and 0 where it is dropped; dropping wins. `mask` itself where nothing is asked."""
    if not (keep or drop):
        return mask
    decided = mask.copy()
    decided[covered(keep, *mask.shape)] = 1
    decided[covered(drop, *mask.shape)] = 0
    return decided


def on_matte(matte: Matte, keep: Regions, drop: Regions) -> Matte:
    """`matte`, which shows all of `keep` and nothing at all of `drop`; dropping wins.

    Coefficients are enlarged bilinearly, so a cell reaches one cell beyond its centre: dropped regions are widened by as
    much, and no pixel of them shows.
    """
    if not (keep or drop):
        return matte
    gain, offset = matte.gain.copy(), matte.offset.copy()
    h, w = gain.shape
    for where, value in ((covered(keep, h, w), 1), (covered(drop, h, w, 1 + _SLACK), 0)):
        gain[where] = 0
        offset[where] = value
    return Matte(gain, offset)
