"""Finds and verifies the files that travel with vbg: models, the demo clip's parts, backgrounds."""

from __future__ import annotations

import hashlib
from pathlib import Path

from vbg.errors import ModelError

_PACKAGE = Path(__file__).resolve().parent

MODELS = {
    "models/selfie_segmentation_landscape.tflite": "a77d03f4659b9f6b6c1f5106947bf40e99d7655094b6527f214ea7d451106edd",
    "models/selfie_segmentation.tflite": "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
}
"""The built-in models and their sha256."""


def asset(name: str, package: Path = _PACKAGE) -> Path:
    """The path of `assets/NAME`: inside the package where vbg was installed, beside it in a checkout."""
    installed = package / "assets" / name
    return installed if installed.exists() else package.parent / "assets" / name


def verified(name: str, sha256: str, package: Path = _PACKAGE) -> bytes:
    """The content of `assets/NAME`. Raises ModelError where it is missing or not the file that was tested."""
    path = asset(name, package)
    try:
        content = path.read_bytes()
    except OSError as e:
        raise ModelError(f"cannot read {path}: {e.strerror}") from e
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(f"{path} is damaged: its checksum is not the expected one")
    return content
