"""The report's pictures: small SVG files whose text stays text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.scaling import Step
from benchmarks.side_by_side import SideBySide

_LOOK: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "vbg",  # the same figures give the same file
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "savefig.facecolor": "white",  # readable on a dark page, too
}
_COLOURS = {"vbg": "#1b7f5c", "others": "#c05a2b", "limit": "#6b7280"}


def stages(outcome: SideBySide, path: Path) -> None:
    """One frame at 720p, stage by stage, above what the limits need."""
    with matplotlib.rc_context(_LOOK):
        axes, figure = _axes(7, 1.9)
        colours: dict[str, str] = {}
        for entry in outcome.entries.values():
            left = 0.0
            for stage, spent_ms in (entry.stages_ms or {}).items():
                known = stage in colours
                colour = colours.setdefault(stage, f"C{len(colours)}")
                axes.barh(entry.title, spent_ms, left=left, color=colour, label=None if known else stage)
                left += spent_ms
        for entry in outcome.entries.values():
            if entry.kind == "limit":
                axes.barh(entry.title, entry.cpu_ms, color=_COLOURS["limit"])
        axes.invert_yaxis()
        axes.set_xlabel("CPU ms per 720p frame (median)")
        axes.legend(ncols=6, fontsize=8, frameon=False, loc="lower left", bbox_to_anchor=(0, 1))
        _save(figure, path)


def scaling(steps: Sequence[Step], path: Path) -> None:
    """Cost against pixels: per stage with one thread, and as a whole with each number of threads."""
    with matplotlib.rc_context(_LOOK):
        figure = Figure(figsize=(7, 3), layout="constrained")
        per_stage, whole = figure.subplots(1, 2)
        alone = [step for step in steps if step.threads == 1]
        sizes = [step.megapixels for step in alone]
        for stage in alone[0].stages_ms:
            per_stage.plot(sizes, [step.stages_ms[stage] for step in alone], marker="o", ms=3, label=stage)
        for threads in sorted({step.threads for step in steps}):
            group = [step for step in steps if step.threads == threads]
            whole.plot(sizes, [step.wall_ms for step in group], marker="o", ms=3, label=f"wall, threads: {threads}")
            whole.plot(sizes, [step.cpu_ms for step in group], marker="x", ms=4, ls=":", label=f"CPU, threads: {threads}")
        for axes in (per_stage, whole):
            axes.set_xticks(sizes, [f"{step.height}p" for step in alone], fontsize=7, rotation=45)
            axes.set_xlabel("pixels")
            axes.set_ylabel("ms per frame (median)")
            axes.set_ylim(bottom=0)
            axes.legend(fontsize=7, frameon=False)
        _save(figure, path)


def quality(outcome: SideBySide, path: Path) -> None:
    """Up and to the left is better. Ours with a picture is left out: the same matte at nearly the same place."""
    with matplotlib.rc_context(_LOOK):
        axes, figure = _axes(7, 3.2)
        axes.set_xscale("log")
        scored = [
            (entry, entry.matte.boundary_f)
            for name, entry in outcome.entries.items()
            if entry.matte is not None and name != "vbg-picture"
        ]
        costs = [entry.cpu_ms for entry, _ in scored]
        for place, (entry, value) in enumerate(sorted(scored, key=lambda one: one[0].cpu_ms)):
            axes.scatter(entry.cpu_ms, value, color=_COLOURS[entry.kind])
            above = place % 2 == 0  # names of neighbours keep out of each other's way
            offset, side = (0, 6 if above else -6), "bottom" if above else "top"
            axes.annotate(
                entry.title, (entry.cpu_ms, value), offset, textcoords="offset points", ha="center", va=side, fontsize=8
            )
        ticks = [tick for tick in (1, 2, 5, 10, 20, 50, 100, 200) if min(costs, default=1) / 2 < tick < 2 * max(costs, default=1)]
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.margins(x=0.2, y=0.2)
        axes.set_xlabel("CPU ms per 720p frame (median, logarithmic)")
        axes.set_ylabel("boundary F on the demo clip")
        _save(figure, path)


def _axes(width_in: float, height_in: float) -> tuple[Axes, Figure]:
    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    return figure.subplots(), figure


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
