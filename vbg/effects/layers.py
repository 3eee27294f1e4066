"""Pictures that stand behind each other in depth, cut out where they are transparent: near ones shift more as you move."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.effects import Painter
from vbg.effects.eye import Eye
from vbg.effects.shift import Pan
from vbg.errors import UsageError
from vbg.fit import cover
from vbg.frame import Frame, Mask, Pixels, read_only
from vbg.kernels import blend
from vbg.pictures import is_picture
from vbg.spec import checked, knob

_WIDEST = 1280  # px
_MOST = 12
"""Layers: each costs as much again."""

_REACH = 0.16
"""How far the nearest layer goes at depth 1 when you go from the middle to the border, as a part of the width; half as far up and
down."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The pictures of a folder in the order of their names, the farthest first, which fills the canvas."""

    name: ClassVar[str] = "layers"
    covers: ClassVar[bool] = True
    moves: ClassVar[bool] = True
    of_room: ClassVar[bool] = False
    file: str = knob("", "Folder", help="of pictures with transparent parts: their names say their order, the farthest first")
    depth: float = knob(
        0.5,
        "Depth",
        help="how far near layers shift as you move: above 0 like a view out of a window, below 0 along with you",
        low=-1.0,
        high=1.0,
    )

    def __post_init__(self) -> None:
        checked(self)

    def open(self, width: int, height: int) -> Painter:
        return _Stacked([read(one) for one in pictures(Path(self.file))], self.depth, width, height)


def pictures(folder: Path) -> list[Path]:
    """The layers in `folder`, the farthest first. Raises UsageError where there are none, or too many."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", "Name a folder of pictures with transparent parts.")
    found = sorted(one for one in folder.iterdir() if one.is_file() and not one.name.startswith(".") and is_picture(one))
    if not found:
        raise UsageError(f"there is no picture in {folder}", "Put PNG pictures with transparent parts there, the farthest first.")
    if len(found) > _MOST:
        raise UsageError(f"{folder} holds {len(found)} pictures; {_MOST} layers are the most", "Join some of them.")
    return found


class _Stacked:
    def __init__(self, layers: list[NDArray[np.uint8]], depth: float, width: int, height: int) -> None:
        scale = min(1.0, _WIDEST / width)
        w, h = max(1, round(width * scale)), max(1, round(height * scale))
        self._way = 1 if depth >= 0 else -1
        self._eye = Eye()
        self._layers = []
        for index, layer in enumerate(layers):
            nearness = 0.12 + 0.88 * (index / max(len(layers) - 1, 1)) ** 1.5  # as far things do, the far ones hardly move
            reach = _REACH * nearness * abs(depth)
            self._layers.append(_Layer(layer, w, h, round(2 * reach * w), round(reach * h), opaque=index == 0))
        self._pair = np.empty((h, w, 3), np.uint8), np.empty((h, w, 3), np.uint8)

    def paint(self, frame: Frame, mask: Mask, t: float) -> Pixels:
        self._eye.look(mask, t)
        x, y = self._way * self._eye.x, self._way * self._eye.y
        under, over = self._pair
        for layer in self._layers:
            layer.draw(under, over, x, y)
            under, over = over, under
        return read_only(under)

    def close(self) -> None:
        pass


class _Layer:
    """Colours reach under the transparent parts, so that nothing dark seams the edges."""

    def __init__(self, picture: NDArray[np.uint8], w: int, h: int, spare_x: int, spare_y: int, opaque: bool) -> None:
        large = w + spare_x, h + spare_y
        clear = cover(np.repeat(picture[:, :, 3:], 3, axis=2), *large)[:, :, 0]
        # weighed by how much of it shows, so that the colour of what is transparent does not come in by the scaling
        shown = np.asarray(picture[:, :, 3:], np.float32) / 255
        colours = cover(np.rint(picture[:, :, :3] * shown).astype(np.uint8), *large).astype(np.float32)
        self._solid = opaque or bool((clear == 255).all())
        if not opaque:
            colours = _spread(colours, clear)
        held = np.flatnonzero(clear.any(axis=1))
        # rows in which something of it can be seen: the window begins up to `spare_y` lower
        self._top, self._end = (max(0, int(held[0]) - spare_y), min(h, int(held[-1]) + 1)) if held.size else (0, 0)
        self._colours = Pan(np.rint(colours).clip(0, 255).astype(np.uint8), w, h)
        self._clear = Pan(np.ascontiguousarray(clear), w, h)
        self._made, self._alpha = np.empty((h, w, 3), np.uint8), np.empty((h, w), np.uint8)
        self._share, self._gain = np.empty((h, w), np.float32), np.zeros((h, w), np.float32)

    def draw(self, under: Pixels, out: Pixels, x: float, y: float) -> None:
        """out = this layer over `under`."""
        if self._solid:
            self._colours.into(out, x, y)
            return
        rows = slice(self._top, self._end)
        out[: rows.start], out[rows.stop :] = under[: rows.start], under[rows.stop :]
        if rows.stop > rows.start:
            self._colours.into(self._made, x, y, rows)
            self._clear.into(self._alpha, x, y, rows)
            np.multiply(self._alpha[rows], np.float32(1 / 255), out=self._share[rows])
            blend.mix(self._made[rows], self._gain[rows], self._share[rows], under[rows], out[rows])


def _spread(colours: NDArray[np.float32], clear: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Straight colours from `colours`, (h, w, 3), which are multiplied by `clear`, (h, w): where little shows, those around."""
    alpha = clear.astype(np.float32)[:, :, None] / 255
    near = cv2.blur(colours, (9, 9)) / np.maximum(cv2.blur(alpha, (9, 9)), 1 / 255)[..., None]
    return np.asarray(np.where(alpha > 0.02, colours / np.maximum(alpha, 0.02), near), np.float32)


def read(path: Path) -> NDArray[np.uint8]:
    """(height, width, 4) uint8 BGRA, straight alpha, upright. Raises UsageError."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                ImageOps.exif_transpose(opened, in_place=True)
                return np.ascontiguousarray(np.asarray(opened.convert("RGBA"))[:, :, [2, 1, 0, 3]])
    except Exception as e:  # see `vbg.pictures.load`
        raise UsageError(f"{path} is not a picture that can be read", "Take PNG pictures.") from e
