"""`vbg ctl`: steer the vbg that runs. Bound to keys, so it loads next to nothing."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from vbg.control import place
from vbg.control.client import Client
from vbg.errors import UsageError

_PLAIN = {
    "status": "say what it is doing",
    "pause": "the camera's light goes out, the meeting sees a card",
    "resume": "go on after a pause",
    "toggle": "pause, or go on: for one key",
    "watch": "print every change until vbg ends",
}
_NAMED = {
    "background": ("NAME", "none, blur, #rrggbb, a file, one of ours, or one that you added in the window"),
    "preset": ("NAME", "a preset of yours, or natural, hands, privacy"),
    "camera": ("NAME", "a webcam's number, path or name, a video or picture file, demo, or test-card"),
    "snapshot": ("FILE", "write the covered picture that others see now: .png, .jpg or .webp"),
}


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "ctl",
        help="steer the vbg that runs: pause, background, preset, camera, snapshot",
        description="Steer the vbg that runs, with its window or without. Bind these to keys of your desktop.",
    )
    parser.add_argument("--json", action="store_true", help="print the answer as one JSON object")
    parser.add_argument(
        "--number", type=int, default=0, metavar="N", help="which one, where several run: 1 is the first (default: the first)"
    )
    parser.set_defaults(action=action)
    actions = parser.add_subparsers(dest="do", metavar="WHAT", required=True)
    for name, about in _PLAIN.items():
        actions.add_parser(name, help=about)
    blur = actions.add_parser("blur", help="blur the room")
    blur.add_argument("strength", type=float, nargs="?", metavar="0..1", help="how strongly (default: as it was)")
    for name, (what, about) in _NAMED.items():
        actions.add_parser(name, help=about).add_argument(what.lower(), metavar=what, help=about)


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    if sys.platform == "win32":
        raise UsageError("vbg ctl does not work on Windows yet", "Use the window or its tray icon.")
    client = Client(place.find(arguments.number))
    try:
        status = client.ask(arguments.do, **_values(arguments))["status"]
        if arguments.do == "watch":
            for event in client.events():
                print(json.dumps(event["status"]) if arguments.json else line(event["status"]), flush=True)
        elif arguments.json:
            print(json.dumps(status))
        elif arguments.do == "status":
            print(_whole(status))
    except KeyboardInterrupt:
        pass  # the usual end of `watch`
    finally:
        client.close()
    return 0


def line(status: dict[str, Any]) -> str:
    """One line for people."""
    doing = "paused" if status["paused"] else status["phase"]
    parts = [doing, _background(status["background"]), status["camera"]]
    return " | ".join(part for part in (*parts, status["fault"] or status["notice"] or status["hint"]) if part)


def _whole(status: dict[str, Any]) -> str:
    figures = status["figures"]
    size = "{}x{}".format(*status["size"]) if status["size"] else ""
    rows = {
        "doing": "paused" if status["paused"] else status["phase"],
        "background": _background(status["background"]),
        "camera": " ".join(part for part in (status["camera"], size) if part),
        "outputs": ", ".join(f"{one['name']} {one['target']}" for one in status["outputs"]),
        "figures": f"{figures['fps']:.1f} fps, {figures['frames']} frames, {figures['dropped']} dropped",
        **{name: status[name] for name in ("rule", "fault", "notice", "hint")},
    }
    return "\n".join(f"{name:<11}{value}" for name, value in rows.items() if value)


def _background(effect: dict[str, Any]) -> str:
    rest = [f"{value}" for name, value in effect.items() if name != "kind" and value != ""]
    return " ".join([effect["kind"], *rest])


def _values(arguments: argparse.Namespace) -> dict[str, Any]:
    """What goes with the request. Files are named from the root on: vbg may run in another folder."""
    found: dict[str, Any] = {}
    for name in ("strength", "name", "file"):
        value = getattr(arguments, name, None)
        if value is not None:
            found[name] = value
    if "file" in found:
        found["file"] = str(Path(found["file"]).absolute())
    elif "name" in found and arguments.do != "preset" and Path(found["name"]).is_file():
        found["name"] = str(Path(found["name"]).absolute())
    return found
