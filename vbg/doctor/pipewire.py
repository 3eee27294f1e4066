"""PipeWire, by which programs in a sandbox (Flatpak's, some browsers) are handed cameras."""

from __future__ import annotations

from collections.abc import Iterator

from vbg.doctor.finding import Finding
from vbg.host import Host

_MANAGERS = ("wireplumber", "pipewire-media-")  # as /proc cuts their names: 15 letters


def examine(host: Host) -> Iterator[Finding]:
    """Linux, in a user's session, where PipeWire is installed. Advice only: what opens /dev/video itself does without."""
    runtime = host.environment.get("XDG_RUNTIME_DIR", "")
    if host.platform != "linux" or not runtime or not host.at("/usr/bin/pipewire").exists():
        return
    meaning = "Programs in a sandbox, and browsers set to use PipeWire, list no camera: neither yours nor vbg's."
    if not host.at(f"{runtime}/pipewire-0").exists():
        command = "systemctl --user start pipewire wireplumber"
        yield Finding("pipewire-not-running", "PipeWire is installed, but does not run.", meaning, command, serious=False)
    elif not any(host.said(f"/proc/{one}/comm").startswith(_MANAGERS) for one in host.children("/proc") if one.isdigit()):
        command = "systemctl --user start wireplumber"
        yield Finding("pipewire-no-manager", "PipeWire runs, but no session manager.", meaning, command, serious=False)
