"""`vbg doctor --fix`: runs the findings' commands, each after a yes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable

from vbg.doctor.finding import Finding
from vbg.host import Host

Examine = Callable[[Host], Iterable[Finding]]


_UNATTENDED = {
    "apt install": "apt install -y",
    "dnf install": "dnf install -y",
    "pacman -S": "pacman -S --noconfirm",
    "zypper install": "zypper --non-interactive install",
}
"""Package managers ask a question of their own; nobody is there to answer it."""


def mend(host: Host, examine: Examine, agreed: Callable[[str], bool] | None, say: Callable[[str], object]) -> list[Finding]:
    """Go through what is wrong; returns what is wrong afterwards.

    Every command is shown as it will run, and runs in a shell only where `agreed`, asked with the question, says so; None: all
    were agreed to before. After each the machine is looked at again, for one command may mend several things. What was tried
    once is not tried again.
    """
    tried: set[str] = set()
    while True:
        findings = list(examine(host))
        left = [one for one in findings if one.code not in tried]
        if not left:
            return findings
        one = left[0]
        tried.add(one.code)
        say(one.told())
        command, why_not = runnable(one, os.geteuid() == 0 if hasattr(os, "geteuid") else False, shutil.which)
        if why_not:
            say(f"  {why_not}" + (f"\n      {one.command}" if one.command else ""))
            continue
        if agreed is None:
            command = unattended(command)
        say(f"      {command}")
        if agreed is not None and not agreed("  Run this command?"):
            say("  Left as it is.")
            continue
        sys.stdout.flush()
        code = subprocess.run(command, shell=True, check=False).returncode
        again = any(other.code == one.code for other in examine(host))
        if not again:
            say("  Mended.")
        else:
            say(f"  Still so; the command ended with {code}." if code else "  The command went well, but it is still so.")


def unattended(command: str) -> str:
    """The command for a script."""
    for asking, quiet in _UNATTENDED.items():
        command = command.replace(asking, quiet)
    return command


def runnable(finding: Finding, root: bool, which: Callable[[str], str | None]) -> tuple[str, str]:
    """(the command as it can run here, or why it is not run). root: we are root already."""
    command = finding.command
    if not command:
        return "", "No command mends this."
    if finding.by_hand:
        return "", "This is for you to do:"
    if "sudo" not in command.split() or which("sudo"):
        return command, ""
    if root:
        return re.sub(r"\bsudo ", "", command), ""
    if which("pkexec"):
        return re.sub(r"\bsudo ", "pkexec ", command), ""
    return "", "This needs root, and neither sudo nor pkexec is here. Ask who looks after this machine to run:"
