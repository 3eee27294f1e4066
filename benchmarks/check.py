"""Says what got slower since the ratios in `results.json` were committed; exit code 1 where something did.

python -m benchmarks.check [--repeats N] [--frames N]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import guard
from benchmarks.guard import Range
from vbg.bench.machine import described

RESULTS = Path(__file__).resolve().parent / "results.json"


def committed(path: Path = RESULTS) -> tuple[dict[str, Range], str]:
    """The ratios in `path` and the CPU that they were measured on."""
    content = json.loads(path.read_text())
    return {name: Range(**values) for name, values in content["ratios"].items()}, content["machine"]["cpu"]


def check(before: Mapping[str, Range], measure: Callable[[], Mapping[str, Range]]) -> int:
    """The exit code. What looks slower is measured once more and counts only if it looks slower again."""
    now = measure()
    suspects = {change.name for change in guard.slower(before, now)}
    for change in guard.quicker(before, now):
        print(f"quicker  {change}")
    for name in sorted(before.keys() ^ now.keys()):
        print(f"{'gone' if name in before else 'new '}     {name}")
    if not suspects:
        print(f"Nothing got slower: {len(before.keys() & now.keys())} ratios within noise.")
        return 0
    print(f"{len(suspects)} ratios look slower; measuring again.")
    again = [change for change in guard.slower(before, measure()) if change.name in suspects]
    for change in sorted(again, key=lambda change: -change.factor):
        print(f"SLOWER   {change}")
    if not again:
        print("The second measurement does not confirm it: noise.")
    return 1 if again else 0


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check", description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=guard.REPEATS, help=f"default: {guard.REPEATS}")
    parser.add_argument("--frames", type=int, default=guard.FRAMES, help=f"frames per repeat (default: {guard.FRAMES})")
    arguments = parser.parse_args()
    if not RESULTS.exists():
        print("benchmarks/results.json is missing: `make bench-report` makes it.", file=sys.stderr)
        return 2
    before, cpu = committed()
    if cpu != described()["cpu"]:
        print(f"Measured on {described()['cpu']}, committed on {cpu}: ratios differ between processors, too.")
    return check(before, lambda: guard.measure(arguments.repeats, arguments.frames))


if __name__ == "__main__":
    raise SystemExit(main())
