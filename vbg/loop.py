"""The loop of a session: one frame after the other, and everything that may go wrong on the way."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from vbg import memory
from vbg.cameras import CameraInfo
from vbg.errors import CameraError
from vbg.feed import Feed
from vbg.frame import Canvas, Frame
from vbg.guard import LIMIT_S, Guard
from vbg.kernels.warming import Warming
from vbg.maker import Maker
from vbg.outputs import Outputs
from vbg.pace import Pacer
from vbg.settings import LARGEST, Look, Setup
from vbg.slot import Cell
from vbg.status import Phase, Status
from vbg.tally import Tally
from vbg.tap import Tap
from vbg.thrift import Thrift
from vbg.wake import Wake

log = logging.getLogger(__name__)

_POLL_S = 0.1  # the longest wait for a frame: a stop, a change and a card are never later than this
_IDLE_S = 1.0  # between two cards while nobody watches
_SLOWEST_S = 2.0  # a frame that takes longer is no measure for others
_LINGER_S = 1.5  # the camera stays open for so long after the last one looked: programs close and open it again at once

_AWAY = {"mask": "the model does not answer", "paint": "the background does not answer", "send": "an output does not answer"}


class Loop:
    """The open parts of one session, all owned by one thread; `stack` closes them in reverse order.

    There is no path from a camera to an output except through the pipeline: where there is no covered picture, a card
    goes out, and where this thread itself hangs, the guard sends it. Where nobody watches live (a file), a fault of the
    model or the outputs is raised instead.
    """

    def __init__(
        self,
        setup: Cell[Setup],
        look: Cell[Look],
        stop: threading.Event,
        limit_s: float,
        publish: Callable[[Status], None],
        stack: ExitStack,
        tap: Tap | None = None,
    ) -> None:
        """Opens camera and outputs. Raises VbgError. limit_s: seconds of picture, 0 for no end."""
        self._wanted, self._look, self._stop, self._limit_s, self._tell = setup, look, stop, limit_s, publish
        self._setup = chosen = setup.get()
        self._tally = Tally()
        self._maker = Maker(chosen.model, self._tally.stopwatch, tap)
        self._warming = Warming()
        self._thrift = Thrift(chosen.cpu_percent / 100)
        self._wake = Wake()
        self._fault = self._notice = ""
        self._status = Status()
        self.shown: Frame | None = None  # the covered picture that went out last; any thread may look
        self._feed = Feed(chosen.camera, chosen.width, chosen.height, chosen.fps)
        stack.callback(self._feed.close)
        self.outputs = Outputs(chosen.outputs, canvas_for(chosen, self._feed.wait_open()))
        stack.callback(self.outputs.close)
        stack.callback(self._maker.close)
        self._guard = Guard(self.outputs, self._stalled)
        stack.callback(self._guard.close)
        stack.callback(self._warming.close)
        self._pacer = Pacer(stop, self.outputs.rest)
        self._begun = self._last_frame_at = time.monotonic()
        self._watched_at = float("-inf")
        self._resting = False  # the camera is closed since nobody watches, or the user has paused

    def run(self) -> None:
        """Go on until the source ends, the limit is reached or `stop` is set."""
        if not self._watched():
            self._feed.pause()  # it was opened to see that it can be, and how large its picture is
        self._warm_up()
        memory.give_back()
        self._begun = self._last_frame_at = time.monotonic()
        while not self._over():
            self._apply_changes()
            if not self._watched():
                self._idle()
                continue
            if self._wake.slept() or self._resting:
                self._restart()
            frame = self._feed.take(_POLL_S)
            if frame is None:
                self._without_frame()
                continue
            self._last_frame_at = time.monotonic()
            self._step(frame)
        self._publish(Phase.RUNNING, final=True)

    def _warm_up(self) -> None:
        """Open the model and compile the kernels beside a card: the first time on a machine it takes seconds, and whoever opened
        the virtual camera would give up waiting for a picture. No kernel runs on this thread meanwhile. Where somebody watches
        live, plain frames go out as soon as they can be covered; `_step` sees to the rest."""
        warming = threading.Thread(target=self._compile, name="vbg-warm")
        warming.start()
        self._card(Phase.STARTING, "Starting")
        try:
            self._maker.open()
            while warming.is_alive():
                warming.join(_POLL_S)
                self._card(Phase.STARTING, "Starting")
        finally:
            if warming.is_alive():
                self._warming.close()
                warming.join()
        self._maker.plain = self.outputs.live

    def _compile(self) -> None:
        for _ in self._warming.first(everything=not self.outputs.live):
            if self._stop.is_set():
                return

    def _over(self) -> bool:
        if self._stop.is_set() or self._feed.ended:
            return True
        passed = time.monotonic() - self._begun if self._feed.live else self._tally.seconds
        return 0 < self._limit_s <= passed + 1e-3  # times are sums of fractions

    def _step(self, frame: Frame) -> None:
        """One frame, covered and sent; a card in its place where that fails and somebody watches."""
        interval_s = 1 / (self._feed.info.fps if self._feed.info else self.outputs.canvas.fps)
        if self.outputs.live:
            if not self._thrift.shows(frame.captured_at, interval_s):
                return
            if not self._feed.live:
                self._pacer.wait(frame)
        if self._maker.plain and self._warming.more():
            self._maker.plain = False
            memory.give_back()
        began = time.monotonic()
        started = frame.captured_at if self._feed.live else began
        try:
            look = self._look.get()
            covered = self._maker.covered(frame, self.outputs.canvas, look)
            others = self._maker.others(self._setup.own, look, covered) if covered is not None and self._setup.own else {}
        except Exception as e:
            if not self.outputs.live:
                raise
            self._maker.failed(e)
            covered = None
        self._fault = self._maker.fault
        if covered is None:
            self._card(Phase.COVERED, "Background unavailable", self._fault)
            return
        with self._tally.stopwatch("send"):
            self.outputs.send(covered, others)
        self.shown = covered if look.covers else None
        now = time.monotonic()
        self._tally.count(frame, now - started)
        self._guard.usual_s += 0.2 * (min(now - began, _SLOWEST_S) - self._guard.usual_s)
        if self.outputs.live and self._thrift.note(now - began, interval_s, now, time.process_time()):
            rung = self._thrift.rung
            self._maker.thrifty(rung.sparing, rung.every, rung.small)
        self._publish(Phase.RUNNING)

    def _without_frame(self) -> None:
        """The camera is away or slow: say so on the outputs instead of leaving a picture frozen."""
        error = self._feed.error
        if error is not None:
            if not self._feed.live and not self.outputs.live:
                raise error  # a file cannot be read and nobody waits for it
            self._fault = f"{error}"
            self._card(Phase.COVERED, "Camera unavailable", self._fault)
        elif time.monotonic() - self._last_frame_at > LIMIT_S and not self._feed.ended:
            self._card(Phase.COVERED, "Waiting for the camera")

    def _watched(self) -> bool:
        """Whether anybody looks, or did a moment ago, and the user has not paused."""
        if self._setup.paused:
            return False
        now = time.monotonic()
        if self._setup.always_on or self.outputs.watched():
            self._watched_at = now
        return now - self._watched_at < _LINGER_S

    def _idle(self) -> None:
        """Nobody watches, or the user has paused: the camera's light goes out, and a card now and then keeps the outputs alive.
        Ends when that, or the setup, changes."""
        self._resting = True
        self._feed.pause()
        self._thrift.pause()
        memory.trim()
        card_at = 0.0
        while not (self._stop.is_set() or self._watched() or self._wanted.get() is not self._setup):
            if time.monotonic() - card_at > _IDLE_S - _POLL_S:
                self._card(Phase.IDLE, "Paused" if self._setup.paused else "One moment", self.outputs.fault)
                card_at = time.monotonic()
            self._stop.wait(_POLL_S)

    def _restart(self) -> None:
        """Open the camera again; what was known of its picture is old."""
        self._resting = False
        self._feed.resume()
        self._card(Phase.COVERED, "One moment")
        self._began_anew(same_room=True)

    def _began_anew(self, same_room: bool) -> None:
        self._last_frame_at = time.monotonic()
        self._pacer.reset()
        self._maker.reset(same_room)
        self._thrift.pause()

    def _apply_changes(self) -> None:
        """Reopen what a changed `Setup` names. What cannot be opened leaves the old part in place, with a notice."""
        old, new = self._setup, self._wanted.get()
        if new is old:
            return
        self._setup, self._notice = new, ""
        self._thrift.allow(new.cpu_percent / 100)
        known = self._feed.info
        new_shape = (old.width, old.height, old.fps) != (new.width, new.height, new.fps)
        if new.camera != old.camera or new_shape:
            change = self._feed.choose if self._resting else self._feed.switch
            change(new.camera, new.width, new.height, new.fps)
            self._began_anew(same_room=False)
        if new_shape:
            self.outputs.resize(new.outputs, canvas_for(new, self._feed.info or known))
        elif new.outputs != old.outputs:
            self._attempt(lambda: self.outputs.change(new.outputs))
        if new.model != old.model:
            self._attempt(lambda: self._maker.switch(new.model))
            self._thrift.pause()
        memory.trim()

    def _attempt(self, action: Callable[[], object]) -> None:
        try:
            action()
        except Exception as e:  # whatever it is, the running parts go on
            self._notice = f"{e}"
            log.warning("%s", e)

    def _card(self, phase: Phase, title: str, line: str = "") -> None:
        self.shown = None
        self.outputs.send_card(title, line)
        self._publish(phase)

    def _stalled(self) -> tuple[str, str]:
        """The guard's card: this thread has sent nothing for too long. Called on the guard's thread."""
        line = _AWAY.get(self._tally.stopwatch.running, "")
        if line:
            self._tell(replace(self._status, phase=Phase.COVERED, fault=line))
        return "Starting" if self._status.phase is Phase.STARTING else "One moment", line

    def _publish(self, phase: Phase, final: bool = False) -> None:
        camera = self._feed.info
        notices = (self._notice, self._maker.notice, self._thrift.notice, self.outputs.notice, camera.note if camera else "")
        notice = next((one for one in notices if one), "")
        fault = self._fault or self.outputs.fault
        status = Status(phase, dropped=self._feed.dropped, notice=notice, fault=fault, camera=camera)
        if phase == Phase.RUNNING:
            status = replace(status, hint=self._maker.hint, room=self._maker.room)
        status = replace(status, canvas=self.outputs.canvas, outputs=self.outputs.infos)
        self._status = replace(status, **self._tally.figures(final))
        self._tell(self._status)


def canvas_for(setup: Setup, camera: CameraInfo | None) -> Canvas:
    """The canvas that outputs are opened with: what the setup asks for, else what the camera gives. Sides are even, as
    video formats want them."""
    width, height = setup.width, setup.height
    if not width:
        width, height = (camera.width, camera.height) if camera else (0, 0)
    if not (width and height):
        raise CameraError("the camera does not tell its picture size", "Give one: --size 1280x720.")
    fps = setup.fps or (camera.fps if camera else 0) or 30.0
    return Canvas(min(LARGEST, max(2, width // 2 * 2)), min(LARGEST, max(2, height // 2 * 2)), fps)
