"""The selfie models: the letterbox is cut off again, a damaged file is told plainly."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import vbg.resources
from vbg.errors import ModelError
from vbg.frame import Frame, Pixels
from vbg.models.engine import open_engine
from vbg.models.selfie import FullFrame, SelfieLandscape, SelfieSquare
from vbg.resources import asset

MODEL = asset("models/selfie_segmentation_landscape.tflite")


class Echo:
    """An engine that answers with the red it was shown, in an array that its next answer overwrites."""

    def __init__(self, width: int, height: int) -> None:
        self._answer = np.empty((height, width), np.float32)
        self.shown = np.empty((0, 0, 3), np.float32)
        self.closed = 0
        self.runs, self.shape = 0, (height, width)

    def run(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        self.shown = picture.copy()
        self._answer[:] = picture[:, :, 0]
        return self._answer

    def close(self) -> None:
        self.closed += 1


def scene(width: int, height: int) -> Pixels:
    """Red rises to the right, green downwards, blue is full."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[:, :, 0] = 255
    pixels[:, :, 1] = np.linspace(40, 240, height).astype(np.uint8)[:, None]
    pixels[:, :, 2] = np.linspace(40, 240, width).astype(np.uint8)
    return pixels


@pytest.mark.parametrize(("width", "height"), [(640, 360), (640, 480), (360, 640), (300, 300), (64, 36), (639, 200)])
def test_the_model_sees_an_upright_rgb_letterbox_and_the_mask_covers_just_the_frame(width: int, height: int) -> None:
    echo = Echo(256, 144)
    whole = FullFrame(echo, 256, 144)
    whole.mask(Frame(scene(256, 144), 0, 0.0))  # another shape before: nothing of it may remain in the bars
    frame = Frame(scene(width, height), 1, 0.0)
    mask = whole.mask(frame)
    h, w = mask.shape
    np.testing.assert_allclose(mask, frame.reduced(w, h)[:, :, 2] / 255, atol=1e-6)
    top, left = (144 - h) // 2, (256 - w) // 2
    inside = np.zeros((144, 256), bool)
    inside[top : top + h, left : left + w] = True
    assert (echo.shown[~inside] == 0).all()
    np.testing.assert_allclose(echo.shown[inside][:, 2], 1)  # RGB: blue is last
    assert h == 144 or w == 256  # as large as it can be
    kept = mask.copy()
    whole.mask(Frame(np.zeros_like(frame.pixels), 2, 0.1))
    assert (mask == kept).all()  # owned by the caller
    whole.close()
    assert echo.closed == 1


@pytest.mark.parametrize("spec", [SelfieLandscape, SelfieSquare])
@pytest.mark.parametrize("damage", ["flipped bit", "cut off", "missing"])
def test_a_damaged_model_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: type[SelfieLandscape] | type[SelfieSquare], damage: str
) -> None:
    for file in MODEL.parent.glob("*.tflite"):
        if damage == "missing":
            continue
        copy = Path(shutil.copy(file, tmp_path))
        with copy.open("r+b") as open_copy:
            if damage == "cut off":
                open_copy.truncate(1000)
            else:
                open_copy.seek(5000)
                byte = open_copy.read(1)[0]
                open_copy.seek(5000)
                open_copy.write(bytes([byte ^ 1]))
    monkeypatch.setattr(vbg.resources, "asset", lambda name, _: tmp_path / Path(name).name)
    with pytest.raises(ModelError, match="selfie_segmentation") as caught:
        spec().open()
    assert caught.value.hint


@pytest.mark.parametrize("content", [b"", b"junk", MODEL.read_bytes()[:50_000]], ids=["empty", "junk", "half"])
def test_an_engine_refuses_what_is_no_model(content: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ModelError) as caught:
        open_engine(content)
    assert caught.value.hint
    os.write(2, b"stderr is back\n")
    assert capfd.readouterr().err == "stderr is back\n"


def test_a_missing_litert_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(ModelError, match="LiteRT is not installed") as caught:
        open_engine(MODEL.read_bytes())
    assert "pip install" in caught.value.hint
