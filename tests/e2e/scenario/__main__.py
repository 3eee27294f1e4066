"""The story that the guest plays: no driver, then a webcam without a person, then a camera with one.

Usage: python -m tests.e2e.scenario OUT, as root in the guest. OUT holds the footage and gets report.json.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import v4l2
from .app import Run, refuses, vbg
from .clients import chromium, ffmpeg, opencv
from .judge import BACKGROUND, Footage, judge_empty_room
from .report import SIZE, Report


def main(out: Path) -> None:
    report = Report(out / "report.json")
    v4l2.load_webcam()
    without_driver(report)
    v4l2.load_loopbacks()
    with_driver(report)
    empty_room(report, out)
    person(report, out)
    kernel(report)


def without_driver(report: Report) -> None:
    with report.check("no_driver") as notes:
        notes.append(refuses("run", "--camera", v4l2.WEBCAM, "--output", "virtual"))
        assert "modprobe v4l2loopback" in notes[0], f"no command that mends it: {notes[0]}"


def with_driver(report: Report) -> None:
    with report.check("devices") as notes:
        ended = vbg("devices", "--json")
        assert ended.returncode == 0, f"status {ended.returncode}; it said: {ended.stderr}"
        listed = json.loads(ended.stdout)
        cameras = {camera["target"]: camera["name"] for camera in listed["cameras"]}
        outputs = {device["target"]: device["name"] for device in listed["virtual_cameras"]}
        notes.append(f"cameras {cameras}, virtual cameras {outputs}")
        assert cameras == {v4l2.WEBCAM: "vivid"}, notes[0]
        assert outputs == {v4l2.VIRTUAL: v4l2.LABEL, v4l2.FED: v4l2.FED_LABEL}, notes[0]
    with report.check("wrong_output") as notes:
        notes.append(refuses("run", "--camera", v4l2.WEBCAM, "--output", f"virtual:{v4l2.WEBCAM}"))
        assert "vbg devices" in notes[0], f"no command that helps: {notes[0]}"


def empty_room(report: Report, out: Path) -> None:
    with Run(v4l2.WEBCAM, BACKGROUND, out / "empty_room") as run:
        with report.check("start"):
            run.wait_until_it_sends()
        with report.check("room_hidden") as notes:
            notes.append(judge_empty_room(opencv.frames(v4l2.VIRTUAL)))
        with report.check("busy_output") as notes:
            run.assert_running()
            notes.append(refuses("run", "--camera", "test-card", "--output", f"virtual:{v4l2.VIRTUAL}"))
            notes.append(judge_empty_room(opencv.frames(v4l2.VIRTUAL), wanted=8))
        with report.check("stop") as notes:
            notes.append(sensible(run.stop(), "vivid"))


def person(report: Report, out: Path) -> None:
    footage = Footage(out, SIZE)
    with v4l2.fed(out / "footage.yuyv", SIZE), Run(v4l2.FED, BACKGROUND, out / "person") as run:
        with report.check("start_again"):
            run.wait_until_it_sends()
            assert any(map(footage.shows, opencv.frames(v4l2.VIRTUAL))), "the person never came"
        with report.check("opencv") as notes:
            notes.append(footage.judge(opencv.frames(v4l2.VIRTUAL, 12)))
        with report.check("ffmpeg") as notes:
            notes.append(footage.judge(ffmpeg.frames(v4l2.VIRTUAL, 12, SIZE)))
        with report.check("chromium") as notes:
            notes.append(footage.judge(chromium.frames(v4l2.LABEL, 8, SIZE, out / "chromium.log")))
        with report.check("stop_again") as notes:
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
