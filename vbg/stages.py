"""The way of one picture as a labelled sheet."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from vbg.effects import Effect
from vbg.figures.figure import Figure
from vbg.frame import Pixels
from vbg.matting.foreground import foreground
from vbg.sheet import sheet, write_png
from vbg.still import Steps, placed

_ACROSS = 4
_LONGEST = 480
_CHECKS, _LIGHT, _DARK = 12, 235, 200


def write(path: Path, pixels: Pixels, steps: Steps, effect: Effect | None, figure: Figure) -> None:
    """Input, preprocessed input (what the model is shown: the people brought near, lit), mask (its first answer), smoothed (the
    mean of all its answers, passers-by left out), refined matte, clean foreground and result, as PNG. Raises OutputError,
    EffectError."""
    scale = min(1.0, _LONGEST / max(pixels.shape[:2]))
    h, w = (max(1, round(side * scale)) for side in pixels.shape[:2])

    def small(picture: Pixels) -> Pixels:
        return np.asarray(cv2.resize(picture, (w, h), interpolation=cv2.INTER_AREA), np.uint8)

    def gray(alpha: np.ndarray) -> Pixels:
        levels = np.rint(np.asarray(cv2.resize(alpha, (w, h), interpolation=cv2.INTER_AREA)) * 255).astype(np.uint8)
        return np.repeat(levels[:, :, None], 3, axis=2)

    person = foreground(pixels, steps.alpha)
    if effect is None:
        y, x = np.indices((h, w)) // _CHECKS
        board = np.where((x + y) % 2, _LIGHT, _DARK)[:, :, None]
        a = gray(steps.alpha) / 255
        result = np.rint(small(person) * a + board * (1 - a)).astype(np.uint8)
    else:
        result = small(placed(pixels, steps.alpha, effect, None, figure))
    cells = [("input", small(pixels))]
    if steps.shown is not None:
        inside = min(h / steps.shown.shape[0], w / steps.shown.shape[1])
        size = round(steps.shown.shape[1] * inside), round(steps.shown.shape[0] * inside)
        frame = np.full((h, w, 3), _LIGHT, np.uint8)
        left, top = (w - size[0]) // 2, (h - size[1]) // 2
        frame[top : top + size[1], left : left + size[0]] = cv2.resize(steps.shown, size, interpolation=cv2.INTER_AREA)
        cells.append(("preprocessed input", frame))
    if steps.first is not None:
        cells.append(("mask", gray(steps.first)))
    cells += [("smoothed" if steps.first is not None else "trimap", gray(steps.mask)), ("refined matte", gray(steps.alpha))]
    cells += [("clean foreground", small(person)), ("result", result)]
    made = [sheet([(f"{number}  {label}", [picture])], w) for number, (label, picture) in enumerate(cells, 1)]
    made += [np.full_like(made[0], made[0][-1, -1])] * (-len(made) % _ACROSS)
    rows = [np.concatenate(made[at : at + _ACROSS], axis=1) for at in range(0, len(made), _ACROSS)]
    write_png(path, np.ascontiguousarray(np.concatenate(rows, axis=0)))
