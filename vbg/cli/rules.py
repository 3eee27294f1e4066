"""`vbg rules`: presets by the clock, and by who reads the virtual camera."""

from __future__ import annotations

import argparse

_ABOUT = """rules.toml, beside the settings file, says when which preset is used:

  [[rule]]
  preset = "Office"          # one of yours, or natural, hands, privacy
  days = ["mon-fri"]         # mon tue wed thu fri sat sun; every day where left out
  from = "09:00"
  to = "17:30"               # "22:00" to "02:00" goes past midnight

  [[rule]]
  preset = "Stream"
  reader = "obs"             # while that program reads the virtual camera: its name, as `ps -e` shows it

The first rule that holds counts. What you change meanwhile stays; when no rule holds any more, what was before comes back."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "rules",
        help="presets at times, or while a named program reads the virtual camera",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(metavar="check", required=True)
    checking = actions.add_parser("check", help="say what is wrong in the file, and which rule holds by the clock")
    checking.set_defaults(action=check)


def check(_: argparse.Namespace) -> int:
    """Print the rules; returns 1 where one cannot be kept."""
    from datetime import datetime

    from vbg import store
    from vbg.control import rules
    from vbg.matting.style import PRESETS

    presets, _problems = store.load_presets(store.presets_path())
    found, problems = rules.load(rules.path(), [*presets, *PRESETS])
    for problem in problems:
        print(problem)
    if not found and not problems:
        print(f"No rules: {rules.path()} does not exist or is empty. `vbg rules --help` shows how it is written.")
    now = datetime.now()
    holding = rules.in_force(found, now, [rule.reader for rule in found])
    for rule in found:
        mark = " " if not rule.holds(now, [rule.reader]) else ">" if rule is holding else "·"
        print(f"{mark} {rule}")
    if holding is not None:
        print("(> holds by the clock now; · would, if it stood first)")
    return 1 if problems else 0
