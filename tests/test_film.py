"""`vbg video`: every frame at its time, the sound as it was, alpha that comes back; or one clear error and nothing written."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vbg.cli import main
from vbg.cli.progress import line
from vbg.cli.video import seconds
from vbg.footage import Footage
from vbg.frame import Pixels
from vbg.work import Teller

UNEVEN_MS = [0, 40, 53, 140, 180, 260, 300]
W, H = 160, 90
LIGHT = ["--model", "constant", "--keep", "0.5,0,0.5,1"]
"""The right half is person, the left half is not; no network runs."""


def picture(index: int, w: int = W, h: int = H) -> Pixels:
    pixels = np.full((h, w, 3), (90, 200, 60), np.uint8)
    pixels[:, w // 2 :] = (60, 90, 200)
    pixels[: h // 4, w // 2 + 4 * index : w // 2 + 4 * index + 12] = 250
    return pixels


def clip(
    path: Path,
    frames: int = 7,
    w: int = W,
    h: int = H,
    sound: str = "",
    begins_ms: int = 0,
    codec: str = "libx264",
    trc: int = 1,
    primaries: int = 1,
    aspect: Fraction = Fraction(1),
) -> Path:
    import av

    with av.open(str(path), "w") as out:
        video: Any = out.add_stream(codec, rate=25)
        video.width, video.height, video.pix_fmt = w, h, "yuv444p" if w % 2 else "yuv420p"
        video.codec_context.time_base, video.codec_context.color_trc = Fraction(1, 1000), trc
        video.codec_context.sample_aspect_ratio, video.codec_context.color_primaries = aspect, primaries
        audio: Any = out.add_stream(sound, rate=48_000, layout="stereo") if sound else None
        for index in range(frames):
            coded = av.VideoFrame.from_ndarray(picture(index, w, h), format="bgr24").reformat(format=video.pix_fmt)
            coded.pts, coded.time_base = begins_ms + UNEVEN_MS[index % 7] + 360 * (index // 7), Fraction(1, 1000)
            out.mux(video.encode(coded))
        for index in range(60 if sound else 0):
            tone = (np.sin(np.arange(1024 * index, 1024 * (index + 1)) / 20) * 9000).astype(np.int16)
            heard = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[None], format="s16", layout="stereo")
            heard.sample_rate, heard.pts = 48_000, 1024 * index
            out.mux(audio.encode(heard))
        if audio:
            out.mux(audio.encode(None))
        out.mux(video.encode(None))
    return path


def run(source: Path, out: Path, *more: str) -> int:
    return main(["video", str(source), "-o", str(out), "--live", *LIGHT, *more])


def shown(path: Path, decoder: str = "") -> tuple[list[Fraction], list[NDArray[np.uint8]]]:
    """Times and BGRA pictures. decoder: where not the usual one."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        if decoder:
            coder: Any = av.CodecContext.create(decoder, "r")
            frames = [one for packet in container.demux(stream) for one in coder.decode(packet if packet.size else None)]
        else:
            frames = list(container.decode(stream))
        times = [one.pts * stream.time_base for one in frames]
        return times, [np.asarray(one.to_ndarray(format="bgra"), np.uint8) for one in frames]


def packets(path: Path) -> list[tuple[Fraction, bytes]]:
    import av

    with av.open(str(path)) as container:
        return [(p.pts * p.time_base, bytes(p)) for p in container.demux(audio=0) if p.size and p.pts is not None]


def near(made: Sequence[Any], expected: Sequence[Any], ms: float) -> bool:
    return len(made) == len(expected) and max(abs(float(a - b)) for a, b in zip(made, expected, strict=True)) <= ms / 1000


@pytest.mark.parametrize("begins_ms", [0, 500])
@pytest.mark.parametrize("name", ["out.mp4", "out.mkv", "out.mov", "out.webm"])
def test_every_frame_keeps_its_exact_time(tmp_path: Path, name: str, begins_ms: int) -> None:
    source, out = clip(tmp_path / "in.mp4", begins_ms=begins_ms), tmp_path / name
    assert run(source, out, "--background", "#ff0000") == 0
    assert shown(source)[0] == [Fraction(begins_ms + t, 1000) for t in UNEVEN_MS]
    times, pictures = shown(out)
    assert times == shown(source)[0]
    for index, made in enumerate(pictures):
        assert np.abs(made[:, : W // 2 - 6, :3].astype(int) - (0, 0, 255)).max() < 12
        there = picture(index)[:, W // 2 + 4 :]
        assert np.abs(made[:, W // 2 + 4 :, :3].astype(int) - there).mean() < 6
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(["in.mp4", name])


@pytest.mark.parametrize(("name", "decoder", "most"), [("out.webm", "libvpx-vp9", 10), ("out.mov", "", 1), ("out", "", 0)])
@pytest.mark.parametrize(("w", "h"), [(W, H), (161, 91)])
def test_alpha_comes_back(tmp_path: Path, name: str, decoder: str, most: int, w: int, h: int) -> None:
    source, out = clip(tmp_path / "in.mkv", 3, w, h), tmp_path / name
    assert run(source, out) == 0
    if name == "out":
        files = sorted(out.iterdir())
        assert [one.name for one in files] == ["000001.png", "000002.png", "000003.png"]
        pictures: list[Any] = [cv2.imread(str(one), cv2.IMREAD_UNCHANGED) for one in files]
    else:
        times, pictures = shown(out, decoder)
        assert times == shown(source)[0]
    assert len(pictures) == 3
    for made in pictures:
        assert made.shape == (h, w, 4)
        assert made[:, : w // 2 - 4, 3].max() <= most
        assert made[:, w // 2 + 4 :, 3].min() >= 255 - most
        assert np.abs(made[h // 2 :, w // 2 + 8 :, :3].astype(int) - (60, 90, 200)).mean() < 6
        assert made[:, : w // 2 - 8, 1].max() < 150  # the green room is not even where nobody sees it


@pytest.mark.parametrize(
    ("sound", "name", "copied"),
    [
        ("aac", "out.mp4", True),
        ("aac", "out.mov", True),
        ("libopus", "out.webm", True),
        ("flac", "out.mkv", True),
        ("aac", "out.webm", False),
        ("pcm_s16le", "out.mp4", False),
        ("libopus", "out.mov", False),
    ],
)
def test_sound_is_copied_bit_by_bit_where_the_file_can_hold_it(tmp_path: Path, sound: str, name: str, copied: bool) -> None:
    import av

    source, out = clip(tmp_path / "in.mkv", 7, sound=sound), tmp_path / name
    assert run(source, out, "--background", "#336699") == 0
    if copied:
        assert [data for _, data in packets(out)] == [data for _, data in packets(source)]
        assert near([t for t, _ in packets(out)], [t for t, _ in packets(source)], 1)
    heard = []
    for path in (source, out):
        with av.open(str(path)) as container:
            heard.append(sum(one.samples / one.sample_rate for one in container.decode(audio=0)))
    assert abs(heard[0] - heard[1]) < 0.05
    assert shown(out)[0] == shown(source)[0]


def test_a_part_of_a_video_begins_at_zero_with_its_own_sound(tmp_path: Path) -> None:
    source, out = clip(tmp_path / "in.mkv", 21, sound="flac", begins_ms=500), tmp_path / "out.mkv"
    assert run(source, out, "--background", "#336699", "--from", "0.140", "--to", "0:00.40") == 0
    assert shown(out)[0] == [Fraction(t - 140, 1000) for t in (140, 180, 260, 300, 360)]
    taken = [(t, data) for t, data in packets(source) if 0.64 <= t < 0.9]
    assert taken
    assert [data for _, data in packets(out)] == [data for _, data in taken]
    assert near([t for t, _ in packets(out)], [t - Fraction(640, 1000) for t, _ in taken], 2)


def test_a_turned_phones_video_is_upright(tmp_path: Path) -> None:
    source, out = clip(tmp_path / "in.mp4", 2), tmp_path / "out.mp4"
    content = bytearray(source.read_bytes())
    matrix = struct.pack(">9i", *(v << 16 for v in (0, 1, 0, -1, 0, 0, 0, 0)), 1 << 30)
    at = content.index(b"tkhd") + 44
    content[at : at + 36] = matrix
    source.write_bytes(content)
    assert (
        main(["video", str(source), "-o", str(out), "--live", "--model", "constant", "--keep", "0,0,1,1"]) == 2
    )  # .mp4 is opaque
    more = ["--background", "#000000", "--model", "constant", "--keep", "0,0,1,1"]
    assert main(["video", str(source), "-o", str(out), "--live", *more]) == 0
    _, made = shown(out)
    assert [one.shape[:2] for one in made] == [(W, H)] * 2
    assert made[0][W - 10, H // 3, 2] > 150  # what was right is below
    assert made[0][10, H // 3, 1] > 150


@pytest.mark.parametrize(("w", "h", "name"), [(161, 91, "out.mp4"), (161, 91, "out.webm")])
def test_odd_sizes_grow_by_a_line_at_most(tmp_path: Path, w: int, h: int, name: str) -> None:
    out = tmp_path / name
    assert run(clip(tmp_path / "in.mkv", 1, w, h), out, "--background", "#ff0000") == 0
    times, made = shown(out)
    assert len(times) == 1
    assert made[0].shape[:2] == ((92, 162) if name == "out.mp4" else (91, 161))


@pytest.mark.parametrize(("name", "background"), [("out.mp4", "blur"), ("out.mkv", "blur"), ("out.mov", "transparent")])
def test_pixels_that_are_no_squares_stay_so(tmp_path: Path, name: str, background: str) -> None:
    import av

    source, out = clip(tmp_path / "in.mkv", 2, aspect=Fraction(4, 3)), tmp_path / name
    assert run(source, tmp_path / "out.webm") == 2
    assert not (tmp_path / "out.webm").exists()
    assert run(source, out, "--background", background) == 0
    with av.open(str(out)) as container:
        assert container.streams.video[0].sample_aspect_ratio == Fraction(4, 3)


@pytest.mark.parametrize("name", ["out.mp4", "out.webm", "out.mov"])
def test_colours_are_named(tmp_path: Path, name: str) -> None:
    import av

    out = tmp_path / name
    assert run(clip(tmp_path / "in.mkv", 2), out, "--background", "#20c040") == 0
    with av.open(str(out)) as container:
        coder = container.streams.video[0].codec_context
        named = (int(coder.colorspace), int(coder.color_range), int(coder.color_primaries), int(coder.color_trc))
        assert named == (1, 1, 1, 1)
    assert np.abs(shown(out)[1][0][40, 20, :3].astype(int) - (64, 192, 32)).max() < 45


KNOWN = [(0, 0, 255), (0, 255, 0), (255, 0, 0), (255, 255, 255), (0, 0, 0), (128, 128, 128), (30, 60, 200)]
"""BGR, each a field of 16 x 16 pixels."""
FIELD = 16
MATRICES = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
"""ITU-T H.273's number of a matrix, and how much of red and blue it takes for luma."""


def known(path: Path, matrix: int, full: bool, layout: str, codec: str = "ffv1") -> Path:
    """A picture of KNOWN, converted here from the standards' own equations."""
    import av

    red, blue = MATRICES[matrix]
    b, g, r = np.array(KNOWN, float).T / 255
    luma = red * r + (1 - red - blue) * g + blue * b
    planes = np.stack([luma, (b - luma) / (2 - 2 * blue), (r - luma) / (2 - 2 * red)])
    bits = 10 if "10" in layout else 8
    top, step = 2**bits - 1, 2 ** (bits - 8)
    scales = np.array([top] * 3 if full else [219 * step, 224 * step, 224 * step])[:, None]
    zeros = np.array([0 if full else 16 * step, 128 * step, 128 * step])[:, None]
    values = np.rint(np.clip(planes * scales + zeros, 0, top))
    values = values.astype(np.uint16 if bits > 8 else np.uint8).repeat(FIELD, axis=1)
    frame = av.VideoFrame(values.shape[1], FIELD, layout)
    for number, (plane, row) in enumerate(zip(frame.planes, values, strict=True)):
        row = row[:: 2 if number and "420" in layout else 1]
        lines = np.zeros((plane.height, plane.line_size // row.itemsize), row.dtype)
        lines[:, : len(row)] = row
        plane.update(lines.tobytes())
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream(codec, rate=25, width=frame.width, height=FIELD, pix_fmt=layout)
        stream.codec_context.colorspace = frame.colorspace = matrix
        stream.codec_context.color_range = frame.color_range = 2 if full else 1
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def fields(path: Path) -> NDArray[np.int64]:
    """The colours that a player would show, read by what the file says of itself."""
    with closing(Footage(path)) as footage:
        frame = footage.read()
    assert frame is not None
    return frame.pixels[FIELD // 2, FIELD // 2 :: FIELD].astype(int)


@pytest.mark.parametrize("layout", ["yuv420p", "yuv444p", "yuv420p10le"])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", MATRICES)
def test_colours_stay_what_they_are(tmp_path: Path, matrix: int, full: bool, layout: str) -> None:
    source = known(tmp_path / "in.mkv", matrix, full, layout)
    assert np.abs(fields(source) - KNOWN).max() <= 3
    everybody = ["--live", "--model", "constant", "--keep", "0,0,1,1"]
    for name, background, most in (("out.mov", "transparent", 3), ("out.mp4", "blur", 12)):
        assert main(["video", str(source), "-o", str(tmp_path / name), *everybody, "--background", background]) == 0
        assert np.abs(fields(tmp_path / name) - KNOWN).max() <= most


@pytest.mark.parametrize(("primaries", "trc"), [(9, 14), (12, 13), (5, 6)])
def test_primaries_are_named_as_they_were(tmp_path: Path, primaries: int, trc: int) -> None:
    import av

    out = tmp_path / "out.mp4"
    assert run(clip(tmp_path / "in.mkv", 1, trc=trc, primaries=primaries), out, "--background", "#20c040") == 0
    with av.open(str(out)) as container:
        coder = container.streams.video[0].codec_context
        assert (int(coder.color_primaries), int(coder.color_trc)) == (primaries, trc)


SAID = [(200, 500, "Hallo\n<i>Welt</i>"), (1000, 700, "Zwei \u00e4")]


@pytest.mark.parametrize(
    ("kind", "name", "made"),
    [
        ("subrip", "out.mkv", "subrip"),
        ("subrip", "out.mp4", "mov_text"),
        ("subrip", "out.mov", "mov_text"),
        ("subrip", "out.webm", "webvtt"),
        ("webvtt", "out.webm", "webvtt"),
        ("dvdsub", "out.mkv", "dvd_subtitle"),
        ("dvdsub", "out.mp4", None),
    ],
)
def test_subtitles_come_along_where_they_can(
    tmp_path: Path, kind: str, name: str, made: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    import av

    bare, source, out = clip(tmp_path / "bare.mkv", 35), tmp_path / "in.mkv", tmp_path / name
    with av.open(str(bare)) as given, av.open(str(source), "w") as written:
        video = written.add_stream_from_template(given.streams.video[0])
        text: Any = written.add_mux_stream(kind)
        written.metadata["title"] = "A title"
        text.time_base, text.metadata["language"] = Fraction(1, 1000), "ger"
        for begin, length, says in SAID:
            packet: Any = av.Packet(says.encode())
            packet.pts = packet.dts = begin
            packet.stream, packet.duration, packet.time_base = text, length, Fraction(1, 1000)
            written.mux_one(packet)
        for shown_packet in given.demux(video=0):
            if shown_packet.size:
                shown_packet.stream = video
                written.mux_one(shown_packet)
    assert run(source, out, "--background", "#336699", "--from", "0.4") == 0
    with av.open(str(out)) as container:
        assert container.metadata["title"] == "A title"
        assert [one.codec_context.codec.canonical_name for one in container.streams.subtitles] == ([made] if made else [])
        if made is None:
            assert "cannot hold the subtitles of kind dvd_subtitle" in capsys.readouterr().err
            return
        assert container.streams.subtitles[0].metadata["language"] == "ger"
        heard: list[Any] = [packet for packet in container.demux(subtitles=0) if packet.size > 2]
        assert near([p.pts * p.time_base for p in heard], [0, 0.6], 1)  # the first one had begun before
        assert near([p.duration * p.time_base for p in heard], [0.3, 0.7], 1)
        assert b"Welt" in bytes(heard[0]) and "\u00e4".encode() in bytes(heard[1])


def test_both_ways_gives_the_same_frames(tmp_path: Path) -> None:
    source, out = clip(tmp_path / "in.mp4", 7), tmp_path / "%04d.png"
    assert main(["video", str(source), "-o", str(out), *LIGHT]) == 0
    assert len(list(tmp_path.glob("0*.png"))) == 7
    assert main(["video", str(source), "-o", str(out), *LIGHT]) == 2  # they are there already


BAD = [
    (["-o", "out.mp4"], "cannot be transparent"),
    (["-o", "out.avi"], "cannot write"),
    (["-o", "nowhere/out.webm"], "no folder"),
    (["-o", "in.mp4", "--background", "blur"], "same file"),
    (["-o", "%04d.jpg"], "Name them .png"),
    (["-o", "out.webm", "--background", "none"], "nothing would change"),
    (["-o", "out.webm", "--background", "missing.jpg"], "missing.jpg"),
    (["-o", "out.webm", "--from", "9"], "nothing in that time"),
    (["-o", "out.webm", "--from", "2", "--to", "1"], "--to must be later"),
]


@pytest.mark.parametrize(("arguments", "says"), BAD)
def test_what_cannot_be_is_said_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    clip(tmp_path / "in.mp4", 2)
    assert main(["video", "in.mp4", *LIGHT, *arguments]) == 2
    assert says in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["in.mp4"]


def test_hdr_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(clip(tmp_path / "in.mkv", 2, trc=16), tmp_path / "out.webm") == 2
    assert "HDR" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["out.webm", "out.mov", "pictures"])
def test_a_broken_input_leaves_nothing_behind(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    source = clip(tmp_path / "in.mp4", 7, codec="mpeg4")
    whole = source.read_bytes()
    source.write_bytes(whole[: len(whole) // 2])
    assert run(source, tmp_path / name) == 2
    assert "in.mp4" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["in.mp4"]


@pytest.mark.parametrize("name", ["out.webm", "out.mov", "pictures"])
def test_what_fails_half_way_leaves_nothing_behind(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def step(teller: Teller) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Teller, "step", step)
    assert run(clip(tmp_path / "in.mp4", 7, sound="aac"), tmp_path / name) == 130
    assert "--resume" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["in.mp4"]


def test_a_truncated_file_gives_what_is_whole_or_one_error(tmp_path: Path) -> None:
    source, out = clip(tmp_path / "in.mkv", 21, codec="ffv1"), tmp_path / "out.webm"
    source.write_bytes(source.read_bytes()[: -source.stat().st_size // 3])
    code = run(source, out)
    assert code in (0, 1)
    if code:
        assert not out.exists()
    else:
        assert 3 <= len(shown(out)[0]) < 21


def test_no_frames_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(clip(tmp_path / "in.mkv", 0, codec="ffv1"), tmp_path / "out.webm") == 2
    assert "in.mkv" in capsys.readouterr().err


def test_times_and_the_line_of_progress() -> None:
    assert [seconds(text) for text in ("7", "1:30", "1:00:00.5")] == [7, 90, 3600.5]
    with pytest.raises(ValueError, match="x"):
        seconds("x")
    assert line(25, 100, "frames", 5.0) == "[#####---------------] 25 %  25/100 frames  5.0/s  0:15 left"
    assert line(75, 100, "frames", 5.0, before=50) == "[###############-----] 75 %  75/100 frames  5.0/s  0:05 left"
    assert line(1, 36001, "frames", 1.0).endswith("1.0/s  10:00:00 left")
    assert line(25, 0, "frames", 5.0) == "25 frames  5.0/s"
