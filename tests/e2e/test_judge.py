"""The judge of the end-to-end tests must be able to say no: it is shown pictures that vbg must never send."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vbg.card import draw as card_of_vbg

from . import footage
from .scenario.judge import Footage, Pixels, is_background, judge_empty_room
from .scenario.report import SIZE

GREEN = np.array([0x40, 0xB1, 0x00], np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("footage")
    footage.write(folder, *SIZE)
    return folder


def composed(folder: Path, shift: int = 0) -> list[Pixels]:
    """The fed frames before the background, cut out `shift` frames late."""
    width, height = SIZE
    alpha = np.load(folder / "alpha.npy")
    raw = np.fromfile(folder / "footage.yuyv", np.uint8).reshape(-1, height, width, 2)[: len(alpha)]
    fed: list[NDArray[np.float64]] = [cv2.cvtColor(f, cv2.COLOR_YUV2BGR_YUYV).astype(np.float64) for f in raw]
    alphas = (np.roll(alpha, shift, axis=0) / 255)[..., None]
    return [(f * a + GREEN * (1 - a)).astype(np.uint8) for f, a in zip(fed, alphas, strict=True)]


def test_a_person_before_the_background_passes(folder: Path) -> None:
    assert "room covered 100.0%, person shown 100.0%" in Footage(folder, SIZE).judge(composed(folder))


def test_the_room_the_background_alone_and_a_still_picture_are_told_apart(folder: Path) -> None:
    judge = Footage(folder, SIZE)
    good = composed(folder)
    height, width = good[0].shape[:2]
    raw = np.fromfile(folder / "footage.yuyv", np.uint8).reshape(-1, height, width, 2)
    open_room = [cv2.cvtColor(f, cv2.COLOR_YUV2BGR_YUYV).astype(np.uint8) for f in raw[:3]]
    leak = [pixels.copy() for pixels in good]
    leak[7][:70, :70] = open_room[0][:70, :70]  # 2 % of one frame
    with pytest.raises(AssertionError, match="the room can be seen"):
        judge.judge(open_room * 2)
    with pytest.raises(AssertionError, match="the room can be seen"):
        judge.judge(leak)
    with pytest.raises(AssertionError, match="the person is missing"):
        judge.judge([*good, np.full_like(good[0], GREEN)])
    with pytest.raises(AssertionError, match="too few"):
        judge.judge([card_of_vbg("Waiting for the camera", "", *SIZE)] * 5)
    with pytest.raises(AssertionError, match="stands still"):
        judge.judge(good[:1] * 5)
    with pytest.raises(AssertionError, match="not the one who was fed in"):
        judge.judge([np.where(is_background(p)[..., None], p, p[:, :, ::-1]) for p in good])


def test_beside_cards_only_the_background_alone_is_an_empty_room(folder: Path) -> None:
    width, height = SIZE
    covered = np.tile(GREEN, (height, width, 1))
    card = card_of_vbg("Starting", "", width, height)
    assert "2 cards, 20 frames" in judge_empty_room([card] * 2 + [covered] * 20)
    with pytest.raises(AssertionError, match="too few"):
        judge_empty_room([card] * 20)
    for seen in (composed(folder)[0], np.full_like(covered, 128)):
        with pytest.raises(AssertionError, match="can be seen"):
            judge_empty_room([card, seen] + [covered] * 20)
