"""Persons before a coloured screen, with exact alpha: what a studio's camera would have recorded.

The screen is lit unevenly, has folds and tracking marks and ends before the picture does; its light falls on the person's edge;
sensor noise and H.264 follow. Alpha itself mixes levels, as a blend does; light adds to light.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.cameras.demo import DemoSource
from vbg.frame import Pixels
from vbg.kernels.key import LIGHT

F32 = NDArray[np.float32]
_LEVELS = np.arange(256, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Studio:
    """What is behind the person. rgb: of the screen in full light. uneven: 0..1. spill: part of the screen's light that the
    person's edge reflects. hard: with folds, marks and an end. noise: levels. crf: of H.264."""

    name: str
    rgb: tuple[int, int, int]
    uneven: float
    spill: float
    hard: bool
    noise: float = 2.0
    crf: int = 23


STUDIOS = (
    Studio("even", (52, 178, 74), 0.12, 0.06, hard=False),
    Studio("hard", (44, 160, 66), 0.55, 0.15, hard=True, noise=3.0, crf=26),
)


def linear(levels: F32 | Pixels) -> F32:
    """Light, 0..1, of levels."""
    return np.asarray(np.interp(levels, _LEVELS, LIGHT), np.float32)


def levels(light: F32) -> F32:
    """Levels, 0..255, of light."""
    return np.asarray(np.interp(light, LIGHT, _LEVELS), np.float32)


def plate(studio: Studio, width: int, height: int, seed: int = 0) -> tuple[Pixels, NDArray[np.bool_]]:
    """The empty studio, (height, width, 3) uint8 BGR, and where its screen is."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width, y / height
    lamp = np.exp(-((x - 0.3) ** 2 + (y - 0.25) ** 2) / 0.25) + 0.5 * np.exp(-((x - 0.85) ** 2 + (y - 0.4) ** 2) / 0.05)
    shade = 1 - studio.uneven * (1 - lamp / lamp.max())
    if studio.hard:
        for _ in range(7):
            at, lean, wide = rng.uniform(0, 1), rng.uniform(-0.3, 0.3), rng.uniform(0.008, 0.03)
            shade *= 1 + rng.uniform(-0.14, 0.1) * np.exp(-(((x - at - lean * y) / wide) ** 2))
    screen = linear(np.array(studio.rgb[::-1], np.float32)) * shade[:, :, None]
    there = np.ones((height, width), np.bool_)
    if studio.hard:
        for row in (0.12, 0.45, 0.78):
            for column in (0.12, 0.3, 0.5, 0.7, 0.88):
                long, thin = 0.014, 0.003
                across = (np.abs(y - row) < thin) & (np.abs(x - column) < long * height / width)
                down = (np.abs(y - row) < long) & (np.abs(x - column) < thin * height / width)
                screen[across | down] *= 0.25
        there = (x > 0.07 + 0.02 * y) & (x < 0.95 - 0.03 * y) & (y > 0.03)
        wall = linear(np.array([96, 104, 112], np.float32)) * (0.5 + 0.5 * x[:, :, None])
        stand = np.abs(x - 0.03) < 0.008
        wall = np.where(stand[:, :, None], np.float32(0.01), wall)
        soft = cv2.GaussianBlur(there.astype(np.float32), (0, 0), 0.8)[:, :, None]
        screen = screen * soft + wall * (1 - soft)
    return np.rint(levels(screen.astype(np.float32))).astype(np.uint8), there


def shot(studio: Studio, behind: Pixels, person: Pixels, alpha: F32, noise: np.random.Generator) -> Pixels:
    """One frame as the sensor gives it. person: the colours, where alpha is not 0. All (height, width[, 3])."""
    height = alpha.shape[0]
    near = cv2.GaussianBlur(1 - alpha, (0, 0), 0.025 * height)
    around = cv2.blur(linear(behind), (2 * (height // 8) + 1,) * 2)
    lit = linear(person) + around * (studio.spill * np.minimum(2 * near, 1) + 0.01)[:, :, None]
    mixed = levels(np.minimum(lit, 1)) * alpha[:, :, None] + behind * (1 - alpha[:, :, None])
    grain = noise.standard_normal(person.shape, np.float32) + noise.standard_normal((*alpha.shape, 1), np.float32)
    return np.asarray(np.clip(np.rint(mixed + studio.noise * 0.7 * grain), 0, 255), np.uint8)


class Alone(DemoSource):
    """The demo clip's person before black: colours times alpha."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height, 30.0, 0.0)
        self._room = np.zeros_like(self._room)


def coded(frames: list[Pixels], crf: int) -> Iterator[Pixels]:
    """The frames after H.264 and 4:2:0."""
    import av

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        with av.open(str(path), "w") as out:
            stream = out.add_stream("libx264", rate=30)
            stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], frames[0].shape[0], "yuv420p"
            stream.options = {"crf": f"{crf}", "preset": "veryfast"}
            for one in frames:
                picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(one), format="bgr24")
                out.mux(stream.encode(picture.reformat(format="yuv420p", dst_colorspace=1)))
            out.mux(stream.encode(None))
        with av.open(str(path)) as made:
            for picture in made.decode(video=0):
                yield np.asarray(picture.to_ndarray(format="bgr24", src_colorspace=1), np.uint8)
