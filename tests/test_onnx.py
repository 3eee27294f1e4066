"""Models of the user's own: described, tried, kept in the data folder, and run with what they remember."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest
import tiny_onnx
from fakes import plain

from vbg.choose import model
from vbg.cli import main
from vbg.errors import ModelError
from vbg.frame import Frame
from vbg.models import library
from vbg.models.description import Description
from vbg.models.onnx import Onnx, OnnxEngine

needs_onnxruntime = pytest.mark.skipif(not importlib.util.find_spec("onnxruntime"), reason="onnxruntime is not installed")
RVM = Path(os.environ.get("VBG_TEST_RVM", "rvm_256x144.onnx"))


@pytest.fixture(autouse=True)
def _own_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(library, "folder", lambda: tmp_path / "data" / "vbg" / "models")


def frame(level: int, index: int = 0, at: float | None = None) -> Frame:
    return Frame(plain(128, 64, (level, level, level)), index, index / 30 if at is None else at)


def described(path: Path, text: str) -> Path:
    path.with_suffix(".toml").write_text(text)
    return path


# the description

SOME = Description("src", "pha", 64, 32)
BROKEN = [
    ("speed = 1", "speed"),
    ('layout = "hwc"', "layout"),
    ("order = 3", "order"),
    ("width = 8", "width"),
    ("height = 64.5", "height"),
    ("height = true", "height"),
    ("mean = [1, 2]", "mean"),
    ("mean = [1, 2, nan]", "mean"),
    ("std = [1, 0, 1]", "std"),
    ('input = ""', "input"),
    ('activation = "relu"', "activation"),
    ("channel = -2", "channel"),
    ("states = 4", "states"),
    ("[states]\na = 1", "states"),
    ('[constants]\na = "x"', "constants"),
]


@pytest.mark.parametrize(("text", "named"), BROKEN)
def test_a_broken_description_names_the_value_and_says_what_helps(text: str, named: str) -> None:
    import tomllib

    with pytest.raises(ModelError, match=rf"my\.toml: {named} ") as caught:
        SOME.changed(tomllib.loads(text), "my.toml")
    assert "docs/models.md" in caught.value.hint


def test_a_description_survives_its_file() -> None:
    one = SOME.changed({"mean": [0.5, 0.5, 0.5], "std": [2, 2, 2], "states": {"a": "b"}, "constants": {"c": 1}}, "x")
    assert one.mean == (0.5, 0.5, 0.5)
    assert SOME.changed(one.table(), "x") == one


# running


@needs_onnxruntime
@pytest.mark.parametrize("nhwc", [False, True], ids=["nchw", "nhwc"])
def test_size_and_layout_are_found_in_the_file(tmp_path: Path, nhwc: bool) -> None:
    engine = OnnxEngine(tiny_onnx.write(tmp_path / "tiny.onnx", nhwc=nhwc))
    picture = np.random.default_rng(1).random((32, 64, 3)).astype(np.float32)
    assert engine.shape == (32, 64)
    np.testing.assert_allclose(engine.run(picture), picture.mean(axis=2), atol=1e-6)
    engine.close()


@needs_onnxruntime
def test_colours_are_given_as_described(tmp_path: Path) -> None:
    path = tiny_onnx.write(tmp_path / "tiny.onnx", "w", "h")
    described(path, 'width = 48\nheight = 32\norder = "bgr"\nmean = [0.0, 0.0, 0.3]\nstd = [1, 1, 0.5]\nactivation = "sigmoid"')
    engine = OnnxEngine(path)
    answer = engine.run(np.full((32, 48, 3), (0.9, 0.6, 0.3), np.float32))  # RGB
    np.testing.assert_allclose(answer, 1 / (1 + np.exp(-(0.3 + 0.6 + (0.9 - 0.3) / 0.5) / 3)), atol=1e-5)
    engine.close()


@needs_onnxruntime
def test_a_model_that_remembers_forgets_after_a_reset_a_gap_and_a_step_back(tmp_path: Path) -> None:
    path = tiny_onnx.write(tmp_path / "tiny.onnx", recurrent=True)
    opened = Onnx(str(path)).open()

    def answer(index: int, at: float | None = None) -> float:
        return float(opened.mask(frame(204, index, at)).mean())

    first, second = pytest.approx(0.4, abs=0.01), pytest.approx(0.8, abs=0.01)
    assert [answer(0), answer(1)] == [first, second]
    opened.reset()
    assert [answer(2), answer(3)] == [first, second]
    assert [answer(4, 9.0), answer(5, 9.03)] == [first, second]
    assert [answer(6, 1.0), answer(7, 1.03)] == [first, second]
    opened.close()


@needs_onnxruntime
def test_an_input_that_is_not_described_is_named_and_a_constant_fills_it(tmp_path: Path) -> None:
    path = tiny_onnx.write(tmp_path / "tiny.onnx", ratio=True)
    with pytest.raises(ModelError, match="'ratio'"):
        OnnxEngine(path)
    engine = OnnxEngine(described(path, "[constants]\nratio = 0.5"))
    assert engine.run(np.ones((32, 64, 3), np.float32)).max() == pytest.approx(0.5)
    engine.close()
    with pytest.raises(ModelError, match="'fgr'"):
        OnnxEngine(described(path, 'output = "fgr"\n[constants]\nratio = 0.5'))


@needs_onnxruntime
@pytest.mark.parametrize("content", [b"", b"no model", bytes(1000)])
def test_a_file_that_is_no_model_is_an_error_with_a_hint(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "junk.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"junk\.onnx") as caught:
        Onnx(str(path)).open()
    assert caught.value.hint


def test_a_model_that_is_not_there_says_how_to_add_one() -> None:
    with pytest.raises(ModelError, match="there is no model") as caught:
        Onnx("nobody").open()
    assert "vbg models add" in caught.value.hint


def test_without_onnxruntime_it_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModelError, match="onnxruntime") as caught:
        Onnx(str(tiny_onnx.write(tmp_path / "tiny.onnx"))).open()
    assert "vbg[onnx]" in caught.value.hint


# the library


@needs_onnxruntime
def test_a_model_is_added_listed_run_and_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = described(tiny_onnx.write(tmp_path / "tiny.onnx", recurrent=True), 'order = "bgr"')
    assert main(["models", "add", str(path), "--name", "mine"]) == 0
    path.unlink()
    assert model("mine") == Onnx("mine")
    engine = OnnxEngine(library.path_of("mine"))
    assert engine.description == Description("src", "pha", 64, 32, order="bgr", states={"r1i": "r1o"})
    engine.close()
    capsys.readouterr()
    assert main(["models", "list"]) == 0
    assert "  mine\n" in capsys.readouterr().out
    run = ["run", "--camera", "test-card", "--size", "64x36", "--output", "null", "--seconds", "0.2", "--model", "mine"]
    assert main(run) == 0
    assert main(["models", "remove", "mine"]) == 0
    assert library.names() == []
    assert list(library.folder().iterdir()) == []


@needs_onnxruntime
def test_what_cannot_be_added_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, junk = tiny_onnx.write(tmp_path / "tiny.onnx"), tmp_path / "junk.onnx"
    junk.write_bytes(b"junk")
    assert main(["models", "add", str(good)]) == 0
    for arguments, code in (
        (["add", str(junk)], 1),
        (["add", str(good)], 2),
        (["add", str(good), "--name", "../up"], 2),
        (["add", str(good), "--name", "follow"], 2),
        (["add", "missing.onnx"], 2),
        (["remove", "missing"], 2),
    ):
        capsys.readouterr()
        assert main(["models", *arguments]) == code
        assert len(capsys.readouterr().err.splitlines()) == 2
    assert library.names() == ["tiny"]
    assert len(list(library.folder().iterdir())) == 2


@needs_onnxruntime
@pytest.mark.skipif(not RVM.is_file(), reason="VBG_TEST_RVM does not name an RVM file (GPL, so it does not come with vbg)")
def test_rvm_finds_the_person_of_the_demo_clip() -> None:
    from vbg.bench import score
    from vbg.cameras.demo import Demo

    source, opened = Demo().open(640, 360), Onnx(str(RVM)).open()
    for index in range(10):
        mask = opened.mask(source.frame(index))
    import cv2

    truth = cv2.resize(source.truth(9), mask.shape[::-1], interpolation=cv2.INTER_AREA)
    assert score.iou(mask, np.asarray(truth, np.float32)) > 0.95
    opened.close()
