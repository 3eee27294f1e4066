"""The models that the user has added: .onnx files in the user's data folder, each with its description beside it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vbg.errors import ModelError, UsageError
from vbg.models.description import beside

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LIST = "`vbg models list` shows the models that were added."


def folder() -> Path:
    """Where they lie on this platform; it may not exist yet."""
    import platformdirs

    return Path(platformdirs.user_data_dir("vbg", appauthor=False)) / "models"


def names() -> list[str]:
    """The names of all models that were added."""
    return sorted(path.stem for path in folder().glob("*.onnx"))


def path_of(text: str) -> Path:
    """The file of the model called `text`, or at the path `text`. Raises ModelError where there is none."""
    path = Path(text) if text.endswith(".onnx") else folder() / f"{text}.onnx"
    if not text or not path.is_file():
        raise ModelError(f"there is no model {text!r}", f"`vbg models add FILE.onnx` adds one; {_LIST}")
    return path


def add(file: Path, name: str, table: Mapping[str, Any]) -> Path:
    """Copy `file` into the library under `name`, described by `table`: whole or not at all. Raises UsageError, ModelError."""
    import tomli_w

    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be a model's name", "Letters, digits, dots and dashes make one: --name my-model.")
    target = folder() / f"{name}.onnx"
    if target.exists():
        raise UsageError(f"there is a model called {name!r} already", f"`vbg models remove {name}`, or choose another --name.")
    part = target.with_suffix(".part")
    try:
        folder().mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(file, part)
            beside(target).write_text(tomli_w.dumps(table), encoding="utf-8")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as e:
        raise ModelError(f"cannot add {file}: {e.strerror}", f"Check that {folder()} can be written to.") from e
    return target


def remove(name: str) -> None:
    """Delete a model and its description. Raises UsageError where there is none of that name."""
    if name not in names():
        raise UsageError(f"there is no model called {name!r}", _LIST)
    try:
        (folder() / f"{name}.onnx").unlink()
        beside(folder() / f"{name}.onnx").unlink(missing_ok=True)
    except OSError as e:
        raise ModelError(f"cannot remove {name}: {e.strerror}", f"Delete it by hand in {folder()}.") from e
