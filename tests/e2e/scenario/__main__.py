"""The story that the guest plays: no driver, then a webcam without a person, then a camera with one.

Usage: python -m tests.e2e.scenario OUT, as root in the guest. OUT holds the footage and gets report.json.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from . import v4l2
from .app import Command, Run
from .clients import chromium, ffmpeg, opencv
from .clients.stalled import Stalled
from .judge import BACKGROUND, Footage, is_card, judge_empty_room
from .report import CHECKS, MISSING, NEWEST, SIZE, Report


def main(out: Path) -> None:
    report = Report(out / "report.json")
    v4l2.load_webcam()
    without_driver(report)
    v4l2.load_loopbacks()
    with_driver(report)
    empty_room(report, out)
    footage = Footage(out, SIZE)
    with chromium.Browser(v4l2.LABEL, SIZE, out / "chromium.log") as browser:  # it starts beside vbg
        person(report, out, footage, browser)
        newest(report, out, footage, browser)
    kernel(report)


def without_driver(report: Report) -> None:
    with report.check("no_driver") as notes:
        notes.append(Command("run", "--camera", v4l2.WEBCAM, "--output", "virtual").refuses())
        assert "modprobe v4l2loopback" in notes[0], f"no command that mends it: {notes[0]}"


def with_driver(report: Report) -> None:
    listing = Command("devices", "--json")
    wrong = Command("run", "--camera", v4l2.WEBCAM, "--output", f"virtual:{v4l2.WEBCAM}")
    with report.check("devices") as notes:
        listed = json.loads(listing.answers())
        cameras = {camera["target"]: camera["name"] for camera in listed["cameras"]}
        outputs = {device["target"]: device["name"] for device in listed["virtual_cameras"]}
        notes.append(f"cameras {cameras}, virtual cameras {outputs}")
        assert cameras == {v4l2.WEBCAM: "vivid"}, notes[0]
        assert outputs == {v4l2.VIRTUAL: v4l2.LABEL, v4l2.FED: v4l2.FED_LABEL}, notes[0]
    with report.check("wrong_output") as notes:
        notes.append(wrong.refuses())
        assert "vbg devices" in notes[0], f"no command that helps: {notes[0]}"


def empty_room(report: Report, out: Path) -> None:
    with Run(v4l2.WEBCAM, BACKGROUND, out / "empty_room") as run:
        with report.check("start"):
            run.wait_until_it_sends()
        with report.check("asleep") as notes:
            notes.append(asleep(run, v4l2.WEBCAM))
        second = Command("run", "--camera", "test-card", "--output", f"virtual:{v4l2.VIRTUAL}")
        with report.check("room_hidden") as notes:
            notes.append(judge_empty_room(opencv.frames(v4l2.VIRTUAL), wanted=5))
        with report.check("unplugged") as notes:
            notes.append(unplugged())
        with report.check("busy_output") as notes:
            notes.append(second.refuses())
            run.assert_running()
            notes.append(judge_empty_room(opencv.frames(v4l2.VIRTUAL), wanted=2))
        with report.check("leaves") as notes:
            notes.append(asleep(run, v4l2.WEBCAM))
            notes.append(idle(run))
        with report.check("killed") as notes:
            run.kill()
            notes.append(f"the virtual camera is {'still' if v4l2.captures(v4l2.VIRTUAL) else 'no longer'} a camera")


def asleep(run: Run, camera: str) -> str:
    """Waits until vbg has closed the camera, while it goes on running."""
    try:
        waited_s = v4l2.wait_until(lambda: run.pid not in v4l2.holders(camera), f"{camera} is closed")
    except AssertionError as e:
        raise AssertionError(f"{e}; {v4l2.VIRTUAL} is open in {v4l2.holders(v4l2.VIRTUAL)}, vbg is {run.pid}") from None
    run.assert_running()
    return f"closed after {waited_s:.1f} s"


def idle(run: Run) -> str:
    """Asserts that it hardly works while it sleeps: a card a second, and a look whether somebody reads."""
    before, began = run.cpu_s(), time.monotonic()
    time.sleep(4)
    share = (run.cpu_s() - before) / (time.monotonic() - began)
    measured = f"{share:.1%} of an emulated core while asleep"
    assert share < 0.5, measured
    return measured


def unplugged() -> str:
    """One reader sees the background, then a card, then the background again."""
    frames = opencv.frames(v4l2.VIRTUAL)
    judge_empty_room(frames, wanted=1)
    v4l2.plug(False)
    gone = time.monotonic()
    assert any(map(is_card, frames)), "no card came"
    card_s = time.monotonic() - gone
    v4l2.plug(True)
    back = time.monotonic()
    judge_empty_room(frames, wanted=3)
    return f"card after {card_s:.1f} s, back after {time.monotonic() - back:.1f} s"


def person(report: Report, out: Path, footage: Footage, browser: chromium.Browser) -> None:
    with v4l2.Feeder(out / "footage.yuyv", SIZE) as feeder, Run(v4l2.FED, BACKGROUND, out / "person") as run:
        with report.check("start_after_kill"):
            run.wait_until_it_sends()
            assert any(map(footage.shows, opencv.frames(v4l2.VIRTUAL))), "the person never came"
        with report.check("opencv") as notes:
            notes.append(footage.judge(opencv.frames(v4l2.VIRTUAL)))
        with report.check("stalled") as notes:
            notes.append(beside_a_stalled_reader(run, footage))
        with report.check("feeder") as notes:
            frames = opencv.frames(v4l2.VIRTUAL)
            assert any(map(footage.shows, frames)), "the person never came"
            feeder.kill()
            gone = time.monotonic()
            assert any(map(is_card, frames)), "no card came"
            notes.append(f"card after {time.monotonic() - gone:.1f} s")
            feeder.start()
            back = time.monotonic()
            assert any(map(footage.shows, frames)), "the person never came again"
            notes.append(f"back after {time.monotonic() - back:.1f} s")
            frames.close()  # it is a reader as long as it is there
        with report.check("chromium") as notes:
            notes.append(footage.judge(browser.frames()))
        with report.check("chromium_leaves") as notes:
            notes.append(asleep(run, v4l2.FED))
        with report.check("stop") as notes:
            notes.append(sensible(run.stop(signal.SIGTERM), v4l2.FED_LABEL))


def beside_a_stalled_reader(run: Run, footage: Footage) -> str:
    """ffmpeg gets pictures, and more of them, while another program streams and takes none."""
    with Stalled(v4l2.VIRTUAL) as stalled:
        goes_on(run, stalled)
        return footage.judge(ffmpeg.frames(v4l2.VIRTUAL, SIZE))


def after_a_stalled_reader(run: Run, footage: Footage) -> str:
    """The same with a driver that lets one program read at a time: the next one gets pictures when the first has left."""
    with Stalled(v4l2.VIRTUAL) as stalled:
        goes_on(run, stalled)
    return footage.judge(ffmpeg.frames(v4l2.VIRTUAL, SIZE))


def goes_on(run: Run, stalled: Stalled) -> None:
    """Asserts that vbg works as before while pictures lie ready that nobody takes."""
    assert stalled.waited_for(60), "no picture was ever there for it"
    before = run.cpu_s()
    v4l2.wait_until(lambda: run.cpu_s() > before + 2, "vbg works on", 30)
    assert run.pid in v4l2.holders(v4l2.FED), "vbg has closed the camera"
    assert stalled.waited_for(0), "it took one"
    run.assert_running()


def newest(report: Report, out: Path, footage: Footage, browser: chromium.Browser) -> None:
    module = v4l2.newer(NEWEST)
    if module is None:
        for name in (name for name in CHECKS if name.startswith("newest_")):
            with report.check(name):
                raise AssertionError(MISSING)
        return
    v4l2.reload_loopbacks(module)
    with v4l2.Feeder(out / "footage.yuyv", SIZE), Run(v4l2.FED, BACKGROUND, out / "newest") as run:
        with report.check("newest_start") as notes:
            run.wait_until_it_sends()
            notes.append(asleep(run, v4l2.FED))
        with report.check("newest_opencv") as notes:
            notes.append(footage.judge(opencv.frames(v4l2.VIRTUAL)))
        with report.check("newest_stalled") as notes:
            notes.append(after_a_stalled_reader(run, footage))
        with report.check("newest_chromium") as notes:
            notes.append(footage.judge(browser.frames()))
        with report.check("newest_leaves") as notes:
            notes.append(asleep(run, v4l2.FED))
        with report.check("newest_stop") as notes:
            notes.append(sensible(run.stop(), v4l2.FED_LABEL))


def kernel(report: Report) -> None:
    with report.check("kernel"):
        log = subprocess.run(["dmesg"], capture_output=True, text=True, check=True).stdout
        faults = re.findall(r".*(?:BUG:|Oops|general protection|WARNING:).*", log)
        assert not faults, "\n".join(faults)


def sensible(summary: dict[str, Any], camera: str) -> str:
    """Asserts that the JSON object of a run can be true, and returns it as text."""
    text = json.dumps(summary)
    latency, opened, output = summary["latency_ms"], summary["camera"], summary["output"]
    assert summary["frames"] > 5 and summary["dropped"] >= 0, text
    assert summary["seconds"] > 1 and summary["fps"] > 0.1, text
    assert 0 < latency["p50"] <= latency["p95"], text
    assert opened["name"] == camera and (opened["width"], opened["height"]) == SIZE, text
    assert output["target"] == v4l2.VIRTUAL and (output["width"], output["height"]) == SIZE, text
    return text


main(Path(sys.argv[1]))
