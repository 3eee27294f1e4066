"""What is told about a session: plain values, a contract (`docs/control.md`)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from vbg.control.steering import Steering
from vbg.spec import to_table


def told(steering: Steering) -> dict[str, Any]:
    """All of it."""
    status = steering.status()
    figures = {
        "frames": status.frames,
        "dropped": status.dropped,
        "fps": round(status.fps, 2),
        "latency_ms": asdict(status.latency),
    }
    return changing(steering) | {"figures": figures}


def changing(steering: Steering) -> dict[str, Any]:
    """What `watch` tells: all but the figures, which change with every frame."""
    status, look, setup = steering.status(), steering.look.get(), steering.setup.get()
    return {
        "phase": f"{status.phase}",
        "paused": setup.paused,
        "background": to_table(look.effect),
        "camera": status.camera.name if status.camera else "",
        "size": [status.canvas.width, status.canvas.height] if status.canvas else [],
        "outputs": [{"name": one.name, "target": one.target} for one in status.outputs],
        "rule": steering.rule.get(),
        "notice": status.notice,
        "fault": status.fault,
        "hint": status.hint,
    }
