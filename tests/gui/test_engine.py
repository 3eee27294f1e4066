"""The window's hold on the session: it goes on without the part that failed, says so, and tries again when asked."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from fakes import ROOM, FakeCamera, FakeOutput, wait_until

from vbg.cameras.demo import Demo
from vbg.cameras.opencv import Webcam
from vbg.effects.colour import Colour
from vbg.effects.none import NoEffect
from vbg.errors import CameraError, OutputError
from vbg.gui.engine import Engine, State
from vbg.gui.watch import Devices
from vbg.settings import Look
from vbg.sinks.virtual import VirtualCamera
from vbg.status import Phase

from .conftest import MakeEngine, watching


def until(engine: Engine, holds: Any, what: str) -> State:
    """Poll as the window does, until `holds(state)`."""
    last: list[State] = []

    def look() -> bool:
        last[:] = [engine.poll()]
        return bool(holds(last[0]))

    wait_until(look, what, 30)
    return last[0]


def running(state: State) -> bool:
    return state.status.phase is Phase.RUNNING


def test_pause_closes_the_camera_and_sends_a_card(make_engine: MakeEngine) -> None:
    camera, output = FakeCamera(fps=100), FakeOutput()
    engine = make_engine(camera, outputs=(output,), look=Look(Colour("#0000ff")))
    engine.preview.visible.set()
    engine.start()
    until(engine, running, "it runs")
    engine.change(paused=True)
    until(engine, lambda state: state.status.phase is Phase.IDLE, "it is paused")
    wait_until(lambda: camera.control.open_now == 0, "its light goes out")
    count = len(output.control.sent)
    output.control.wait_for(count + 1)
    assert len({tuple(p) for p in output.control.sent[-1].pixels.reshape(-1, 3)}) > 3  # a card: it has letters
    other = FakeCamera(fps=100, identity="fake-2")
    engine.change(camera=other)
    assert other.control.opened == 0
    engine.change(paused=False)
    until(engine, running, "it goes on")
    assert (camera.control.opened, other.control.opened) == (1, 1)  # what was chosen meanwhile, and not the old one first


def test_without_any_camera_the_demo_clip_is_shown_to_the_user_alone(
    make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = FakeOutput()
    monkeypatch.setattr(VirtualCamera, "open", lambda self, canvas: output.open(canvas))
    watch = watching(cameras=0, virtual=("/dev/video9",))
    engine = make_engine(Webcam(), outputs=(VirtualCamera(),), watch=watch)
    engine.preview.visible.set()
    engine.start()
    state = until(engine, running, "the demo clip runs")
    assert state.demo
    assert [one.name for one in state.status.outputs] == ["preview"]  # no meeting gets the demo clip
    assert engine._session is not None
    assert isinstance(engine._session.setup.get().camera, Demo)
    assert not output.control.opened
    camera = FakeCamera(fps=100)
    engine.change(camera=camera)
    until(engine, lambda state: not state.demo and camera.control.used > 2, "the camera that was chosen")
    until(engine, lambda _: output.control.opened, "the virtual camera is fed now")


def test_a_virtual_camera_that_cannot_be_fed_leaves_the_preview_and_is_tried_again(
    make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = threading.Event()
    broken.set()
    fake = FakeOutput()

    def opened(self: VirtualCamera, canvas: Any) -> Any:
        if broken.is_set():
            raise OutputError("the virtual camera is in use by obs (77)", "Close it.")
        return fake.open(canvas)

    monkeypatch.setattr(VirtualCamera, "open", opened)
    engine = make_engine(outputs=(VirtualCamera(),), watch=watching(virtual=("/dev/video9",)))
    engine.preview.visible.set()
    engine.start()
    state = until(engine, lambda state: running(state) and state.output_fault, "the preview goes on")
    assert "in use by obs" in state.output_fault
    broken.clear()
    engine.retry()
    state = until(engine, lambda state: running(state) and fake.control.used > 2, "the virtual camera is fed")
    assert not state.output_fault


def test_a_driver_that_is_loaded_later_is_used(make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    fake, watch = FakeOutput(), watching()
    monkeypatch.setattr(VirtualCamera, "open", lambda self, canvas: fake.open(canvas))
    engine = make_engine(outputs=(VirtualCamera(),), watch=watch)
    engine.preview.visible.set()
    engine.start()
    assert until(engine, running, "the preview runs").driver_missing
    assert not fake.control.opened
    watch.devices.set(Devices(watch.devices.get().cameras, ("/dev/video9",), (), True))
    assert not until(engine, lambda _: fake.control.used > 2, "the virtual camera is fed").driver_missing


def test_a_camera_that_cannot_be_opened_is_told_and_tried_again_when_devices_change(make_engine: MakeEngine) -> None:
    camera, watch = FakeCamera(fps=100), watching()
    camera.control.open_error = CameraError("the camera is in use by zoom (12)", "Close it.")
    engine = make_engine(camera, watch=watch)
    engine.preview.visible.set()
    engine.start()
    state = until(engine, lambda state: state.failure, "the failure")
    assert ("in use by zoom" in state.failure, state.hint) == (True, "Close it.")
    camera.control.open_error = None
    watch.devices.set(Devices((), (), (), True))
    assert not until(engine, running, "it runs again").failure


def test_what_is_shown_raw_is_shown_to_the_tap_alone(make_engine: MakeEngine) -> None:
    output = FakeOutput()
    engine = make_engine(FakeCamera(fps=100), outputs=(output,), look=Look(Colour("#0000ff")))
    engine.preview.visible.set()
    engine.start()
    until(engine, running, "it runs")
    assert engine.tap.slot.take(0.1) is None  # nobody asked
    engine.tap.wanted.set()
    stages = engine.tap.slot.take(5)
    assert stages is not None
    assert tuple(stages.camera.pixels[0, -1]) == ROOM
    assert tuple(stages.result.pixels[0, -1]) == (255, 0, 0)
    covered = [frame for frame in output.control.sent if frame.pixels.shape == (36, 64, 3)]
    assert all(tuple(frame.pixels[0, -1]) != ROOM for frame in covered)
    engine.change_look(Look(NoEffect()))
    wait_until(lambda: tuple(output.control.sent[-1].pixels[0, -1]) == ROOM, "no effect, as the user chose")
