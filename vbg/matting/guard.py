"""What a network's mask lets a keyer do: nothing inside the person, nothing outside."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Mask

F32 = NDArray[np.float32]

_SURE, _THERE = 0.9, 0.5
"""Person, by the network, from which a cell counts as surely so, and as so."""

_INSET = 0.013
"""How far within its outline the network's person is kept, as a fraction of the height: its outline errs by half of that."""

_SHOWS = 0.1
"""Alpha of the key above which a cell is part of something before the screen."""

_TOUCH = 0.02
"""Part of a thing before the screen that the network must take for a person: the rest of it (a hand, a cup) is believed."""

_LOW, _HIGH = 0.18, 0.82
"""The network's answers that count as room and as person where there is no screen."""

_SQUARE = np.ones((3, 3), np.uint8)


def limits(alpha: F32, person: Mask, hull: F32, gap: NDArray[np.bool_]) -> tuple[F32, F32]:
    """The least and the greatest alpha: (h, w) float32 each, 0..1.

    Inside the person's outline alpha is 1, whatever colour a tie has. Before the screen, things that are nobody (marks, a stand)
    are cleared. Beyond the screen, the network decides alone.

    alpha: (h, w) float32, 0..1, the key's. person: the network's mask. hull: where the screen is, 0..1. gap: where the picture is
    surely the screen itself, seen through an arm's bend.
    """
    h = alpha.shape[0]
    inset = max(1, round(_INSET * h))
    sure = ((person > _SURE) & ~gap).astype(np.float32)
    inner = cv2.erode(sure, np.ones((2 * inset + 1, 2 * inset + 1), np.uint8), borderType=cv2.BORDER_REPLICATE)
    low = np.asarray(cv2.blur(inner, (3, 3)), np.float32)
    shows = (alpha > _SHOWS) & (hull > 0.5)
    beyond = np.clip((person - np.float32(_LOW)) * np.float32(1 / (_HIGH - _LOW)), 0, 1)
    high = np.asarray(cv2.dilate(_somebody(shows, person), _SQUARE, iterations=2), np.float32)
    low = hull * low + (1 - hull) * beyond
    high = hull * high + (1 - hull) * beyond
    return np.asarray(low, np.float32), np.asarray(np.maximum(high, low), np.float32)


def _somebody(shows: NDArray[np.bool_], person: Mask) -> F32:
    """1 in the things before the screen of which the network takes a part for a person."""
    count, labels = cv2.connectedComponents(shows.astype(np.uint8), connectivity=8)
    size = np.bincount(labels.ravel(), minlength=count)
    seen = np.bincount(labels[person > _THERE], minlength=count)
    kept = seen > _TOUCH * size
    kept[0] = False
    return np.asarray(kept.astype(np.float32)[labels], np.float32)
