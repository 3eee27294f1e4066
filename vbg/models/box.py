"""Boxes around the people in a mask."""

from __future__ import annotations

from typing import NamedTuple

from vbg.frame import Mask
from vbg.kernels import patches

SURE = 0.8
"""Confidence from which a pixel belongs to the person when boxes are measured."""

_SMALLEST = 0.002
"""Part of the picture below which a patch is not taken for a person."""

_OTHERS = 0.15
"""Part of the largest patch's area from which another one is taken for a second person."""


class Box(NamedTuple):
    """A rectangle, pixels of the frame: left, top inclusive, right, bottom exclusive; may be fractional.

    weight: how much of a person is in it; x, y: its centre of mass, meaningful where there is weight.
    """

    left: float
    top: float
    right: float
    bottom: float
    weight: float = 0.0
    x: float = 0.0
    y: float = 0.0

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def union(self, other: Box) -> Box:
        """The box around both."""
        most = self if self.weight >= other.weight else other
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
            most.weight,
            most.x,
            most.y,
        )

    def meets(self, other: Box) -> bool:
        """Whether the two share a point."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def moved(self, x: float, y: float) -> Box:
        """The box, elsewhere."""
        return Box(self.left + x, self.top + y, self.right + x, self.bottom + y, self.weight, self.x + x, self.y + y)

    def whole(self) -> tuple[int, int, int]:
        """left, top, side in whole pixels."""
        return round(self.left), round(self.top), round(self.right - self.left)


def union(boxes: list[Box]) -> Box:
    """The box around all of `boxes`, at least one."""
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    return whole


def inside(boxes: list[Box], width: int, height: int) -> list[Box]:
    """What of the boxes lies in a frame of `width` x `height` pixels."""
    cut = [
        box._replace(left=max(box.left, 0), top=max(box.top, 0), right=min(box.right, width), bottom=min(box.bottom, height))
        for box in boxes
    ]
    return [box for box in cut if box.width > 0 and box.height > 0]


def bounds(mask: Mask, where: Box) -> list[Box]:
    """The boxes of the patches of `mask` that are large enough to be people, the largest first, in the coordinates of `where`,
    which `mask` covers. Threads of confidence do not widen a box."""
    boxes, centres = patches.measured(mask, SURE)
    ranked = sorted(zip(boxes.tolist(), centres.tolist(), strict=True), key=lambda patch: -patch[0][4])
    if not ranked or ranked[0][0][4] < _SMALLEST * mask.size:
        return []
    least = _OTHERS * ranked[0][0][4]
    x, y = where.width / mask.shape[1], where.height / mask.shape[0]
    return [
        Box(
            where.left + left * x,
            where.top + top * y,
            where.left + (left + w) * x,
            where.top + (top + h) * y,
            area * x * y,
            where.left + (across + 0.5) * x,
            where.top + (down + 0.5) * y,
        )
        for (left, top, w, h, area), (across, down) in ranked
        if area >= least
    ]
