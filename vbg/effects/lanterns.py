"""Warm lights out of focus that rise slowly through the evening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from vbg.effects import Painter
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.spec import checked, knob

_TOP, _BOTTOM = np.array([48, 22, 18], np.float32), np.array([74, 40, 84], np.float32)  # BGR
_TINTS = np.array([[96, 176, 255], [70, 130, 250], [150, 205, 255], [190, 120, 235]], np.float32)  # BGR
_WIDEST = 640  # px: what is out of focus needs no more
_COUNT = 46
_RISE_S = 20.0  # at speed 0.5, the time in which the nearest light crosses the picture


@dataclass(frozen=True, slots=True)
class Lanterns:
    """Discs of light, the larger ones nearer and quicker."""

    name: ClassVar[str] = "lanterns"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = True
    of_room: ClassVar[bool] = False
    speed: float = knob(0.5, "Speed", help="0 stands still", low=0.0, high=1.0)
    brightness: float = knob(0.6, "Brightness", help="of the lights", low=0.0, high=1.0)

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        return _Rising(self.speed, self.brightness, width, height)


@dataclass(frozen=True, slots=True)
class _Light:
    """x: fraction of the width. start: fraction of its way. pace: 1 for the nearest. disc: (n, n, 3), added to what is there."""

    x: float
    start: float
    pace: float
    sway: float
    disc: Pixels


class _Rising:
    def __init__(self, speed: float, brightness: float, width: int, height: int) -> None:
        scale = min(1.0, _WIDEST / width)
        w, h = max(1, round(width * scale)), max(1, round(height * scale))
        ramp = np.linspace(0, 1, h, dtype=np.float32)[:, None, None] ** 1.5
        ground = _TOP * (1 - ramp) + _BOTTOM * ramp
        self._ground = np.ascontiguousarray(np.broadcast_to(ground, (h, w, 3)).astype(np.uint8))
        self._out = np.empty_like(self._ground)
        self._rate = 2 * speed / _RISE_S
        self._begun: float | None = None
        rng = np.random.default_rng(11)
        nearness = np.sort(rng.random(_COUNT))
        self._lights = [_light(rng, float(near), brightness, h) for near in nearness]

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        self._begun = t if self._begun is None else self._begun
        h, w = self._out.shape[:2]
        self._out[:] = self._ground
        for light in self._lights:
            n = light.disc.shape[0]
            way = (light.start + (t - self._begun) * self._rate * light.pace) % 1.0
            x = light.x * w + 0.02 * w * np.sin(2 * np.pi * (way * 2 + light.sway)) - n / 2
            y = h - way * (h + n)
            _add(self._out, light.disc, x, y)
        return read_only(self._out)

    def close(self) -> None:
        pass


def _light(rng: np.random.Generator, near: float, brightness: float, h: int) -> _Light:
    radius = h * (0.012 + 0.075 * near**2)
    n = int(2 * radius) + 5
    at = np.arange(n, dtype=np.float32) - (n - 1) / 2
    d = np.hypot(at[None], at[:, None])
    shape = np.clip((radius - d) / (1 + 0.08 * radius) + 0.5, 0, 1) * (0.7 + 0.3 * np.clip(d / max(radius, 1.0), 0, 1) ** 4)
    strength = brightness * (1.0 - 0.55 * near) * rng.uniform(0.6, 1.1)
    disc = shape[..., None] * _TINTS[rng.integers(len(_TINTS))] * strength
    return _Light(
        float(rng.random()), float(rng.random()), 0.35 + 0.65 * near, float(rng.random()), disc.clip(0, 255).astype(np.uint8)
    )


def _add(out: Pixels, disc: Pixels, x: float, y: float) -> None:
    """Add `disc` with its upper left corner at (x, y), parts of a pixel included: a slow light must not step."""
    n, left, top = disc.shape[0], int(np.floor(x)), int(np.floor(y))
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + n + 1, out.shape[1]), min(top + n + 1, out.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    move = np.array([[1, 0, x - left], [0, 1, y - top]], np.float32)
    moved = cv2.warpAffine(disc, move, (n + 1, n + 1))
    part = out[y0:y1, x0:x1]
    cv2.add(part, moved[y0 - top : y1 - top, x0 - left : x1 - left], dst=part)
