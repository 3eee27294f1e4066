"""The program under test, as a child process: started, watched and stopped as a user would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from . import v4l2

START_S = 120  # all of these are generous: the machine is emulated, perhaps beside other load
REFUSE_S = 120
STOP_S = 60


class Command:
    """`vbg ARGUMENTS`, running from here on: starting Python takes most of a command's time here, and there is a second core."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "vbg", *arguments]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)

    def answers(self) -> str:
        """Waits for its end, asserts that it was a good one, and returns what it printed."""
        out, said = self._process.communicate(timeout=REFUSE_S)
        assert self._process.returncode == 0, f"status {self._process.returncode}; it said: {said}"
        return out

    def refuses(self) -> str:
        """Waits for its end, asserts status 1, a clear line and a hint, and returns what it said."""
        _, said = self._process.communicate(timeout=REFUSE_S)
        said, status = said.strip(), self._process.returncode
        assert status == 1, f"status {status} instead of 1; it said: {said}"
        assert "Traceback" not in said, f"a traceback: {said}"
        lines = said.splitlines()
        assert len(lines) == 2 and lines[0].startswith("vbg: "), f"not one line and a hint: {said!r}"
        return said


class Run:
    """`vbg run` from a camera into the virtual camera, ended at the latest with the context."""

    def __init__(self, camera: str, background: str, log: Path) -> None:
        """log: what it prints goes to LOG.stdout and LOG.stderr."""
        self._stdout, self._stderr = log.with_suffix(".stdout"), log.with_suffix(".stderr")
        options = ["--camera", camera, "--background", background, "--output", f"virtual:{v4l2.VIRTUAL}"]
        options += ["--size", "640x480", "--fps", str(v4l2.FPS)]
        with self._stdout.open("wb") as stdout, self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "vbg", "run", *options, "--json"],
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )

    def wait_until_it_sends(self) -> None:
        deadline = time.monotonic() + START_S
        while not v4l2.captures(v4l2.VIRTUAL):
            self.assert_running()
            assert time.monotonic() < deadline, f"nothing sent within {START_S} s; it said: {self._said()}"
            time.sleep(0.2)

    def assert_running(self) -> None:
        status = self._process.poll()
        assert status is None, f"vbg ended with {status}; it said: {self._said()}"

    @property
    def pid(self) -> str:
        return str(self._process.pid)

    def cpu_s(self) -> float:
        """Processor seconds used so far, of all its threads."""
        fields = Path("/proc", self.pid, "stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """As the kernel does when memory is short: without a chance to tidy up."""
        self._process.kill()
        self._process.wait()

    def stop(self, number: signal.Signals = signal.SIGINT) -> dict[str, Any]:
        """Sends a signal, asserts a clean end and returns the JSON object."""
        self.assert_running()
        self._process.send_signal(number)
        try:
            status = self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running {STOP_S} s after {number.name}; it said: {self._said()}") from None
        assert status == 0, f"status {status}; it said: {self._said()}"
        assert "Traceback" not in self._said(), f"a traceback: {self._said()}"
        summary: dict[str, Any] = json.loads(self._stdout.read_text())
        return summary

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # harmless when it has ended
        self._process.wait()

    def _said(self) -> str:
        return self._stderr.read_text(errors="replace").strip()[-2000:] or "nothing"
