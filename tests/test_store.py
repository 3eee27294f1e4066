"""The settings file: whatever it holds, vbg starts, says what it skipped, and never loses the file that was there."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from vbg.cameras.video_file import VideoFile
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.errors import SettingsError
from vbg.matting.keep import Region
from vbg.matting.style import Style
from vbg.models.follow import Follow
from vbg.settings import Look, Setup
from vbg.sinks.null import Null
from vbg.sinks.preview import Preview
from vbg.sinks.video_file import VideoOut
from vbg.store import Saved, load, save

SETUP = Setup(
    VideoFile('a "quoted" ü.mp4', loop=True), Follow(every=7), (Null(), VideoOut("x.mp4", 30)), 640, 360, 29.97, True, 50.0, True
)
REGIONS = (Region(0.7, 0.5, 0.3, 0.5), Region(0, 0, 1, 1))
STYLE = Style(1.0, -0.5, 0.25, 0.75, True, True, 0.5, 0.25, REGIONS, (Region(0, 0, 0.1, 0.1),))
LOOK = Look(Colour("#00b140"), STYLE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "settings.toml"


def written(path: Path, text: str | bytes) -> Saved:
    """What `load` makes of a file that holds `text`."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path)


def test_what_was_saved_is_loaded(path: Path) -> None:
    save(path, SETUP, LOOK)
    assert load(path) == Saved(SETUP, LOOK)
    save(path, Setup(), Look())
    assert load(path) == Saved()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_missing_file_means_the_defaults(path: Path) -> None:
    assert load(path) == Saved()


def test_the_preview_belongs_to_the_window_and_not_into_the_file(path: Path) -> None:
    save(path, Setup(outputs=(Preview(), Null())), Look())
    assert load(path).setup.outputs == (Null(),)
    assert not any(isinstance(o, Preview) for o in written(path, '[[outputs]]\nkind = "preview"').setup.outputs)


HUGE = "1" + 400 * "0"
BROKEN = {
    "an unknown camera": ('[camera]\nkind = "periscope"', "camera"),
    "no kind": ("[camera]\nloop = true", "camera"),
    "a camera that is no table": ("camera = 7", "camera"),
    "an unknown setting of a camera": ('[camera]\nkind = "video_file"\nspeed = 2', "camera"),
    "a setting of the wrong kind": ('[camera]\nkind = "video_file"\nfile = 3', "camera"),
    "an unknown model": ('[model]\nkind = "oracle"', "model"),
    "a setting of a model out of range": ('[model]\nkind = "follow"\nevery = 0', "model"),
    "a blur out of range": ('[effect]\nkind = "blur"\nstrength = 1.5', "effect"),
    "a blur that is no number": ('[effect]\nkind = "blur"\nstrength = nan', "effect"),
    "a blur beyond all numbers": (f'[effect]\nkind = "blur"\nstrength = {HUGE}', "effect"),
    "a colour that is none": ('[effect]\nkind = "colour"\nrgb = "puce"', "effect"),
    "an unknown output": ('[[outputs]]\nkind = "telegraph"', "outputs"),
    "outputs that are no list": ('outputs = "virtual"', "outputs"),
    "an output that is no table": ("outputs = [1]", "outputs"),
    "a size of zero by nothing": ("[canvas]\nwidth = 640", "canvas"),
    "a negative size": ("[canvas]\nwidth = -640\nheight = 360", "canvas"),
    "a size that is text": ('[canvas]\nwidth = "640"\nheight = 360', "canvas"),
    "a broken size": ("[canvas]\nwidth = 640.5\nheight = 360", "canvas"),
    "a rate that is no number": ("[canvas]\nfps = inf", "canvas"),
    "a rate beyond all numbers": (f"[canvas]\nfps = {HUGE}", "canvas"),
    "a canvas that is no table": ("canvas = 640", "canvas"),
    "a power that is no table": ("power = 3", "power"),
    "an always-on that is no switch": ('[power]\nalways_on = "yes"', "power: always_on"),
    "a share of a core beyond all numbers": (f"[power]\ncpu_percent = {HUGE}", "power: cpu_percent"),
    "a share of a core that is none": ("[power]\ncpu_percent = nan", "power: cpu_percent"),
    "a control that is no table": ("control = 3", "control"),
    "shortcuts that are no switch": ('[control]\nshortcuts = "yes"', "control: shortcuts"),
    "an unknown control": ("[control]\njoystick = true", "control: joystick"),
    "an unknown power": ("[power]\nhorses = 3", "power: horses"),
    "a style that is no table": ("style = 3", "style"),
    "an unknown wish": ("[style]\nfluffiness = 1", "style: fluffiness"),
    "a softness out of range": ("[style]\nedge_softness = 3", "style: edge_softness"),
    "a shift that is text": ('[style]\nedge_shift = "wide"', "style: edge_shift"),
    "regions that are no list": ("[style]\nkeep = 3", "style: keep"),
    "a region of three numbers": ("[style]\nkeep = [[0, 0, 1]]", "style: keep"),
    "a region outside": ("[style]\ndrop = [[0.5, 0, 0.6, 1]]", "style: drop"),
    "a region of text": ('[style]\ndrop = [["a", 0, 1, 1]]', "style: drop"),
    "an unknown part": ("[teapot]\nspout = 1", "teapot"),
    "another version": ("version = 99", "version"),
    "a version that is no number": ("version = [1]", "version"),
}


@pytest.mark.parametrize(("text", "named"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_value_is_named_and_its_default_taken(path: Path, text: str, named: str) -> None:
    saved = written(path, text)
    assert saved.setup == Setup()
    assert saved.look == Look()
    (problem,) = saved.problems
    assert f"{path}: {named}: " in problem


def test_a_broken_value_leaves_the_others_as_they_were(path: Path) -> None:
    save(path, SETUP, LOOK)
    broken = path.read_text().replace("every = 7", 'every = "often"')
    saved = written(path, broken)
    assert saved.setup == replace(SETUP, model=Setup().model)
    assert saved.look == LOOK
    assert len(saved.problems) == 1


@pytest.mark.parametrize(
    "text",
    [b"= not toml", b"\xff\xfe", b"x = " + 10_000 * b"[", b"x = " + 9_999 * b"1", b'camera = {kind = "demo"'],
    ids=["not TOML", "not text", "too deep", "too large a number", "cut off"],
)
def test_a_file_that_cannot_be_read_means_the_defaults_and_one_problem(path: Path, text: bytes) -> None:
    saved = written(path, text)
    assert (saved.setup, saved.look) == (Setup(), Look())
    (problem,) = saved.problems
    assert str(path) in problem


def test_a_folder_in_the_file_s_place_is_a_problem(path: Path) -> None:
    path.mkdir(parents=True)
    assert load(path).problems
    with pytest.raises(SettingsError) as caught:
        save(path, SETUP, LOOK)
    assert caught.value.hint
    assert list(path.parent.iterdir()) == [path]


def full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


def half_written(table: dict[str, Any], file: Any) -> None:
    file.write(b"version = 1\n[camera")
    full_disk()


def killed(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("target", "name", "failure", "expected"),
    [
        (tomli_w, "dump", half_written, SettingsError),
        (os, "fsync", full_disk, SettingsError),
        (os, "fsync", killed, KeyboardInterrupt),
        (Path, "replace", full_disk, SettingsError),
    ],
    ids=["while writing", "while flushing", "interrupted", "while renaming"],
)
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    target: Any,
    name: str,
    failure: Callable[..., None],
    expected: type[BaseException],
) -> None:
    save(path, SETUP, LOOK)
    with monkeypatch.context() as patch:
        patch.setattr(target, name, failure)
        with pytest.raises(expected):
            save(path, Setup(), Look(Blur(0.1)))
    assert load(path) == Saved(SETUP, LOOK)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


PARTS = st.sampled_from(
    ["version", "camera", "model", "outputs", "canvas", "effect", "kind", "file", "width", "fps", "loop", "style", "keep"]
)
KINDS = st.sampled_from(["blur", "colour", "video_file", "picture", "preview", "null", "square", "opencv"])
SCALARS = st.one_of(KINDS, st.text(), st.integers(), st.floats(), st.booleans(), st.datetimes(), st.dates(), st.times())
TABLES = st.recursive(
    st.dictionaries(PARTS | st.text(), SCALARS, max_size=4),
    lambda inner: st.dictionaries(PARTS, inner | st.lists(inner, max_size=2) | SCALARS, max_size=5),
    max_leaves=8,
)


@given(TABLES | st.binary(max_size=60))
def test_no_junk_keeps_vbg_from_starting(tmp_path_factory: pytest.TempPathFactory, junk: dict[str, Any] | bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "junk.toml"
    try:
        path.write_bytes(junk if isinstance(junk, bytes) else tomli_w.dumps(junk).encode())
    except UnicodeEncodeError:  # TOML cannot hold that text
        return
    saved = load(path)
    save(path, saved.setup, saved.look)
    assert load(path) == Saved(saved.setup, saved.look)
