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

NEWER = ("0.13.2", "0.15.0")  # v4l2loopbacks that are tried besides Debian's own
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
    "leaves": "the webcam is closed again after the last reader has left",
    "stop": "SIGTERM: status 0 and a sensible JSON object",
    "start_again": "starts again on the virtual camera that a first run has used",
    "opencv": "OpenCV sees the person, and the background where the room was",
    "ffmpeg": "ffmpeg sees the person, and the background where the room was",
    "feeder": "the program that feeds the camera is killed and started again: a card, then the person again",
    "chromium": "Chromium, by the camera's label, sees the person, and the background where the room was",
    "chromium_leaves": "the camera is closed after Chromium has left",
    "killed": "SIGKILL ends it",
    "start_after_kill": "a fresh start feeds the same virtual camera, and ends at Ctrl-C with a sensible JSON object",
    "newer_0.13.2": "v4l2loopback 0.13.2 tells who watches: closed, opened for ffmpeg, closed again",
    "newer_0.15.0": "v4l2loopback 0.15.0 tells who watches: closed, opened for ffmpeg, closed again",
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
