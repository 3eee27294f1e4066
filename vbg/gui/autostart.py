"""Starts vbg when the user logs in: the freedesktop way (Linux). Elsewhere it is not offered."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def offered() -> bool:
    """Whether this system's way is known."""
    return sys.platform == "linux"


def entry() -> Path:
    """The desktop entry that starts it."""
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "autostart" / "vbg.desktop"


def set_to(on: bool) -> None:
    """Write the entry, or take it away. Raises OSError."""
    file = entry()
    if not on:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    module = "" if getattr(sys, "frozen", False) else " -m vbg"
    command = f'"{sys.executable}"{module} --minimised'
    file.write_text(f"[Desktop Entry]\nType=Application\nName=vbg\nComment=Virtual background\nExec={command}\nTerminal=false\n")
