"""`vbg photo --watch`: what comes into a folder is done, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vbg.cli.batch import Batch, made, there
from vbg.errors import UsageError

if TYPE_CHECKING:
    from vbg.crew import Crew
    from vbg.photos import Options

_EVERY_S = 1.0
"""How often the folder is looked into: a file that stays as it is for so long is complete."""


def follow(arguments: argparse.Namespace, hands: Crew, options: Options) -> int:
    """Follow the folder until Ctrl-C or SIGTERM. Returns the exit code."""
    from vbg.arrivals import Arrivals

    folder, output = arguments.inputs[0], arguments.output
    if len(arguments.inputs) != 1 or not folder.is_dir() or output.suffix or arguments.stages or arguments.trimap:
        hint = "As in: vbg photo --watch inbox -o done; without --stages and --trimap, which are those of one picture."
        raise UsageError("--watch takes one folder, and one to write to", hint)
    made(output)
    if output.samefile(folder):
        raise UsageError("what is written would be taken for new pictures", "Choose another folder with -o.")
    arrivals, batch = Arrivals(folder), Batch(arguments.timings)
    whose: dict[Path, Path] = {}
    print(f"Watching {folder}; Ctrl-C ends it.", flush=True)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            tasks = []
            for path in arrivals.look():
                task = (path.absolute(), (output / f"{path.stem}.png").absolute(), options)
                if whose.setdefault(task[1], path) != path:
                    batch.failed(task, UsageError(f"{path.name} would take the place of {whose[task[1]].name}'s picture"))
                elif not there(task):
                    tasks.append(task)
            for task, error in batch.of(hands, tasks):
                if error is None:
                    print(f"{task[0].name} -> {task[1].name}", flush=True)
            for failure in batch.told_anew():
                print(f"vbg: {failure}", file=sys.stderr, flush=True)
            time.sleep(_EVERY_S)
    except KeyboardInterrupt:
        print(f"{batch.done} pictures done")
        return batch.summed_up()
    finally:
        signal.signal(signal.SIGTERM, before)
