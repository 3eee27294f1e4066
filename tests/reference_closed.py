"""Slow, obvious twin of `matting.closed`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def laplacian(picture: NDArray[Any], radius: int, flat: float) -> NDArray[np.float64]:
    """The matting Laplacian, pixel by pixel: (h w, h w). picture: (h, w, 3), 0..1. Levin, Lischinski and Weiss, equation 12."""
    h, w = picture.shape[:2]
    found = np.zeros((h * w, h * w))
    for y, x in np.ndindex(h, w):
        near = [
            (v, u)
            for v in range(max(0, y - radius), min(h, y + radius + 1))
            for u in range(max(0, x - radius), min(w, x + radius + 1))
        ]
        colours = np.array([picture[at] for at in near], np.float64)
        apart = colours - colours.mean(axis=0)
        spread = apart.T @ apart / len(near) + flat * np.eye(3)
        alike = np.eye(len(near)) - (1 + apart @ np.linalg.inv(spread) @ apart.T) / len(near)
        index = [v * w + u for v, u in near]
        found[np.ix_(index, index)] += alike
    return found
