"""Every English text that the window can show, read from the code."""

from __future__ import annotations

import ast
from pathlib import Path

import vbg.gui
from vbg import backgrounds, cameras, effects
from vbg.figures.figure import Figure
from vbg.gui import mosaic, pages
from vbg.gui.preferences import Preferences
from vbg.matting.presence import Presence
from vbg.matting.style import Style
from vbg.models.chroma import Chroma
from vbg.spec import discover, knobs


def all_texts() -> set[str]:
    named = {one.title for one in backgrounds.ALL} | set(mosaic.STEPS) | set(pages._NAMES.values())
    return literals() | from_knobs() | named


def literals() -> set[str]:
    """The texts in calls of `tr`."""
    found: set[str] = set()
    for path in Path(vbg.gui.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) == "tr" and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
    return found


def from_knobs() -> set[str]:
    """Labels, helps, units and choices of whatever the window makes a form of."""
    found: set[str] = set()
    for spec in (Style, Presence, Figure, Preferences, Chroma, *discover(effects).values(), *discover(cameras).values()):
        for name, knob in knobs(spec).items():
            if name in ("file", "device", "rgb", "key", "keep", "drop") or (name == "strength"):
                continue
            shown = {choice.capitalize() for choice in knob.choices} if name != "language" else {"System"}
            found |= {knob.label, knob.help, knob.unit} | shown
    return found - {""}


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
