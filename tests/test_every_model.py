"""What every model promises, for all that `discover` finds: a new file is tested without a word here."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_onnx

from vbg import models
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.models import Model, Segmenter
from vbg.spec import discover, knobs

SIZES = [(640, 360), (640, 480), (360, 640), (400, 400), (64, 36), (641, 359), (16, 200)]


@pytest.fixture(params=sorted(discover(models)))
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Model:
    spec: Any = discover(models)[request.param]
    if "file" in knobs(spec):
        if not importlib.util.find_spec("onnxruntime"):
            pytest.skip("onnxruntime is not installed")
        spec = partial(spec, file=str(tiny_onnx.write(tmp_path / "tiny.onnx", recurrent=True)))
    found: Model = spec()
    return found


@pytest.fixture
def segmenter(model: Model) -> Iterator[Segmenter]:
    opened = model.open()
    yield opened
    opened.close()


def frame(width: int, height: int, index: int = 0) -> Frame:
    """A smooth picture, another one for every index."""
    rows, cols = np.mgrid[0:height, 0:width]
    waves = [np.sin(rows / height * (3 + c) + index) + np.cos(cols / width * (5 - c) - index) for c in range(3)]
    pixels: Pixels = (127 + 60 * np.stack(waves, axis=2)).astype(np.uint8)
    return Frame(read_only(pixels), index, index / 30)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_mask_covers_the_whole_frame_in_its_proportions(segmenter: Segmenter, width: int, height: int) -> None:
    mask = segmenter.mask(frame(width, height))
    assert mask.dtype == np.float32
    assert np.isfinite(mask).all()
    assert mask.min() >= 0
    assert mask.max() <= 1
    h, w = mask.shape
    assert abs(h - w * height / width) <= 1 or abs(w - h * width / height) <= 1
    assert segmenter.mask(frame(width, height, 1)).shape == (h, w)


def test_a_mask_belongs_to_the_caller(segmenter: Segmenter) -> None:
    mask = segmenter.mask(frame(320, 180))
    kept = mask.copy()
    other = segmenter.mask(frame(320, 180, 1))
    assert (mask == kept).all()
    mask[:] = 0.5  # writeable, and nobody else's
    assert not np.shares_memory(mask, other)


def masks(opened: Segmenter, indices: range) -> list[Mask]:
    return [opened.mask(frame(320, 180, i)) for i in indices]


def same(one: list[Mask], other: list[Mask]) -> bool:
    return all((a == b).all() for a, b in zip(one, other, strict=True))


def test_reset_forgets_all_earlier_frames(segmenter: Segmenter) -> None:
    first = masks(segmenter, range(3))
    masks(segmenter, range(3, 6))
    segmenter.reset()
    assert same(masks(segmenter, range(3)), first)


def test_it_can_be_asked_for_less_and_for_all_again(model: Model) -> None:
    fresh, opened = model.open(), model.open()
    opened.spare(True)
    for mask in masks(opened, range(3)):
        assert (mask >= 0).all()
        assert (mask <= 1).all()
    opened.spare(False)
    opened.reset()
    assert same(masks(opened, range(3)), masks(fresh, range(3)))
    opened.close()
    fresh.close()


def test_two_openings_do_not_disturb_each_other(model: Model) -> None:
    one, two = model.open(), model.open()
    alone = masks(one, range(3))
    one.reset()
    both = []
    for i in range(3):
        two.mask(frame(64, 64, 7 - i))
        both += masks(one, range(i, i + 1))
    two.close()
    assert same(both, alone)
    one.reset()
    assert same(masks(one, range(3)), alone)  # closing one leaves the other alone
    one.close()
    model.open().close()  # and it can be opened again
