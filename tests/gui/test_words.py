"""The state line says what is so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vbg.frame import Canvas
from vbg.gui import words
from vbg.gui.engine import State
from vbg.gui.watch import Devices
from vbg.matting.capture import DONE, STEP_OUT
from vbg.pipeline import Room
from vbg.sinks import SinkInfo
from vbg.status import Phase, Status
from vbg.timing import Spread

FED = SinkInfo("virtual camera", "/dev/video10", "BGR", live=True)
RUNNING = Status(Phase.RUNNING, fps=29.7, latency=Spread(12.4, 20), canvas=Canvas(1280, 720, 30), outputs=(FED,))


def state(status: Status = RUNNING, users: int = 0, **more: object) -> State:
    known = Devices((), ("/dev/video10",), tuple(f"zoom ({i})" for i in range(users)), True)
    return replace(State(status, known), **more)  # type: ignore[arg-type]  # a test's own words


@pytest.mark.parametrize(
    ("now", "level", "line"),
    [
        (state(), "good", "Virtual camera on: /dev/video10, not used by any program"),
        (state(users=1), "good", "Virtual camera on: /dev/video10, used by 1 program"),
        (state(users=3), "good", "Virtual camera on: /dev/video10, used by 3 programs"),
        (state(replace(RUNNING, outputs=())), "wait", "No virtual camera yet: only you see this"),
        (state(replace(RUNNING, outputs=()), output_fault="busy"), "bad", "The virtual camera cannot be used: only you see this"),
        (state(paused=True), "wait", "Paused: the camera is off, and programs see a card"),
        (state(demo=True), "wait", "No camera found: this is the demo clip, which only you see"),
        (state(replace(RUNNING, phase=Phase.COVERED, fault="unplugged")), "bad", "Programs see a card"),
        (state(replace(RUNNING, phase=Phase.COVERED)), "wait", "One moment"),
        (state(replace(RUNNING, phase=Phase.IDLE)), "wait", "Resting: nobody looks, and the camera is off"),
        (state(failure="no camera"), "bad", "Stopped"),
    ],
)
def test_the_line_and_its_dot(now: State, level: str, line: str) -> None:
    said = words.said(now)
    assert (said.level, said.line) == (level, line)
    assert bool(said.cover[1]) == (now.paused or bool(now.failure) or now.status.phase is not Phase.RUNNING)


@pytest.mark.parametrize(
    ("room", "mark"),
    [
        (Room(), "Learning the room"),
        (Room(known=0.5), "Room known"),
        (Room(known=0.1, dropped=True), "Camera moved or light switched: learning the room anew"),
        (Room(known=0.5, dropped=True), "Room known"),
        (Room(known=1.0, captured=True, said=DONE), "Room learned"),
        (Room(known=0.5, said=STEP_OUT, capturing=True), ""),
    ],
)
def test_the_room_s_mark(room: Room, mark: str) -> None:
    assert words.room(replace(RUNNING, room=room), covers=True) == mark
    assert words.room(replace(RUNNING, room=room), covers=False) == ""  # the room is shown anyway
    assert words.room(replace(RUNNING, room=room, phase=Phase.COVERED), covers=True) == ""


def test_figures_are_words() -> None:
    assert words.figures(state()) == "1280 × 720, 30 pictures a second, 12 ms delay"
    assert words.figures(state(Status())) == ""
