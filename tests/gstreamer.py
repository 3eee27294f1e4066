"""A GStreamer and a PipeWire made up: shell scripts that stand first in the path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


class Machine:
    """A folder of programs that stand for GStreamer's, and PipeWire's runtime folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
        for name in ("PIPEWIRE_RUNTIME_DIR", "PIPEWIRE_REMOTE"):
            monkeypatch.delenv(name, raising=False)
        self.folder, self.took = folder, folder / "took"
        self.version("1.4.2")
        (folder / "pipewire-0").touch()
        self.launch("cat >> {took}")

    def version(self, version: str) -> None:
        self._tool("gst-inspect-1.0", f"echo '  Version                  {version}'" if version else "exit 1")

    def launch(self, script: str) -> None:
        """What gst-launch-1.0 does, in shell."""
        self._tool("gst-launch-1.0", script.format(took=self.took))

    def taken(self, size: int = 64 * 36 * 3) -> int:
        """Whole pictures, of so many bytes, that it got."""
        return self.took.stat().st_size // size if self.took.exists() else 0

    def _tool(self, name: str, script: str) -> None:
        file = self.folder / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
