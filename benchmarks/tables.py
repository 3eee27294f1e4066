"""Figures as Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.goals import Goal
from benchmarks.guard import Range
from benchmarks.quality import Scores
from benchmarks.scaling import Step
from benchmarks.side_by_side import SideBySide


def side_by_side(outcome: SideBySide) -> str:
    """Cost, cost in units of vbg's, and quality."""
    ours = "vbg-blur" in outcome.entries
    rows = [
        [
            entry.title,
            f"{entry.wall_ms:.2f}",
            f"{entry.cpu_ms:.2f}",
            f"{outcome.times_ours(name):.2f}" if ours else "",
            "" if entry.model_ms is None else f"{entry.model_ms:.2f}",
            *_scores(entry.matte),
        ]
        for name, entry in outcome.entries.items()
    ]
    head = ("", "wall ms", "CPU ms", "CPU / vbg blur", "its model, wall ms", "IoU", "boundary F", "MSE", "jitter", "lag")
    notes = [f"\nNot measured: {name} ({reason})." for name, reason in outcome.skipped.items()]
    return "\n".join([table(head, rows), *notes])


def scaling(steps: Sequence[Step]) -> str:
    """One line per size and number of threads."""
    stages = list(steps[0].stages_ms)
    rows = [
        [
            f"{step.height}p",
            str(step.threads),
            f"{step.wall_ms:.2f}",
            f"{step.cpu_ms:.2f}",
            *(f"{step.stages_ms[stage]:.2f}" for stage in stages),
        ]
        for step in steps
    ]
    return table(("size", "threads", "wall ms", "CPU ms", *(f"{stage}, CPU ms" for stage in stages)), rows)


def goals(reached: Iterable[Goal]) -> str:
    """What was aimed at and what was measured."""
    rows = [[goal.what, goal.wanted, goal.shown, "yes" if goal.met else "**no**"] for goal in reached]
    return table(("what", "goal", "measured", "met"), rows)


def ratios(ranges: Mapping[str, Range]) -> str:
    """What `make bench-check` compares."""
    rows = [[name, f"{one.median:.3f}", f"{one.low:.3f}", f"{one.high:.3f}"] for name, one in ranges.items()]
    return table(("ratio", "median", "lowest", "highest"), rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column to the left, all others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _scores(matte: Scores | None) -> list[str]:
    if matte is None:
        return [""] * 5
    lag = "" if matte.lag is None else f"{matte.lag:.2f}"
    return [f"{matte.iou:.3f}", f"{matte.boundary_f:.3f}", f"{matte.mse:.1f}", f"{matte.jitter:.2f}", lag]
