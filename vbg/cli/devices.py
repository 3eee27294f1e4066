"""`vbg devices`: the cameras and virtual cameras of this machine."""

from __future__ import annotations

import argparse
import json
from typing import Any


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("devices", help="list cameras and virtual cameras")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(action=action)


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    found = listed()
    if arguments.json:
        print(json.dumps(found))
        return 0
    print("Cameras (--camera):")
    for camera in found["cameras"]:
        formats = f"  {', '.join(camera['formats'])}" if camera["formats"] else ""
        print(f"  {camera['target']}  {camera['name']}{formats}")
    print("  demo  built-in demo clip\n  test-card  colour bars")
    print("Virtual cameras (--output):")
    for device in found["virtual_cameras"]:
        print(f"  virtual:{device['target']}  {device['name']}")
    if not found["virtual_cameras"]:
        print("  none found; `vbg doctor` says what brings one")
    return 0


def listed() -> dict[str, list[dict[str, Any]]]:
    """{"cameras": [{target, name, identity, formats}], "virtual_cameras": [{target, name}]}."""
    from vbg import v4l2
    from vbg.cameras.opencv import webcams

    cameras = [
        {"target": one.target, "name": one.name, "identity": one.identity, "formats": _formats(one.target)} for one in webcams()
    ]
    loopbacks = [{"target": one.path, "name": one.name} for one in v4l2.devices() if one.loopback]
    return {"cameras": cameras, "virtual_cameras": loopbacks}


def _formats(target: str | int) -> list[str]:
    """The largest size and rate of each pixel format: "MJPG 1920x1080@30"."""
    from vbg import v4l2

    best: dict[str, v4l2.Mode] = {}
    for mode in v4l2.modes(target) if isinstance(target, str) else ():
        known = best.get(mode.fourcc)
        if known is None or (mode.width * mode.height, mode.fps) > (known.width * known.height, known.fps):
            best[mode.fourcc] = mode
    return [f"{m.fourcc} {m.width}x{m.height}@{m.fps:g}" for m in best.values()]
