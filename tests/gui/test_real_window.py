"""The real thing: the app as a process, under a window manager, with a mouse and a keyboard, seen on the screen."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import wait_until, write_picture
from PIL import Image

from benchmarks.screens import STUDIOS, Alone, plate, shot
from vbg.resources import asset

from .screen import App, Screen

MISSING = [tool for tool in ("Xvfb", "openbox", "xdotool") if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"not installed: {', '.join(MISSING)}")


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    made = Screen(tmp_path)
    yield made
    made.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user who chose the demo clip as the camera."""
    folder = tmp_path / "home"
    (folder / "XDG_CONFIG_HOME" / "vbg").mkdir(parents=True)
    (folder / "XDG_RUNTIME_DIR").mkdir(mode=0o700)
    (folder / "XDG_CONFIG_HOME" / "vbg" / "settings.toml").write_text('version = 1\ncamera = {kind = "demo"}\n')
    (folder / "XDG_CONFIG_HOME" / "vbg" / "window.toml").write_text('welcomed = true\ntheme = "light"\nlanguage = "en"\n')
    return folder


def soon(holds: Callable[[], bool], what: str) -> None:
    """Wait as long as a busy machine may take."""
    wait_until(holds, what, 40)


def beside(app: App, across: float) -> tuple[int, int]:
    """A place on the preview, in parts of its width from the left."""
    left, top, w, h = app.until(lambda told: "picture" in told["places"], "there is a picture")["places"]["picture"]
    return left + round(across * w), top + h // 2


def near(one: np.ndarray, bgr: tuple[int, int, int], within: float = 12) -> bool:
    return bool(np.abs(one - np.array(bgr)).max() <= within)


def test_a_user_s_first_minutes(screen: Screen, home: Path, tmp_path: Path) -> None:
    app = App(screen, home)
    app.until(lambda told: told["pictured"] and told["shown"] > 5, "the preview shows a covered picture")
    assert "Preview" in app.told()["places"]

    screen.scroll(*app.middle("tile-study"), notches=12)  # the colours are below the fold
    app.click("tile-green")
    app.until(lambda told: "'#00b140'" in told.get("effect", ""), "a colour was picked")
    soon(lambda: near(app.colour(0.03, 0.3), (64, 177, 0)), "the colour is on the screen")

    app.click("blur")
    app.until(lambda told: told["effect"].startswith("Blur"), "the blur is on")
    soon(lambda: not near(app.colour(0.03, 0.3), (64, 177, 0), 40), "the colour is gone from the screen")
    app.click("blur")
    app.until(lambda told: "'#00b140'" in told["effect"], "the blur is off again")
    soon(lambda: near(app.colour(0.03, 0.3), (64, 177, 0)), "the colour is back")

    screen.click(*app.middle("Preview"))
    screen.xdotool("keydown", "space")
    soon(lambda: not near(app.colour(0.03, 0.3), (64, 177, 0), 40), "the room is shown while Space is held")
    screen.xdotool("keyup", "space")
    soon(lambda: near(app.colour(0.03, 0.3), (64, 177, 0)), "the room is covered again")

    file = tmp_path / "violet.png"
    write_picture(file, np.full((180, 320, 3), (200, 40, 120), np.uint8))
    source = screen.run("drag_source.py", file, 1420, 900, surroundings=app.surroundings)
    soon(lambda: bool(screen.pixels()[900:960, 1420:1520].any()), "the drag source is shown")
    screen.drag((1470, 930), beside(app, 0.25))
    app.until(lambda told: "violet" in told["effect"], "the dropped picture was taken")
    soon(lambda: near(app.colour(0.03, 0.3), (200, 40, 120)), "the picture is on the screen")
    source.terminate()

    app.click("camera")
    screen.xdotool("key", "t", "Return")  # the list is open: the entry that begins with it
    app.until(lambda told: told["camera"] == "test_card", "the test card is the camera")

    second = subprocess.run(
        [sys.executable, "-m", "vbg"],
        env={**os.environ, **screen.surroundings, **app.surroundings},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 0  # it raised the first one's window and went

    screen.xdotool("key", "alt+F4")
    assert app.wait_for_end() == 0
    again = App(screen, home)
    told = again.until(lambda told: told["pictured"], "the preview shows a picture again")
    assert "violet" in told["effect"]
    assert (told["camera"], told["chosen"]) == ("test_card", "Test card")
    soon(lambda: near(again.colour(0.03, 0.3), (200, 40, 120)), "the picture is on the screen again")
    screen.xdotool("key", "ctrl+q")
    assert again.wait_for_end() == 0


def test_a_photo_is_dropped_on_the_preview_and_saved_without_its_background(screen: Screen, home: Path, tmp_path: Path) -> None:
    app = App(screen, home)
    app.until(lambda told: told["pictured"] and told["shown"] > 5, "the preview shows a covered picture")
    photo = tmp_path / "me.png"
    with Image.open(asset("demo/person.png")) as opened:
        wall, person = Image.new("RGB", (480, 360), (120, 125, 130)), opened.convert("RGBA")
        person.thumbnail((330, 330))
        wall.paste(person, (90, 30), person)
    wall.save(photo)
    source = screen.run("drag_source.py", photo, 1420, 900, surroundings=app.surroundings)
    soon(lambda: bool(screen.pixels()[900:960, 1420:1520].any()), "the drag source is shown")
    screen.drag((1470, 930), beside(app, 0.75))
    app.until(lambda told: "me.png" in told.get("files", {}), "the photo is in the queue")
    source.terminate()
    shown = app.told()["shown"]
    app.until(lambda told: told["files"]["me.png"][0] == "ready", "its preview is made", 150)
    assert app.told()["shown"] > shown  # the live picture went on
    app.click("save-me.png")
    time.sleep(1.0)
    target = tmp_path / "saved.png"
    screen.xdotool("key", "ctrl+a")
    screen.xdotool("type", str(target))
    screen.xdotool("key", "Return")
    app.until(lambda told: told["files"]["me.png"][0] == "saved", "it is saved")
    with Image.open(target) as saved:
        assert saved.size == (480, 360)
    screen.xdotool("key", "alt+F4")  # the queue's window; the app goes on
    app.until(lambda told: "files" not in told, "the queue's window is closed")
    (window,) = screen.xdotool("search", "--onlyvisible", "--name", "^vbg$").split()
    screen.xdotool("windowactivate", "--sync", window, "key", "ctrl+q")
    assert app.wait_for_end() == 0


def test_minimised_it_takes_no_pictures_and_raised_it_does(screen: Screen, home: Path) -> None:
    app = App(screen, home)
    app.until(lambda told: told["pictured"] and told["shown"] > 5, "the preview shows a picture")
    (window,) = screen.xdotool("search", "--onlyvisible", "--name", "^vbg$").split()
    screen.xdotool("windowminimize", window)
    app.until(lambda told: told["state"] and not told["active"], "it is minimised")
    soon(lambda: _stands_still(app), "nothing is painted")
    screen.xdotool("windowmap", window)
    shown = app.told()["shown"]
    app.until(lambda told: told["shown"] > shown + 3, "it goes on")
    screen.xdotool("windowactivate", "--sync", window, "key", "ctrl+q")
    assert app.wait_for_end() == 0


def test_the_screen_s_colour_is_picked_from_the_picture_and_a_person_stands_before_the_new_background(
    screen: Screen, home: Path, tmp_path: Path
) -> None:
    behind, _ = plate(STUDIOS[1], 960, 540)
    source = Alone(960, 540)
    alpha = source.truth(66)
    person = np.clip(source.frame(66).pixels / np.maximum(alpha, 1 / 255)[:, :, None], 0, 255).astype(np.uint8)
    write_picture(tmp_path / "studio.png", shot(STUDIOS[1], behind, person, alpha, np.random.default_rng(1)))
    (home / "XDG_CONFIG_HOME" / "vbg" / "settings.toml").write_text(
        f'version = 1\ncamera = {{kind = "picture", file = "{tmp_path / "studio.png"}"}}\n'
        'model = {kind = "chroma"}\neffect = {kind = "colour", rgb = "#0000ff"}\n'
    )
    app = App(screen, home)
    app.until(lambda told: told["pictured"] and told["shown"] > 2, "the preview shows a picture")
    soon(lambda: near(app.colour(0.15, 0.3), (255, 0, 0)), "the screen is replaced")
    assert near(app.colour(0.98, 0.5), (255, 0, 0))  # and so is what is beyond it
    assert not near(app.colour(0.4, 0.9), (255, 0, 0), 60)  # mirrored: she stands there

    app.click("Settings")
    x, y = app.middle("Model")
    screen.scroll(x, y - 40, notches=4)
    soon(lambda: _rests(app, "pick-colour"), "the page has scrolled")
    app.click("pick-colour")
    soon(lambda: app.colour(0.15, 0.3)[1] > 100 and app.colour(0.15, 0.3)[0] < 120, "the camera's own picture is shown")
    left, top, w, h = app.told()["places"]["picture"]
    screen.click(left + round(0.15 * w), top + round(0.3 * h))
    told = app.until(lambda told: "key='#" in told["model"], "the colour was picked")
    red, green, blue = bytes.fromhex(re.findall("key='#(.{6})'", told["model"])[0])
    assert green > red + 40
    assert green > blue + 40
    soon(lambda: near(app.colour(0.15, 0.3), (255, 0, 0)), "the screen is replaced again")
    screen.xdotool("key", "ctrl+q")
    assert app.wait_for_end() == 0


def _rests(app: App, name: str) -> bool:
    """Whether a widget stays where it is, as far as is written down ten times a second."""
    import time

    before = app.told()["places"].get(name)
    time.sleep(0.4)
    return before is not None and bool(app.told()["places"].get(name) == before)


def _stands_still(app: App) -> bool:
    before = app.told()["shown"]
    time.sleep(0.5)
    return bool(app.told()["shown"] == before)
