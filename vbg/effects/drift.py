"""Soft colours that drift slowly into each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from vbg.effects import Painter
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.spec import checked, knob

PALETTES: dict[str, tuple[str, ...]] = {
    "aurora": ("#0b1f3f", "#145a6e", "#2fb28c", "#5b4bb4", "#0f3d57"),
    "ember": ("#2a1240", "#7a2458", "#e4655a", "#ffb169", "#3d1b52"),
    "lagoon": ("#0a3a52", "#127a8c", "#63c7b2", "#dcefc8", "#0f5a78"),
    "pearl": ("#d9dde6", "#f3ece4", "#cfd9e8", "#e9d8dc", "#f5f5f2"),
}
_SIDE = 96  # px: a colour field is so smooth that the blend's enlargement shows nothing of it
_TURN_S = 24.0  # at speed 0.5, the time in which the quickest colour comes back to where it was


@dataclass(frozen=True, slots=True)
class Drift:
    """A field of colours, each of which goes round a course of its own."""

    name: ClassVar[str] = "drift"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = True
    of_room: ClassVar[bool] = False
    colours: str = knob("aurora", "Colours", help="which colours there are", choices=tuple(PALETTES))
    speed: float = knob(0.5, "Speed", help="0 stands still", low=0.0, high=1.0)

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        return _Drifting(PALETTES[self.colours], self.speed, width, height)


class _Drifting:
    """Each pixel's colour is the mean of all, weighed by how near each one is."""

    def __init__(self, colours: tuple[str, ...], speed: float, width: int, height: int) -> None:
        scale = min(1.0, _SIDE / max(width, height))
        w, h = max(1, round(width * scale)), max(1, round(height * scale))
        self._colours = np.array([list(bytes.fromhex(c[1:]))[::-1] for c in colours], np.float32)
        self._x = ((np.arange(w, dtype=np.float32) + 0.5) / w)[None]
        self._y = ((np.arange(h, dtype=np.float32) + 0.5) / h)[:, None]
        self._rate = 2 * np.pi * 2 * speed / _TURN_S
        self._begun: float | None = None

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        self._begun = t if self._begun is None else self._begun
        turn = (t - self._begun) * self._rate
        total = np.full((*np.broadcast_shapes(self._x.shape, self._y.shape), 3), 1e-4, np.float32)
        weights = np.full(total.shape[:2], 1e-4, np.float32)
        for i, colour in enumerate(self._colours):
            pace, start = 1 / (1 + 0.37 * i), 2.4 * i
            x = 0.5 + 0.46 * np.cos(start + turn * pace)
            y = 0.5 + 0.46 * np.sin(1.7 * start + 0.83 * turn * pace)
            weight = np.exp(np.square(self._x - x) * -7) * np.exp(np.square(self._y - y) * -5)
            total += weight[..., None] * colour
            weights += weight
        return read_only(np.rint(total / weights[..., None]).clip(0, 255).astype(np.uint8))

    def close(self) -> None:
        pass
