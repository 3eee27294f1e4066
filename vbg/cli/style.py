"""The options of `vbg.matting.style.Style`, made from its knobs."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

FINISH = ("clean_colours", "light_wrap", "match_light")
"""Knobs that change the finished picture and not the matte."""


def add_to(parser: argparse.ArgumentParser, *without: str) -> None:
    """Declare one option for each knob, and --preset. without: knobs that mean nothing to this command."""
    from vbg.matting.style import PRESETS, Style
    from vbg.spec import knobs

    group = parser.add_argument_group("the outline")
    group.add_argument(
        "--preset",
        choices=sorted(PRESETS),
        help="natural; hands: rather some room than a finger less; privacy: no room shows, even if hair suffers",
    )
    usual = Style()
    for name, knob in knobs(Style).items():
        if name in without:
            continue
        flag, default = f"--{name.replace('_', '-')}", getattr(usual, name)
        if isinstance(default, bool):
            group.add_argument(flag, action=argparse.BooleanOptionalAction, help=knob.help)
        elif isinstance(default, float):
            told = f"{knob.help} (default: {default:g}{f', {knob.unit}' if knob.unit else ''})".replace("%", "%%")
            group.add_argument(flag, type=float, metavar=f"{knob.low:g}..{knob.high:g}", help=told)
        else:
            group.add_argument(flag, action="append", metavar="X,Y,W,H|none", help=f"{knob.help}; may be repeated")


def chosen(arguments: argparse.Namespace, saved: Any) -> Any:
    """The saved style with what the command line says: the preset first, then the options. Raises UsageError."""
    from vbg.matting.keep import Region
    from vbg.matting.style import PRESETS
    from vbg.spec import knobs

    changes: dict[str, Any] = dict(PRESETS[arguments.preset]) if arguments.preset else {}
    for name in knobs(saved):
        value = getattr(arguments, name, None)
        if isinstance(value, list):
            value = tuple(Region.parse(text) for text in value if text != "none")
        if value is not None:
            changes[name] = value
    return replace(saved, **changes)
