"""Video files as camera, as background and as output: every frame, at its time, or one clear error."""

from __future__ import annotations

import functools
import resource
import socket
import struct
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fakes import number_of, numbered, plain, write_clip
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vbg import videos
from vbg.cameras.video_file import VideoFile
from vbg.effects.video import Video
from vbg.errors import OutputError, UsageError, VbgError
from vbg.frame import Canvas, Frame, Pixels, read_only
from vbg.sinks.video_file import VideoOut


def clip(path: Path, count: int = 10, times_s: list[float] | float = 10.0, codec: str = "ffv1") -> Path:
    return write_clip(path, (numbered(i) for i in range(count)), times_s, codec)


def frames_of(path: Path, most: int = 100, loop: bool = False) -> list[Frame]:
    source = VideoFile(str(path), loop).open()
    found: list[Frame] = []
    while len(found) < most and (frame := source.read()) is not None:
        found.append(frame)
    source.close()
    return found


def times(frames: list[Frame]) -> list[float]:
    return [frame.captured_at - frames[0].captured_at for frame in frames]


# as the camera


@pytest.mark.parametrize(("name", "codec"), [("clip.mkv", "ffv1"), ("clip.mp4", "libx264"), ("clip.webm", "libvpx-vp9")])
def test_every_frame_comes_in_order_at_its_exact_time(tmp_path: Path, name: str, codec: str) -> None:
    uneven = [0.0, 0.1, 0.13, 0.4, 0.5, 0.55, 1.2, 1.3, 1.4, 1.5]
    frames = frames_of(clip(tmp_path / name, 10, uneven, codec))
    assert [number_of(frame.pixels) for frame in frames] == list(range(10))
    np.testing.assert_allclose(times(frames), uneven, atol=0.0015)  # a container counts in milliseconds


def test_a_clip_that_does_not_begin_at_zero_does(tmp_path: Path) -> None:
    frames = frames_of(clip(tmp_path / "late.mkv", 3, [5.0, 5.1, 5.2]))
    assert frames[0].captured_at <= time.monotonic()
    np.testing.assert_allclose(times(frames), [0, 0.1, 0.2], atol=0.0015)


@pytest.mark.parametrize(("name", "codec"), [("clip.mkv", "ffv1"), ("clip.mp4", "libx264")])
def test_a_loop_goes_on_without_a_gap(tmp_path: Path, name: str, codec: str) -> None:
    frames = frames_of(clip(tmp_path / name, 4, 10.0, codec), most=10, loop=True)
    assert [number_of(frame.pixels) for frame in frames] == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    assert [frame.index for frame in frames] == list(range(10))
    np.testing.assert_allclose(times(frames), np.arange(10) / 10, atol=0.0015)


def turn(path: Path, degrees_counterclockwise: int) -> None:
    """Write a rotation into an MP4's track header, as a phone does that was held sideways."""
    cos, sin = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees_counterclockwise]
    content = bytearray(path.read_bytes())
    matrix = struct.pack(">9i", *(v << 16 for v in (cos, -sin, 0, sin, cos, 0, 0, 0)), 1 << 30)
    at = content.index(b"tkhd") + 44
    content[at : at + 36] = matrix
    path.write_bytes(content)


def quarters() -> Pixels:
    """Wide; brightness 40, 100, 160, 220 in its quarters, clockwise from the top left."""
    pixels = np.empty((64, 96, 3), np.uint8)
    pixels[:32, :48], pixels[:32, 48:], pixels[32:, 48:], pixels[32:, :48] = 40, 100, 160, 220
    return pixels


def corners(pixels: Pixels) -> list[int]:
    """1 to 4: which of `quarters` shows in each corner, clockwise from the top left."""
    return [round((float(pixels[y, x].mean()) + 20) / 60) for y, x in ((4, 4), (4, -5), (-5, -5), (-5, 4))]


TURNED = {0: [1, 2, 3, 4], 90: [2, 3, 4, 1], 180: [3, 4, 1, 2], 270: [4, 1, 2, 3]}


@pytest.mark.parametrize(("degrees", "expected"), TURNED.items())
def test_a_clip_of_a_turned_phone_is_upright(tmp_path: Path, degrees: int, expected: list[int]) -> None:
    path = write_clip(tmp_path / "phone.mp4", [quarters()] * 2, 10.0, "libx264")
    turn(path, degrees)
    frame = frames_of(path)[0]
    assert corners(frame.pixels) == expected
    assert (frame.width > frame.height) == (degrees % 180 == 0)
    background = Video(str(path)).open(frame.width, frame.height)
    assert corners(background.paint(frame, np.zeros((2, 2), np.float32), 0.0)) == expected
    background.close()


def no_frames(path: Path) -> None:
    """A container with a video stream and nothing in it."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        container.start_encoding()


def sound_only(path: Path) -> None:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        sound.rate = 8000
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))


def half(path: Path) -> None:
    """Its index stands at the end, so it is lost."""
    clip(path, 10, 10.0, "libx264")
    path.write_bytes(path.read_bytes()[:1500])


BAD: dict[str, tuple[str, Callable[[Path], object]]] = {
    "text": ("text.mp4", lambda path: path.write_text("this is text")),
    "empty": ("empty.mp4", lambda path: path.write_bytes(b"")),
    "half of a file": ("half.mp4", half),
    "no frames": ("none.mkv", no_frames),
    "sound only": ("sound.wav", sound_only),
    "missing": ("missing.mp4", lambda path: None),
    "a folder": ("folder.mp4", lambda path: path.mkdir()),
}


@pytest.mark.parametrize(("name", "make"), BAD.values(), ids=BAD.keys())
def test_what_is_no_video_is_one_clear_error(tmp_path: Path, name: str, make: Callable[[Path], object]) -> None:
    path = tmp_path / name
    make(path)
    for attempt in (lambda: VideoFile(str(path)).open(), lambda: Video(str(path)).open(64, 36)):
        with pytest.raises(UsageError, match=name) as caught:
            attempt()
        assert caught.value.hint


def test_a_clip_that_breaks_off_gives_what_is_whole_and_then_ends_or_says_so(tmp_path: Path) -> None:
    path = write_clip(
        tmp_path / "torn.mkv", (np.random.default_rng(i).integers(0, 256, (36, 64, 3), np.uint8) for i in range(10))
    )
    path.write_bytes(path.read_bytes()[:-9000])
    source = VideoFile(str(path)).open()
    count = 0
    try:
        while source.read() is not None:
            count += 1
    except VbgError as e:
        assert "torn.mkv" in str(e)
        assert e.hint
    assert 3 <= count < 10
    source.close()


# as the background


def painted(path: Path, at_s: list[float]) -> list[int]:
    """The numbers of the pictures that a painter shows at those times."""
    painter = Video(str(path)).open(64, 36)
    shown = [number_of(painter.paint(Frame(plain(64, 36, (0, 0, 0)), 0, t), np.zeros((2, 2), np.float32), t)) for t in at_s]
    painter.close()
    return shown


@pytest.mark.parametrize("fps", [5, 10, 25, 60])
def test_a_background_loops_at_its_own_pace_whatever_the_camera_s(tmp_path: Path, fps: int) -> None:
    path = clip(tmp_path / "loop.mkv", 5, 10.0)
    at_s = [0.0, *(i / fps + 0.001 for i in range(1, 2 * fps))]
    assert painted(path, [1000 + t for t in at_s]) == [int(10 * t) % 5 for t in at_s]


def test_after_a_long_pause_a_background_goes_on_from_where_it_was(tmp_path: Path) -> None:
    shown = painted(clip(tmp_path / "loop.mkv", 20), [0.0, 0.11, 60.0, 60.11, 60.21])
    assert shown[:2] == [0, 1]
    assert shown[2] in (1, 2)
    assert shown[2:] == [shown[2], shown[2] + 1, shown[2] + 2]


# as the output

CANVAS = Canvas(64, 36, 30.0)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".MOV"])
def test_a_written_file_holds_every_frame_at_its_time(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    at_s = [0.0, 0.03, 0.07, 0.5, 0.51, 1.0, 1.5, 1.533]  # a gap where frames were dropped
    sink = VideoOut(str(path)).open(CANVAS)
    assert not path.exists()  # nothing under that name until it is whole
    for index, at in enumerate(at_s):
        sink.send(Frame(numbered(index), index, 1000 + at))
    sink.close()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    frames = frames_of(path)
    assert [number_of(frame.pixels) for frame in frames] == list(range(len(at_s)))
    np.testing.assert_allclose(times(frames), at_s, atol=0.002)


def test_colours_survive_the_file(tmp_path: Path) -> None:
    sink = VideoOut(str(tmp_path / "out.mp4"), 5).open(CANVAS)
    sink.send(Frame(plain(64, 36, (200, 60, 30)), 0, 0.0))
    sink.close()
    np.testing.assert_allclose(frames_of(tmp_path / "out.mp4")[0].pixels.mean(axis=(0, 1)), (200, 60, 30), atol=6)


def test_a_clock_that_stutters_loses_no_frame(tmp_path: Path) -> None:
    sink = VideoOut(str(tmp_path / "out.mp4")).open(CANVAS)
    for index in range(5):
        sink.send(Frame(numbered(index), index, 7.0 - index))
    sink.close()
    frames = frames_of(tmp_path / "out.mp4")
    assert [number_of(frame.pixels) for frame in frames] == list(range(5))
    assert (np.diff(times(frames)) > 0).all()


def test_nothing_sent_nothing_written(tmp_path: Path) -> None:
    VideoOut(str(tmp_path / "out.mp4")).open(CANVAS).close()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "message"),
    [("out.avi", "unknown kind"), ("out", "unknown kind"), ("no folder/out.mp4", "no folder"), ("taken.mp4", "taken.mp4")],
)
def test_where_no_file_can_be_is_a_usage_error(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "taken.mp4").mkdir()
    with pytest.raises(UsageError, match=message) as caught:
        VideoOut(str(tmp_path / name)).open(CANVAS)
    assert caught.value.hint
    assert [file.name for file in tmp_path.iterdir()] == ["taken.mp4"]


def test_a_folder_that_takes_no_files_is_an_output_error() -> None:
    with pytest.raises(OutputError, match="cannot write") as caught:
        VideoOut("/proc/out.mp4").open(CANVAS)
    assert caught.value.hint


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_full_disk_is_told_and_leaves_no_half_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out{suffix}"
    path.write_bytes(b"the file that was there before")
    sink = VideoOut(str(path)).open(Canvas(320, 180, 30.0))
    random = np.random.default_rng(1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, hard))  # no file of this process grows beyond that
    try:
        with pytest.raises(OutputError) as caught:
            for index in range(200):
                sink.send(Frame(read_only(random.integers(0, 256, (180, 320, 3), np.uint8)), index, index / 30))
        assert "df -h" in caught.value.hint
        try:
            sink.close()
        except OutputError as e:
            assert e.hint
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    if path.read_bytes() != b"the file that was there before":
        assert len(frames_of(path)) > 2  # whole, as far as it goes


def test_a_video_larger_than_any_screen_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip(tmp_path / "clip.mp4", [numbered(1, 320, 180)] * 3, codec="libx264")
    monkeypatch.setattr(videos, "MOST_PIXELS", 320 * 180 - 1)
    for open_it in (lambda: VideoFile(str(path)).open(), lambda: Video(str(path)).open(64, 36)):
        with pytest.raises(UsageError, match="too large a video: 320x180") as caught:
            open_it()
        assert caught.value.hint


def test_a_playlist_opens_nothing_but_files(tmp_path: Path) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.2)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/clip.ts"
    playlist = tmp_path / "clip.mp4"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}\n#EXT-X-ENDLIST\n")
    with pytest.raises(UsageError):
        VideoFile(str(playlist)).open()
    with pytest.raises(TimeoutError):
        listening.accept()
    listening.close()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [(b"MJPG", b"QQZZ", "nobody here can decode"), (b"Lavf", b"La\xd4f", "")],
    ids=["a codec that nobody knows", "a title that is no text"],
)
def test_what_fuzzing_found(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    import av

    path = tmp_path / "clip.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=10, width=32, height=32, pix_fmt="yuvj420p")
        container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(5, 32, 32), format="bgr24")))
        container.mux(stream.encode(None))
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    if message:
        with pytest.raises(UsageError, match=message):
            VideoFile(str(path)).open()
    else:
        VideoFile(str(path)).open().close()


@functools.cache
def whole_clip(suffix: str, codec: str) -> NDArray[np.uint8]:
    with tempfile.TemporaryDirectory() as folder:
        path = write_clip(Path(folder) / f"clip{suffix}", [numbered(i, 32, 32) for i in range(4)], codec=codec)
        return np.frombuffer(path.read_bytes(), np.uint8)


@given(
    st.sampled_from([(".mp4", "libx264"), (".mkv", "ffv1"), (".webm", "libvpx-vp9")]), st.integers(0, 2**32 - 1), st.booleans()
)
@settings(max_examples=150)
def test_a_damaged_video_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, kind: tuple[str, str], seed: int, cut: bool
) -> None:
    content, random = whole_clip(*kind).copy(), np.random.default_rng(seed)
    if cut:
        content = content[: random.integers(0, len(content))]
    elif len(content):
        content[random.integers(0, min(len(content), 800), 8)] = random.integers(0, 256, 8)
    path = tmp_path_factory.getbasetemp() / "damaged-video"
    path.write_bytes(content.tobytes())
    try:
        source = VideoFile(str(path)).open()
    except VbgError as e:
        assert e.hint
        return
    try:
        for _ in range(6):
            if source.read() is None:
                break
    except VbgError as e:
        assert e.hint
    finally:
        source.close()
