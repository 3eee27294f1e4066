"""Where the person is, and which square of the frame the model should look at."""

from __future__ import annotations

from collections import deque

from vbg.frame import Mask
from vbg.models.box import Box, bounds, inside, union

_AROUND = 0.1
"""Margin around a place where somebody is only suspected."""

_NARROW, _STAY = 0.45, 0.1
"""Width over height below which somebody at the picture's left or right border is taken for half a person, and how much wider a
half one must get to be taken for a whole."""

_LITTLE = 0.15
"""Part of the crop below which what is seen of half a person and its mirror image does not make it a whole one."""

_SMALLEST_HALF = 0.75
"""Least side of the crop around half a person, as a fraction of the frame's shorter side: the rest of them comes in fast."""


class Tracker:
    """Keeps a square crop around the person. One thread owns it.

    crop: the square to look at next, None where nobody is known. lost: a look around is due. cut: the person went over the
    rim of the crop just looked at: look again, at the crop as it is now.
    over: the same of a crop that cannot grow.
    margin: free space around the person, as a fraction of the crop's side. The tighter, the better the mask (measured), but
    room is needed to move in.
    slack: clearance at the rim below which the crop moves, same unit: a crop that moves every frame moves the mask's errors.
    shrink, patience: the crop shrinks where it could have been this much smaller for so many frames.
    smallest: least side, as a fraction of the frame's shorter side.
    coast: frames for which it goes on looking at a place where the person vanished.
    """

    def __init__(
        self,
        margin: float = 0.04,
        slack: float = 0.01,
        shrink: float = 0.95,
        patience: int = 10,
        smallest: float = 0.25,
        coast: int = 5,
    ) -> None:
        self._margin, self._slack, self._shrink, self._smallest = margin, slack, shrink, smallest
        self._coast = coast
        self._recent: deque[Box] = deque(maxlen=patience)
        self.reset()

    def reset(self) -> None:
        """Forget the person."""
        self.crop: Box | None = None
        self.lost = True
        self.cut = False
        self.over = False
        self._person: Box | None = None
        self._speed = (0.0, 0.0)
        self._recent.clear()
        self._missed = 0
        self._fresh = False
        self._half = 0

    def found(self, mask: Mask, width: int, height: int) -> None:
        """Take in the answer for the whole frame of `width` x `height` pixels."""
        boxes = bounds(mask, Box(0, 0, width, height))
        self.lost = not boxes
        if not boxes:
            if self._missed > self._coast:
                self.crop = None
            return
        if self._person is None:
            self._speed = (0.0, 0.0)
            self._fresh = True
            self._person = union(boxes)
            self.crop = self._square(self._person, width, height)
            return
        others = [box for box in boxes if not self._person.meets(box)]
        if others:
            everyone = union([self._person, *others])
            if max(everyone.width, everyone.height) <= min(width, height):  # else no crop holds them all
                self._aim(everyone, width, height)

    def suspect(self, place: Box, width: int, height: int) -> None:
        """Somebody may be at `place`: look there next."""
        self._person = None
        self._speed = (0.0, 0.0)
        self._fresh = True
        self._half = self._side(place, 1.0, width)
        self.crop = square(self._twin(place, width), _AROUND, width, height, _SMALLEST_HALF if self._half else 0.5)

    def saw(self, answer: Mask, width: int, height: int) -> None:
        """Take in the answer for `crop`, a square mask, and choose the next crop."""
        crop = self.crop
        assert crop is not None
        boxes = inside(bounds(answer, crop), width, height)
        self.lost, self.cut, self.over = not boxes, False, False
        if not boxes:
            self._person = None
            self._missed += 1
            return
        self._missed = 0
        box = union(boxes)
        rim = 1.5 * crop.width / answer.shape[0]
        half = self._side(box, rim, width)
        if half != self._half:
            self._half, self._fresh = half, True
        if self._fresh:  # the look around is coarse: aim once more before this frame is done
            self._fresh = False
            self._person = box
            tight = min(box.top - crop.top, crop.right - box.right, box.left - crop.left) < rim
            if self._half and crop.width < 1.5 * self._square(box, width, height).width and not tight:
                return  # one more look from nearer could lose half a person again
            self.crop = self._square(box, width, height)
            self.cut = self.crop != crop
            return
        before, self._person = self._person, box
        if before is not None:
            self._speed = (
                _slower(box.left - before.left, box.right - before.right),
                _slower(box.top - before.top, box.bottom - before.bottom),
            )
        reach = 0.1 * crop.width
        left = box.left - crop.left < rim and crop.left > 1
        right = crop.right - box.right < rim and crop.right < width - 1
        top = box.top - crop.top < rim and crop.top > 1
        bottom = crop.bottom - box.bottom < rim and crop.bottom < height - 1
        self.cut = left or right or top or bottom
        self.over = self.cut and crop.width >= min(width, height)
        if self.cut:
            grown = box._replace(
                left=box.left - reach * left,
                top=box.top - reach * top,
                right=box.right + reach * right,
                bottom=box.bottom + reach * bottom,
            )
            wanted = self._square(grown, width, height)
            if wanted.width == crop.width and abs(wanted.left - crop.left) + abs(wanted.top - crop.top) < 0.5 * reach:
                self.cut = False  # the crop holds no more of them: it need not follow every sway
                return
            self.crop = wanted
            self.cut = self.crop != crop
            return
        self._aim(box.union(box.moved(*self._speed)), width, height)

    def _aim(self, person: Box, width: int, height: int) -> None:
        """Move the crop where the person has come too near its rim or has become much smaller than it."""
        self._recent.append(person)
        crop = self.crop
        if crop is not None:
            slack = self._slack * crop.width
            near = (
                (person.left - crop.left < slack and crop.left > 0)
                or (crop.right - person.right < slack and crop.right < width)
                or (person.top - crop.top < slack and crop.top > 0)
                or (crop.bottom - person.bottom < slack and crop.bottom < height)
            )
            if not near:
                if len(self._recent) < (self._recent.maxlen or 0):
                    return
                person = union(list(self._recent))
                wanted = self._square(person, width, height)
                if wanted.width > self._shrink * crop.width:
                    return
        self.crop = self._square(person, width, height)
        self._recent.clear()

    def _square(self, person: Box, width: int, height: int) -> Box:
        smallest = _SMALLEST_HALF if self._half else self._smallest
        return square(self._twin(person, width), self._margin, width, height, smallest)

    def _side(self, person: Box, rim: float, width: int) -> int:
        """-1, 1 where the left, right border of the picture halves the person, else 0: too narrow for a whole one."""
        if self._half and self.crop is not None and person.weight < _LITTLE * self.crop.width * self.crop.height:
            return self._half  # what is left of somebody who leaves
        if person.width > (_NARROW + _STAY * abs(self._half)) * person.height:
            return 0
        return -1 if person.left <= rim else int(person.right >= width - rim)

    def _twin(self, person: Box, width: int) -> Box:
        """The box around a halved person and its mirror image beyond the border."""
        if self._half < 0:
            return person._replace(left=-person.right, x=0.0)
        return person._replace(right=2 * width - person.left, x=float(width)) if self._half else person


def _slower(a: float, b: float) -> float:
    """The movement that both sides of the box agree on."""
    if a * b <= 0:
        return 0.0
    return min(a, b, key=abs)


def square(person: Box, margin: float, width: int, height: int, smallest: float) -> Box:
    """A square around `person` with `margin` (of its side) to spare, inside the frame where the person allows it; a person who is
    mirrored beyond the left or right border takes it along.

    smallest: the least side, as a fraction of the frame's shorter side.
    """
    short = min(width, height)
    room = (person.left > 1, person.right < width - 1, person.top > 1, person.bottom < height - 1)
    wide = person.width / (1 - margin * (room[0] + room[1]))
    tall = person.height / (1 - margin * (room[2] + room[3]))
    side = float(round(min(max(wide, tall, smallest * short), short)))  # bars beside the frame would cost quality
    spare = margin * side
    x, y = person.x if person.weight else None, person.y if person.weight else None
    over = side / 2 * (person.left < 0), side / 2 * (person.right > width)
    x = _placed(person.left - spare * room[0], person.right + spare * room[1], x, side, -over[0], width + over[1])
    y = _placed(person.top - spare * room[2], person.bottom + spare * room[3], y, side, 0, height)
    return Box(x, y, x + side, y + side)


def _placed(low: float, high: float, middle: float | None, side: float, begin: float, end: float) -> float:
    """Where a crop of `side` begins that shows low..high, or, where that is too long, what lies around `middle`, within
    begin..end."""
    at = (low + high - side) / 2
    if middle is not None and high - low > side:
        at = min(max(middle - side / 2, low), high - side)
    return float(round(min(max(at, begin), end - side)))
