"""Small pictures of backgrounds, made off the window's thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal
from PySide6.QtGui import QImage

from vbg.backgrounds import Background
from vbg.effects import layers
from vbg.effects.blur import SLIGHT, STRONG, Blur
from vbg.effects.grey import Grey
from vbg.effects.layers import Layers
from vbg.effects.lens import Lens, disc
from vbg.effects.none import NoEffect
from vbg.effects.screen import Screen
from vbg.effects.window import Window
from vbg.fit import cover
from vbg.frame import Frame, read_only
from vbg.pictures import read
from vbg.resources import asset

if TYPE_CHECKING:
    from vbg.frame import Pixels

_WIDTH, _HEIGHT = 320, 180
_AT_S = 5.0  # what a moving background shows so long after its start


class Thumbnails(QObject):
    """`ready` comes with the background's key and its picture, on the thread that owns this."""

    ready = Signal(str, QImage)

    def __init__(self) -> None:
        super().__init__()
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(1)  # the session needs the other core
        self._made: dict[str, QImage] = {}
        self.ready.connect(self._made.__setitem__)

    def ask(self, background: Background) -> None:
        """Make it, unless it was made before."""
        if background.key in self._made:
            self.ready.emit(background.key, self._made[background.key])
        else:
            self._pool.start(_Task(self, background))

    def close(self) -> None:
        self._pool.clear()
        self._pool.waitForDone(3000)


class _Task(QRunnable):
    def __init__(self, owner: Thumbnails, background: Background) -> None:
        super().__init__()
        self._owner, self._background = owner, background

    def run(self) -> None:
        try:
            pixels = picture_of(self._background)
        except Exception:  # a file that was damaged later: the tile stays plain, and choosing it says why
            return
        rgb = np.ascontiguousarray(pixels[:, :, ::-1])
        image = QImage(rgb.data, rgb.shape[1], rgb.shape[0], 3 * rgb.shape[1], QImage.Format.Format_RGB888)
        self._owner.ready.emit(self._background.key, image.copy())


def picture_of(background: Background) -> Pixels:
    """(180, 320, 3) uint8 BGR. The plain ones are shown on the demo clip's room and person."""
    effect = background.effect
    if isinstance(effect, NoEffect):
        return _in_room(0.0)
    if isinstance(effect, Blur):
        return _in_room(SLIGHT * (STRONG / SLIGHT) ** effect.strength)
    if isinstance(effect, Lens | Grey):
        return _in_room(2.5 * SLIGHT, lens=isinstance(effect, Lens))
    if isinstance(effect, Layers):
        return _stacked(effect)
    if isinstance(effect, Screen | Window):  # what is on it is nobody's business before it is chosen
        return _drawn(_MONITOR if isinstance(effect, Screen) else _WINDOW)
    painter = effect.open(_WIDTH, _HEIGHT)
    try:
        frame = Frame(read_only(np.zeros((_HEIGHT, _WIDTH, 3), np.uint8)), 0, 0.0)
        mask = np.zeros((_HEIGHT // 4, _WIDTH // 4), np.float32)
        painter.paint(frame, mask, 0.0)
        painted = painter.paint(frame, mask, _AT_S)
        return np.asarray(cv2.resize(painted, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_LINEAR), np.uint8)
    finally:
        painter.close()


def _stacked(effect: Layers) -> Pixels:
    """Without the painter's kernels, which belong to another thread."""
    made = np.zeros((_HEIGHT, _WIDTH, 3))
    for file in layers.pictures(Path(effect.file)):
        layer = layers.read(file)
        shown = cover(layer[:, :, 3:].repeat(3, axis=2), _WIDTH, _HEIGHT).astype(np.float32) / 255
        colours = cover(np.rint(layer[:, :, :3] * (layer[:, :, 3:] / 255)).astype(np.uint8), _WIDTH, _HEIGHT)
        made = colours + made * (1 - shown)
    return np.asarray(np.rint(made), np.uint8)


def _in_room(sigma: float, lens: bool | None = None) -> Pixels:
    """sigma: of the blur, a fraction of the height. lens: with a disc; False: without colours."""
    room = cover(read(asset("demo/room.jpg")), _WIDTH, _HEIGHT)
    if lens:
        light = cv2.filter2D((room.astype(np.float32) / 255) ** 4, -1, disc(2 * sigma * _HEIGHT), borderType=cv2.BORDER_REPLICATE)
        room = np.rint(255 * np.clip(light, 0, 1) ** 0.25).astype(np.uint8)
    elif lens is False:
        grey = cv2.cvtColor(cv2.GaussianBlur(room, (0, 0), sigma * _HEIGHT), cv2.COLOR_BGR2GRAY)
        room = np.asarray(cv2.cvtColor(cv2.convertScaleAbs(grey, alpha=0.8), cv2.COLOR_GRAY2BGR), np.uint8)
    elif sigma:
        room = np.asarray(cv2.GaussianBlur(room, (0, 0), sigma * _HEIGHT, borderType=cv2.BORDER_REPLICATE), np.uint8)
    layer = cv2.imdecode(np.fromfile(asset("demo/person.png"), np.uint8), cv2.IMREAD_UNCHANGED)
    assert layer is not None
    scale = 0.95 * _HEIGHT / layer.shape[0]
    layer = cv2.resize(layer, (round(layer.shape[1] * scale), round(layer.shape[0] * scale)), interpolation=cv2.INTER_AREA)
    h, w = layer.shape[:2]
    left, top = (_WIDTH - w) // 2, _HEIGHT - h
    alpha = layer[:, :, 3:].astype(np.float32) / 255
    part = room[top:, left : left + w]
    part[:] = part * (1 - alpha) + layer[:, :, :3] * alpha
    return room


_DARK, _PAPER, _INK, _FAINT = (34, 26, 22), (238, 226, 214), (190, 120, 90), (205, 190, 178)  # BGR
_TEXT = (((104, 66), (206, 71), _FAINT), ((104, 80), (188, 85), _FAINT), ((104, 94), (198, 99), _FAINT))
_MONITOR = (
    ((88, 34), (232, 118), _DARK), ((94, 40), (226, 112), _PAPER), ((104, 50), (150, 56), _INK), *_TEXT,
    ((152, 118), (168, 136), _DARK), ((126, 136), (194, 142), _DARK),
)  # fmt: skip
_WINDOW = (
    ((88, 38), (232, 132), _PAPER), ((88, 38), (232, 54), _DARK), ((214, 44), (224, 48), _PAPER), *_TEXT,
    ((104, 108), (172, 113), _FAINT),
)  # fmt: skip
"""Rectangles: a corner, the opposite one, a colour."""


def _drawn(rectangles: Sequence[tuple[tuple[int, int], tuple[int, int], tuple[int, int, int]]]) -> Pixels:
    """On a desk's ground."""
    ramp = np.linspace(0, 1, _HEIGHT, dtype=np.float32)[:, None, None]
    top, bottom = np.array([120, 84, 66], np.float32), np.array([72, 52, 44], np.float32)
    picture = np.repeat(top * (1 - ramp) + bottom * ramp, _WIDTH, axis=1).astype(np.uint8)
    for corner, opposite, colour in rectangles:
        cv2.rectangle(picture, corner, opposite, colour, -1, cv2.LINE_AA)
    return picture
