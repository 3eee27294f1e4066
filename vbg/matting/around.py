"""Steadies a mask with those of the frames before and after it: for files, where the future is known."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Mask, Pixels
from vbg.matting.closed import noise

F32 = NDArray[np.float32]

REACH = 3
"""Frames on either side that have a say (measured: six are hardly steadier and less true at fast edges)."""

_ALIKE = 5.0
"""Change of a pixel, levels summed over three channels, for each level of noise, at which the other frame's mask counts e times
less than this one's. From one frame to the next, noise alone changes a pixel by 1.7 (measured)."""

_LEAST, _MOST = 0.85, 3.0
"""Noise, levels, that is assumed at least, since compression smoothes it away, and at most, since foliage looks like noise."""

_BLUR = 0.8
"""Standard deviation, pixels, of the blur before pictures are compared."""

_DARK = 8.0
"""Added to colours before their ratio is taken: the lamp's flicker is not found in the dark."""


def steadied(seen: Iterable[tuple[Pixels, Mask]], steadiness: float = 0.5) -> Iterator[Mask]:
    """For each mask, in order, the mean of it and those around it, each pixel weighted by how little the picture differs there:
    what stands still is averaged over seven frames, what moves keeps its own mask, and nothing trails.

    seen: pictures (h, w, 3) uint8, each with its mask (h, w) float32, 0..1. steadiness: 0..1, 0 leaves the masks as they are.
    """
    if steadiness == 0:
        yield from (mask for _, mask in seen)
        return
    window: deque[tuple[F32, Mask]] = deque(maxlen=2 * REACH + 1)
    scales: deque[float] = deque()  # of the masks in the window that were not given yet
    for picture, mask in seen:
        smooth = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), _BLUR)
        window.append((np.asarray(smooth, np.float32), mask))
        scales.append(2 * steadiness * _ALIKE * min(max(noise(picture), _LEAST), _MOST))
        if len(scales) > REACH:
            yield _mean(window, len(window) - len(scales), scales.popleft())
    while scales:
        while len(window) - len(scales) > REACH:
            window.popleft()
        yield _mean(window, len(window) - len(scales), scales.popleft())


def _mean(window: deque[tuple[F32, Mask]], own: int, scale: float) -> Mask:
    picture, mask = window[own]
    total, weight = mask.copy(), np.ones_like(mask)
    for index, (other, there) in enumerate(window):
        if index != own:
            alike = np.exp(-((_change(picture, other) / np.float32(scale)) ** 2))
            total += alike * there
            weight += alike
    return np.asarray(total / weight, np.float32)


def _change(one: F32, other: F32) -> F32:
    """(h, w): levels summed over three channels, apart from light that changed everywhere."""
    ratio = np.median((one[::4, ::4] + _DARK) / (other[::4, ::4] + _DARK))
    apart = cv2.absdiff(one, other * np.float32(min(max(float(ratio), 0.8), 1.25)))
    return np.asarray(cv2.transform(apart, np.ones((1, 3), np.float32)), np.float32)
