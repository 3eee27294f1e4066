"""Hills in the mist that stand behind each other in depth: they shift as you move your head."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.effects import Painter
from vbg.effects.eye import Eye
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.spec import checked, knob

_WIDEST = 960  # px
_RIDGES = 5
_REACH = 0.16  # how far the nearest ridge goes at depth 1, as a fraction of the width, when you go from the middle to the border
_SKIES: dict[str, tuple[tuple[str, str], tuple[str, str], str]] = {
    # sky above and at the horizon, the farthest and the nearest ridge, the sun
    "dawn": (("#8fb3d9", "#fbe3c8"), ("#cfc6cf", "#26414a"), "#fff1d0"),
    "dusk": (("#2c2a5e", "#f2957a"), ("#b06f86", "#1c1a36"), "#ffd09a"),
    "night": (("#050b1e", "#27426b"), ("#34507a", "#070d1a"), "#c8d8f2"),
}


@dataclass(frozen=True, slots=True)
class Hills:
    """Five ridges, one behind the other; near ones move more than far ones, as from a window."""

    name: ClassVar[str] = "hills"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = True
    of_room: ClassVar[bool] = False
    hour: str = knob("dawn", "Hour", help="of the day", choices=tuple(_SKIES))
    depth: float = knob(0.6, "Depth", help="how far the hills shift when you move; 0 stands still", low=0.0, high=1.0)

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        return _View(self.hour, self.depth, width, height)


class _View:
    def __init__(self, hour: str, depth: float, width: int, height: int) -> None:
        scale = min(1.0, _WIDEST / width)
        self._w, self._h = max(1, round(width * scale)), max(1, round(height * scale))
        (above, horizon), (far, near), sun = _SKIES[hour]
        self._reach = depth * _REACH * self._w
        self._sky = _sky(self._w, self._h, _bgr(above), _bgr(horizon), _bgr(sun))
        self._ridges = [_Ridge(i, self._w, self._h, _bgr(far), _bgr(near), _bgr(horizon)) for i in range(_RIDGES)]
        self._out = np.empty_like(self._sky)
        self._eye = Eye()

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        self._eye.look(mask, t)
        self._out[:] = self._sky
        for ridge in self._ridges:
            ridge.draw(self._out, self._eye.x * self._reach * ridge.nearness)
        return read_only(self._out)

    def close(self) -> None:
        pass


class _Ridge:
    """Its height is a sum of waves; its colour goes over into the mist downwards."""

    def __init__(
        self, index: int, w: int, h: int, far: NDArray[np.float32], near: NDArray[np.float32], mist: NDArray[np.float32]
    ) -> None:
        part = index / (_RIDGES - 1)
        self.nearness = 0.12 + 0.88 * part**1.5
        margin = math.ceil(_REACH * w) + 2
        x = (np.arange(-margin, w + margin) / w).astype(np.float32)
        rng = np.random.default_rng(40 + index)
        top = np.zeros_like(x)
        for octave in range(6):
            waves = 1.1 * 2**octave * (1 + 0.25 * part)
            top += np.sin(2 * np.pi * (waves * x + rng.random())) * (0.52**octave) * rng.uniform(0.6, 1.0)
        relief = 0.052 + 0.012 * (_RIDGES - index)
        crest = 0.44 + 0.135 * index + relief * top
        if index >= _RIDGES - 2:
            crest -= _trees(x, rng, 0.016 + 0.016 * (index - _RIDGES + 2))
        self._margin, self._crest = margin, (crest * h).astype(np.float32)
        body = far + (near - far) * np.float32(part**0.8)
        rows = np.arange(h, dtype=np.float32)[:, None] / h
        fog = np.clip((rows - (0.44 + 0.135 * index)) / 0.26, 0, 1) * (0.55 - 0.4 * part)
        self._colours = (body * (1 - fog) + mist * fog).astype(np.float32)  # (h, 3)
        self._filled = np.repeat(np.rint(self._colours).astype(np.uint8)[:, None], w, axis=1)

    def draw(self, out: Pixels, shift: float) -> None:
        """Draw it over `out`, moved by `shift` px (against the eye's movement)."""
        h, w = out.shape[:2]
        whole = math.floor(shift)
        part = np.float32(shift - whole)
        begin = self._margin + whole
        crest = self._crest[begin : begin + w] * (1 - part) + self._crest[begin + 1 : begin + 1 + w] * part
        edge = np.floor(crest).astype(np.intp)  # the row that the crest goes through: there, a part of a pixel is covered
        low, high = max(0, int(edge.min()) + 1), min(h, max(0, int(edge.max()) + 1))
        if low < high:
            under = (np.arange(low, high)[:, None] > edge).view(np.uint8)
            cv2.copyTo(self._filled[low:high], under, out[low:high])
        out[high:] = self._filled[high:]
        seen = np.flatnonzero((edge >= 0) & (edge < h))
        rows = edge[seen]
        behind = out[rows, seen].astype(np.float32)
        covered = (1 - (crest[seen] - rows))[:, None]
        out[rows, seen] = (behind + covered * (self._colours[rows] - behind) + np.float32(0.5)).astype(np.uint8)


def _trees(x: NDArray[np.float32], rng: np.random.Generator, tall: float) -> NDArray[np.float32]:
    """Firs along a crest: how much each adds to the height, as a fraction of the picture's height."""
    out = np.zeros_like(x)
    at = float(x[0])
    while at < x[-1]:
        size = tall * rng.uniform(0.35, 1.0)
        out = np.maximum(out, size * (1 - np.abs(x - at) / (size * 0.3)))
        at += size * rng.uniform(0.16, 0.5)
    return out.astype(np.float32)


def _sky(w: int, h: int, above: NDArray[np.float32], horizon: NDArray[np.float32], sun: NDArray[np.float32]) -> Pixels:
    y, x = (np.mgrid[0:h, 0:w].astype(np.float32) + 0.5) / h
    ramp = np.clip(y / 0.55, 0, 1)[..., None] ** 1.3
    sky = above * (1 - ramp) + horizon * ramp
    distance = np.hypot(x - 0.66 * w / h, y - 0.36)
    halo = (0.75 * np.exp(-np.square(distance / 0.22)) + np.clip((0.045 - distance) * h * 0.5, 0, 1))[..., None]
    return np.asarray((sky + (sun - sky) * np.clip(halo, 0, 1)).clip(0, 255), np.uint8)


def _bgr(colour: str) -> NDArray[np.float32]:
    return np.array(list(bytes.fromhex(colour[1:]))[::-1], np.float32)
