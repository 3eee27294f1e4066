"""The list of checks, and the report in which the guest says how each one went.

The host makes a test of every entry of CHECKS, so a check that the guest never came to is a failed test.
"""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

SIZE = (640, 480)  # width, height of every picture in the story, in pixels

NEWEST = "0.15.0"  # the v4l2loopback that is tried besides Debian 12's own
MISSING = "this v4l2loopback could not be downloaded and built here"

CHECKS = {
    "no_driver": "without v4l2loopback: status 1, one line and a hint",
    "devices": "`vbg devices` lists the webcam as a camera and the loopbacks as virtual cameras",
    "wrong_output": "a webcam named as output: status 1, one line and a hint",
    "start": "starts on a real webcam and reaches the virtual camera",
    "asleep": "the webcam is closed while nobody reads the virtual camera",
    "room_hidden": "a reader wakes it: a picture without a person comes out as the background alone, at every moment",
    "unplugged": "webcam unplugged and back: a card, then the picture again; the reader is never disturbed",
    "busy_output": "a second vbg on the same virtual camera is refused; the first goes on unharmed",
    "leaves": "the webcam is closed again after the last reader has left, and next to nothing is done",
    "killed": "SIGKILL ends it",
    "start_after_kill": "a fresh start feeds the same virtual camera",
    "opencv": "OpenCV sees the person, and the background where the room was",
    "stalled": "beside a program that asked for pictures and takes none, vbg goes on and ffmpeg sees the person",
    "feeder": "the program that feeds the camera is killed and started again: a card, then the person again",
    "chromium": "Chromium, by the camera's label, sees the person, and the background where the room was",
    "chromium_leaves": "the camera is closed after Chromium has left",
    "stop": "SIGTERM: status 0 and a sensible JSON object",
    "newest_start": f"v4l2loopback {NEWEST}: starts, and the camera is closed while nobody reads the virtual camera",
    "newest_opencv": f"v4l2loopback {NEWEST}: OpenCV sees the person, and the background where the room was",
    "newest_stalled": f"v4l2loopback {NEWEST}: vbg goes on while a program takes no pictures; after it, ffmpeg sees the person",
    "newest_chromium": f"v4l2loopback {NEWEST}: Chromium sees the person, and the background where the room was",
    "newest_leaves": f"v4l2loopback {NEWEST}: the camera is closed after Chromium has left",
    "newest_stop": f"v4l2loopback {NEWEST}: Ctrl-C: status 0 and a sensible JSON object",
    "kernel": "the kernel met no fault",
}


@dataclass(frozen=True, slots=True)
class Result:
    """How one check went. `detail`: what was measured, or what went wrong."""

    name: str
    passed: bool
    detail: str
    seconds: float


class Report:
    """Collects results and keeps the file at `path` up to date: it is whole even if the guest dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._results: list[Result] = []

    @contextmanager
    def check(self, name: str) -> Iterator[list[str]]:
        """The body passes unless it raises; what it appends to the list becomes the result's detail."""
        if name not in CHECKS or name in (r.name for r in self._results):
            raise ValueError(f"{name} is not in CHECKS or was reported before")
        start, notes, passed = time.monotonic(), list[str](), False
        try:
            yield notes
            passed = True
        except AssertionError as e:
            notes.append(str(e) or traceback.format_exc())
        except Exception:  # whatever went wrong in one check, the others still run
            notes.append(traceback.format_exc())
        result = Result(name, passed, "\n".join(notes), round(time.monotonic() - start, 1))
        self._results.append(result)
        self._path.write_text(json.dumps([asdict(r) for r in self._results], indent=1))
        print(f"{'pass' if passed else 'FAIL'} {result.seconds:6.1f} s  {name}: {result.detail}", flush=True)


def read(path: Path) -> dict[str, Result]:
    """The results in a report file by name; nothing where the guest wrote none."""
    if not path.exists():
        return {}
    return {r["name"]: Result(**r) for r in json.loads(path.read_text())}
