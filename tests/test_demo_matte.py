"""The real model on the demo clip, through the whole pipeline, against the clip's exact alpha."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vbg.bench import score
from vbg.cameras.demo import Demo
from vbg.cameras.demo_motion import PERIOD_S
from vbg.effects.colour import Colour
from vbg.frame import Frame, Mask, read_only
from vbg.matting.style import PRESETS, Style
from vbg.pipeline import Pipeline
from vbg.settings import Look, Setup

GREEN = Colour("#00ff00")
SIZE = (640, 360)
SMALL = (192, 108)
_EMPTY = 340  # a frame of the demo clip in which she is out


def test_matte_of_the_demo_clip_is_true_and_does_not_trail() -> None:
    source = Demo().open(*SIZE)
    pipeline = Pipeline(Setup().model.open())
    ious, edges, mattes, truths = [], [], [], []
    for index in range(round(PERIOD_S * 30)):
        frame = source.read()
        assert frame is not None
        _, matte = pipeline.matte(frame)
        alpha, truth = matte.alpha(frame.pixels), source.truth(index)
        if truth.max() > 0.5 and np.mean(truth) > 0.02:  # while hardly anything of her is in the picture, one pixel decides
            ious.append(score.iou(alpha, truth))
            edges.append(score.boundary_f(alpha, truth))
        mattes.append(cv2.resize(alpha, SMALL, interpolation=cv2.INTER_AREA))
        truths.append(cv2.resize(truth, SMALL, interpolation=cv2.INTER_AREA))
    source.close()
    pipeline.close()
    assert len(ious) > 350
    assert np.mean(ious) >= 0.95
    assert np.mean(edges) >= 0.90
    assert abs(score.lag(np.array(mattes), np.array(truths))) < 0.2


def test_room_is_covered_and_person_stays_in_the_finished_picture() -> None:
    source = Demo().open(*SIZE)
    pipeline = Pipeline(Setup().model.open())
    for index in range(30):
        frame = source.read()
        assert frame is not None
        result = pipeline.process(frame, Look(GREEN)).pixels.astype(int)
        truth = source.truth(index)
        far = cv2.distanceTransform((truth < 0.02).astype(np.uint8), cv2.DIST_L2, 5) > 12
        deep = cv2.distanceTransform((truth > 0.98).astype(np.uint8), cv2.DIST_L2, 5) > 12
        covered = np.abs(result - (0, 255, 0)).max(axis=2) <= 25
        kept = np.abs(result - frame.pixels).max(axis=2) <= 25
        assert np.mean(covered[far]) > 0.99
        assert np.mean(kept[deep]) > 0.97
    source.close()
    pipeline.close()


def test_scores_tell_good_from_bad() -> None:
    rows, cols = np.mgrid[:90, :160]
    discs = np.array([((cols - 60 - 3 * t) ** 2 + (rows - 45) ** 2 < 900).astype(np.float32) for t in range(14)])
    disc = discs[0]
    shifted = np.roll(disc, 12, axis=1)
    assert score.iou(disc, disc) == score.boundary_f(disc, disc) == 1
    assert score.iou(shifted, disc) < 0.75
    assert score.boundary_f(shifted, disc) < 0.6
    assert score.iou(1 - disc, disc) == 0
    nothing = np.zeros_like(disc)
    assert (score.iou(nothing, disc), score.boundary_f(nothing, disc)) == (0, 0)
    assert score.mse(disc * 0.9, disc) == pytest.approx(1e3 * 0.01 * disc.mean(), rel=1e-3)
    assert score.lag(discs, discs) == pytest.approx(0, abs=0.05)
    assert score.lag(np.concatenate([discs[:1], discs[:-1]]), discs) == pytest.approx(1, abs=0.2)
    assert np.isnan(score.lag(np.repeat(discs[:1], 14, axis=0), np.repeat(discs[:1], 14, axis=0)))


def test_the_presets_keep_their_word_on_the_demo_clip() -> None:
    """hands: less of her is lost; privacy: hardly a pixel of the room shows."""
    source = Demo().open(*SIZE)
    lost, leaked = {}, {}
    for name, values in PRESETS.items():
        pipeline = Pipeline(Setup().model.open())
        cut, room = [], []
        for index in range(0, 60, 2):
            frame = source.frame(index)
            alpha = pipeline.matte(frame, Style(**values))[1].alpha(frame.pixels)
            truth = source.truth(index)
            cut.append(np.clip(truth - alpha, 0, 1).sum() / truth.sum())
            room.append((alpha[truth == 0] > 0.02).mean())
        pipeline.close()
        lost[name], leaked[name] = np.mean(cut), np.mean(room)
    source.close()
    assert lost["hands"] < 0.6 * lost["natural"]
    assert leaked["privacy"] < 0.0005
    assert leaked["privacy"] < 0.1 * leaked["natural"]
    assert lost["privacy"] < 0.1


def test_clean_colours_bring_the_finished_picture_nearer_to_the_exact_one() -> None:
    """She stands before a white wall and is put before four plain backgrounds; the edge is compared with the exact result."""
    demo = Demo(noise=0).open(*SIZE)
    layers = [(demo.frame(index), demo.truth(index)) for index in range(0, 30, 3)]
    room = demo.frame(_EMPTY)
    alone = [_before(frame, truth, room) for frame, truth in layers]
    errors: dict[bool, list[float]] = {False: [], True: []}
    for rgb in ("#000000", "#ffffff", "#00ff00", "#0000ff"):
        for clean, found in errors.items():
            pipeline = Pipeline(Setup().model.open())
            for index, ((_, truth), person) in enumerate(zip(layers, alone, strict=True)):
                at, white = truth[:, :, None], np.float32(240)
                frame = Frame(read_only(np.rint(person + (1 - at) * white).astype(np.uint8)), index, index / 30)
                got = pipeline.process(frame, Look(Colour(rgb), Style(clean_colours=clean))).pixels
                back = np.array([int(rgb[i : i + 2], 16) for i in (5, 3, 1)], np.float32)
                edge = cv2.dilate(((truth > 0) & (truth < 1)).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
                found.append(float(np.abs(got - (person + (1 - at) * back))[edge].mean()))
            pipeline.close()
    assert np.mean(errors[True]) < 0.96 * np.mean(errors[False])


def _before(frame: Frame, truth: Mask, room: Frame) -> NDArray[np.float32]:
    """The person alone, premultiplied: what the room adds to the frame is taken away."""
    return np.clip(frame.pixels - (1 - truth[:, :, None]) * room.pixels, 0, 255 * truth[:, :, None]).astype(np.float32)
