"""The loop of a session: one frame after the other, and everything that may go wrong on the way."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from vbg import fit, kernels
from vbg.cameras import CameraInfo
from vbg.errors import CameraError, VbgError
from vbg.feed import Feed
from vbg.frame import Canvas, Frame, read_only
from vbg.models import Model
from vbg.outputs import Outputs
from vbg.pace import Pacer
from vbg.pipeline import Pipeline
from vbg.settings import LARGEST, Look, Setup
from vbg.slot import Cell
from vbg.status import Phase, Status
from vbg.tally import Tally
from vbg.tap import Tap

log = logging.getLogger(__name__)

_POLL_S = 0.1  # the longest wait for a frame: a stop, a change and a card are never later than this
_SILENT_S = 0.7  # a live camera that gives nothing for so long is covered by a card
_IDLE_S = 0.2  # between two cards while nobody watches
_MODEL_WAITS_S = (0.5, 1.0, 2.0, 4.0)


class Loop:
    """The open parts of one session, all owned by one thread; `stack` closes them in reverse order.

    There is no path from a camera to an output except through the pipeline: where there is no covered picture, a card
    goes out. Where nobody watches live (a file), a fault of the model or the outputs is raised instead.
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
        self._tally, self._tap = Tally(), tap
        self._pacer = Pacer(stop)
        self._feed = Feed(chosen.camera, chosen.width, chosen.height, chosen.fps)
        stack.callback(lambda: self._feed.close())
        self._outputs = Outputs(chosen.outputs, canvas_for(chosen, self._feed.wait_open()))
        stack.callback(lambda: self._outputs.close())
        self._pipeline: Pipeline | None = None
        stack.callback(self._close_pipeline)
        self._model_failures = 0
        self._model_retry_at = 0.0
        self._fault = self._notice = ""
        self._begun = self._last_frame_at = time.monotonic()

    def run(self) -> None:
        """Go on until the source ends, the limit is reached or `stop` is set."""
        self._warm_up()
        self._pipeline = self._opened(self._setup.model)
        self._begun = self._last_frame_at = time.monotonic()
        while not self._over():
            self._apply_changes()
            if self._resting():
                self._idle()
                continue
            frame = self._feed.take(_POLL_S)
            if frame is None:
                self._without_frame()
                continue
            self._last_frame_at = time.monotonic()
            self._step(frame)
        self._publish(Phase.RUNNING, final=True)

    def _warm_up(self) -> None:
        """Compile the kernels beside a card: the first time on a machine it takes seconds, and whoever opened the virtual
        camera would give up waiting for a picture. No kernel runs on this thread meanwhile."""
        warming = threading.Thread(target=self._compile, name="vbg-warm")
        warming.start()
        self._card(Phase.STARTING, "Starting")
        while warming.is_alive():
            warming.join(_POLL_S)
            self._card(Phase.STARTING, "Starting")

    def _compile(self) -> None:
        for _ in kernels.warming():
            if self._stop.is_set():
                return

    def _over(self) -> bool:
        if self._stop.is_set() or self._feed.ended:
            return True
        passed = time.monotonic() - self._begun if self._feed.live else self._tally.seconds
        return 0 < self._limit_s <= passed + 1e-3  # times are sums of fractions

    def _step(self, frame: Frame) -> None:
        """One frame, covered and sent; a card in its place where that fails and somebody watches."""
        if self._outputs.live and not self._feed.live:
            self._pacer.wait(frame)
        started = frame.captured_at if self._feed.live else time.monotonic()
        try:
            covered = self._covered(frame)
        except Exception as e:
            if not self._outputs.live:
                raise
            self._model_failed(e)
            return
        if covered is None:
            self._card(Phase.COVERED, "Background unavailable", self._fault)
            return
        with self._tally.stopwatch("send"):
            self._outputs.send(covered)
        self._tally.count(frame, time.monotonic() - started)
        self._fault = ""
        self._publish(Phase.RUNNING)

    def _covered(self, frame: Frame) -> Frame | None:
        """The covered frame; None while the model is away."""
        if self._pipeline is None:
            if time.monotonic() < self._model_retry_at:
                return None
            self._pipeline = self._opened(self._setup.model)
        canvas = self._outputs.canvas
        if (frame.width, frame.height) != (canvas.width, canvas.height):
            with self._tally.stopwatch("fit"):
                fitted = fit.onto(frame.pixels, canvas.width, canvas.height)
                frame = Frame(read_only(fitted), frame.index, frame.captured_at)
        covered = self._pipeline.process(frame, self._look.get())
        self._model_failures = 0
        return covered

    def _without_frame(self) -> None:
        """The camera is away or slow: say so on the outputs instead of leaving a picture frozen."""
        error = self._feed.error
        if error is not None:
            if not self._feed.live and not self._outputs.live:
                raise error  # a file cannot be read and nobody waits for it
            self._fault = f"{error}"
            self._card(Phase.COVERED, "Camera unavailable", self._fault)
        elif time.monotonic() - self._last_frame_at > _SILENT_S and not self._feed.ended:
            self._card(Phase.COVERED, "Waiting for the camera")

    def _idle(self) -> None:
        """Nobody watches, or the user paused: the camera's light goes out, and a card now and then keeps the outputs alive."""
        self._feed.close()
        while not self._stop.is_set() and self._resting():
            self._card(Phase.IDLE, "Paused" if self._wanted.get().paused else "One moment")
            self._stop.wait(_IDLE_S)
        if not self._stop.is_set():
            self._setup = replace(self._setup, camera=self._wanted.get().camera)  # it may have been switched meanwhile
            self._open_feed(self._setup)

    def _resting(self) -> bool:
        return self._wanted.get().paused or not self._outputs.watched()

    def _apply_changes(self) -> None:
        """Reopen what a changed `Setup` names. What cannot be opened leaves the old part in place, with a notice."""
        old, new = self._setup, self._wanted.get()
        if new is old:
            return
        self._setup, self._notice = new, ""
        new_shape = (old.width, old.height, old.fps) != (new.width, new.height, new.fps)
        if new.camera != old.camera or new_shape:
            self._feed.close()
            self._open_feed(new)
        if new_shape:
            self._outputs.close()
            self._outputs = Outputs(new.outputs, canvas_for(new, self._feed.info))
        elif new.outputs != old.outputs:
            self._attempt(lambda: self._outputs.change(new.outputs))
        if new.model != old.model:
            self._attempt(lambda: self._switch_model(new.model))

    def _open_feed(self, setup: Setup) -> None:
        self._feed = Feed(setup.camera, setup.width, setup.height, setup.fps)
        self._last_frame_at = time.monotonic()
        self._pacer.reset()
        if self._pipeline is not None:
            self._pipeline.reset()

    def _switch_model(self, model: Model) -> None:
        pipeline = self._opened(model)
        self._close_pipeline()
        self._pipeline = pipeline

    def _opened(self, model: Model) -> Pipeline:
        return Pipeline(model.open(), self._tally.stopwatch, self._tap)

    def _close_pipeline(self) -> None:
        pipeline, self._pipeline = self._pipeline, None
        if pipeline is not None:
            pipeline.close()

    def _model_failed(self, reason: Exception) -> None:
        """Cover, close the model, and open it again after a while."""
        if not isinstance(reason, VbgError):
            log.error("the pipeline failed", exc_info=reason)
        self._attempt(self._close_pipeline)
        self._model_retry_at = time.monotonic() + _MODEL_WAITS_S[min(self._model_failures, len(_MODEL_WAITS_S) - 1)]
        self._model_failures += 1
        self._fault = f"{reason}"
        self._card(Phase.COVERED, "Background unavailable", self._fault)

    def _attempt(self, action: Callable[[], object]) -> None:
        try:
            action()
        except Exception as e:  # whatever it is, the running parts go on
            self._notice = f"{e}"
            log.warning("%s", e)

    def _card(self, phase: Phase, title: str, line: str = "") -> None:
        self._outputs.send_card(title, line)
        self._publish(phase)

    def _publish(self, phase: Phase, final: bool = False) -> None:
        camera = self._feed.info
        notice = self._notice or (self._pipeline.notice if self._pipeline else "") or (camera.note if camera else "")
        status = Status(phase, dropped=self._feed.dropped, notice=notice, fault=self._fault, camera=camera)
        if phase == Phase.RUNNING and self._pipeline:
            status = replace(status, hint=self._pipeline.hint)
        status = replace(status, canvas=self._outputs.canvas, outputs=self._outputs.infos)
        self._tell(replace(status, **self._tally.figures(final)))


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
