"""Runs everything and writes `RESULTS.md`, its plots and `results.json`.

python -m benchmarks.report [--quick] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import goals, guard, plots, scaling, side_by_side, tables
from benchmarks.goals import Goal
from benchmarks.guard import Range
from benchmarks.scaling import Step
from benchmarks.side_by_side import SideBySide
from vbg.bench.machine import described

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure. frames: of each contender, at each size, in each repeat. seconds: of each `vbg bench`."""

    clip_frames: int = side_by_side.WHOLE_CLIP
    size_frames: int = 60
    repeats: int = guard.REPEATS
    repeat_frames: int = guard.FRAMES
    seconds: float = 5.0


QUICK = Effort(40, 6, 2, 20, 0.5)


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured, and on what."""

    made_by: str
    made_on: str
    commit: str
    machine: dict[str, object]
    load_before: float
    side_by_side: SideBySide
    scaling: list[Step]
    ratios: dict[str, Range]
    goals: list[Goal]


def measured(effort: Effort, command: str) -> Report:
    """Takes minutes; says what it is doing."""
    load = os.getloadavg()[0]
    print("side by side", flush=True)
    outcome = side_by_side.run(frames=effort.clip_frames)
    print("scaling", flush=True)
    steps = scaling.run(effort.size_frames)
    print("ratios", flush=True)
    ratios = guard.measure(effort.repeats, effort.repeat_frames)
    print("goals", flush=True)
    reached = goals.reached(outcome, effort.seconds)
    today = time.strftime("%Y-%m-%d", time.gmtime())
    return Report(command, today, _commit(), _machine(), round(load, 2), outcome, steps, ratios, reached)


def write(report: Report, folder: Path) -> None:
    """`RESULTS.md`, `results.json` and three plots into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    plots.stages(report.side_by_side, folder / "stages.svg")
    plots.scaling(report.scaling, folder / "scaling.svg")
    plots.quality(report.side_by_side, folder / "quality.svg")
    (folder / "results.json").write_text(json.dumps(asdict(report), indent=1) + "\n")
    (folder / "RESULTS.md").write_text(page(report))


def page(report: Report) -> str:
    """`RESULTS.md`."""
    outcome = report.side_by_side
    machine, versions = report.machine, report.machine["versions"]
    assert isinstance(versions, dict)
    recipes = [f"- **{entry.title}**: {entry.recipe}." for entry in outcome.entries.values()]
    return "\n".join(
        [
            "# How fast vbg is, beside others and beside the limits",
            "",
            f"Made by `{report.made_by}` on {report.made_on}, at commit `{report.commit}`. The last part is written by hand;",
            "`README.md` says how each figure is measured and what it does not say.",
            "",
            f"- **Machine:** {machine['cores']} cores of {machine['cpu']}; load before it began: {report.load_before}",
            f"- **System:** {machine['system']}, Python {machine['python']}",
            f"- **Versions:** {', '.join(f'{name} {version}' for name, version in versions.items())}",
            "",
            "## Side by side",
            "",
            f"Medians over the same {outcome.frames} frames of the demo clip at 720p, all contenders in turn on every frame,",
            f"OpenCV threads: {outcome.threads}. MSE and jitter are x 1000; lag is in frames.",
            "",
            tables.side_by_side(outcome),
            "",
            *recipes,
            "",
            "![quality against cost](quality.svg)",
            "",
            "## Against the goals",
            "",
            tables.goals(report.goals),
            "",
            "## Where the time goes",
            "",
            "![stages](stages.svg)",
            "",
            "## How it grows with the picture",
            "",
            tables.scaling(report.scaling),
            "",
            "![scaling](scaling.svg)",
            "",
            "## The ratios that are guarded",
            "",
            "`make bench-check` measures them again and says what got slower.",
            "",
            tables.ratios(report.ratios),
            "",
            "## What was changed and tried, and where the rest goes",
            "",
            *_changes(),
        ]
    )


def _changes() -> list[str]:
    """Before and after: the one part that is written by hand, in `changes_*.md`."""
    return ["\n\n".join(file.read_text().strip() for file in sorted(_HERE.glob("changes_*.md"))), ""]


def _machine() -> dict[str, object]:
    """As `vbg bench` names it, the system without the build of its kernel."""
    return {**described(), "system": f"{platform.system()} {platform.release().partition('-')[0]}"}


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    try:
        return subprocess.run(command, cwd=_HERE, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a minute instead of seven: to try it, not to publish it")
    parser.add_argument("--out", type=Path, default=_HERE, metavar="FOLDER", help="default: benchmarks/")
    arguments = parser.parse_args()
    command = f"python -m benchmarks.report{' --quick' if arguments.quick else ''}"
    write(measured(QUICK if arguments.quick else Effort(), command), arguments.out)
    print(f"wrote {arguments.out / 'RESULTS.md'}")


if __name__ == "__main__":
    main()
