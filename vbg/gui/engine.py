"""The window's hold on the session: what the user wants, what runs, and what is in the way. Knows nothing of Qt."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from vbg.cameras.demo import Demo
from vbg.cameras.opencv import Webcam
from vbg.errors import CameraError, OutputError, VbgError
from vbg.frame import Frame
from vbg.gui.watch import Devices, Watch
from vbg.session import Session
from vbg.settings import Look, Setup
from vbg.sinks.preview import Preview
from vbg.sinks.virtual import VirtualCamera
from vbg.slot import Cell
from vbg.status import Phase, Status
from vbg.tap import Tap

_QUIT_S = 5.0


@dataclass(frozen=True, slots=True)
class State:
    """One look at everything. output_fault: why the virtual camera is not fed though there is one. failure, hint: why nothing
    runs, and what helps. demo: the built-in clip is shown since there is no camera; it is for the user's eyes alone."""

    status: Status
    devices: Devices
    paused: bool = False
    demo: bool = False
    driver_missing: bool = False
    output_fault: str = ""
    failure: str = ""
    hint: str = ""

    @property
    def virtual(self) -> str:
        """The device that is fed; empty where none is."""
        return next((one.target for one in self.status.outputs if one.name == "virtual camera"), "")


class Engine:
    """Runs one session after the other: a session that failed is followed by one without the part that failed, or by none.

    One thread owns it, and calls `poll` several times a second. Any other thread may change the cells `looks` and `setups`, and
    ask `status` and `shown`.
    """

    def __init__(self, setup: Setup, look: Look, watch: Watch) -> None:
        self.preview, self.tap = Preview(), Tap()
        self.setups, self.looks = Cell(setup), Cell(look)
        self._heard, self._watch = setup, watch
        self._session: Session | None = None
        self._demo = False
        self._output_fault = self._failure = self._hint = ""
        self._failed_with: tuple[Any, ...] = ()
        self._retired: list[Session] = []

    @property
    def wanted(self) -> Setup:
        return self.setups.get()

    @property
    def look(self) -> Look:
        return self.looks.get()

    def status(self) -> Status:
        """What the session does now."""
        session = self._session
        return session.status() if session is not None else Status(Phase.FAILED, fault=self._failure)

    def shown(self) -> Frame | None:
        """See `Session.shown`."""
        session = self._session
        return session.shown() if session is not None else None

    def start(self) -> None:
        """Run what is wanted, as far as this machine has it."""
        self._demo = self._missing_camera()
        self._failure = self._hint = ""
        if self.look.captures:  # what an earlier session was asked for is not asked of this one
            self.looks.update(lambda look: replace(look, captures=0))
        self._heard = self.wanted
        self._session = Session(self._effective(), self.looks, tap=self.tap)
        self._session.start()

    def poll(self) -> State:
        """What is going on; puts right what can be."""
        devices = self._watch.devices.get()
        status = self._session.status() if self._session else Status()
        if status.phase in (Phase.FAILED, Phase.ENDED) and self._session is not None:
            self._over()
        elif self._session is None and self._failure and self._seen(devices) != self._failed_with:
            self.start()  # something was plugged in, or a driver was loaded
        elif self._session is not None:
            self._hear()
            self._adapt()
        state = State(
            self._session.status() if self._session else Status(Phase.FAILED),
            devices,
            self.wanted.paused,
            self._demo,
            sys.platform == "linux" and devices.known and not devices.virtual,
            self._output_fault,
            self._failure,
            self._hint,
        )
        self._watch.output = state.virtual
        return state

    def change_look(self, look: Look) -> None:
        """From the next frame on."""
        self.looks.set(look)

    def capture_room(self) -> None:
        """Have the empty room captured; `status.room` tells how that goes."""
        self.looks.update(lambda look: replace(look, captures=look.captures + 1))

    def change(self, **parts: Any) -> None:
        """Change fields of the setup; only what changed is reopened."""
        self.setups.update(lambda setup: replace(setup, **parts))
        if self._session is None:
            self.start()
        else:
            self._hear()

    def retry(self) -> None:
        """Try again what failed, now."""
        self._output_fault = ""
        self._retire()
        self.start()

    def stop(self) -> None:
        """End everything; waits until devices are given back, but not for ever."""
        self._retire()
        until = time.monotonic() + _QUIT_S
        for session in self._retired:
            with suppress(Exception):  # it is over; there is nobody to tell
                session.wait(max(0.1, until - time.monotonic()))
        self._retired.clear()

    def _hear(self) -> None:
        """Hand a changed setup to the session, whoever changed it."""
        wanted, heard = self.wanted, self._heard
        if wanted is heard or self._session is None:
            return
        self._heard = wanted
        if wanted.camera != heard.camera:
            self._demo = self._missing_camera()
        self._session.setup.set(self._effective())

    def _effective(self) -> Setup:
        outputs = tuple(one for one in self.wanted.outputs if not isinstance(one, VirtualCamera) or self._feeds(one))
        camera = Demo() if self._demo else self.wanted.camera
        return replace(self.wanted, camera=camera, outputs=(self.preview, *outputs))

    def _feeds(self, output: VirtualCamera) -> bool:
        if self._demo or self._output_fault:
            return False
        return sys.platform != "linux" or bool(self._watch.devices.get().virtual)

    def _missing_camera(self) -> bool:
        devices = self._watch.devices.get()
        first = isinstance(self.wanted.camera, Webcam) and not self.wanted.camera.device
        return first and devices.known and not devices.cameras

    def _adapt(self) -> None:
        """Take in what came since: a camera in the demo's place, a virtual camera whose driver was loaded."""
        assert self._session is not None
        if self._demo:
            self._demo = self._missing_camera()
        effective = self._effective()
        running = self._session.setup.get()
        if effective != running and (effective.camera != running.camera or len(effective.outputs) > len(running.outputs)):
            self._session.setup.set(effective)

    def _over(self) -> None:
        """The session ended by itself."""
        session, self._session = self._session, None
        assert session is not None
        try:
            session.wait(1.0)
        except OutputError as e:
            self._output_fault, self._hint = f"{e}", e.hint
            self.start()
            return
        except CameraError as e:
            if self._missing_camera():
                self.start()
                return
            self._fail(e, e.hint)
        except Exception as e:  # whatever it is, the user is told and may try again
            self._fail(e, e.hint if isinstance(e, VbgError) else "")
        else:  # the end of a file
            self._fail("The file is at its end.", "")

    def _fail(self, why: object, hint: str) -> None:
        self._failure, self._hint = f"{why}", hint
        self._failed_with = self._seen(self._watch.devices.get())

    def _seen(self, devices: Devices) -> tuple[Any, ...]:
        return devices.cameras, devices.virtual

    def _retire(self) -> None:
        if self._session is not None:
            self._session.stop()
            self._retired.append(self._session)
            self._session = None
