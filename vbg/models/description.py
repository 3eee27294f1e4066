"""What vbg must know of a model file that a user brings: a small TOML beside it, checked value by value."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from vbg.errors import ModelError

_HINT = "docs/models.md lists what may stand there; `vbg models add` writes a file to start from."

CHOICES = {"layout": ("nchw", "nhwc"), "order": ("rgb", "bgr"), "activation": ("none", "sigmoid", "softmax")}
"""The values that a text may have."""


@dataclass(frozen=True, slots=True)
class Description:
    """How a network is fed and read.

    input, output: names in the model. width, height: pixels of the input. layout: of input and output. order: of the colours.
    mean, std: the network gets (colour - mean) / std of colours 0..1, in `order`. activation: what turns the output into
    0..1. channel: the person's, where the output has several; -1 is the last. states: for a network that remembers, which
    output is which input of the next frame (both by name); zeros at the start. constants: further inputs, one number each.
    """

    input: str
    output: str
    width: int
    height: int
    layout: str = "nchw"
    order: str = "rgb"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    activation: str = "none"
    channel: int = -1
    states: dict[str, str] = field(default_factory=dict)
    constants: dict[str, float] = field(default_factory=dict)

    def changed(self, table: Mapping[str, Any], where: str) -> Description:
        """With what `table` says instead. Raises ModelError, which names the broken value and `where` it stands."""
        values = asdict(self)
        for name, value in table.items():
            if name not in values:
                raise ModelError(f"{where}: {name} is unknown; known: {', '.join(values)}", _HINT)
            values[name] = _read(name, value, where)
        return Description(**values)

    def table(self) -> dict[str, Any]:
        """As plain values, for a TOML file."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return values | {"mean": list(self.mean), "std": list(self.std)}


def beside(path: Path) -> Path:
    """Where the description of the model file `path` lies."""
    return path.with_suffix(".toml")


def read(path: Path) -> dict[str, Any]:
    """The table that describes the model file `path`; empty where there is none. Raises ModelError."""
    file = beside(path)
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as e:
        raise ModelError(f"{file} cannot be read: {e}", _HINT) from e


def _read(name: str, value: Any, where: str) -> Any:
    """`value` as the field `name` wants it."""

    def wants(right: bool, what: str) -> None:
        if not right:
            raise ModelError(f"{where}: {name} must be {what}, not {value!r}", _HINT)

    if name in CHOICES:
        wants(value in CHOICES[name], " or ".join(CHOICES[name]))
    elif name in ("input", "output"):
        wants(isinstance(value, str) and value != "", "a name")
    elif name in ("width", "height"):
        wants(_whole(value) and 16 <= value <= 4096, "a whole number from 16 to 4096")
    elif name == "channel":
        wants(_whole(value) and -1 <= value <= 1000, "a whole number from -1 on")
    elif name in ("mean", "std"):
        right = isinstance(value, list | tuple) and len(value) == 3 and all(_number(one) for one in value)
        wants(right and (name == "mean" or all(value)), "three numbers" + (", none of them 0" if name == "std" else ""))
        return tuple(float(one) for one in value)
    else:
        wants(isinstance(value, dict), "a table")
        kind, what = (_name, "names") if name == "states" else (_number, "numbers")
        wants(all(kind(one) for one in value.values()), f"a table of {what}")
    return value


def _name(value: Any) -> bool:
    return isinstance(value, str)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
