"""The webcam: plugged in, allowed, free."""

from __future__ import annotations

import os
from collections.abc import Iterator

from vbg import v4l2
from vbg.doctor.finding import Finding
from vbg.host import Host


def examine(host: Host) -> Iterator[Finding]:
    """Linux only."""
    if host.platform != "linux":
        return
    cameras = list(_cameras(host))
    if not cameras:
        meaning = "vbg shows its demo clip instead. In a virtual machine or a container, the camera must be handed in to it."
        yield Finding("camera-missing", "No webcam is plugged in.", meaning)
    for number, name in cameras:
        node = host.at(f"/dev/{number}")
        if not node.exists():
            what = f"{name}: the kernel knows it, but there is no /dev/{number}."
            yield Finding("camera-hidden", what, "A sandbox or container hides it: start vbg outside, or hand the device in.")
        elif not os.access(node, os.R_OK | os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            meaning = "Only members of the group 'video' may open it. Log out and in again after the command."
            yield Finding(
                "camera-forbidden", f"{name} (/dev/{number}) may not be opened by you.", meaning, "sudo usermod -aG video $USER"
            )
        elif users := v4l2.holders(str(node)):
            what = f"{name} (/dev/{number}) is in use by {', '.join(users)}."
            meaning = (
                "One program at a time can use a webcam. If that is vbg itself, all is well; otherwise close its camera there."
            )
            yield Finding("camera-busy", what, meaning, serious=False)


def _cameras(host: Host) -> Iterator[tuple[str, str]]:
    """(node, name) of every piece of hardware that gives pictures: not the metadata nodes beside them, not virtual ones."""
    for entry in sorted(host.at("/sys/class/video4linux").glob("video*")):
        if "/devices/virtual/" in str(entry.resolve()) or host.said(f"/sys/class/video4linux/{entry.name}/index") not in (
            "",
            "0",
        ):
            continue
        yield entry.name, host.said(f"/sys/class/video4linux/{entry.name}/name") or entry.name
