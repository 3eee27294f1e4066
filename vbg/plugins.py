"""The user's own cameras, models, backgrounds and outputs: each a Python file in a folder, found as vbg's own are."""

from __future__ import annotations

import importlib.util
import sys
import traceback
import types
from collections.abc import Iterator
from pathlib import Path

from vbg.errors import UsageError


def folder(kind: str) -> Path:
    """Where the user's plug-ins of that kind lie: `cameras`, `models`, `effects` or `sinks`."""
    import platformdirs

    return Path(platformdirs.user_data_dir("vbg", appauthor=False)) / "plugins" / kind


def modules(package: types.ModuleType) -> Iterator[types.ModuleType]:
    """Load every file of the user's folder for `package` as a module of it, once.

    Raises UsageError where a file has the name of one of vbg's own modules, or cannot be loaded.
    """
    files = sorted(folder(package.__name__.rsplit(".", 1)[-1]).glob("[!_.]*.py"))
    for file in files:
        name = f"{package.__name__}.{file.stem}"
        loaded = sys.modules.get(name)
        if loaded is None and importlib.util.find_spec(name) is None:
            loaded = _load(name, file)
        if loaded is None or loaded.__file__ != str(file):
            raise UsageError(f"the plug-in {file} has the name of a part of vbg", "Give the file another name.")
        yield loaded


def _load(name: str, file: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look themselves up there
    try:
        spec.loader.exec_module(module)
    except Exception as e:
        del sys.modules[name]
        lines = [at.lineno for at in traceback.extract_tb(e.__traceback__) if at.filename == str(file)]
        where = f" (line {lines[-1]})" if lines else ""
        raise UsageError(
            f"the plug-in {file} cannot be loaded: {e}{where}", "Mend the file, or move it out of that folder."
        ) from e
    return module
