"""Says when the result will be poor, why, and what helps: from the small frame and the mask that are there anyway."""

from __future__ import annotations

from dataclasses import dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Frame, Mask, Pixels
from vbg.matting.smooth import GAP_S

Gray = NDArray[np.uint8]

EVERY_S = 1.0
"""Between two measurements: about two milliseconds each."""

_SIZE = (192, 108)
"""Pixels at which is measured: light, size and colours need no more, and a shake of a third of a pixel is seen."""

_SHOWS = 2
"""Measurements in a row before a hint comes or goes: one may be a hand before the lens."""

_STAYS = 0.8
"""A hint that stands goes only when its cause has become so much weaker: at the threshold it would flicker."""


@dataclass(frozen=True, slots=True)
class Causes:
    """How near each cause is to spoiling the matte: 1 is the threshold, 0 is none of it. Most urgent first."""

    dark: float = 0.0
    behind: float = 0.0
    shaking: float = 0.0
    far: float = 0.0
    alike: float = 0.0


SENTENCES = {
    "dark": "It is too dark for a clean outline: turn on a lamp in front of you.",
    "behind": "The light comes from behind you: close the curtain, or turn so that you face the window.",
    "shaking": "The camera shakes: put it on something firm.",
    "far": "You are far from the camera: come closer.",
    "alike": "The room has the colour of your clothes or hair: change the one or the other, or put more light on you.",
}
"""What the user is told, by the name of the cause."""


class Hints:
    """Keeps the one sentence that fits. One thread owns it. `hint` is empty while all is well."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all earlier frames."""
        self.hint = ""
        self._cause = self._candidate = ""
        self._times = 0
        self._due_at = self._at = float("-inf")
        self._before: Gray | None = None

    def look(self, frame: Frame, mask: Mask) -> None:
        """Take in the finished mask of `frame`; most calls do nothing."""
        if not 0 <= frame.captured_at - self._at <= GAP_S:
            self.reset()
            self._due_at = frame.captured_at
        self._at = frame.captured_at
        if frame.captured_at < self._due_at:
            return
        small = _small(frame, mask)
        gray = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
        if self._before is None:  # a shake is seen between two frames that follow each other: the next one is measured
            self._before = gray
            return
        before, self._before = self._before, None
        self._due_at = frame.captured_at + EVERY_S
        self._settle(worst(measured(small, gray, before, _resized(mask)), self._cause))

    def _settle(self, cause: str) -> None:
        """Change the hint where the same cause, or none, was found often enough in a row."""
        self._times = self._times + 1 if cause == self._candidate else 1
        self._candidate = cause
        if self._times >= _SHOWS:
            self._cause, self.hint = cause, SENTENCES.get(cause, "")


def worst(causes: Causes, standing: str = "") -> str:
    """The most urgent cause that is beyond its threshold, or that is `standing` and still near it; empty where none is."""
    for field in fields(causes):
        if getattr(causes, field.name) >= (_STAYS if field.name == standing else 1):
            return field.name
    return ""


def measured(small: Pixels, gray: Gray, before: Gray, mask: Mask) -> Causes:
    """The causes in one frame.

    small: (h, w, 3) uint8 BGR; gray: its luma; before: the luma of the frame before; mask: (h, w) float32, 0..1.
    """
    person, room = mask > 0.8, mask < 0.1
    shaking = shake(gray, before, room)
    if person.mean() < _NOBODY:
        return Causes(dark=_times(_DARK, float(np.percentile(gray, 80))), shaking=shaking)
    light = float(np.percentile(gray[person], 80))
    around = float(gray[room].mean()) if room.any() else light
    behind = _ratio(around, light) / _BEHIND if light < _DIM else 0.0
    return Causes(
        dark=_times(_DARK, light) if behind < 1 else 0.0,
        behind=behind,
        shaking=shaking,
        far=_times(_FAR, float(person.mean())),
        alike=alike(small, mask),
    )


_NOBODY = 0.003
"""Part of the picture below which nobody is there: an empty chair is no reason for a hint."""

_DARK = 55.0
"""Luma of the person's brighter parts (80th percentile: skin, not hair). A webcam that has opened its
exposure fully and still gives skin below a fifth of the scale has noise as large as its edges."""

_DIM = 85.0
"""Luma of the same above which the person is well lit, whatever is behind."""

_BEHIND = 2.2
"""How many times brighter the room is than the person's brighter parts, in luma as stored: five to six times in light."""

_FAR = 0.02
"""Part of the picture: a person of half the picture's height has 0.05, one of a fifth 0.01."""

_SHAKE = 0.002
"""Movement of the room between two frames, as a fraction of the picture's width (720p: 2.5 pixels)."""

_ALIKE = 40.0
"""Distance of two colours, levels summed over three channels, below which the network and the filter see no edge."""

_LENGTH = 0.3
"""Part of the outline that may run between colours that are alike."""


def alike(small: Pixels, mask: Mask) -> float:
    """How much of the outline runs between colours that are alike: 1 where it is as much as does harm.

    Compares, along the outline, the mean colours of person and room nearby (normalised convolution).
    """
    h = mask.shape[0]
    size = 2 * round(0.03 * h) + 1
    inside, outside = (mask > 0.9).astype(np.float32), (mask < 0.1).astype(np.float32)
    picture = small.astype(np.float32)
    means: list[NDArray[np.float32]] = []
    weights: list[NDArray[np.float32]] = []
    for part in (inside, outside):
        weights.append(_mean(part, size))
        means.append(_mean(picture * part[:, :, None], size))
    outline = np.minimum(weights[0], weights[1]) > 0.15
    if np.count_nonzero(outline) < 20:
        return 0.0
    person, room = (means[i][outline] / weights[i][outline, None] for i in (0, 1))
    return float((np.abs(person - room).sum(axis=1) < _ALIKE).mean()) / _LENGTH


def _mean(plane: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    return np.asarray(cv2.blur(plane, (size, size), borderType=cv2.BORDER_CONSTANT), np.float32)


def shake(gray: Gray, before: Gray, room: NDArray[np.bool_]) -> float:
    """How far the room moved since the frame before: 1 where it does harm.

    Least squares for one shift of the whole picture from its gradients (Lucas and Kanade 1981), over the room alone: the
    person may move. Shifts of more than a pixel come out too small, which is large enough here.
    """
    now, was = (np.asarray(cv2.GaussianBlur(one.astype(np.float32), (0, 0), 1.0), np.float32) for one in (gray, before))
    dy, dx = (np.asarray(one, np.float32) for one in np.gradient((now + was) / 2))
    dt = np.asarray(now - was)
    a, b, t = dx[room], dy[room], dt[room]
    matrix = np.array([[a @ a, a @ b], [a @ b, b @ b]], np.float64)
    if a.size < 500 or np.linalg.det(matrix) < (_TEXTURE * a.size) ** 2:
        return 0.0
    t = t - np.median(t)  # light that changes is no movement
    shift = np.linalg.solve(matrix, -np.array([a @ t, b @ t], np.float64))
    explained = 1 - float(np.square(t + a * shift[0] + b * shift[1]).sum()) / max(float(t @ t), 1e-6)
    return float(np.hypot(*shift)) / (_SHAKE * gray.shape[1]) if explained > 0.3 else 0.0


_TEXTURE = 1.0
"""Mean squared gradient, levels per pixel, below which a wall is too plain to see a shake by."""


def _small(frame: Frame, mask: Mask) -> Pixels:
    """By way of the mask's size: the frame has been reduced to that already."""
    small = frame.reduced(mask.shape[1], mask.shape[0])
    return np.asarray(cv2.resize(small, _SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def _resized(mask: Mask) -> Mask:
    return np.asarray(cv2.resize(mask, _SIZE, interpolation=cv2.INTER_AREA), np.float32)


def _ratio(one: float, other: float) -> float:
    return (one + 1) / (other + 1)


def _times(threshold: float, value: float) -> float:
    return _ratio(threshold, value) if threshold > 1 else threshold / max(value, 1e-6)
