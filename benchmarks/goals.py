"""What vbg aims at in speed, and how far it is: `vbg bench` in processes of its own, and the run side by side."""

from __future__ import annotations

import json
import operator
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.side_by_side import SideBySide


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure and what it should be."""

    what: str
    wanted: str
    value: float
    met: bool
    unit: str = ""

    @property
    def shown(self) -> str:
        """The value with its unit."""
        return f"{self.value:.3g}{self.unit}"


def reached(outcome: SideBySide, seconds: float) -> list[Goal]:
    """Every goal that can be measured here. seconds: of picture for each run of `vbg bench`."""
    hd, full = _bench("1280x720", seconds), _bench("1920x1080", seconds)
    hd_jpeg, full_jpeg = _bench("1280x720", seconds, "--mjpg"), _bench("1920x1080", seconds, "--mjpg")
    goals = [
        _most("CPU per frame / the inference it uses, 720p", hd["cpu_ratio"], 1.5),
        _most("CPU per frame / the inference it uses, 1080p", full["cpu_ratio"], 2.2),
        _most("the same with MJPG frames, which are decoded, 720p", hd_jpeg["cpu_ratio"], 2.0),
        _most("the same with MJPG frames, which are decoded, 1080p", full_jpeg["cpu_ratio"], 3.0),
        _most("CPU per frame / inference while the picture is still, 720p", hd["still_cpu_ratio"], 0.5),
        _most("latency inside the pipeline, p95, 720p", hd["latency_ms"]["p95"], 10, " ms"),
        _most("blend / a plain copy of the frame, 720p", _blend_per_copy(outcome), 2.5),
        _most("memory of the pipeline", hd["rss_mb"], 250, " MB"),
        *_starts(),
    ]
    for name in ("browser", "browser-tuned"):
        if name in outcome.entries and "vbg-blur" in outcome.entries:
            entry, ours = outcome.entries[name], outcome.entries["vbg-blur"]
            goals.append(_least(f"times quicker than the {entry.title} (wall)", entry.wall_ms / ours.wall_ms, 4))
            goals.append(_least(f"times less CPU than the {entry.title}", entry.cpu_ms / ours.cpu_ms, 4))
    return goals


def _starts() -> list[Goal]:
    """How soon the window shows a covered picture, and what memory it takes; nothing where there is no Qt."""
    if find_spec("PySide6") is None:
        return []
    with TemporaryDirectory() as empty:
        command = [sys.executable, "-m", "vbg", "bench", "--window", "--json"]
        cold = os.environ | {"NUMBA_CACHE_DIR": empty}
        found = json.loads(subprocess.run(command, env=cold, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    first, later = found["first_start_s"], found["start_s"]
    return [
        _most("first covered picture in the window, the very first start", first["first_covered_picture"], 6, " s"),
        _most("first covered picture in the window, later", later["first_covered_picture"], 2.5, " s"),
        _most("the window's first paint", later["first_paint"], 1, " s"),
        _most("memory with the window", found["rss_mb"], 350, " MB"),
    ]


def _blend_per_copy(outcome: SideBySide) -> float:
    """Both measured side by side: NaN where one of them was not."""
    ours, copy = outcome.entries.get("vbg-blur"), outcome.entries.get("copy")
    if ours is None or copy is None or ours.stages_ms is None:
        return float("nan")
    return ours.stages_ms["blend"] / copy.cpu_ms


def _most(what: str, value: float, limit: float, unit: str = "") -> Goal:
    return _goal(what, value, limit, unit, "at most", operator.le)


def _least(what: str, value: float, limit: float) -> Goal:
    return _goal(what, value, limit, "", "at least", operator.ge)


def _goal(what: str, value: float, limit: float, unit: str, word: str, holds: Callable[[float, float], bool]) -> Goal:
    return Goal(what, f"{word} {limit:g}{unit}", round(value, 3), holds(value, limit), unit)


def _bench(size: str, seconds: float, *more: str) -> dict[str, Any]:
    """`vbg bench --json` in a process of its own: what else is loaded here would count as its memory."""
    command = [sys.executable, "-m", "vbg", "bench", "--json", "--size", size, "--seconds", str(seconds), *more]
    figures: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return figures
