"""A model that says the same everywhere: for tests and for measuring everything but the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from vbg.frame import Frame, Mask
from vbg.models import Engine, Segmenter
from vbg.spec import checked, knob


@dataclass(frozen=True, slots=True)
class Constant:
    """`value` for every pixel of every frame."""

    name: ClassVar[str] = "constant"
    value: float = knob(0.0, "Value", help="0 hides everything, 1 shows everything", low=0.0, high=1.0)

    def __post_init__(self) -> None:
        checked(self)

    def open(self) -> Segmenter:
        return _Same(self.value)


class _Same:
    def __init__(self, value: float) -> None:
        self._value = value

    @property
    def engines(self) -> tuple[Engine, ...]:
        return ()

    def mask(self, frame: Frame, room: Mask | None = None) -> Mask:
        return np.full((max(1, round(256 * frame.height / frame.width)), 256), self._value, np.float32)

    def spare(self, on: bool) -> None:
        pass

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass
