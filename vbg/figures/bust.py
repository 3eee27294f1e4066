"""Where head and shoulders are: the few numbers that a drawn figure follows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Mask

_ROWS = 108
"""Rows of the picture in which they are looked for."""

_LEAST = 0.01
"""Part of the picture that a person covers at least."""

_TALL = 1.25
"""A head's height, of its width."""

_NECK = 0.86
"""Below the head it becomes narrower, to so much of its width at most."""

_CHEST = 1.6
"""How far the shoulders are below the crown, in heads' widths."""

_TUFT = 0.05
"""What is narrower, in parts of the picture's height, is hair that stands up."""

_CALM_S, _STEADY_S = 0.12, 0.7
"""Place and size are followed with these time constants: a head moves, but does not grow."""

_GAP_S = 1.0


@dataclass(frozen=True, slots=True)
class Bust:
    """Parts of the picture's height, from its upper left corner: the head's middle and width, the shoulders' middle and width."""

    x: float
    y: float
    width: float
    chest_x: float
    chest_y: float
    span: float

    def towards(self, other: Bust, place: float, size: float) -> Bust:
        """This one, gone by those shares of the way to the `other`."""

        def between(name: str, share: float) -> float:
            return float(getattr(self, name) + (getattr(other, name) - getattr(self, name)) * share)

        shares = {
            "x": place,
            "y": place,
            "width": size,
            "span": size,
            "chest_x": (place + size) / 2,
            "chest_y": (place + size) / 2,
        }
        return Bust(**{name: between(name, share) for name, share in shares.items()})


class Follower:
    """Finds the bust of the largest person, and follows it gently. One thread owns it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all earlier frames."""
        self._bust: Bust | None = None
        self._at = 0.0

    def follow(self, mask: Mask, at_s: float) -> Bust | None:
        """Of this mask; None where nobody is."""
        found, passed = bust_in(mask), at_s - self._at
        self._at = at_s
        if found is None or self._bust is None or not 0 <= passed <= _GAP_S:
            self._bust = found
        else:
            place, size = 1 - math.exp(-passed / _CALM_S), 1 - math.exp(-passed / _STEADY_S)
            self._bust = self._bust.towards(found, place, size)
        return self._bust


def bust_in(mask: Mask) -> Bust | None:
    """The bust of the largest person; None where nobody is."""
    columns = max(1, round(mask.shape[1] * _ROWS / mask.shape[0]))
    small = np.asarray(cv2.resize(mask, (columns, _ROWS), interpolation=cv2.INTER_AREA), np.float32)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((small > 0.5).astype(np.uint8), connectivity=4)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    if stats[largest, cv2.CC_STAT_AREA] < _LEAST * small.size:
        return None
    around = cv2.dilate((labels == largest).astype(np.uint8), np.ones((3, 3), np.uint8))
    return _measured(np.where(around > 0, small, np.float32(0)))


def _measured(person: NDArray[np.float32]) -> Bust:
    """person: (rows, columns) float32, 0..1, nobody else in it. Widths are sums of a row, which count parts of cells."""
    rows, columns = person.shape
    widths = person.sum(axis=1)
    surest = person.max(axis=1)
    first = int(np.argmax(surest > 0.5))
    above = float(surest[first - 1]) if first else 0.5
    top = first + 0.5 - (float(surest[first]) - 0.5) / (float(surest[first]) - above)
    head, end = 1.0, first
    for end in range(first, rows):
        head = max(head, float(widths[end]))
        if head > _TUFT * rows and (widths[end] < _NECK * head or end + 1 - top > _TALL * head):
            break
    places = np.arange(columns) + 0.5
    inside = person[first : int(top + head) + 1]
    x = float((inside.sum(axis=0) @ places) / max(float(inside.sum()), 1e-6))
    chest_y = min(top + _CHEST * head, rows - 1.0)
    chest = person[int(chest_y) : min(rows, int(chest_y + 0.9 * head) + 1)]
    weight = float(chest.sum())
    chest_x = float((chest.sum(axis=0) @ places) / weight) if weight > 1 else x
    span = float(np.clip(weight / len(chest), 1.9 * head, 3.0 * head))
    return Bust(*(part / rows for part in (x, top + 0.5 * _TALL * head, head, chest_x, chest_y, span)))
