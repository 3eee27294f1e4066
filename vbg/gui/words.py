"""What is going on, in sentences. Knows the state and `tr`; no widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vbg.gui.tr import tr

if TYPE_CHECKING:
    from vbg.gui.engine import State
    from vbg.status import Status

_KNOWN = 0.3
"""Part of the picture whose background is known, from which on it helps."""


@dataclass(frozen=True, slots=True)
class Said:
    """level: good, wait or bad, a token's name. cover: icon, title and line in the picture's place; no title: the picture."""

    level: str
    line: str
    cover: tuple[str, str, str] = ("", "", "")


def said(state: State) -> Said:
    """The state line, and what stands in the picture's place."""
    from vbg.status import Phase

    if state.failure:
        return Said("bad", tr("Stopped"), ("camera", tr("No picture"), tr("What is wrong stands above.")))
    if state.paused:
        line = tr("Paused: the camera is off, and programs see a card")
        return Said("wait", line, ("pause", tr("Paused"), tr("The camera is off.")))
    phase = state.status.phase
    if phase == Phase.STARTING:
        return Said("wait", tr("Starting"), ("", tr("Starting"), ""))
    if phase == Phase.COVERED and not state.status.fault:
        return Said("wait", tr("One moment"), ("", tr("One moment"), ""))
    if phase == Phase.IDLE:
        return Said("wait", tr("Resting: nobody looks, and the camera is off"), ("", tr("Resting"), ""))
    if phase == Phase.COVERED:
        line = tr("Programs see a card") if state.virtual else tr("No picture")
        return Said("bad", line, ("camera", tr("No picture"), tr("It goes on by itself as soon as it can.")))
    if state.demo:
        return Said("wait", tr("No camera found: this is the demo clip, which only you see"))
    if state.virtual:
        return Said("good", tr("Virtual camera on: {device}", device=state.virtual) + tr(", ") + used(len(state.devices.users)))
    if state.output_fault:
        return Said("bad", tr("The virtual camera cannot be used: only you see this"))
    return Said("wait", tr("No virtual camera yet: only you see this"))


def room(status: Status, covers: bool) -> str:
    """What is known of the room, in a few words; nothing while that does not matter. covers: the room is hidden."""
    from vbg.status import Phase

    known = status.room
    if status.phase is not Phase.RUNNING or not covers or known.capturing:
        return ""
    if known.captured:
        return tr("Room learned")
    if known.known >= _KNOWN:
        return tr("Room known")
    return tr("Camera moved or light switched: learning the room anew") if known.dropped else tr("Learning the room")


def used(count: int) -> str:
    """How many programs have the virtual camera open."""
    if count == 0:
        return tr("not used by any program")
    return tr("used by 1 program") if count == 1 else tr("used by {count} programs", count=count)


def figures(state: State) -> str:
    """Size, rate and delay of what is shown."""
    status = state.status
    if status.canvas is None or not status.fps:
        return ""
    size = f"{status.canvas.width} × {status.canvas.height}"
    return tr(
        "{size}, {fps} pictures a second, {delay} ms delay", size=size, fps=f"{status.fps:.0f}", delay=f"{status.latency.p50:.0f}"
    )
