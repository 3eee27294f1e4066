"""`vbg doctor`: what is wrong with this machine, and the commands that mend it."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from vbg import __version__
from vbg.doctor import Finding, examine
from vbg.doctor.mend import mend
from vbg.host import Host

_CONTRACT = 1
"""Version of the JSON object; keys may be added within one."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "doctor",
        help="say what is wrong with this machine, and what mends it",
        description="Looks at the driver, the webcam, Python's packages and vbg's own files; changes nothing without --fix. "
        "Exit code 0: vbg can work here; 1: something must be mended.",
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--json", action="store_true", help="print one JSON object, for bug reports")
    either.add_argument("--fix", action="store_true", help="show each command that mends something, and run it after a yes")
    parser.add_argument("--yes", action="store_true", help="with --fix: run them all without asking, for scripts")
    parser.set_defaults(action=action)


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    host = Host()
    if arguments.yes and not arguments.fix:
        print("vbg: --yes goes with --fix", file=sys.stderr)
        return 2
    if arguments.fix:
        findings = mend(host, examine, None if arguments.yes else _asked, print)
    else:
        findings = list(examine(host))
    well = not any(one.serious for one in findings)
    if arguments.json:
        print(json.dumps(_report(host, findings, well)))
        return 0 if well else 1
    for one in () if arguments.fix else findings:
        print(one.told())
        if one.command:
            print(f"      {one.command}")
    if well:
        print("All is well." if not findings else "Nothing must be mended.")
    return 0 if well else 1


def _asked(question: str) -> bool:
    """No answer is a no."""
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        print()
        return False


def _report(host: Host, findings: list[Finding], well: bool) -> dict[str, object]:
    system = {
        "platform": host.platform,
        "distribution": host.family(),
        "kernel": host.release,
        "python": f"{host.python[0]}.{host.python[1]}",
    }
    return {
        "contract": _CONTRACT,
        "vbg": __version__,
        "system": system,
        "well": well,
        "findings": [asdict(one) for one in findings],
    }
