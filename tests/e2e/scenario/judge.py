"""Judges pixels: is it the background alone, the person who was fed in, or the room shining through?"""

from __future__ import annotations

from collections.abc import Iterable, Sized
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

BACKGROUND = "#00b140"
_BACKGROUND_BGR = np.array([0x40, 0xB1, 0x00], np.int16)
_TOLERANCE = 20  # of 255, per channel: the way leads through YUV with halved chroma, twice
_PERSON_ERROR = 8  # of 255, mean
_MARGIN_PX = 15  # on both sides of the true outline nothing is asked: edges are for the matte's own tests


def is_background(pixels: Pixels) -> NDArray[np.bool_]:
    """Where the picture shows the background colour."""
    difference = np.abs(pixels.astype(np.int16) - _BACKGROUND_BGR).max(axis=2)
    return np.asarray(difference <= _TOLERANCE)


def is_card(pixels: Pixels) -> bool:
    """Whether this is the dark card that vbg sends while it has no finished picture: it starts, or the camera is slow."""
    rim = np.concatenate([pixels[:40], pixels[-40:]])
    return int(rim.max()) < 60


def judge_empty_room(frames: Iterable[Pixels], wanted: int = 20) -> str:
    """Asserts that every frame is a card or the background alone, the latter `wanted` times; returns what was measured."""
    cards, shares = 0, list[float]()
    for pixels in frames:
        if is_card(pixels):
            cards += 1
            continue
        shares.append(float(is_background(pixels).mean()))
        if len(shares) == wanted:
            break
    measured = f"{cards} cards, {len(shares)} frames covered {min(shares, default=0):.2%} at least"
    assert len(shares) == wanted, f"too few finished frames: {measured}"
    assert min(shares) > 0.999, f"the room can be seen: {measured}"
    return measured


class Footage:
    """What was fed into the camera, and where the person truly was in it."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        width, height = size
        yuyv = np.fromfile(folder / "footage.yuyv", np.uint8).reshape(-1, height, width, 2)
        kernel = np.ones((2 * _MARGIN_PX + 1,) * 2, np.uint8)
        alpha = np.load(folder / "alpha.npy")
        self._fed = [cv2.cvtColor(frame, cv2.COLOR_YUV2BGR_YUYV) for frame in yuyv[: len(alpha)]]
        self._person = [cv2.erode((a == 255).astype(np.uint8), kernel).astype(bool) for a in alpha]
        self._room = [~cv2.dilate((a > 0).astype(np.uint8), kernel).astype(bool) for a in alpha]

    def shows(self, pixels: Pixels) -> bool:
        """Whether this is one of the fed pictures, as far as the person goes."""
        return min(self._error(pixels, i) for i in range(len(self._fed))) < _PERSON_ERROR

    def judge(self, frames: Iterable[Pixels], wanted: int = 4) -> str:
        """Asserts that each frame is a card or shows the fed person before the background, the latter `wanted` times or, where
        there are more, in all; returns the measured values. A reader that wakes vbg gets cards first."""
        cards, seen, room_shares, person_shares, errors = 0, set[int](), list[float](), list[float](), list[float]()
        for pixels in frames:
            if is_card(pixels):
                cards += 1
                continue
            error, index = min((self._error(pixels, i), i) for i in range(len(self._fed)))
            background = is_background(pixels)
            seen.add(index)
            errors.append(error)
            room_shares.append(float(background[self._room[index]].mean()))
            person_shares.append(float(1 - background[self._person[index]].mean()))
            if len(errors) >= wanted and len(seen) > 1 and not isinstance(frames, Sized):
                break
        measured = (
            f"{len(errors)} frames, {len(seen)} different, {cards} cards; room covered {min(room_shares, default=0):.1%}, "
            f"person shown {min(person_shares, default=0):.1%}, differs by {max(errors, default=255):.1f}/255 (worst of each)"
        )
        assert len(errors) >= wanted, f"too few finished frames: {measured}"
        assert len(seen) > 1, f"the picture stands still: {measured}"
        assert min(room_shares) > 0.99, f"the room can be seen: {measured}"
        assert min(person_shares) > 0.97, f"the person is missing: {measured}"
        assert max(errors) < _PERSON_ERROR, f"the person is not the one who was fed in: {measured}"
        return measured

    def _error(self, pixels: Pixels, index: int) -> float:
        where = self._person[index]
        return float(np.abs(pixels[where].astype(np.int16) - self._fed[index][where]).mean())
