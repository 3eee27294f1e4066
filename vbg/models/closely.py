"""One picture, many looks: crops of several sizes, mirrored and turned, averaged. For pictures that have time."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask, Pixels
from vbg.models.box import Box, bounds, union
from vbg.models.exposure import exposed
from vbg.models.follow import Follow
from vbg.models.selfie import SelfieSquare
from vbg.models.track import square

_SETTLE = 3
"""Looks after which the crop that follows the person stands where it should."""

_MARGIN, _SMALLEST = 0.04, 0.25
"""Of the crop around everybody: as the tracker's."""

_LOOKS = ((1.0, 0.0, False), (1.0, 0.0, True), (1.1, 0.0, False), (1.1, 0.0, True), (1.0, -5.0, False), (1.0, 5.0, True))
"""Side in units of the crop's, turn in degrees, mirrored."""

_CELL = 1.5
"""Pixels of the mask that one cell of a look becomes: the edge's place between cells is not lost in the average."""

_MOST = 1_500_000
"""Pixels of the largest mask."""

_RIM = 0.08
"""Width of the strip inside a look's rim in which it counts less and less, as a fraction of its side."""

_SUREST = 0.998
"""Confidence above which, and below 1 minus which, all counts alike: one look's certainty shall not overrule all others."""


class Closely:
    """Finds people as `Follow` does, and looks at them from nearby again and again. One thread owns it.

    shown: what the model was shown at the first look from nearby, (h, w, 3) uint8 BGR; None where there was none. first: what it
    said to that, laid onto the picture, (h, w) float32, 0..1.
    """

    def __init__(self, follow: Follow) -> None:
        self.shown: Pixels | None = None
        self.first: Mask | None = None
        self._following = follow.open()
        try:
            self._near = SelfieSquare().load()
        except BaseException:
            self._following.close()
            raise

    def mask(self, frame: Frame) -> tuple[Mask, float]:
        """The mask of one picture, larger than a model's, and how many pixels of the picture a cell of the model's answer covers.
        Raises ModelError."""
        self.shown = None
        self._following.reset()
        for _ in range(_SETTLE):
            first = self._following.mask(frame)
        self.first = first
        people = bounds(first, Box(0, 0, frame.width, frame.height))
        if not people:
            return first, frame.width / first.shape[1]
        crops = _crops(people, frame.width, frame.height)
        sides = [crop.width for crop in crops]
        cell = max(sides) / self._near.shape[0]
        scale = min(1.0, _CELL * self._near.shape[0] / min(sides), (_MOST / (frame.width * frame.height)) ** 0.5)
        w, h = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        picture = frame.reduced(w, h) if scale < 1 else frame.pixels
        self.first = np.asarray(cv2.resize(first, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)
        total = odds(self.first)
        count = np.ones_like(total)
        x, y = w / frame.width, h / frame.height
        for crop in crops:
            for looks, (answer, weight) in enumerate(self._looks(picture, crop.left * x, crop.top * y, crop.width * scale)):
                total += odds(answer) * weight
                count += weight
                if looks == 0:
                    self.first = np.where(weight > 0, answer, self.first)
        return np.asarray(1 / (1 + np.exp(-total / count)), np.float32), cell

    def close(self) -> None:
        self._following.close()
        self._near.close()

    def _looks(self, picture: Pixels, left: float, top: float, side: float) -> Iterator[tuple[Mask, NDArray[np.float32]]]:
        """The answers of all looks at the square, laid onto the picture, and what each pixel of them counts, 0..1."""
        h, w = picture.shape[:2]
        size = self._near.shape[0]
        faded = _faded(size)
        for larger, turn, mirrored in _LOOKS:
            there = _placed(left + side / 2, top + side / 2, larger * side / size, turn, size)
            smooth = max(0.0, 0.4 * larger * side / size)
            source = cv2.GaussianBlur(picture, (0, 0), smooth) if larger * side > 1.2 * size else picture
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            seen = cv2.warpAffine(source, there, (size, size), flags=flags, borderMode=cv2.BORDER_REFLECT)
            shown = np.multiply(seen[:, :, ::-1], np.float32(1 / 255))
            shown = exposed(np.ascontiguousarray(shown[:, ::-1] if mirrored else shown))
            if self.shown is None:
                self.shown = np.rint(shown[:, :, ::-1] * 255).astype(np.uint8)
            answer = self._near.run(shown).copy()
            if mirrored:
                answer = np.ascontiguousarray(answer[:, ::-1])
            yield (
                np.asarray(cv2.warpAffine(answer, there, (w, h), borderMode=cv2.BORDER_REPLICATE), np.float32),
                np.asarray(cv2.warpAffine(faded, there, (w, h), borderMode=cv2.BORDER_CONSTANT), np.float32),
            )


def _crops(people: list[Box], width: int, height: int) -> list[Box]:
    """A square around all people; where none can hold them, one around each."""
    around = union(people)
    together = square(around, _MARGIN, width, height, _SMALLEST)
    if len(people) == 1 or max(around.width, around.height) <= together.width:
        return [together]
    return [square(one, _MARGIN, width, height, _SMALLEST) for one in people]


def odds(mask: Mask) -> NDArray[np.float32]:
    """The logarithm of the odds that something is the person."""
    sure = np.clip(mask, 1 - _SUREST, _SUREST)
    return np.asarray(np.log(sure / (1 - sure)), np.float32)


def _placed(x: float, y: float, step: float, turn: float, size: int) -> NDArray[np.float64]:
    """Where the pixels of a look at (x, y) lie: `step` pixels of the picture apart, turned by `turn` degrees."""
    angle = np.deg2rad(turn)
    turned = step * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    start = np.array([x - 0.5, y - 0.5]) - turned @ np.full(2, (size - 1) / 2)
    return np.column_stack([turned, start])


def _faded(size: int) -> NDArray[np.float32]:
    """(size, size): 1 inside, fading towards the rim."""
    at = (np.arange(size) + 0.5) / size
    inside = np.clip(np.minimum(at, 1 - at) / _RIM, 0, 1)
    return np.outer(inside, inside).astype(np.float32)
