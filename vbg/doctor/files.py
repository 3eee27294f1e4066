"""vbg's own files: the models whole, the compiled kernels kept."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

from vbg.doctor.finding import Finding
from vbg.errors import ModelError
from vbg.host import Host
from vbg.resources import MODELS, verified


def examine(host: Host) -> Iterator[Finding]:
    """The models, then the cache."""
    for name, digest in MODELS.items():
        try:
            verified(name, digest, host.package)
        except ModelError as e:
            meaning = "Without its model vbg finds nobody, and shows a card instead of a picture."
            command = _restoring(host)
            what = f"A file of vbg's own is not whole: {e}."
            yield Finding("model-damaged", what, meaning if command else f"{meaning} Install vbg again.", command)
    places = _cache_places(host)
    if not any(_writable(place) for place in places):
        what = f"Compiled code cannot be kept: {' and '.join(map(str, places))} cannot be written to."
        meaning = "Every start compiles anew, or fails ('no locator available')."
        kept = shlex.quote(str(host.cache))
        command = "" if host.platform == "win32" else f"sudo mkdir -p {kept} && sudo chown -R $(id -u) {kept}"
        yield Finding("cache-not-writable", what, meaning, command)


def _restoring(host: Host) -> str:
    """The command that brings vbg's own files back; empty where only a new installation does."""
    if host.frozen:
        return ""
    if (host.package / "assets").exists():
        return host.pip("install --force-reinstall --no-deps vbg")
    return f"git -C {shlex.quote(str(host.package.parent))} checkout -- assets/models"


def _cache_places(host: Host) -> list[Path]:
    """Where numba keeps what it has compiled: the first that it can write to."""
    own = host.environment.get("NUMBA_CACHE_DIR")
    return [*([Path(own)] if own else []), host.package / "kernels" / "__pycache__", host.cache / "numba"]


def _writable(place: Path) -> bool:
    """As numba finds out, but without making the folder: by a file in the deepest one that exists."""
    there = next(folder for folder in (place, *place.parents) if os.path.lexists(folder))
    try:
        tempfile.TemporaryFile(dir=there).close()
    except OSError:
        return False
    return True
