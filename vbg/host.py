"""The machine that vbg runs on, as files tell it: distribution, kernel, Python, where packages and libraries lie."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_INSTALL = {
    "debian": (
        "sudo apt install {}",
        {"driver": "v4l2loopback-dkms", "xcb-cursor": "libxcb-cursor0", "python": "python3 python3-venv"},
    ),
    "fedora": (
        "sudo dnf install {}",
        {"driver": "akmod-v4l2loopback", "xcb-cursor": "xcb-util-cursor", "python": "python3.13"},  # the driver: RPM Fusion
    ),
    "arch": (
        "sudo pacman -S --needed {}",
        {"driver": "v4l2loopback-dkms linux-headers", "xcb-cursor": "xcb-util-cursor", "python": "uv && uv python install 3.13"},
    ),
    "suse": (
        "sudo zypper install {}",
        {"driver": "v4l2loopback-kmp-default", "xcb-cursor": "libxcb-cursor0", "python": "python313"},
    ),
}


@dataclass(frozen=True)
class Host:
    """root: where the file system begins (a test gives one of its own). site: folders in which Python packages lie.

    executable: this Python. frozen: it is an app that brings Python along, so pip is no way to change it. package: the folder of
    vbg itself. cache: the user's folder for what may be lost. registry: what Windows keeps, by key; None asks Windows.
    """

    root: Path = Path("/")
    platform: str = sys.platform
    release: str = field(default_factory=lambda: os.uname().release if hasattr(os, "uname") else "")
    python: tuple[int, int] = sys.version_info[:2]
    executable: str = sys.executable
    site: tuple[str, ...] = field(default_factory=lambda: tuple(sys.path))
    frozen: bool = bool(getattr(sys, "frozen", False))
    package: Path = Path(__file__).parent
    cache: Path = field(default_factory=lambda: Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"))
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    registry: Mapping[str, str] | None = None

    def at(self, path: str) -> Path:
        """An absolute path of this machine, below its root."""
        return self.root / path.lstrip("/")

    def said(self, path: str) -> str:
        """What the small file at `path` says, without white space around; empty where it cannot be read."""
        try:
            return self.at(path).read_text(errors="replace").strip()
        except OSError:
            return ""

    def children(self, path: str) -> list[str]:
        """Names of what lies in the folder at `path`; none where there is no such folder."""
        try:
            return sorted(one.name for one in self.at(path).iterdir())
        except OSError:
            return []

    def registered(self, key: str, name: str) -> str:
        """The text value `name` of the user's `key` in Windows' registry; empty where there is none."""
        if self.registry is not None or sys.platform != "win32":
            return (self.registry or {}).get(f"{key}\\{name}", "")
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                return str(winreg.QueryValueEx(opened, name)[0])
        except OSError:
            return ""

    def family(self) -> str:
        """The distribution whose commands work here: debian, fedora, arch, suse; empty where it is another system."""
        said = dict(line.split("=", 1) for line in self.said("/etc/os-release").splitlines() if "=" in line)
        names = f"{said.get('ID', '')} {said.get('ID_LIKE', '')}".replace('"', "").split()
        for name in names:
            known = {"ubuntu": "debian"}.get(name, "suse" if "suse" in name else name)
            if known in _INSTALL:
                return known
        return ""

    def pip(self, arguments: str) -> str:
        """A pip command for the very Python that runs vbg."""
        return f"{shlex.quote(self.executable)} -m pip {arguments}"

    def install(self, what: str) -> str:
        """The command that installs "driver", "xcb-cursor" or "python" on this distribution; empty where we do not know."""
        if self.platform != "linux" or not self.family():
            return ""
        command, packages = _INSTALL[self.family()]
        return command.format(packages[what])
