"""The demo camera: is what it shows what its exact alpha says, and does she move as a person would?"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from vbg.cameras import demo
from vbg.cameras.demo import Demo, DemoSource
from vbg.cameras.demo_motion import PERIOD_S, STILL_S, pose
from vbg.errors import CameraError, UsageError

SMALL = (320, 180)
FPS = 10.0
WHOLE = range(int(PERIOD_S * FPS))  # all frames of one period at FPS


@pytest.fixture(scope="module")
def source() -> DemoSource:
    return Demo().open(*SMALL, FPS)


@pytest.mark.parametrize(
    ("asked", "got"),
    [((0, 0), (1280, 720)), ((64, 36), (64, 36)), ((640, 480), (640, 480)), ((360, 640), (360, 640)), ((0, 360), (640, 360))],
)
def test_it_comes_in_any_size(asked: tuple[int, int], got: tuple[int, int]) -> None:
    source = Demo().open(*asked)
    frame = source.read()
    assert (frame.width, frame.height) == got == (source.info.width, source.info.height)
    assert frame.pixels.dtype == np.uint8 and not frame.pixels.flags.writeable
    assert source.truth(0).shape == frame.pixels.shape[:2] and source.truth(0).dtype == np.float32
    assert 0.1 < source.truth(0).mean() < 0.6


@pytest.mark.parametrize("size", [(8, 720), (-1280, 720), (100_000, 720)])
def test_an_impossible_size_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(UsageError):
        Demo().open(*size)


def test_frames_come_in_order_and_depend_on_their_index_alone() -> None:
    one, other = Demo().open(*SMALL, FPS), Demo().open(*SMALL, FPS)
    frames = [one.read() for _ in range(5)]
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    assert np.allclose(np.diff([frame.captured_at for frame in frames]), 1 / FPS)
    kept = frames[3].pixels.copy()
    assert np.array_equal(other.frame(3).pixels, kept)
    other.frame(150)
    assert np.array_equal(other.frame(3).pixels, kept)
    assert np.array_equal(frames[3].pixels, kept), "a frame changed after it was returned"


def test_the_truth_is_the_alpha_of_the_composite(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Demo(noise=0.0)
    room = plain.open(*SMALL, FPS).frame(out_of_frame()).pixels.astype(np.float32)
    over: dict[int, DemoSource] = {}
    for level in (0, 255):
        backdrop = np.full((180, 320, 3), level, np.uint8)
        monkeypatch.setattr(demo, "cover", lambda *_, backdrop=backdrop: backdrop)
        over[level] = plain.open(*SMALL, FPS)
    for index in (0, 25, 45, 95, 130):
        alpha = over[0].truth(index)[..., None]
        black, white = (over[level].frame(index).pixels.astype(np.float32) for level in (0, 255))
        assert np.abs(white - black - 255 * (1 - alpha)).max() <= 1  # 1 = rounding; so black = alpha * person
        monkeypatch.undo()
        real = plain.open(*SMALL, FPS).frame(index).pixels
        assert np.abs(real - (black + (1 - alpha) * room)).max() <= 1
        assert np.count_nonzero(alpha == 1) > 500 and np.count_nonzero((alpha > 0) & (alpha < 1)) > 100


def out_of_frame() -> int:
    """A frame at FPS in which she is out."""
    return next(i for i in WHOLE if pose(i / FPS).side < -1.3)


def test_she_leaves_fully_and_comes_back(source: DemoSource) -> None:
    there = [float(source.truth(i).mean()) for i in WHOLE]
    gone = [i for i in WHOLE if there[i] == 0]
    assert len(gone) >= 0.5 * FPS
    assert gone == list(range(gone[0], gone[-1] + 1))
    assert min(there[: gone[0] - 15] + there[gone[-1] + 15 :]) > 0.15


def test_she_moves_smoothly_and_without_a_seam() -> None:
    step = 1 / 120
    times = np.arange(-1, PERIOD_S * 120 + 2) * step
    poses = np.array([[p.side * 4, p.scale * 4, p.lean / 15, p.turn, p.lift / 20] for p in map(pose, times)])
    speed = np.diff(poses, axis=0) / step
    assert np.abs(speed).max() < 6  # side: one and a half half-frames a second
    assert np.abs(np.diff(speed, axis=0)).max() < 0.35, "a jerk"
    assert pose(0.0) == pose(PERIOD_S)


def test_the_picture_follows_that_motion_over_the_seam(source: DemoSource) -> None:
    last = len(WHOLE)
    assert np.array_equal(source.truth(last + 3), source.truth(3))
    steps = [float(np.abs(source.truth(i + 1) - source.truth(i)).mean()) for i in range(last - 4, last + 4)]
    assert max(steps) < 0.03


def test_she_listens_without_moving_while_the_sensor_goes_on(source: DemoSource) -> None:
    first, last = (int(s * FPS) for s in STILL_S)
    assert all(np.array_equal(source.truth(first), source.truth(i)) for i in range(first, last))
    change = source.frame(first).pixels.astype(np.float32) - source.frame(first + 1).pixels
    assert 1.5 < change.std() / 2**0.5 < 3


def test_the_portraits_lower_edge_never_shows() -> None:
    for size in (SMALL, (240, 180), (180, 320), (480, 180)):
        source = Demo().open(*size, FPS)
        for i in WHOLE:
            alpha = source.truth(i)
            widest = np.count_nonzero(alpha[-max(3, size[1] // 12) :] > 0.5, axis=1)
            assert widest[-1] >= 0.93 * widest.max() - 3, (size, i)
            inside = np.flatnonzero(alpha[-1] > 0.5)
            assert not inside.size or alpha[-1, inside[6:-6]].min(initial=1) > 0.99, (size, i)


def test_the_cut_out_is_one_piece_with_a_soft_edge() -> None:
    alpha = Demo().open(1280, 720).truth(200)
    for region in (alpha > 0.02, alpha < 0.98):  # her; all else. A hair's tip may stand alone by a pixel or two
        stats = cv2.connectedComponentsWithStats(region.astype(np.uint8))[2]
        assert sorted(stats[1:, cv2.CC_STAT_AREA])[-2:-1] <= [12]
    hair = alpha[:330]
    assert 0.02 < np.count_nonzero((hair > 0.05) & (hair < 0.95)) / np.count_nonzero(hair > 0.5) < 0.25


def test_noise_is_what_was_asked_for() -> None:
    clean = Demo(noise=0.0).open(*SMALL).frame(0).pixels.astype(np.float32)
    grey = np.abs(clean - 128) < 40
    for strength in (1.0, 2.0, 10.0):
        grain = Demo(noise=strength).open(*SMALL).frame(0).pixels - clean
        assert grain[grey].std() == pytest.approx(strength, rel=0.15)
        assert abs(grain[grey].mean()) < 0.1 * strength
    with pytest.raises(UsageError):
        Demo(noise=-1.0)


def test_missing_layers_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(demo, "asset", lambda name: tmp_path / name)
    with pytest.raises(CameraError, match=r"room\.jpg"):
        Demo().open()
