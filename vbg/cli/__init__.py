"""The command line: one file per command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from vbg import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 it failed, 2 it was asked for something that cannot be."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--version"]:
        print(f"vbg {__version__}")  # at once: what the commands' options are made of takes a while to load
        return 0
    from vbg.errors import UsageError, VbgError

    chosen = (_light(given[0]) if given[:1] in (["doctor"], ["ctl"]) else parser()).parse_args(given)
    try:
        code: int = chosen.action(chosen)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read what we print has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except VbgError as e:
        print(f"vbg: {e}", file=sys.stderr)
        if e.hint:
            print(f"     {e.hint}", file=sys.stderr)
        return 2 if isinstance(e, UsageError) else 1


def parser() -> argparse.ArgumentParser:
    """All commands and their options; each sets `action`, which takes what was parsed."""
    from vbg.cli import app, bench, ctl, devices, doctor, models, photo, rules, run, video

    made = argparse.ArgumentParser("vbg", description="A virtual background for any webcam program.")
    made.add_argument("--version", action="version", version=f"vbg {__version__}")
    made.add_argument("--minimised", action="store_true", help="without a command: open the window minimised")
    made.set_defaults(action=app.action)
    commands = made.add_subparsers(dest="command", metavar="COMMAND")
    for module in (run, ctl, rules, video, photo, devices, doctor, models, bench):
        module.add_to(commands)
    return made


def _light(command: str) -> argparse.ArgumentParser:
    """That command alone: the doctor must run where a package that others load is what is broken, ctl is bound to keys."""
    from vbg.cli import ctl, doctor

    made = argparse.ArgumentParser("vbg")
    (doctor if command == "doctor" else ctl).add_to(made.add_subparsers())
    return made
