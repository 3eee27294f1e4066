"""The options that stand for the knobs of `Presence` and `Figure`: how the user stands in the picture, and what is drawn."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any


def add_to(parser: argparse.ArgumentParser, presence: bool = True) -> None:
    """Declare one option for each knob. presence: those of `Presence` too."""
    from vbg.figures.figure import Figure
    from vbg.matting.presence import Presence

    if presence:
        _add(parser.add_argument_group("you in the picture"), Presence())
    _add(parser.add_argument_group("around you, and in your place"), Figure())


def chosen(arguments: argparse.Namespace, saved: Any) -> Any:
    """The saved Presence or Figure with what the command line says. Raises UsageError."""
    from vbg.spec import knobs

    given = {name: getattr(arguments, name, None) for name in knobs(saved)}
    return replace(saved, **{name: value for name, value in given.items() if value is not None})


def _add(group: argparse._ArgumentGroup, usual: Any) -> None:
    from vbg.spec import knobs

    for name, knob in knobs(usual).items():
        flag, default = f"--{name.replace('_', '-')}", getattr(usual, name)
        told = f"{knob.help} (default: {default if isinstance(default, str) else f'{default:g}'}"
        told = f"{told}{f', {knob.unit}' if knob.unit else ''})".replace("%", "%%")
        if knob.choices:
            group.add_argument(flag, choices=knob.choices, help=told)
        elif isinstance(default, float):
            group.add_argument(flag, type=float, metavar=f"{knob.low:g}..{knob.high:g}", help=told)
        else:
            group.add_argument(flag, metavar="#rrggbb", help=told)
