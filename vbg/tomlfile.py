"""Writes TOML files: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vbg.errors import SettingsError


def write(path: Path, table: Mapping[str, Any]) -> None:
    """Write `table` to `path`, making its folder where that is missing. Raises SettingsError."""
    import tomli_w

    path = path.resolve()  # a link to a file in somebody's collection of settings stays a link
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as file:
                tomli_w.dump(table, file)
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink()
            raise
    except OSError as e:
        raise SettingsError(f"cannot write {path}: {e.strerror}") from e
