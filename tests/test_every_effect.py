"""What every background promises, for all that `discover` finds and each end of its settings: above all, to hide the room."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from fakes import variants, wait_until, within

from vbg import effects
from vbg.effects import Effect, Painter
from vbg.effects.screen import Screen
from vbg.effects.window import Window, titles
from vbg.errors import EffectError
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.spec import discover, to_table

WIDTH, HEIGHT = 640, 360
EVERY = [pytest.param(v, id=str(to_table(v))) for _, spec in sorted(discover(effects).items()) for v in variants(spec)]


@contextmanager
def windows(name: str) -> Iterator[None]:
    """Two programs' windows on that screen: red "Notes", half under blue "Editor"."""
    from Xlib import X
    from Xlib.display import Display

    there = Display(name)
    root = there.screen().root
    for title, colour, x in (("Notes", 0xFF0000, 10), ("Editor", 0x0000FF, 210)):
        window = root.create_window(x, 10, 400, 225, 0, X.CopyFromParent, background_pixel=colour)
        window.set_wm_name(title)
        window.map()
    there.sync()
    yield
    there.close()


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A screen in memory; the name of it."""
    if shutil.which("Xvfb") is None and not os.environ.get("CI"):
        pytest.skip("Xvfb is not installed")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x576x24", "-noreset", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        name = f":{answer.readline().strip()}"
    with windows(name):
        yield name
    server.terminate()
    server.wait(10)


@pytest.fixture(params=EVERY)
def effect(request: pytest.FixtureRequest, files: Path, monkeypatch: pytest.MonkeyPatch) -> Effect:
    found: Effect = within(files, request.param)
    if isinstance(found, Screen | Window):
        monkeypatch.setenv("DISPLAY", request.getfixturevalue("display"))
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return found


@pytest.fixture
def painter(effect: Effect) -> Iterator[Painter]:
    opened = effect.open(WIDTH, HEIGHT)
    yield opened
    opened.close()


def room(index: int = 0, width: int = WIDTH, height: int = HEIGHT) -> Frame:
    """All that could be read in a room: a checkerboard of 4 px, with noise on it."""
    rows, cols = np.mgrid[0:height, 0:width]
    board = 40 + 140 * ((rows // 4 + cols // 4) % 2)[:, :, None]
    noise = np.random.default_rng(index).integers(0, 60, (height, width, 3))
    return Frame(read_only((board + noise).astype(np.uint8)), index, index / 30)


def person(width: int = 256, height: int = 144) -> Mask:
    """A soft-edged ellipse in the middle."""
    rows, cols = np.mgrid[0:height, 0:width]
    distance = np.hypot((rows / height - 0.6) / 0.4, (cols / width - 0.5) / 0.2)
    return np.asarray(np.clip((1.1 - distance) / 0.2, 0, 1), np.float32)


@pytest.mark.parametrize(("width", "height"), [(WIDTH, HEIGHT), (360, 640), (64, 36), (639, 357), (16, 16)])
def test_a_background_is_a_read_only_picture_no_larger_than_the_frame(effect: Effect, width: int, height: int) -> None:
    opened = effect.open(width, height)
    for index in range(3):
        background = opened.paint(room(index, width, height), person(), index / 30)
        assert background.dtype == np.uint8
        assert background.ndim == 3
        assert background.shape[2] == 3
        assert 0 < background.shape[0] <= height
        assert 0 < background.shape[1] <= width
        assert not background.flags.writeable
    opened.close()


def detail(pixels: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """What is finer than about 8 px, at frame size."""
    wide = cv2.resize(pixels, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR).astype(np.float64)
    return wide - cv2.GaussianBlur(wide, (0, 0), 4)


@pytest.mark.parametrize(
    "mask", [person(), np.zeros((144, 256), np.float32), np.ones((144, 256), np.float32)], ids=["some", "no", "all"]
)
def test_nothing_sharp_of_the_room_is_in_the_background(effect: Effect, painter: Painter, mask: Mask) -> None:
    frame = room()
    there = detail(frame.pixels)
    left = detail(painter.paint(frame, mask, 0.0))
    part = float((there * left).sum() / (there * there).sum())
    assert abs(part - (0 if effect.covers else 1)) < 0.02


def test_another_room_paints_no_other_detail(effect: Effect, painter: Painter) -> None:
    if not effect.covers:
        return
    one = detail(painter.paint(room(0), person(), 0.0).copy())
    two = detail(painter.paint(room(1), person(), 0.0))
    assert np.abs(one - two).max() < 10  # the rooms' noise differs by up to 60


def test_the_person_s_colours_do_not_bleed_into_the_background(effect: Effect) -> None:
    """A red person in a green room: with the matte at least half open, no more red may be painted than without her."""
    if not effect.covers:
        return
    shape = cv2.resize(person(), (WIDTH, HEIGHT))
    with_her, without = np.zeros((HEIGHT, WIDTH, 3), np.uint8), np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    with_her[:, :, 1], with_her[:, :, 2], without[:, :, 1] = 200 * (1 - shape), 200 * shape, 200
    more = redness(effect, with_her) - redness(effect, without)
    assert more[shape < 0.5].max() <= 8
    assert more[shape == 0].max() <= 2


def redness(effect: Effect, pixels: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """How much more red than anything else is painted behind a person in `pixels`, at frame size."""
    painter = effect.open(WIDTH, HEIGHT)
    background = cv2.resize(painter.paint(Frame(read_only(pixels), 0, 0.0), person(), 0.0), (WIDTH, HEIGHT)).astype(np.int64)
    painter.close()
    return np.asarray(np.maximum(0, background[:, :, 2] - background[:, :, :2].max(axis=2)), np.int64)


def test_frames_and_masks_are_neither_changed_nor_kept(painter: Painter) -> None:
    frame, mask = room(), person()
    kept_pixels, kept_mask = frame.pixels.copy(), mask.copy()
    held = sys.getrefcount(frame), sys.getrefcount(mask)
    painter.paint(frame, mask, 0.0)
    assert (sys.getrefcount(frame), sys.getrefcount(mask)) == held
    assert (frame.pixels == kept_pixels).all()
    assert (mask == kept_mask).all()


def test_two_openings_do_not_disturb_each_other(effect: Effect) -> None:
    one, two = effect.open(WIDTH, HEIGHT), effect.open(64, 36)
    first = one.paint(room(), person(), 0.0).copy()
    two.paint(room(1, 64, 36), person(), 0.0)
    two.close()
    assert (one.paint(room(), person(), 0.0) == first).all()
    one.close()


# python-xlib leaves the socket of a refused connection to the collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_screen_that_cannot_be_seen_is_an_error_and_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    for name, value in (("", ""), ("DISPLAY", ":7654"), ("WAYLAND_DISPLAY", "wayland-0")):
        if name:
            monkeypatch.setenv(name, value)
        for spec in (Screen(), Window()):
            with pytest.raises(EffectError):
                spec.open(64, 36)
        assert titles() == []
        gc.collect()


RED, BLUE = (0, 0, 255), (255, 0, 0)


@pytest.fixture
def on_screen(display: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return display


def shown(painter: Painter) -> Pixels:
    return painter.paint(room(), person(), 0.0)


def eventually(painter: Painter, colour: tuple[int, int, int]) -> None:
    wait_until(lambda: bool((shown(painter) == colour).all()), f"all of it is {colour}")


@pytest.mark.parametrize(("title", "colour"), [("notes", RED), ("Editor", BLUE), ("", BLUE)])
def test_a_window_is_shown_whole_though_others_lie_over_it(on_screen: str, title: str, colour: tuple[int, int, int]) -> None:
    painter = Window(title).open(400, 225)
    eventually(painter, colour)
    painter.close()
    assert titles() == ["Editor", "Notes"]


def test_a_window_of_another_shape_is_not_cropped(on_screen: str) -> None:
    painter = Window("Notes").open(200, 225)
    wait_until(lambda: tuple(shown(painter)[112, 100]) == RED, "the window")
    columns = (shown(painter)[112] == RED).all(axis=1)
    rows = (shown(painter)[:, 100] == RED).all(axis=1)
    assert (columns.mean(), rows.mean()) == (1, pytest.approx(0.5, abs=0.01))
    painter.close()


def test_a_window_that_is_closed_is_an_error_and_vbg_s_own_is_none(on_screen: str) -> None:
    from Xlib import X, Xatom
    from Xlib.display import Display

    with pytest.raises(EffectError, match="no window is called 'Letter'"):
        Window("Letter").open(64, 36)
    there = Display(on_screen)
    letter = there.screen().root.create_window(0, 0, 64, 36, 0, X.CopyFromParent, background_pixel=0xFF0000)
    letter.set_wm_name("Letter")
    letter.map()
    there.sync()
    painter = Window("Letter").open(64, 36)
    eventually(painter, RED)
    letter.unmap()  # minimised: what was seen last stays
    there.sync()
    eventually(painter, RED)
    letter.change_property(there.intern_atom("_NET_WM_PID"), Xatom.CARDINAL, 32, [os.getpid()])
    letter.map()
    there.sync()
    assert "Letter" not in titles()
    letter.destroy()
    there.sync()

    def gone() -> bool:
        try:
            shown(painter)
        except EffectError as e:
            return "the window was closed" in str(e)
        return False

    wait_until(gone, "it is seen that the window was closed")
    painter.close()
    there.close()
