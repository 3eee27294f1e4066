"""The options of `vbg.models.chroma.Chroma`, made from its knobs."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from vbg.errors import UsageError

_FLAGS = {"softness": "key-softness"}
"""Flags that are not called as the knob is: the outline has a softness of its own."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """Declare one option for each knob."""
    from vbg.models.chroma import Chroma
    from vbg.spec import knobs

    group = parser.add_argument_group("a green or blue screen (--model chroma)")
    usual = Chroma()
    for name, knob in knobs(Chroma).items():
        flag, default = f"--{_FLAGS.get(name, name)}", getattr(usual, name)
        if isinstance(default, bool):
            group.add_argument(flag, dest=_dest(name), action=argparse.BooleanOptionalAction, help=knob.help)
        elif isinstance(default, float):
            told = f"{knob.help} (default: {default:g})"
            group.add_argument(flag, dest=_dest(name), type=float, metavar=f"{knob.low:g}..{knob.high:g}", help=told)
        else:
            group.add_argument(flag, dest=_dest(name), metavar="#rrggbb", help=f"{knob.label.lower()}, {knob.help}")


def chosen(arguments: argparse.Namespace, model: Any) -> Any:
    """`model` with what the command line says of it. Raises UsageError where it is no keyer and something was said."""
    from vbg.models.chroma import Chroma
    from vbg.spec import knobs

    said = {name: getattr(arguments, _dest(name)) for name in knobs(Chroma)}
    changes = {name: value for name, value in said.items() if value is not None}
    if changes and not isinstance(model, Chroma):
        flag = f"--{_FLAGS.get(next(iter(changes)), next(iter(changes)))}"
        raise UsageError(f"{flag} is for a coloured screen behind you", "Add --model chroma.")
    return replace(model, **changes) if changes else model


def _dest(name: str) -> str:
    return f"chroma_{name}"
