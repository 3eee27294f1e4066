"""The command line: its names are a contract, its errors are one line with a hint, its exit codes mean something."""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import wait_until

from vbg import choose, store, v4l2
from vbg.cli import background, main, person, style
from vbg.cli.progress import Progress
from vbg.effects.blur import Blur
from vbg.effects.drift import Drift
from vbg.effects.grey import Grey
from vbg.effects.none import NoEffect
from vbg.effects.picture import Picture
from vbg.errors import UsageError
from vbg.figures.figure import Figure
from vbg.matting.keep import Region
from vbg.matting.presence import Presence
from vbg.matting.style import PRESETS, Style
from vbg.settings import Look, Setup

KEYS = {"frames", "dropped", "seconds", "fps", "latency_ms", "stages_ms", "camera", "output"}


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def vbg(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    return subprocess.run([sys.executable, "-m", "vbg", *arguments], capture_output=True, text=True, timeout=120, check=False)


def test_version_says_so_without_loading_the_engine() -> None:
    code = "import sys; sys.argv = ['vbg', '--version']\ntry:\n import vbg.cli; sys.exit(vbg.cli.main())\nfinally:\n"
    code += " print([m for m in ('numba', 'cv2', 'numpy', 'mediapipe', 'av', 'PySide6') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == ["vbg 0.1.0", "[]"]


def test_json_is_one_object_with_the_promised_keys() -> None:
    done = vbg("run", "--camera", "test-card", "--output", "null", "--seconds", "1", "--size", "320x180", "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert set(figures) == KEYS
    assert figures["frames"] == 30
    assert set(figures["latency_ms"]) == {"p50", "p95"}
    assert {"mask", "smooth", "refine", "paint", "blend", "send"} <= set(figures["stages_ms"])
    assert all(set(spread) == {"p50", "p95"} and spread["p50"] <= spread["p95"] for spread in figures["stages_ms"].values())
    assert (figures["camera"]["name"], figures["camera"]["width"]) == ("test card", 320)
    assert (figures["output"]["target"], figures["output"]["height"]) == ("null", 180)
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--camera", "nobody's camera"], 1, "no camera is called"),
        (["--camera", "/dev/video250"], 1, "/dev/video250 cannot be opened"),
        (["--camera", "missing.mp4"], 2, "there is no file missing.mp4"),
        (["--camera", "test-card", "--background", "missing.jpg"], 2, "missing.jpg"),
        (["--camera", "test-card", "--background", "#12345"], 2, "not a colour"),
        (["--camera", "test-card", "--background", "{junk}"], 2, "not a video that can be read"),
        (["--camera", "test-card", "--background", "{notes}"], 2, "notes.txt is not a video that can be read: Invalid data"),
        (["--camera", "test-card", "--blur", "1.5"], 2, "between 0 and 1"),
        (["--camera", "test-card", "--blur", "nan"], 2, "blur strength"),
        (["--camera", "test-card", "--keep", "1,2,3"], 2, "not a region"),
        (["--camera", "test-card", "--drop", "0.5,0,0.6,1"], 2, "not inside the picture"),
        (["--camera", "test-card", "--edge-softness", "2"], 2, "between 0 and 1"),
        (["--camera", "test-card", "--steadiness", "nan"], 2, "steadiness"),
        (["--camera", "test-card", "--output", "out.gif"], 2, "cannot write to 'out.gif'"),
        (["--camera", "test-card", "--output", "no/such/folder/out.mp4"], 2, "no folder"),
        (["--camera", "test-card", "--output", "null", "--model", "gpt"], 2, "no model called 'gpt'"),
        (["--camera", "test-card", "--output", "null", "--fps", "0.1"], 2, "frames per second"),
        (["--camera", "test-card", "--output", "null", "--size", "9x9"], 2, "out of range"),
        (["--camera", "test-card", "--output", "null", "--seconds", "-1"], 2, "negative"),
    ],
)
def test_bad_input_is_one_line_and_a_hint(
    arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    junk = tmp_path / "junk.jpg"
    junk.write_bytes(b"\xff\xd8\xff" + bytes(1000))
    notes = tmp_path / "notes.txt"
    notes.write_text("no video")
    assert main(["run", *(a.format(junk=junk, notes=notes) for a in arguments)]) == code
    error = capsys.readouterr().err
    first, hint, *rest = error.splitlines()
    assert says in first
    assert first.startswith("vbg: ")
    assert hint.strip()
    assert not rest


@pytest.mark.parametrize("size", ["0x720", "1280", "axb", "4x-4", "1280x"])
def test_a_size_that_is_none_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "--size", size])
    assert ended.value.code == 2
    assert "write it as 1280x720" in capsys.readouterr().err


def test_no_camera_and_no_driver_say_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(v4l2, "devices", list)
    monkeypatch.setattr(sys, "platform", "linux")
    assert main(["run"]) == 1
    assert "--camera demo" in capsys.readouterr().err
    assert main(["run", "--camera", "test-card"]) == 1
    assert "sudo modprobe v4l2loopback" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_cleanly_and_the_file_is_whole(name: str, tmp_path: Path) -> None:
    import av

    target = tmp_path / "out.mp4"
    arguments = ["run", "--camera", "test-card", "--size", "160x90", "--output", str(target), "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vbg", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_until(lambda: any(b"ftyp" in part.read_bytes()[:64] for part in tmp_path.glob(".out*part*")), "a frame", 60)
    time.sleep(0.2)
    process.send_signal(getattr(signal, name))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert os.listdir(tmp_path) == ["out.mp4"]  # noqa: PTH208 - names are what is compared
    with av.open(str(target)) as container:
        assert sum(1 for _ in container.decode(video=0)) == json.loads(out)["frames"]


def test_settings_file_gives_what_the_command_line_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "config" / "vbg"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text(
        '[camera]\nkind = "test_card"\n[[outputs]]\nkind = "null"\n[canvas]\nwidth = 160\nheight = 90\n[effect]\n'
        'kind = "nonsense"\n'
    )
    assert main(["run", "--seconds", "0.2", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["output"]["width"] == 160
    assert "nonsense" in said.err


def test_devices_lists_what_there_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    webcam = v4l2.Device("/dev/video3", "Some Webcam", "uvcvideo", "usb-1", captures=True, loopback=False)
    virtual = v4l2.Device("/dev/video7", "vbg", "v4l2 loopback", "platform", captures=False, loopback=True)
    monkeypatch.setattr(v4l2, "devices", lambda: [webcam, virtual])
    monkeypatch.setattr(sys, "platform", "linux")
    assert main(["devices", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["target"] for one in found["cameras"]] == ["/dev/video3"]
    assert [one["target"] for one in found["virtual_cameras"]] == ["/dev/video7"]
    assert main(["devices"]) == 0
    text = capsys.readouterr().out
    assert "Some Webcam" in text
    assert "virtual:/dev/video7" in text


def test_the_outline_is_what_was_saved_then_the_preset_then_the_options() -> None:
    saved = Style(steadiness=0.9, largest=True, keep=(Region(0, 0, 1, 1),))
    parser = argparse.ArgumentParser()
    style.add_to(parser)

    def chosen(*arguments: str) -> Style:
        found: Style = style.chosen(parser.parse_args(arguments), saved)
        return found

    assert chosen() == saved
    assert chosen("--preset", "privacy") == replace(saved, **PRESETS["privacy"])
    assert chosen("--preset", "privacy", "--edge-shift", "0.5").edge_shift == 0.5
    assert chosen("--keep", "0,0,0.5,0.5", "--keep", "0.5,0.5,0.5,0.5").keep == (
        Region(0, 0, 0.5, 0.5),
        Region(0.5, 0.5, 0.5, 0.5),
    )
    assert chosen("--keep", "none", "--no-largest") == Style(steadiness=0.9)


def test_what_is_drawn_is_what_was_saved_then_the_options() -> None:
    parser = argparse.ArgumentParser()
    person.add_to(parser)
    words = ["--corner", "left", "--avatar", "blocks", "--outline", "1.5", "--shadow-across=-3", "--avatar-colour", "#102030"]
    arguments = parser.parse_args(words)
    kept = Figure(shadow=0.5)
    assert person.chosen(arguments, kept) == Figure(1.5, shadow=0.5, shadow_across=-3.0, avatar="blocks", avatar_colour="#102030")
    assert person.chosen(arguments, Presence(light=0.3)) == Presence(light=0.3, corner="left")
    with pytest.raises(UsageError):
        person.chosen(parser.parse_args(["--outline", "40"]), kept)


def test_the_background_s_own_settings_are_set_by_name() -> None:
    assert choose.tuned(Picture("x.png"), ["depth=-0.5"]) == Picture("x.png", -0.5)
    assert choose.tuned(Drift(), ["colours=ember", "speed=1"]) == Drift("ember", 1.0)
    for wrong in ("depth", "depth=far", "depth=7", "file=y.png", "width=1"):
        with pytest.raises(UsageError):
            choose.tuned(Picture("x.png"), [wrong])


def test_who_stops_reading_what_is_printed_is_no_fault() -> None:
    command = [sys.executable, "-m", "vbg", "devices", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == ""
        assert child.wait(60) == 0


HUNG = """
import sys, threading
from vbg.cli import main, run
from vbg.models.constant import _Same
run._PATIENCE_S = 0.5
made, asked = _Same.mask, []

def mask(self, frame, room=None):
    asked.append(frame)
    if len(asked) == 30:
        print("hangs", flush=True)
        threading.Event().wait()
    return made(self, frame)

_Same.mask = mask
sys.exit(main(sys.argv[1:]))
"""


def test_ctrl_c_ends_it_although_the_model_hangs_and_the_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    options = ["run", "--camera", "demo", "--size", "64x36", "--model", "constant", "--background", "#000000"]
    command = [sys.executable, "-c", HUNG, *options, "--output", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "hangs\n"
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "does not answer" in said
    assert "Traceback" not in said
    import av

    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 29


def test_a_share_of_a_core_is_a_percentage(capsys: pytest.CaptureFixture[str]) -> None:
    usual = ["run", "--camera", "test-card", "--size", "64x36", "--model", "constant", "--output", "null", "--seconds", "0.1"]
    assert main([*usual, "--cpu", "50%", "--always-on"]) == 0
    assert main([*usual, "--cpu", "1"]) == 2
    assert "5 is the least" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*usual, "--cpu", "half"])


def asked(tmp_path: Path, *words: str) -> background.Asked:
    parser = argparse.ArgumentParser()
    background.add_to(parser)
    return background.asked(parser.parse_args(words))


def test_pictures_take_a_whole_look_and_options_are_stronger(tmp_path: Path) -> None:
    look = Look(Grey(0.5), Style(edge_shift=0.5), figure=Figure(outline=1.0, avatar="cartoon"))
    store.save_presets(store.presets_path(), {"on stage": look})
    store.save(tmp_path / "settings.toml", Setup(), look)
    for name in ("on stage", str(tmp_path / "settings.toml")):
        assert asked(tmp_path, "--look", name) == (look.effect, look.style, look.figure)
    changed = asked(tmp_path, "--look", "on stage", "--set", "blur=0.9", "--avatar", "off", "--edge-shift", "0")
    assert changed == (Grey(0.9), Style(), Figure(outline=1.0))
    assert asked(tmp_path, "--look", "on stage", "--background", "blur").effect == Blur(0.5)
    assert asked(tmp_path) == (None, Style(), Figure())
    assert asked(tmp_path, "--background", "none", "--avatar", "blocks").effect == NoEffect()
    (tmp_path / "broken.toml").write_text("effect = 3")
    for wrong in (
        ["--look", "nobody's"],
        ["--look", str(tmp_path / "broken.toml")],
        ["--background", "none"],
        ["--outline", "1"],
    ):
        with pytest.raises(UsageError) as caught:
            asked(tmp_path, *wrong)
        assert str(caught.value)


def test_progress_is_told_to_other_programs_line_by_line() -> None:
    out = io.StringIO()
    with Progress(3, "pictures", out, lines=True) as progress:
        for _ in range(3):
            progress.step()
    told = [json.loads(one) for one in out.getvalue().splitlines()]
    assert told[0] == {"done": 0, "total": 3}
    assert told[-1] == {"done": 3, "total": 3}
