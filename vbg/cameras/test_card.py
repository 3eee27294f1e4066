"""Colour bars: shows that the way from vbg to the meeting works, without any camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from vbg.cameras import Source
from vbg.cameras.picture import Still

BARS = ((191, 191, 191), (0, 191, 191), (191, 191, 0), (0, 191, 0), (191, 0, 191), (0, 0, 191), (191, 0, 0))
"""BGR of the 75 % colour bars: white, yellow, cyan, green, magenta, red, blue (SMPTE EG 1)."""


@dataclass(frozen=True, slots=True)
class TestCard:
    """Seven bars over a ramp from black to white."""

    __test__: ClassVar[bool] = False  # not a test of pytest's, whatever its name
    name: ClassVar[str] = "test_card"
    live: ClassVar[bool] = False

    def open(self, width: int = 0, height: int = 0, fps: float = 0, identity: str = "") -> Source:
        width, height = width or 1280, height or 720
        pixels = np.empty((height, width, 3), np.uint8)
        pixels[:] = np.array(BARS, np.uint8)[np.arange(width) * len(BARS) // width]
        pixels[height * 3 // 4 :] = np.linspace(0, 255, width).astype(np.uint8)[:, None]
        return Still(pixels, "test card", fps or 30.0)
