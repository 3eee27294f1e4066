"""A screen in memory with a window manager on it, a mouse and a keyboard, and the app as a process on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from fakes import wait_until
from numpy.typing import NDArray

_HERE = Path(__file__).parent
WIDTH, HEIGHT = 1600, 1000
_PATIENCE_S = 40.0
_REST_S = 0.4  # what has not moved for so long has been scrolled to its place


class Screen:
    """Xvfb and openbox; xdotool moves the mouse. `close` ends them all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        read, write = os.pipe()
        size = f"{WIDTH}x{HEIGHT}x24"
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-fbdir", str(folder), "-noreset", "-nolisten", "tcp"]
        self._start(command, {}, pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as answer:
            self.name = f":{answer.readline().strip()}"
        self._start(["openbox"], self.surroundings)
        time.sleep(0.3)

    @property
    def surroundings(self) -> dict[str, str]:
        return {"DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}

    def xdotool(self, *words: Any) -> str:
        given = {**os.environ, **self.surroundings}
        done = subprocess.run(["xdotool", *map(str, words)], env=given, capture_output=True, text=True, check=True, timeout=30)
        return done.stdout

    def click(self, x: int, y: int) -> None:
        self.xdotool("mousemove", x, y, "click", 1)

    def scroll(self, x: int, y: int, notches: int) -> None:
        """The wheel, downwards."""
        self.xdotool("mousemove", x, y, "click", "--repeat", notches, "--delay", 30, 5)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        self.xdotool("mousemove", *start, "mousedown", 1)
        for step in range(1, 13):
            part = step / 12
            self.xdotool("mousemove", *(round(a + (b - a) * part) for a, b in zip(start, end, strict=True)))
            time.sleep(0.03)
        time.sleep(0.2)
        self.xdotool("mouseup", 1)

    def pixels(self) -> NDArray[np.uint8]:
        """(HEIGHT, WIDTH, 3) uint8 BGR: what the screen shows now. Xvfb keeps it in a file of the XWD format."""
        raw = (self._folder / "Xvfb_screen0").read_bytes()
        header = np.frombuffer(raw, ">u4", 25)
        start, stride = int(header[0]) + 12 * int(header[19]), int(header[12])
        rows = np.frombuffer(raw, np.uint8, stride * HEIGHT, start).reshape(HEIGHT, stride)
        return rows[:, : 4 * WIDTH].reshape(HEIGHT, WIDTH, 4)[:, :, :3]

    def run(self, script: str, *arguments: Any, surroundings: dict[str, str]) -> subprocess.Popen[bytes]:
        """A Python script of this folder, on this screen."""
        command = [sys.executable, str(_HERE / script), *map(str, arguments)]
        return self._start(command, {**self.surroundings, **surroundings})

    def close(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    def _start(self, command: list[str], surroundings: dict[str, str], pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{Path(command[0]).name}-{len(self._processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(command, env={**os.environ, **surroundings}, stdout=log, stderr=log, pass_fds=pass_fds)
        self._processes.append(process)
        return process


class App:
    """The app on a `screen`, with a home in `folder`."""

    def __init__(self, screen: Screen, folder: Path) -> None:
        self._screen, self._report = screen, folder / "report.json"
        self._report.unlink(missing_ok=True)
        names = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
        self.surroundings = {name: str(folder / name) for name in names} | {"TMPDIR": str(folder)}  # the socket is there
        self.process = screen.run("driven.py", self._report, surroundings=self.surroundings)

    def told(self) -> dict[str, Any]:
        """What the app wrote down last."""
        found: dict[str, Any] = json.loads(self._report.read_text()) if self._report.exists() else {}
        return found

    def until(self, holds: Callable[[dict[str, Any]], Any], what: str, patience_s: float = _PATIENCE_S) -> dict[str, Any]:
        """Wait until what is written down `holds`."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the app ended ({self.process.returncode}) while waiting for: {what}"
            told = self.told()
            if told and holds(told):
                return told
            time.sleep(0.05)
        raise AssertionError(f"not within {patience_s:g} s: {what}; it says {self.told()}")

    def middle(self, name: str) -> tuple[int, int]:
        """Where a widget is on the screen, once it has come to rest there."""
        before = None
        while (place := self.until(lambda told: name in told["places"], f"{name} is shown")["places"][name]) != before:
            before = place
            time.sleep(_REST_S)
        x, y, w, h = place
        return x + w // 2, y + h // 2

    def click(self, name: str) -> None:
        self._screen.click(*self.middle(name))

    def colour(self, x: float, y: float) -> NDArray[np.float64]:
        """BGR around a point of the picture in the preview, given in parts of its width and height."""
        left, top, w, h = self.told()["places"]["picture"]
        column, row = round(left + x * w), round(top + y * h)
        return np.asarray(self._screen.pixels()[row - 3 : row + 4, column - 3 : column + 4].reshape(-1, 3).mean(axis=0))

    def wait_for_end(self) -> int:
        wait_until(lambda: self.process.poll() is not None, "the app ends", _PATIENCE_S)
        return int(self.process.returncode)
