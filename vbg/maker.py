"""The pipeline of a session, with a model that may fail: it is opened again with back-off until it works."""

from __future__ import annotations

import logging
import time

from vbg import fit
from vbg.beside import Beside
from vbg.errors import VbgError
from vbg.frame import Canvas, Frame, read_only
from vbg.models import Model
from vbg.models.thrifty import Thrifty
from vbg.pipeline import Pipeline, Room
from vbg.settings import Look
from vbg.sinks import Output
from vbg.tap import Tap
from vbg.timing import Stopwatch

log = logging.getLogger(__name__)

_WAITS_S = (0.25, 0.5, 1.0, 2.0, 4.0)


class Maker:
    """Makes covered frames. One thread owns it. `fault`: why the model is away, in one sentence; empty while it works. plain: see
    `Pipeline`."""

    def __init__(self, model: Model, stopwatch: Stopwatch, tap: Tap | None = None) -> None:
        """Opens nothing yet."""
        self.fault = ""
        self.plain = False
        self._model = model
        self._time, self._tap = stopwatch, tap
        self._pipeline: Pipeline | None = None
        self._besides: dict[Look, Beside] = {}
        self._frame: Frame | None = None  # the camera's, fitted, of which `covered` was made last
        self._segmenter: Thrifty | None = None
        self._sparing, self._thrift = False, (1, False)
        self._captures = 0
        self._failures = 0
        self._retry_at = 0.0

    @property
    def notice(self) -> str:
        notices = (one.notice for one in (self._pipeline, *self._besides.values()) if one is not None)
        return next((notice for notice in notices if notice), "")

    @property
    def hint(self) -> str:
        return self._pipeline.hint if self._pipeline else ""

    @property
    def room(self) -> Room:
        return self._pipeline.room if self._pipeline else Room()

    def open(self) -> None:
        """Raises ModelError."""
        self._take(self._model)

    def switch(self, model: Model) -> None:
        """Another model; the old one goes on where that cannot be opened and raises."""
        self._take(model)

    def thrifty(self, sparing: bool, every: int, small: bool) -> None:
        """Ask less of the model, for every so-manieth mask only, and make do with a small one: see `Segmenter` and `Thrifty`."""
        self._sparing, self._thrift = sparing, (every, small)
        if self._segmenter is not None:
            self._ask_less(self._segmenter)

    def covered(self, frame: Frame, canvas: Canvas, look: Look) -> Frame | None:
        """The covered frame, fitted to the canvas; None while the model is away. Raises what the pipeline raises."""
        if self._pipeline is None:
            if time.monotonic() < self._retry_at:
                return None
            self.open()
        assert self._pipeline is not None
        if (frame.width, frame.height) != (canvas.width, canvas.height):
            with self._time("fit"):
                fitted = fit.onto(frame.pixels, canvas.width, canvas.height)
                frame = Frame(read_only(fitted), frame.index, frame.captured_at)
        self._captures = look.captures
        self._pipeline.plain = self.plain
        covered = self._pipeline.process(frame, look)
        self._frame = frame
        self._failures, self.fault = 0, ""
        return covered

    def others(self, own: tuple[tuple[Output, Look], ...], look: Look, covered: Frame) -> dict[Output, Frame]:
        """The same frame for the outputs with a look of their own. look, covered: what `covered` was asked for and gave last; it
        goes to all while the empty room is captured. Raises what the pipeline raises."""
        frame, self._frame = self._frame, None
        assert self._pipeline is not None and frame is not None
        for gone in set(self._besides) - {one for _, one in own}:
            self._besides.pop(gone).close()
        if self._pipeline.room.capturing:
            return {output: covered for output, _ in own}
        for _, one in own:
            if one not in self._besides:
                self._besides[one] = Beside(self._pipeline, self._time)
        pictures = {one: beside.process(frame, one, look.style) for one, beside in self._besides.items()}
        return {output: pictures[one] for output, one in own}

    def failed(self, reason: Exception) -> None:
        """Close the model, and open it again after a while."""
        if not isinstance(reason, VbgError):
            log.error("the pipeline failed", exc_info=reason)
        self.fault = f"{reason}"
        try:
            self.close()
        except Exception as e:  # it is broken: that closing fails too is no news
            log.debug("%s", e)
        self._retry_at = time.monotonic() + _WAITS_S[min(self._failures, len(_WAITS_S) - 1)]
        self._failures += 1

    def reset(self, same_room: bool) -> None:
        """Forget all earlier frames. same_room: the same camera was only away."""
        if self._pipeline is not None:
            self._pipeline.reset(same_room)
            for beside in self._besides.values():
                beside.reset()

    def close(self) -> None:
        pipeline, self._pipeline, self._segmenter = self._pipeline, None, None
        besides, self._besides, self._frame = self._besides, {}, None
        for beside in besides.values():
            beside.close()
        if pipeline is not None:
            pipeline.close()

    def _take(self, model: Model) -> None:
        segmenter = Thrifty(model.open())
        self._ask_less(segmenter)
        self.close()
        self._model, self._segmenter = model, segmenter
        self._pipeline = Pipeline(segmenter, self._time, self._tap, self._captures)

    def _ask_less(self, segmenter: Thrifty) -> None:
        segmenter.spare(self._sparing)
        segmenter.thrift(*self._thrift)
