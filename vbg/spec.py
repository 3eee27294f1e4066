"""Specs: frozen dataclasses that name a choice; their fields carry what the command line, the window and the file need.

`knob()` declares a field, `discover()` finds a package's specs, `to_table()` and `from_table()` turn one into plain values
(what a TOML file holds) and back.
"""

from __future__ import annotations

import dataclasses
import importlib
import math
import pkgutil
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vbg import plugins
from vbg.errors import UsageError


@dataclass(frozen=True, slots=True)
class Knob:
    """What a user may know of one field: `low`..`high` is inclusive, `unit` is empty for a plain ratio."""

    label: str
    help: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


def knob(
    default: Any,
    label: str,
    *,
    help: str = "",
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A dataclass field with a default and a `Knob`."""
    return field(default=default, metadata={"knob": Knob(label, help, unit, low, high, choices)})


def knobs(spec: Any) -> dict[str, Knob]:
    """The knobs of a spec or spec class by field name, in order of declaration."""
    return {f.name: f.metadata["knob"] for f in dataclasses.fields(spec) if "knob" in f.metadata}


def checked(spec: Any) -> None:
    """Raise UsageError where a field has the wrong type or is out of its knob's range. Specs call it in `__post_init__`."""
    for f in dataclasses.fields(spec):
        if "knob" in f.metadata:
            _check(f"{spec.name} {f.name}", getattr(spec, f.name), type(f.default), f.metadata["knob"])


def _check(what: str, value: Any, kind: type, knob: Knob) -> None:
    number = kind in (int, float)
    fits = isinstance(value, (int, float) if kind is float else kind) and not (number and isinstance(value, bool))
    if not fits or (number and not abs(value) <= sys.float_info.max):
        raise UsageError(f"{what} must be a {_WORDS.get(kind, kind.__name__)}, not {value!r}")
    if knob.choices and value not in knob.choices:
        raise UsageError(f"{what} is {value!r}; it can be {', '.join(knob.choices)}")
    low = -math.inf if knob.low is None else knob.low
    high = math.inf if knob.high is None else knob.high
    if number and not low <= value <= high:
        top = f"{high:g} {knob.unit}".rstrip()
        raise UsageError(f"{what} is {value}; it must be between {low:g} and {top}")


_WORDS = {bool: "true or false", int: "whole number", float: "number", str: "text"}


def discover(package: types.ModuleType) -> dict[str, Any]:
    """All specs of a plug-in package by their `name`: the dataclasses with `name` and `open` that its modules define.

    A new file in the package, or in the user's plug-in folder for it, is found without being listed anywhere. Raises UsageError
    on two specs of one name and on a plug-in that cannot be loaded.
    """
    found: dict[str, Any] = {}
    ours = (importlib.import_module(f"{package.__name__}.{one.name}") for one in pkgutil.iter_modules(package.__path__))
    for module in (*ours, *plugins.modules(package)):
        for thing in vars(module).values():
            is_spec = isinstance(thing, type) and dataclasses.is_dataclass(thing) and hasattr(thing, "open")
            if is_spec and thing.__module__ == module.__name__ and hasattr(thing, "name"):
                if thing.name in found:
                    raise UsageError(f"two {package.__name__} are named {thing.name!r}", f"Rename the one in {module.__file__}.")
                found[thing.name] = thing
    return found


def plugged(package: types.ModuleType) -> dict[str, Any]:
    """The user's own specs among those that `discover` finds."""
    mine = {module.__name__ for module in plugins.modules(package)}
    return {name: spec for name, spec in discover(package).items() if spec.__module__ in mine}


def plugin(package: types.ModuleType, name: str) -> Any:
    """The user's own spec of that name, with its settings as they come; None where there is none."""
    found = plugged(package).get(name)
    return found() if found is not None else None


def to_table(spec: Any) -> dict[str, Any]:
    """A spec as plain values: its name under "kind", then its fields."""
    return {"kind": spec.name} | {f.name: getattr(spec, f.name) for f in dataclasses.fields(spec)}


def from_table(package: types.ModuleType, table: Mapping[str, Any]) -> Any:
    """The spec that `to_table` wrote. Raises UsageError on an unknown kind or field and on a value out of range."""
    specs = discover(package)
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in specs:
        raise UsageError(f"unknown {package.__name__.rsplit('.', 1)[-1]} kind {kind!r}; known: {', '.join(sorted(specs))}")
    known = {f.name for f in dataclasses.fields(specs[kind])}
    unknown = sorted(set(table) - known - {"kind"})
    if unknown:
        raise UsageError(f"{kind} has no setting {unknown[0]!r}")
    try:
        return specs[kind](**{name: value for name, value in table.items() if name != "kind"})
    except TypeError as e:  # a field without default is missing
        raise UsageError(f"{kind}: {e}") from e
