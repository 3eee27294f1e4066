"""One picture with time to spare: truer than a frame of a meeting, in the user's style, whatever model looks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from fakes import FakeModel, plain

from vbg.bench import score
from vbg.cameras.demo import Demo
from vbg.cli import main
from vbg.errors import ModelError
from vbg.frame import Pixels
from vbg.matting.keep import Region
from vbg.matting.style import Style
from vbg.models.constant import Constant
from vbg.models.follow import Follow
from vbg.pipeline import Pipeline
from vbg.still import Still

ALONE = (0, 45, 120)
"""Frames of the demo clip in which she is whole."""


def test_what_is_marked_is_solved_again_up_to_the_pictures_own_edges() -> None:
    """A green box that no model takes for a person, marked in its middle, comes whole; what is far away stays as it was."""
    rng = np.random.default_rng(7)
    pixels = np.clip(rng.normal((90, 80, 160), 3, (180, 320, 3)), 0, 255).astype(np.uint8)
    pixels[60:120, 100:200] = np.clip(rng.normal((60, 190, 70), 3, (60, 100, 3)), 0, 255)
    still, box = Still(Constant(0.0)), np.zeros((180, 320), np.bool_)
    box[60:120, 100:200] = True
    marked = Region(108 / 320, 68 / 180, 84 / 320, 44 / 180)
    kept = still.alpha(pixels, replace(Style(), keep=(marked,)))
    assert (kept[box] > 0.9).mean() > 0.97
    assert (kept[~box] < 0.1).mean() > 0.99
    still.close()
    still = Still(Constant(1.0))
    dropped = still.alpha(pixels, replace(Style(), drop=(marked,)))
    assert (dropped[box] < 0.1).mean() > 0.97
    assert (dropped[~box] > 0.9).mean() > 0.99
    still.close()


def test_all_people_are_seen_from_nearby_or_the_largest_alone() -> None:
    """No square holds both, and each is as true as alone."""
    pixels, truth = demo(0, 640, 360)
    near, far = pixels[:, 150:560], cv2.resize(pixels[:, 150:600], (315, 252), interpolation=cv2.INTER_AREA)
    both = np.concatenate([near, np.pad(far, ((108, 0), (0, 0), (0, 0)), mode="edge")], axis=1)
    exact = np.zeros(both.shape[:2], np.float32)
    exact[:, :410], exact[108:, 410:] = truth[:, 150:560], cv2.resize(truth[:, 150:600], (315, 252), interpolation=cv2.INTER_AREA)
    still = Still()
    assert score.iou(still.alpha(both)[:, :410], exact[:, :410]) > 0.98
    assert score.iou(still.alpha(both)[:, 410:], exact[:, 410:]) > 0.96
    alone = still.alpha(both, replace(Style(), largest=True))
    assert score.iou(alone[:, :410], exact[:, :410]) > 0.98
    assert alone[:, 410:].max() < 0.05
    still.close()


def demo(index: int, width: int = 640, height: int = 360) -> tuple[Pixels, Any]:
    source = Demo().open(width, height)
    for _ in range(index + 1):
        frame = source.read()
        assert frame is not None
    source.close()
    return frame.pixels, source.truth(index)


def test_a_picture_is_truer_than_the_same_frame_in_a_meeting() -> None:
    still, live = Still(), Pipeline(Follow().open())
    wrong: list[float] = []
    for index in ALONE:
        pixels, truth = demo(index)
        alpha = still.alpha(pixels)
        assert alpha.shape == truth.shape
        assert score.iou(alpha, truth) > 0.985
        wrong.append(float(((alpha - truth) ** 2).mean()))
    live_wrong = []
    source = Demo().open(640, 360)
    for index in range(max(ALONE) + 1):
        frame = source.read()
        assert frame is not None
        _, matte = live.matte(frame)
        if index in ALONE:
            live_wrong.append(float(((matte.alpha(frame.pixels) - source.truth(index)) ** 2).mean()))
    live.close()
    still.close()
    assert np.mean(wrong) < 0.8 * np.mean(live_wrong)


def test_one_picture_does_not_tell_upon_the_next() -> None:
    still = Still()
    pixels, _ = demo(0, 320, 180)
    first = still.alpha(pixels)
    assert (still.alpha(plain(200, 300, (40, 200, 250))) < 0.5).all()
    np.testing.assert_array_equal(still.alpha(pixels), first)
    still.close()


def test_the_users_say_holds_for_pictures() -> None:
    still = Still()
    pixels, _ = demo(0, 320, 180)
    usual = still.alpha(pixels)

    def asked(**changes: Any) -> Any:
        return still.alpha(pixels, replace(Style(), **changes))

    assert asked(edge_shift=1.0).sum() > usual.sum() > asked(edge_shift=-1.0).sum()
    assert asked(certainty=0.0).sum() > asked(certainty=1.0).sum()
    soft = [int(((alpha > 0.05) & (alpha < 0.95)).sum()) for alpha in (asked(edge_softness=s) for s in (0.0, 0.5, 1.0))]
    assert soft[0] < soft[1] < soft[2]
    decided = asked(keep=(Region(0, 0, 0.2, 0.2),), drop=(Region(0.5, 0, 0.5, 1),))
    assert (decided[:36, :64] == 1).all()
    assert (decided[:, 160:] == 0).all()
    still.close()


@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (5, 3), (400, 2), (2, 300)])
def test_any_model_and_any_size(value: float, width: int, height: int) -> None:
    still = Still(Constant(value))
    assert (still.alpha(plain(width, height, (9, 9, 9))) == value).all()
    still.close()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (5, 3), (400, 2), (2, 300)])
def test_a_strange_size_is_no_trouble(width: int, height: int) -> None:
    still = Still()
    alpha = still.alpha(plain(width, height, (9, 200, 9)))
    assert alpha.shape == (height, width)
    assert np.isfinite(alpha).all()
    still.close()


def test_an_answer_that_is_no_mask_is_the_models_fault() -> None:
    still = Still(FakeModel(float("nan")))
    with pytest.raises(ModelError):
        still.alpha(plain(64, 36, (0, 0, 0)))
    still.close()


def gray(path: Path) -> Any:
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return picture


def test_the_commands_options_reach_the_matte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), plain(64, 36, (1, 2, 3)))
    run = ["photo", str(tmp_path / "one.png"), "-o", str(tmp_path / "out"), "--matte", "--model", "constant"]
    assert main([*run, "--keep", "0.5,0,0.5,1"]) == 0
    made = gray(tmp_path / "out" / "one.png")
    assert (made[:, :28].max(), made[:, 32:].min()) == (0, 255)
    assert main([*run, "--edge-softness", "7"]) == 2
    assert "edge_softness is 7.0" in capsys.readouterr().err
