"""Finds and verifies the files that travel with vbg: models, the demo clip's parts, backgrounds."""

from __future__ import annotations

import hashlib
from pathlib import Path

from vbg.errors import ModelError

_PACKAGE = Path(__file__).resolve().parent


def asset(name: str) -> Path:
    """The path of `assets/NAME`: inside the package where vbg was installed, beside it in a checkout."""
    installed = _PACKAGE / "assets" / name
    return installed if installed.exists() else _PACKAGE.parent / "assets" / name


def verified(name: str, sha256: str) -> bytes:
    """The content of `assets/NAME`. Raises ModelError where it is missing or not the file that was tested."""
    path = asset(name)
    try:
        content = path.read_bytes()
    except OSError as e:
        raise ModelError(f"cannot read {path}: {e.strerror}") from e
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(f"{path} is damaged: its checksum is not the expected one")
    return content
