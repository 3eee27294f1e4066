"""The command that installs the virtual camera's driver on this machine."""

from __future__ import annotations

import sys
from pathlib import Path

_LOAD = "sudo modprobe v4l2loopback exclusive_caps=1 card_label=vbg"
_INSTALL = {
    "debian": "sudo apt install v4l2loopback-dkms",
    "ubuntu": "sudo apt install v4l2loopback-dkms",
    "fedora": "sudo dnf install akmod-v4l2loopback",  # from RPM Fusion
    "arch": "sudo pacman -S --needed v4l2loopback-dkms linux-headers",
    "suse": "sudo zypper install v4l2loopback-kmp-default",
}


def command(release: Path = Path("/etc/os-release"), module: Path | None = None) -> str:
    """One line for the shell; empty where no command does it (Windows, macOS, a distribution that we do not know).

    release: the file that names the distribution. module: a folder in which the driver's kernel module is looked for.
    """
    if sys.platform != "linux":
        return ""
    module = module or Path("/lib/modules") / Path("/proc/sys/kernel/osrelease").read_text().strip()
    if any(module.rglob("v4l2loopback.ko*")):
        return _LOAD
    try:
        said = dict(line.split("=", 1) for line in release.read_text().splitlines() if "=" in line)
    except OSError:
        return ""
    names = f"{said.get('ID', '')} {said.get('ID_LIKE', '')}".replace('"', "").split()
    install = next((_INSTALL[name] for name in names if name in _INSTALL), "")
    if not install and any("suse" in name for name in names):
        install = _INSTALL["suse"]
    return f"{install} && {_LOAD}" if install else ""
