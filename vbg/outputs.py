"""The open outputs of a session: everything gets the same read-only frame, or the card."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vbg.card import Cards
from vbg.errors import OutputError, VbgError
from vbg.frame import Canvas, Frame
from vbg.sinks import Output, Sink, SinkInfo

log = logging.getLogger(__name__)

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 4.0


@dataclass
class _Lost:
    """A live output that failed: why, and when it is opened again."""

    error: VbgError
    retry_at: float
    wait_s: float


class Outputs:
    """Opens all of `specs`, or none. Raises OutputError and UsageError.

    A live output that fails later is opened again with back-off while the others go on; one that nobody watches live (a
    file) raises. One thread owns it; `cover`, `overdue` and `abandon` may come from another.
    """

    def __init__(self, specs: tuple[Output, ...], canvas: Canvas) -> None:
        self.canvas = canvas
        self._cards = Cards(canvas.width, canvas.height)
        self._sinks: dict[Output, Sink] = {}
        self._lost: dict[Output, _Lost] = {}
        self._card_index = 0
        self._lock = threading.Lock()
        self._sent_at = time.monotonic()
        try:
            self.change(specs)
        except BaseException:
            self.close()
            raise

    @property
    def infos(self) -> tuple[SinkInfo, ...]:
        return tuple(sink.info for sink in self._sinks.values())

    @property
    def live(self) -> bool:
        """Whether somebody watches as time passes: then frames are paced and faults are covered by a card."""
        return bool(self._lost) or any(info.live for info in self.infos)

    @property
    def notice(self) -> str:
        """What an output cannot do as usual, in one sentence; empty where there is nothing."""
        return next((info.note for info in self.infos if info.note), "")

    @property
    def fault(self) -> str:
        """Why an output is away, in one sentence; empty where all are there."""
        return next((f"{lost.error}" for lost in self._lost.values()), "")

    def change(self, specs: tuple[Output, ...]) -> None:
        """Open what is new and close what is gone; what stays is not touched."""
        for spec in specs:
            if spec not in self._sinks and spec not in self._lost:
                sink = spec.open(self.canvas)
                with self._lock:
                    self._sinks[spec] = sink
        self._lost = {spec: lost for spec, lost in self._lost.items() if spec in specs}
        for spec in [spec for spec in self._sinks if spec not in specs]:
            with self._lock:
                sink = self._sinks.pop(spec)
            sink.close()

    def resize(self, specs: tuple[Output, ...], canvas: Canvas) -> None:
        """Open everything anew with another canvas. A live output that cannot be is tried again later."""
        before, live = set(self._sinks) | set(self._lost), self.live
        self.close()
        with self._lock:
            self.canvas, self._cards = canvas, Cards(canvas.width, canvas.height)
        for spec in specs:
            try:
                self.change((*self._sinks, *self._lost, spec))
            except VbgError as e:
                if not live or spec not in before:
                    raise
                self._lose(spec, e)

    def watched(self) -> bool:
        return any(sink.watched() for spec, sink in self._sinks.items() if spec not in self._lost)

    def send(self, frame: Frame, others: Mapping[Output, Frame] = MappingProxyType({})) -> None:
        """`frame` to all; to those that stand in `others` what stands there."""
        self._revive()
        with self._lock:
            self._send(frame, False, others)

    def send_card(self, title: str, line: str = "") -> None:
        """A card to whoever watches live; files get none."""
        self._revive()
        self.cover(title, line)

    def cover(self, title: str, line: str = "") -> None:
        """The same from another thread than the owner's."""
        with self._lock:
            card = Frame(self._cards.pixels(title, line), self._card_index, time.monotonic(), card=True)
            self._card_index += 1
            self._send(card, True, {})

    def overdue(self, limit_s: float) -> bool:
        """Whether somebody who watches live has got nothing for so long."""
        return time.monotonic() - self._sent_at > limit_s and any(info.live for info in self.infos)

    def rest(self) -> None:
        """What was sent last is meant to stand a while: a recording of few frames per second."""
        self._sent_at = time.monotonic()

    def close(self) -> None:
        """Close every output, even when one fails; then raise the first failure."""
        failures: list[VbgError] = []
        self._lost.clear()
        while self._sinks:
            with self._lock:
                _, sink = self._sinks.popitem()
            try:
                sink.close()
            except VbgError as e:
                failures.append(e)
            except Exception as e:  # another program's library: the remaining outputs must be closed all the same
                failures.append(OutputError(f"{sink.info.name} could not be closed: {e}"))
        if failures:
            raise failures[0]

    def abandon(self) -> None:
        """Close what can be closed, from any thread: the owner hangs. Never raises."""
        if self._lock.acquire(timeout=1.0):  # kept: nobody sends any more
            for sink in self._sinks.values():
                try:
                    sink.close()
                except Exception as e:  # the process is about to end
                    log.warning("%s", e)

    def _send(self, frame: Frame, live_only: bool, others: Mapping[Output, Frame]) -> None:
        self._sent_at = time.monotonic()
        for spec, sink in list(self._sinks.items()):
            live = sink.info.live
            if spec in self._lost or (live_only and not live):
                continue
            try:
                sink.send(others.get(spec, frame))
            except Exception as e:  # whatever another program's library raises: the other outputs go on
                if not live:
                    raise
                self._lose(spec, e)

    def _lose(self, spec: Output, reason: Exception, wait_s: float = _FIRST_WAIT_S) -> None:
        error = reason if isinstance(reason, VbgError) else OutputError(f"the output failed: {reason}")
        log.warning("%s", error)
        self._lost[spec] = _Lost(error, time.monotonic() + wait_s, min(2 * wait_s, _LONGEST_WAIT_S))

    def _revive(self) -> None:
        """Close what was lost and open it again, where it is time. On the owner's thread, as sinks want it."""
        for spec, lost in list(self._lost.items()):
            with self._lock:
                broken = self._sinks.pop(spec, None)
            if broken is not None:
                try:
                    broken.close()
                except Exception as e:  # it is broken: that closing fails too is no news
                    log.debug("%s", e)
            if time.monotonic() < lost.retry_at:
                continue
            try:
                sink = spec.open(self.canvas)
            except Exception as e:
                self._lose(spec, e, lost.wait_s)
                continue
            with self._lock:
                self._sinks[spec] = sink
            del self._lost[spec]
