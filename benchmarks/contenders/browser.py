"""What a browser user gets: MediaPipe's own JavaScript in headless Chromium, on the CPU."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np

from benchmarks import process_tree
from benchmarks.contenders import Kind, Sample, UnavailableError
from benchmarks.page_server import PageServer
from vbg.bench.score import Alpha
from vbg.frame import Pixels
from vbg.resources import asset

_PAGE = Path(__file__).resolve().parent.parent / "browser"
_PACKAGE = _PAGE / "node_modules" / "@mediapipe" / "tasks-vision"
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_SWITCHES = (
    "--headless=new",
    "--disable-gpu",
    "--use-angle=swiftshader",  # MediaPipe hands frames to its CPU model by way of WebGL, drawn by the CPU here
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)


@dataclass(frozen=True, slots=True)
class Browser:
    """The page hands the whole frame to MediaPipe, as its documentation shows; mask, blur and frame meet on a canvas."""

    name: ClassVar[str] = "browser"
    kind: ClassVar[Kind] = "others"
    title: ClassVar[str] = "browser page"
    recipe: ClassVar[str] = "@mediapipe/tasks-vision (CPU) in headless Chromium, canvas blur"

    def open(self, width: int, height: int) -> _Page:
        return _Page("whole")


@dataclass(frozen=True, slots=True)
class BrowserTuned:
    """The same page, but it reduces the frame to the model's size first: what a careful page does."""

    name: ClassVar[str] = "browser-tuned"
    kind: ClassVar[Kind] = "others"
    title: ClassVar[str] = "browser page, tuned"
    recipe: ClassVar[str] = "the same with the frame reduced to 256x144 for the model"

    def open(self, width: int, height: int) -> _Page:
        return _Page("small")


def program() -> str:
    """The browser's path. Raises UnavailableError where it, the package or the system's process table is missing."""
    if not Path("/proc/self/schedstat").exists():
        raise UnavailableError("CPU time of other processes is read from /proc, which only Linux has")
    if not _PACKAGE.is_dir():
        raise UnavailableError("the npm package is missing: `npm ci` in benchmarks/browser")
    found = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        raise UnavailableError("there is no Chromium: `sudo apt install chromium`")
    return found


class _Page:
    def __init__(self, recipe: str) -> None:
        path = program()
        self._size: tuple[int, int] | None = None
        self._profile = tempfile.TemporaryDirectory(prefix="vbg-benchmark-", ignore_cleanup_errors=True)
        self._server = PageServer(
            {
                "/": _PAGE / "index.html",
                "/page.mjs": _PAGE / "page.mjs",
                "/vision/": _PACKAGE,
                "/model.tflite": asset("models/selfie_segmentation_landscape.tflite"),
            }
        )
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to have one for root
        arguments = [path, *_SWITCHES, *sandbox, f"--user-data-dir={self._profile.name}", self._server.address]
        self._process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self._ask("open", recipe=recipe)
        except (TimeoutError, RuntimeError) as e:
            self.close()
            raise UnavailableError(f"the page does not run: {e}") from e

    def process(self, pixels: Pixels) -> Pixels:
        self.timed(pixels)
        rgba = np.frombuffer(self._server.ask("picture"), np.uint8).reshape(*pixels.shape[:2], 4)
        return np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGR), np.uint8)

    def timed(self, pixels: Pixels) -> Sample:
        """Handing the frame over is not timed: a camera would have done it."""
        height, width = pixels.shape[:2]
        self._size = width, height
        frame = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGBA).tobytes()
        self._ask("load", frame, width=width, height=height)
        before_s = process_tree.cpu_s(self._process.pid)
        spent = self._ask("run")
        return Sample(spent["wall_ms"], 1e3 * (process_tree.cpu_s(self._process.pid) - before_s), spent["model_ms"])

    @property
    def matte(self) -> Alpha | None:
        if self._size is None:
            return None
        answer = self._server.ask("matte")
        width, height = np.frombuffer(answer, np.int32, 2)
        return np.frombuffer(answer, np.float32, offset=8).reshape(height, width)

    def close(self) -> None:
        self._server.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._profile.cleanup()

    def _ask(self, name: str, frame: bytes = b"", **details: object) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._server.ask(name, frame, **details))
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer
