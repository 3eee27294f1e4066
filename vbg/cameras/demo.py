"""A camera that needs no device: a person in a call, rendered from two layers, so that the exact alpha is known.

The person (a public-domain portrait, cut out once by `assets/make_demo.py`) moves before a separate room plate: she talks,
leans, turns, comes closer, listens without moving, leaves the picture and comes back. The clip loops without a seam.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.cameras import CameraInfo
from vbg.cameras.demo_motion import Pose, pose
from vbg.errors import CameraError, UsageError
from vbg.fit import cover
from vbg.frame import Frame, Pixels, read_only
from vbg.resources import asset
from vbg.spec import checked, knob

Matrix: TypeAlias = NDArray[np.float64]
Box: TypeAlias = tuple[int, int, int, int]

_PIVOT_PX = (205.0, 378.0)  # of the portrait: rests on the middle of the frame's bottom edge
_HALF_WIDTH_PX = 200.0  # of the portrait, from the pivot to the farther sleeve, leaning included
_ZOOM = 1.62 / 720  # frame pixels per portrait pixel and per pixel of the frame's height, at rest
_LARGEST = 1.2  # the largest scale of the clip, about
_FINEST = 3.0  # layer pixels per portrait pixel; beyond it there is nothing to gain
_TILE_PX = 512
_ROAM_PX = 64  # how far the noise moves between frames


@dataclass(frozen=True, slots=True)
class Demo:
    """The built-in clip."""

    name: ClassVar[str] = "demo"
    live: ClassVar[bool] = False
    noise: float = knob(
        2.0, "Sensor noise", unit="levels of 255", low=0, high=20, help="Grain of the picture, at mid grey; 0 for none."
    )

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int = 0, height: int = 0, fps: float = 0, identity: str = "") -> DemoSource:
        """The clip at any size and rate; 1280x720 at 30 frames per second where none is asked for."""
        if not width and not height:
            width, height = 1280, 720
        width, height = width or round(height * 16 / 9), height or round(width * 9 / 16)
        if not (16 <= width <= 7680 and 16 <= height <= 7680):
            raise UsageError(f"the demo camera cannot be {width}x{height}; each side must be between 16 and 7680 pixels")
        if not 0 <= fps <= 1000:
            raise UsageError(f"the demo camera cannot run at {fps:g} frames per second; it must be between 0 and 1000")
        return DemoSource(width, height, fps or 30.0, self.noise)


class DemoSource:
    """The opened clip. Every frame is a function of its index alone; it never ends."""

    def __init__(self, width: int, height: int, fps: float, noise: float) -> None:
        self._info = CameraInfo("Demo", "demo", width, height, fps, "BGR")
        self._unit = _ZOOM * min(height, 1.1 * width)  # frame pixels per portrait pixel at rest
        self._room = cover(_picture("demo/room.jpg", cv2.IMREAD_COLOR), width, height)
        self._person, self._detail = _layer(
            _picture("demo/person.png", cv2.IMREAD_UNCHANGED), min(self._unit * _LARGEST, _FINEST)
        )
        self._noise = _Noise(width, height, noise) if noise else None
        self._opened_at = time.monotonic()
        self._next = 0

    @property
    def info(self) -> CameraInfo:
        return self._info

    def read(self) -> Frame:
        frame = self.frame(self._next)
        self._next += 1
        return frame

    def close(self) -> None:
        """Nothing is held."""

    def frame(self, index: int) -> Frame:
        """Frame `index`, whatever was read before."""
        pixels = self._room.copy()
        placed = self._placed(index)
        if placed is not None:
            layer, (x0, y0, x1, y1) = placed
            see_through = cv2.bitwise_not(cv2.extractChannel(layer, 3))
            behind = cv2.multiply(pixels[y0:y1, x0:x1], cv2.merge([see_through] * 3), scale=1 / 255)
            pixels[y0:y1, x0:x1] = cv2.add(behind, cv2.cvtColor(layer, cv2.COLOR_BGRA2BGR))
        if self._noise is not None:
            self._noise.add(pixels, index)
        return Frame(read_only(pixels), index, self._opened_at + index / self._info.fps)

    def truth(self, index: int) -> NDArray[np.float32]:
        """The exact alpha of frame `index`: (height, width) float32, 0..1 in steps of 1/255."""
        alpha = np.zeros((self._info.height, self._info.width), np.float32)
        placed = self._placed(index)
        if placed is not None:
            layer, (x0, y0, x1, y1) = placed
            alpha[y0:y1, x0:x1] = layer[:, :, 3] / np.float32(255)
        return alpha

    def _placed(self, index: int) -> tuple[NDArray[np.uint8], Box] | None:
        """The person as she stands in frame `index`, (h, w, 4) premultiplied BGRA, and her box there; None = she is out."""
        matrix = self._matrix(pose(index / self._info.fps))
        height, width = self._person.shape[:2]
        corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
        around = cv2.perspectiveTransform(corners, matrix)[0]
        x0, y0 = (max(0, math.floor(low) - 1) for low in around.min(axis=0))
        x1 = min(self._info.width, math.ceil(around[:, 0].max()) + 2)
        y1 = min(self._info.height, math.ceil(around[:, 1].max()) + 2)
        if x0 >= x1 or y0 >= y1:
            return None
        layer = cv2.warpPerspective(self._person, _shift(-x0, -y0) @ matrix, (x1 - x0, y1 - y0))
        return layer.astype(np.uint8, copy=False), (x0, y0, x1, y1)

    def _matrix(self, p: Pose) -> Matrix:
        """From the layer's pixels to the frame's: 3x3."""
        zoom = self._unit * p.scale
        out_px = self._info.width / 2 + _HALF_WIDTH_PX * self._unit * _LARGEST
        a = math.radians(p.lean)
        # A turn narrows her, brings one shoulder nearer and moves the head a little farther than the chest.
        narrow = 1 - 0.025 * p.turn * p.turn
        turned = np.array([[narrow, -0.03 * p.turn, 0], [0, 1, 0], [-0.00022 * p.turn, 0, 1]])
        leaning = np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1]])
        local = leaning @ turned @ _shift(-_PIVOT_PX[0], -_PIVOT_PX[1] - p.lift)
        at = _shift(self._info.width / 2 + p.side * out_px, self._info.height) @ np.diag([zoom, zoom, 1])
        # Pixel centres lie at whole numbers on both sides.
        layer = np.diag([1 / self._detail, 1 / self._detail, 1]) @ _shift(0.5, 0.5)
        return np.asarray(_shift(-0.5, -0.5) @ at @ local @ layer, np.float64)


class _Noise:
    """Sensor grain: two tiles (what it adds, what it takes), moved about from frame to frame, weaker in bright places."""

    def __init__(self, width: int, height: int, strength: float) -> None:
        self._steps = min(16.0, 64 / strength)  # per level, in the tiles: four deviations fit into a byte
        side, rim = _TILE_PX, 8
        rng = np.random.default_rng(1)
        each, common = (rng.standard_normal((side, side, channels), np.float32) for channels in (3, 1))
        wrapped = np.pad(each + np.float32(0.8) * common, ((rim, rim), (rim, rim), (0, 0)), mode="wrap")
        grain = cv2.GaussianBlur(wrapped, (0, 0), 0.55)[rim:-rim, rim:-rim]
        grain = grain * (strength * self._steps / float(grain.std()))
        times = (math.ceil((height + _ROAM_PX) / _TILE_PX), math.ceil((width + _ROAM_PX) / _TILE_PX), 1)
        self._tiles = [np.tile(np.clip(sign * grain, 0, 255).astype(np.uint8), times) for sign in (1, -1)]
        self._weight = np.empty((height, width, 3), np.uint8)
        self._part = np.empty((height, width, 3), np.uint8)

    def add(self, pixels: Pixels, index: int) -> None:
        """Change `pixels` (height, width, 3) into what the sensor reads in frame `index`."""
        mixed = (index * 0x9E3779B1 ^ (index * 0x85EBCA6B >> 13)) & 0xFFFFFFFF
        x, y, swap = mixed >> 3 & (_ROAM_PX - 1), mixed >> 13 & (_ROAM_PX - 1), mixed >> 23 & 1
        height, width = pixels.shape[:2]
        cv2.convertScaleAbs(pixels, dst=self._weight, alpha=-0.5, beta=192)  # 1 at mid grey (128), 1.5 at black, 0.5 at white
        for tile, change in zip(self._tiles[:: 1 - 2 * swap], (cv2.add, cv2.subtract), strict=True):
            part = tile[y : y + height, x : x + width]
            cv2.multiply(part, self._weight, dst=self._part, scale=1 / (128 * self._steps))
            change(pixels, self._part, dst=pixels)


def _shift(x: float, y: float) -> Matrix:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)


def _picture(name: str, flags: int) -> NDArray[np.uint8]:
    """A picture of `assets/`, decoded by OpenCV. Raises CameraError where it is missing or broken."""
    path = asset(name)
    try:
        content = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as e:
        raise CameraError(f"cannot read {path}: {e.strerror}", "Reinstall vbg: `make setup` in a checkout.") from e
    picture = cv2.imdecode(content, flags) if content.size else None
    if picture is None:
        raise CameraError(f"{path} is not a picture", "Reinstall vbg: `make setup` in a checkout.")
    return picture.astype(np.uint8, copy=False)


def _layer(portrait: NDArray[np.uint8], zoom: float) -> tuple[NDArray[np.uint8], float]:
    """`portrait` (straight alpha) premultiplied and scaled by `zoom`, so that the warp need not enlarge; the true scale."""
    layer = portrait.astype(np.float32)
    layer[:, :, :3] *= layer[:, :, 3:] / 255
    kind = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    size = (max(2, round(portrait.shape[1] * zoom)), max(2, round(portrait.shape[0] * zoom)))
    layer = np.clip(cv2.resize(layer, size, interpolation=kind), 0, 255, dtype=np.float32)
    layer[:, :, :3] = np.minimum(layer[:, :, :3], layer[:, :, 3:])
    return np.rint(layer).astype(np.uint8), size[0] / portrait.shape[1]
