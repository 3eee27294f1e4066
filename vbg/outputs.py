"""The open outputs of a session: everything gets the same read-only frame, or the card."""

from __future__ import annotations

import time

from vbg.card import Cards
from vbg.errors import OutputError, VbgError
from vbg.frame import Canvas, Frame
from vbg.sinks import Output, Sink, SinkInfo


class Outputs:
    """Opens all of `specs`, or none. One thread owns it. Raises OutputError and UsageError."""

    def __init__(self, specs: tuple[Output, ...], canvas: Canvas) -> None:
        self.canvas = canvas
        self._cards = Cards(canvas.width, canvas.height)
        self._sinks: dict[Output, Sink] = {}
        self._card_index = 0
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
        return any(info.live for info in self.infos)

    def change(self, specs: tuple[Output, ...]) -> None:
        """Open what is new and close what is gone; what stays is not touched."""
        for spec in specs:
            if spec not in self._sinks:
                self._sinks[spec] = spec.open(self.canvas)
        for spec in [spec for spec in self._sinks if spec not in specs]:
            self._sinks.pop(spec).close()

    def watched(self) -> bool:
        return any(sink.watched() for sink in self._sinks.values())

    def send(self, frame: Frame) -> None:
        for sink in self._sinks.values():
            sink.send(frame)

    def send_card(self, title: str, line: str = "") -> None:
        """A card to whoever watches live; files get none."""
        card = Frame(self._cards.pixels(title, line), self._card_index, time.monotonic())
        self._card_index += 1
        for sink in self._sinks.values():
            if sink.info.live:
                sink.send(card)

    def close(self) -> None:
        """Close every output, even when one fails; then raise the first failure."""
        failures: list[VbgError] = []
        while self._sinks:
            _, sink = self._sinks.popitem()
            try:
                sink.close()
            except VbgError as e:
                failures.append(e)
            except Exception as e:  # another program's library: the remaining outputs must be closed all the same
                failures.append(OutputError(f"{sink.info.name} could not be closed: {e}"))
        if failures:
            raise failures[0]
