"""Draws the parts of vbg into docs/architecture.md, from the import rules and from each part's first sentence.

python tests/architecture.py
"""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
_BEGIN, _END = "<!-- from tests/architecture.py -->", "<!-- so far -->"


def drawn() -> str:
    """A row for each layer, the topmost first: its parts and what each is for."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    rows = ["| | part | what it is for |", "|---|---|---|"]
    for number, layer in enumerate(layers):
        parts = [name.strip() for name in layer.split("|")]
        rows += [f"| {len(layers) - number} | `{part}` | {_purpose(part)} |" for part in parts]
    return "\n".join(rows)


def page() -> str:
    """The document with the drawing as it must be now."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    return f"{before}{_BEGIN}\n\n{drawn()}\n\n{_END}{rest.partition(_END)[2]}"


def _purpose(part: str) -> str:
    module = ROOT / "vbg" / f"{part}.py"
    package = ROOT / "vbg" / part / "__init__.py"
    said = ast.get_docstring(ast.parse((package if package.exists() else module).read_text(encoding="utf-8"))) or ""
    return " ".join(said.split("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
