"""What a model's file does not say is found out on a picture whose matte is known; what its description says is left alone."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tiny_onnx
from numpy.typing import NDArray

from vbg.cli import main
from vbg.frame import Frame, Mask, read_only
from vbg.models import Tensor, library, trial
from vbg.models.description import read
from vbg.models.onnx import OnnxEngine

pytestmark = pytest.mark.skipif(not importlib.util.find_spec("onnxruntime"), reason="onnxruntime is not installed")

W, H = 64, 32


def odds(redder: NDArray[np.float32]) -> NDArray[np.float32]:
    """That something so much redder than blue is the person."""
    return np.asarray(8 * (redder - 0.3), np.float32)


class Net(OnnxEngine):
    """A network that was trained with colours of its own and answers in its own way; finds red."""

    def __init__(self, path: Path, mean: float, std: float, answer: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> None:
        self._wants, self._says = (mean, std), answer
        super().__init__(tiny_onnx.write(path, W, H))

    def answer(self, picture: Tensor) -> NDArray[np.float32]:
        mean, std = self._wants
        fed = (picture - self._mean) / self._std
        colours = fed * std + mean  # what it takes for colours 0..1
        return self._says(odds(colours[:, :, 0] - colours[:, :, 2]))


def one_plane(odds: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((1 + np.tanh(odds / 2)) / 2, np.float32)[None, None]


def plain_odds(odds: NDArray[np.float32]) -> NDArray[np.float32]:
    return odds[None, None]


def person_first(odds: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.stack([odds, -odds])[None] / 2, np.float32)


def scenes() -> list[tuple[Frame, Mask]]:
    inside = np.zeros((H, W, 1), np.bool_)
    inside[8:, 20:44] = True
    pixels = np.where(inside, (40, 40, 200), (120, 110, 100)).astype(np.uint8)
    found = []
    for index, one in enumerate((pixels, np.asarray(pixels * 0.7, np.uint8))):
        blue, _, red = np.moveaxis(one.astype(np.float32) / 255, 2, 0)
        found.append((Frame(read_only(one), index, float(index)), one_plane(odds(red - blue))[0, 0]))
    return found


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (0.5, 0.5), (0.0, 1 / 255)])
@pytest.mark.parametrize(
    ("answer", "activation", "channel"),
    [(one_plane, "none", -1), (plain_odds, "sigmoid", -1), (person_first, "softmax", 0)],
)
def test_colours_and_the_way_to_read_the_answer_are_found(
    tmp_path: Path,
    mean: float,
    std: float,
    answer: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    activation: str,
    channel: int,
) -> None:
    engine = Net(tmp_path / "net.onnx", mean, std, answer)
    found, overlap = trial.best(engine, {}, scenes())
    assert found.std[0] == pytest.approx(std)
    assert (found.activation, found.channel) == (activation, channel)
    assert overlap == 1
    assert engine.description.activation == "none"  # it is left as it was
    engine.close()


def test_what_is_described_is_not_guessed(tmp_path: Path) -> None:
    engine = Net(tmp_path / "net.onnx", 0.5, 0.5, one_plane)
    found, overlap = trial.best(engine, {"mean", "activation", "channel"}, scenes())
    assert found.std == (1, 1, 1)
    assert found.activation == "none"
    assert overlap < 1
    engine.close()


def test_the_command_says_whether_the_model_finds_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(library, "folder", lambda: tmp_path / "models")
    path = tiny_onnx.write(tmp_path / "bright.onnx")
    path.with_suffix(".toml").write_text("mean = [0.25, 0.25, 0.25]\n")
    assert main(["models", "add", str(path)]) == 0
    assert "does not find the person" in capsys.readouterr().out
    assert read(tmp_path / "models" / "bright.onnx")["mean"] == [0.25, 0.25, 0.25]
