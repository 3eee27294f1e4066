"""Long videos are made in pieces: interrupted and gone on with, by several processes, or by a cluster, the result is the same."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from fakes import write_clip
from falling import always, fall
from numpy.typing import NDArray
from test_film import LIGHT, H, W, picture

from vbg import crew, filming, studio
from vbg.cameras.demo import Demo
from vbg.cli import main
from vbg.cuts import Piece, pieces
from vbg.effects.colour import Colour
from vbg.effects.hills import Hills
from vbg.effects.video import Video
from vbg.errors import UsageError
from vbg.filming import Job, Options, Plan, planned
from vbg.matting.keep import Region
from vbg.matting.style import Style
from vbg.models.constant import Constant
from vbg.work import Teller

FRAMES, FPS, GROUP = 60, 25, 10
UNEVEN_MS = [0, 150, 200, 250, 300, 320, 340, 360, 380, 390]
"""Of a group: it begins slowly and ends fast, so that a coder that counts from before its first picture goes back beyond the
last ones of the group before."""

PIECES = FRAMES // GROUP
"""Of `long`, cut where at least 0.35 s have passed: at every key frame."""


def long(path: Path, frames: int = FRAMES) -> Path:
    """A clip with key frames, times that do not fit into milliseconds, sound and subtitles."""
    import av

    with av.open(str(path), "w") as out:
        video: Any = out.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt = W, H, "yuv420p"
        video.options = {"g": str(GROUP), "keyint_min": str(GROUP), "sc_threshold": "0"}
        video.codec_context.time_base = Fraction(1, 90_000)
        audio: Any = out.add_stream("aac", rate=48_000, layout="stereo")
        for index in range(frames):
            coded = av.VideoFrame.from_ndarray(picture(index % 7), format="bgr24").reformat(format="yuv420p")
            coded.pts = 90_000 * (index // GROUP) * GROUP // FPS + 90 * UNEVEN_MS[index % GROUP] + index % 3
            coded.time_base = Fraction(1, 90_000)
            out.mux(video.encode(coded))
        for index in range(frames * 48_000 // FPS // 1024):
            tone = (np.sin(np.arange(1024 * index, 1024 * (index + 1)) / 20) * 9000).astype(np.int16)
            heard = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[None], format="s16", layout="stereo")
            heard.sample_rate, heard.pts = 48_000, 1024 * index
            out.mux(audio.encode(heard))
        out.mux(audio.encode(None))
        out.mux(video.encode(None))
    return path


def content(path: Path) -> list[tuple[int, Fraction, bytes]]:
    """Every packet: whose it is, its time, and what is in it."""
    import av

    if path.is_dir():
        return [(0, Fraction(0), one.read_bytes()) for one in sorted(path.iterdir())]
    with av.open(str(path)) as container:
        return [(p.stream.index, p.pts * p.time_base, bytes(p)) for p in container.demux() if p.size and p.pts is not None]


def made(source: Path, out: Path, *more: str) -> list[tuple[int, Fraction, bytes]]:
    assert main(["video", str(source), "-o", str(out), *LIGHT, "--piece", "0.35", *more]) == 0
    assert not list(out.parent.glob(".*"))
    return content(out)


def times(path: Path) -> list[Fraction]:
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return [Fraction((frame.pts or 0) * (stream.time_base or 0)) for frame in container.decode(stream)]


def test_cuts_fall_on_key_frames_and_lose_nothing(tmp_path: Path) -> None:
    source = long(tmp_path / "in.mp4")
    whole = pieces(source, 0.0, float("inf"), 1e9)
    assert whole == (Piece(0, 0.0, float("inf"), FRAMES),)
    cut = pieces(source, 0.0, float("inf"), 0.35)
    assert len(cut) == PIECES
    assert [one.frames for one in cut] == [GROUP] * PIECES
    assert [one.start_s for one in cut[1:]] == [one.end_s for one in cut[:-1]]
    assert all(abs(one.start_s * FPS / GROUP - one.number) < 1e-3 for one in cut)
    part = pieces(source, 0.5, 1.7, 0.35)
    assert (part[0].start_s, part[-1].end_s, sum(one.frames for one in part)) == (0.5, 1.7, 9 + 10 + 10 + 1)


def plans(source: Path, folder: Path) -> list[Plan]:
    """One of each kind."""
    folder.mkdir()
    alike: dict[str, Any] = {"style": Style(keep=(Region(0.5, 0, 0.5, 1),)), "model": Constant(0.0), "piece_s": 0.35}
    return [
        planned(Job(source, folder / name, Options(effect, matte=name.endswith("mkv"), **alike)))
        for name, effect in (("a.mp4", Hills()), ("b.webm", None), ("c.mov", None), ("d", None), ("e.mkv", None))
    ]


def quietly(done: int, before: int) -> None:
    assert 0 <= before <= done


def test_processes_make_the_same_as_one(tmp_path: Path) -> None:
    source = long(tmp_path / "in.mp4", 2 * GROUP)
    made = []
    for name, hands in (("one", crew.Here()), ("two", crew.Cores(2))):
        todo = plans(source, tmp_path / name)
        assert [one.error for one in studio.make(todo, hands, False, quietly)] == [None] * len(todo)
        assert sorted(one.name for one in (tmp_path / name).iterdir()) == ["a.mp4", "b.webm", "c.mov", "d", "e.mkv"]
        made.append([content(plan.job.target) for plan in todo])
        for plan in todo:
            if plan.job.target.suffix in (".mp4", ".mov"):
                assert times(plan.job.target) == times(source)
            elif plan.job.target.suffix:  # Matroska counts in milliseconds
                assert np.allclose(np.array(times(plan.job.target), float), np.array(times(source), float), atol=6e-4)
    assert len(made[0][3]) == 2 * GROUP
    assert made[0] == made[1]


def test_a_cut_is_not_seen(tmp_path: Path) -> None:
    """Around it, the mattes of the real model are those of the whole clip: less of a lead or a tail, and they are not."""
    camera = Demo().open(320, 180)
    frames = [camera.read() for _ in range(80)]
    write_clip(tmp_path / "in.mkv", (frame.pixels for frame in frames if frame is not None), 30.0, "ffv1")
    plan = planned(Job(tmp_path / "in.mkv", tmp_path / "out.mkv", Options(matte=True)))
    cut = (Piece(0, 0.0, 2.2, 66), Piece(1, 2.2, float("inf"), 14))
    mattes = []
    for one in (plan, replace(plan, pieces=cut)):
        assert [outcome.error for outcome in studio.make([one], crew.Here(), False, quietly)] == [None]
        mattes.append([gray.astype(int) for gray in pictures(plan.job.target)])
    assert len(mattes[0]) == 80
    assert max(np.abs(a - b).mean() for a, b in zip(*mattes, strict=True)) < 0.1


def pictures(path: Path) -> list[NDArray[np.uint8]]:
    import av

    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(format="gray"), np.uint8) for frame in container.decode(video=0)]


def test_what_was_interrupted_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = long(tmp_path / "in.mp4"), tmp_path / "out.mkv"
    expected = made(source, out, "--background", "#336699")
    out.unlink()
    steps, usual = [0], Teller.step

    def step(teller: Teller) -> None:
        steps[0] += 1
        if steps[0] == 2 * GROUP + 5:
            raise KeyboardInterrupt
        usual(teller)

    monkeypatch.setattr(Teller, "step", step)
    command = ["video", str(source), "-o", str(out), *LIGHT, "--piece", "0.35", "--background", "#336699"]
    assert main(command) == 130
    assert "--resume" in capsys.readouterr().err
    assert not out.exists()
    there = {one.stem for one in (tmp_path / ".out.mkv.work").glob("0*.json")}
    assert {"000000", "000001"} <= there
    assert "000002" not in there
    assert main([*command, "--resume", "--certainty", "0.9"]) == 2
    assert "something else" in capsys.readouterr().err
    steps[0] = 10_000
    assert main([*command, "--resume"]) == 0
    assert steps[0] == 10_000 + FRAMES - GROUP * len(there)
    assert content(out) == expected
    assert [one.name for one in tmp_path.glob(".*")] == []
    assert main([*command, "--resume"]) == 0  # nothing is left to do
    assert steps[0] == 10_000 + FRAMES - GROUP * len(there)


def test_two_do_not_work_on_one_video(tmp_path: Path) -> None:
    plan = planned(Job(long(tmp_path / "in.mp4", 10), tmp_path / "out.mp4", Options(Colour("#000000"), model=Constant())))
    with closing(plan.work.begin(plan.job.purpose, plan.pieces, False)), pytest.raises(UsageError, match="another vbg"):
        plan.work.begin(plan.job.purpose, plan.pieces, False)


def test_a_failed_video_does_not_keep_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long(tmp_path / "a.mp4", 10)
    (tmp_path / "b.mp4").write_bytes((tmp_path / "a.mp4").read_bytes()[:3000])
    long(tmp_path / "c.mp4", 10)
    (tmp_path / "readme.txt").write_text("passed over")
    assert main(["video", str(tmp_path), "-o", str(tmp_path / "out" / "{}.webm"), *LIGHT]) == 1
    assert "1 of 3 videos could not be done:\n     b.mp4" in capsys.readouterr().err
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["a.webm", "c.webm"]
    assert main(["video", str(tmp_path), "-o", str(tmp_path / "out.webm"), *LIGHT]) == 2
    assert "-o 'out/{}.webm'" in capsys.readouterr().err


def test_what_a_lost_process_did_is_done_again(tmp_path: Path) -> None:
    results = dict(crew.each(crew.Cores(2), fall, [(str(tmp_path), number) for number in (0, 1, 2, 4)]))
    assert {number: result for (_, number), result in results.items() if number != 4} == {0: 0, 1: 1, 2: 4}
    assert str(results[str(tmp_path), 4]) == "four cannot be"


def test_what_always_kills_is_given_up() -> None:
    ((_, result),) = crew.each(crew.Cores(1), always, [1])
    assert isinstance(result, crew.WorkerLostError)


def test_a_moving_background_goes_on_over_a_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A video of gray levels behind: every picture of the result shows the one that it would show in one piece."""
    import av

    behind = tmp_path / "behind.mkv"
    with av.open(str(behind), "w") as out:
        stream: Any = out.add_stream("ffv1", rate=FPS, width=32, height=18, pix_fmt="gray")
        for index in range(13):  # loops
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((18, 32), 10 * index + 60, np.uint8), format="gray")))
        out.mux(stream.encode(None))
    source = long(tmp_path / "in.mp4")
    monkeypatch.setattr(filming, "LEAD_S", 0.3)
    for effect, most in ((Video(str(behind)), 0), (Hills(), 1)):
        shown = []
        for piece_s in (1e9, 0.35):
            options = Options(effect, Style(keep=(Region(0.5, 0, 0.5, 1),)), Constant(0.0), piece_s=piece_s)
            plan = planned(Job(source, tmp_path / f"{effect.name}{piece_s:.0f}", options))
            assert [one.error for one in studio.make([plan], crew.Here(), False, quietly)] == [None]
            shown.append([np.asarray(cv2.imread(str(one)), int)[5:15, 5:15] for one in sorted(plan.job.target.iterdir())])
        assert len(shown[0]) == FRAMES
        assert max(np.abs(a - b).max() for a, b in zip(*shown, strict=True)) <= most
