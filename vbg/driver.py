"""v4l2loopback, the virtual camera's driver on Linux: whether it is there, and the command that brings it."""

from __future__ import annotations

from pathlib import Path

from vbg.host import Host

LOAD = "sudo modprobe v4l2loopback exclusive_caps=1 card_label=vbg"
RELOAD = f"sudo modprobe -r v4l2loopback && {LOAD}"


def module(host: Host) -> Path | None:
    """The file of the kernel module, built for the kernel that runs; None where there is none."""
    return next(iter(sorted(host.at(f"/lib/modules/{host.release}").rglob("v4l2loopback.ko*"))), None)


def command(host: Host | None = None) -> str:
    """One line for the shell; empty where no command does it (Windows, macOS, a distribution that we do not know)."""
    host = host or Host()
    if host.platform != "linux":
        return ""
    if module(host):
        return LOAD
    install = host.install("driver")
    return f"{install} && {LOAD}" if install else ""
