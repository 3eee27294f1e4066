"""Where the matte gets worse: the demo clip under one difficulty at a time, its exact alpha still known.

    python -m benchmarks.limits [SHEET.jpg]

prints a Markdown table, and writes a sheet of one frame of each with what vbg makes of it. Every scene is three seconds at
640x360, live, from the first frame on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import table
from vbg.bench import score
from vbg.cameras.demo import Demo
from vbg.cameras.demo_motion import PERIOD_S
from vbg.frame import Frame, Pixels, read_only
from vbg.models.follow import Follow
from vbg.pipeline import Pipeline
from vbg.sheet import sheet

Plane = NDArray[np.float32]

_W, _H, _FPS = 640, 360, 30
_FRAMES, _FIRST = 90, 30
_FAR_PX = 4  # leak and cut are counted where the truth is farther than this from its edge
_SHOWN = 60  # the frame on the sheet
_GREEN = np.array([64, 177, 0], np.float32)


@dataclass(frozen=True, slots=True)
class Layers:
    """One instant: what is to be laid over what. person: premultiplied. All (h, w[, 3]) float32, 0..1, BGR."""

    person: Plane
    alpha: Plane
    room: Plane

    def laid(self) -> Plane:
        return self.person + self.room * (1 - self.alpha[:, :, None])


Scene = Callable[[Callable[[float], Layers], int], tuple[Plane, Plane]]
"""From the clip at any time (in frames) and a frame's number: the picture and the true alpha."""


@cache
def clip() -> Callable[[float], Layers]:
    """The demo clip's layers, without noise."""
    source = Demo(noise=0.0).open(_W, _H, 300.0)
    empty = next(i for i in range(0, round(300 * PERIOD_S), 60) if not source.truth(i).any())
    room = source.frame(empty).pixels.astype(np.float32) / np.float32(255)

    def at(frame: float) -> Layers:
        index = round(frame * 300 / _FPS)
        alpha = source.truth(index)
        person = source.frame(index).pixels.astype(np.float32) / np.float32(255) - room * (1 - alpha[:, :, None])
        return Layers(np.clip(person, 0, 1), alpha, room)

    return at


def _plain(at: Callable[[float], Layers], i: int) -> tuple[Plane, Plane]:
    one = at(i)
    return one.laid(), one.alpha


def _light(person: float, room: float) -> Scene:
    def scene(at: Callable[[float], Layers], i: int) -> tuple[Plane, Plane]:
        one = at(i)
        return Layers(one.person * person, one.alpha, np.minimum(one.room * room, 1)).laid(), one.alpha

    return scene


def _dark_skin(at: Callable[[float], Layers], i: int) -> tuple[Plane, Plane]:
    """Skin and hair at 0.35 of their brightness; the suit as it is."""
    one = at(i)
    green, red = one.person[:, :, 1], one.person[:, :, 2]
    suit = (red - green > 0.3) | (red < 0.12)
    head = np.clip((0.62 * _H - np.arange(_H, dtype=np.float32)) / (0.08 * _H), 0, 1)[:, None]
    dim = 1 - 0.65 * head * cv2.GaussianBlur((~suit).astype(np.float32), (0, 0), 2)
    return Layers(one.person * dim[:, :, None], one.alpha, one.room).laid(), one.alpha


def _clothes_room(at: Callable[[float], Layers], i: int) -> tuple[Plane, Plane]:
    one = at(i)
    luma = one.room @ np.array([0.114, 0.587, 0.299], np.float32)
    suit = np.array([0.22, 0.36, 0.86], np.float32)
    return Layers(one.person, one.alpha, np.clip(0.55 + 0.6 * luma[:, :, None], 0, 1.2) * suit).laid(), one.alpha


def _moving_room(at: Callable[[float], Layers], i: int) -> tuple[Plane, Plane]:
    one = at(i)
    return Layers(one.person, one.alpha, np.roll(one.room, 3 * i, axis=1)).laid(), one.alpha


def _shaking(at: Callable[[float], Layers], i: int) -> tuple[Plane, Plane]:
    picture, alpha = _plain(at, i)
    by = np.random.default_rng(i).uniform(-4, 4, 2)
    shift = np.array([[1, 0, by[0]], [0, 1, by[1]]])
    return _warped(picture, shift, cv2.BORDER_REFLECT), _warped(alpha, shift, cv2.BORDER_REFLECT)


def _moved(scale: float, right: float) -> Scene:
    """The person smaller, or beside the middle (`right` in picture widths)."""
    matrix = np.array([[scale, 0, (1 - scale) * _W / 2 + right * _W], [0, scale, (1 - scale) * _H]])

    def scene(at: Callable[[float], Layers], i: int) -> tuple[Plane, Plane]:
        one = at(i)
        alpha = _warped(one.alpha, matrix)
        return Layers(_warped(one.person, matrix), alpha, one.room).laid(), alpha

    return scene


def _two(at: Callable[[float], Layers], i: int) -> tuple[Plane, Plane]:
    one, matrix = at(i), np.array([[-0.8, 0, 0.62 * _W], [0, 0.8, 0.2 * _H]])
    other, theirs = _warped(one.person, matrix), _warped(one.alpha, matrix)
    behind = Layers(other, theirs, one.room).laid()
    return Layers(one.person, one.alpha, behind).laid(), np.maximum(one.alpha, theirs)


def _quick(at: Callable[[float], Layers], i: int) -> tuple[Plane, Plane]:
    """Three times as fast, the shutter open all the time."""
    parts = [at(_FIRST + 3 * (i - _FIRST) + k * 0.5) for k in range(6)]
    picture = np.mean([part.laid() for part in parts], axis=0, dtype=np.float32)
    return np.asarray(picture), np.asarray(np.mean([part.alpha for part in parts], axis=0, dtype=np.float32))


def _out_of_focus(at: Callable[[float], Layers], i: int) -> tuple[Plane, Plane]:
    picture, alpha = _plain(at, i)
    return cv2.GaussianBlur(picture, (0, 0), 2.5).astype(np.float32), cv2.GaussianBlur(alpha, (0, 0), 2.5).astype(np.float32)


def _warped(plane: Plane, matrix: NDArray[np.float64], border: int = cv2.BORDER_CONSTANT) -> Plane:
    return np.asarray(cv2.warpAffine(plane, matrix, (_W, _H), flags=cv2.INTER_AREA, borderMode=border), np.float32)


SCENES: dict[str, tuple[Scene, float, int]] = {
    "as it is": (_plain, 2.0, 0),
    "dim: amplified, four times the noise": (_plain, 8.0, 0),
    "dark: at a fourth of the levels, noisy": (_light(0.25, 0.25), 5.0, 0),
    "a window behind: the person at a third": (_light(0.33, 1.4), 2.0, 0),
    "dark skin and hair (painted)": (_dark_skin, 2.0, 0),
    "a room in the colour of the clothes": (_clothes_room, 2.0, 0),
    "a room that moves": (_moving_room, 2.0, 0),
    "a camera that shakes": (_shaking, 2.0, 0),
    "far away: a third of the size": (_moved(0.33, 0.0), 2.0, 0),
    "half out of the picture": (_moved(1.0, 0.42), 2.0, 0),
    "two people": (_two, 2.0, 0),
    "quick: three times as fast, blurred by it": (_quick, 2.0, 0),
    "out of focus": (_out_of_focus, 2.0, 0),
    "a poor connection: JPEG at 15": (_plain, 2.0, 15),
}
"""By what is said of it: the scene, the noise (levels of 255), the quality it is compressed with (0: not at all)."""


def frames(scene: Scene, noise: float, quality: int) -> Iterator[tuple[Frame, Plane]]:
    """What the camera sees, with the truth."""
    at, rng = clip(), np.random.default_rng(7)
    for n in range(_FRAMES):
        picture, alpha = scene(at, _FIRST + n)
        levels = picture * 255 + noise * rng.standard_normal(picture.shape, np.float32)
        pixels = np.rint(np.clip(levels, 0, 255)).astype(np.uint8)
        if quality:
            code = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
            pixels = np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR), np.uint8)
        yield Frame(read_only(pixels), n, n / _FPS), alpha


def measured(scene: Scene, noise: float, quality: int) -> tuple[list[float], tuple[Pixels, Pixels]]:
    """IoU, boundary F, MSE, jitter, leak and cut (%), and a frame with what became of it."""
    pipeline, rows, shown = Pipeline(Follow().open()), [], None
    before: tuple[Plane, Plane] | None = None
    for frame, truth in frames(scene, noise, quality):
        alpha = pipeline.matte(frame)[1].alpha(frame.pixels)
        jitter = score.jitter(alpha, before[0], truth, before[1]) if before else 0.0
        rows.append(
            (score.iou(alpha, truth), score.boundary_f(alpha, truth), score.mse(alpha, truth), jitter, *_wrong(alpha, truth))
        )
        before = alpha, truth
        if frame.index == _SHOWN:
            laid = frame.pixels * alpha[:, :, None] + _GREEN * (1 - alpha[:, :, None])
            shown = frame.pixels, np.rint(laid).astype(np.uint8)
    pipeline.close()
    assert shown is not None
    return [float(value) for value in np.mean(rows, axis=0)], shown


def _wrong(alpha: Plane, truth: Plane) -> tuple[float, float]:
    """leak: % of the room, cut: % of the person, each away from the true edge."""
    kernel = np.ones((2 * _FAR_PX + 1,) * 2, np.uint8)
    room = cv2.erode((truth < 0.02).astype(np.uint8), kernel).astype(bool)
    person = cv2.erode((truth > 0.98).astype(np.uint8), kernel).astype(bool)
    leak = float((alpha[room] > 0.1).mean()) if room.any() else 0.0
    cut = float((alpha[person] < 0.9).mean()) if person.any() else 0.0
    return 100 * leak, 100 * cut


def main(place: Path | None) -> None:
    """Print the table; write the sheet."""
    rows, pictures = [], []
    for says, scene in SCENES.items():
        values, pair = measured(*scene)
        iou, boundary, *rest = values
        rows.append([says, f"{iou:.3f}", f"{boundary:.3f}", *(f"{value:.2f}" for value in rest)])
        pictures.append((says, pair))
    print(table(("", "IoU", "bF", "MSE", "jitter", "leak", "cut"), rows))
    if place is not None:
        cells = [sheet([(says, pair)], 300) for says, pair in pictures]
        columns = [np.concatenate(cells[start::2], axis=0) for start in (0, 1)]
        cv2.imwrite(str(place), np.concatenate(columns, axis=1), [cv2.IMWRITE_JPEG_QUALITY, 82])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
