"""`vbg video --matte` and `vbg photo --matte`: one gray picture for each of the input's, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vbg.cli import main
from vbg.frame import Canvas, Frame, Pixels
from vbg.offline import AHEAD, CHUNK, joined
from vbg.sinks.video_file import VideoOut


def picture(index: int) -> Pixels:
    pixels = np.full((90, 160, 3), 90, np.uint8)
    pixels[20:, 40 + index % 40 : 80 + index % 40] = (60, 90, 200)
    return pixels


def clip(path: Path, frames: int) -> Path:
    sink = VideoOut(str(path)).open(Canvas(160, 90, 30))
    for index in range(frames):
        sink.send(Frame(picture(index), index, index / 30))
    sink.close()
    return path


def decoded(path: Path) -> list[NDArray[np.uint8]]:
    import av

    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.name == "ffv1"
        return [np.asarray(one.to_ndarray(format="gray"), np.uint8) for one in container.decode(video=0)]


@pytest.mark.parametrize("frames", [1, 7])
@pytest.mark.parametrize("mode", [["--live"], []])
def test_a_matte_has_a_gray_frame_for_every_frame(tmp_path: Path, frames: int, mode: list[str]) -> None:
    out = tmp_path / "out.mkv"
    assert main(["video", str(clip(tmp_path / "in.mp4", frames)), "-o", str(out), "--matte", *mode]) == 0
    mattes = decoded(out)
    assert [one.shape for one in mattes] == [(90, 160)] * frames
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.mp4", "out.mkv"]


def test_offline_gives_every_frame_of_more_than_one_chunk(tmp_path: Path) -> None:
    frames, out = CHUNK + AHEAD + 3, tmp_path / "out.mkv"
    source = clip(tmp_path / "in.mp4", frames)
    assert main(["video", str(source), "-o", str(out), "--matte", "--model", "constant"]) == 0
    assert len(decoded(out)) == frames


@pytest.mark.parametrize("mode", [["--live"], []])
def test_a_video_is_made_in_the_users_style(tmp_path: Path, mode: list[str]) -> None:
    out = tmp_path / "out.mkv"
    source = str(clip(tmp_path / "in.mp4", 3))
    style = ["--keep", "0.5,0,0.5,1", "--model", "constant"]
    assert main(["video", source, "-o", str(out), "--matte", *mode, *style]) == 0
    for matte in decoded(out):
        assert (matte[:, 82:] == 255).all()
        assert (matte[:, :78] == 0).all()


def test_who_is_seen_one_way_only_stays() -> None:
    nobody, somebody = np.zeros((4, 4), np.float32), np.ones((4, 4), np.float32)
    assert (joined(nobody, somebody) == 1).all()
    assert (joined(somebody, nobody) == 1).all()
    assert 0.9 < joined(somebody, somebody * np.float32(0.8)).max() < 1  # the surer one counts more
    assert joined(somebody * np.float32(0.55), somebody * np.float32(0.45)).max() == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["video", "missing.mp4", "-o", "out.mkv", "--matte"], "there is no file"),
        (["video", "in.mp4", "-o", "out.mp4", "--matte"], "name it .mkv"),
        (["video", "in.mp4", "-o", "nowhere/out.mkv", "--matte"], "there is no folder"),
        (["video", "in.mp4", "-o", "in.mp4", "--matte"], "the same file"),
        (["video", "in.mp4", "-o", "out.mkv"], "cannot be transparent"),
        (["photo", "in.mp4", "-o", "out", "--matte"], "not a picture"),
        (["photo", "in.png", "-o", ".", "--matte"], "would be overwritten"),
        (["photo", "in.png", "in.png", "-o", "out", "--matte"], "the same name"),
    ],
)
def test_what_cannot_be_is_said_plainly_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    clip(tmp_path / "in.mp4", 2)
    cv2.imwrite("in.png", picture(0))
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    assert main(arguments) == 2
    assert says in capsys.readouterr().err.replace("Name it", "name it")
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()} == before


def test_photos_become_gray_pictures_of_their_size(tmp_path: Path) -> None:
    for name in ("one.png", "two.jpg"):
        cv2.imwrite(str(tmp_path / name), picture(3))
    out = tmp_path / "mattes"
    assert main(["photo", str(tmp_path / "one.png"), str(tmp_path / "two.jpg"), "-o", str(out), "--matte"]) == 0
    assert sorted(one.name for one in out.iterdir()) == ["one.png", "two.png"]
    matte = cv2.imread(str(out / "one.png"), cv2.IMREAD_UNCHANGED)
    assert matte is not None
    assert matte.shape == (90, 160)
