"""Scores a matte against the exact alpha."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Alpha = NDArray[np.float32]
"""(h, w) float32, 0..1."""

_TOLERANCE = 0.0075  # of the picture's diagonal, as in DAVIS 2016


def iou(matte: Alpha, truth: Alpha) -> float:
    """Intersection over union of alpha > 0.5 (the region measure J of Perazzi et al., DAVIS, CVPR 2016); 1 where both are
    empty."""
    found, real = matte > 0.5, truth > 0.5
    union = np.count_nonzero(found | real)
    return np.count_nonzero(found & real) / union if union else 1.0


def boundary_f(matte: Alpha, truth: Alpha) -> float:
    """F-measure of the outlines of alpha > 0.5 within 0.75 % of the diagonal (the contour measure F of DAVIS); 1 where both
    are empty."""
    found, real = _outline(matte), _outline(truth)
    if not (found.any() and real.any()):
        return float(not (found.any() or real.any()))
    reach = max(2, round(_TOLERANCE * float(np.hypot(*truth.shape))))
    precision = float((_distance_to(real)[found] <= reach).mean())
    recall = float((_distance_to(found)[real] <= reach).mean())
    return 2 * precision * recall / max(precision + recall, 1e-9)


def mse(matte: Alpha, truth: Alpha) -> float:
    """Mean squared error, x 1000."""
    return float(np.mean((matte - truth) ** 2)) * 1e3


def jitter(matte: Alpha, matte_before: Alpha, truth: Alpha, truth_before: Alpha) -> float:
    """Mean change of the matte from one frame to the next, x 1000, over the pixels where the truth stands still."""
    still = np.abs(truth - truth_before) < 0.004
    return float(np.abs(matte - matte_before)[still].mean()) * 1e3 if still.any() else 0.0


def lag(mattes: NDArray[np.float32], truths: NDArray[np.float32], reach: int = 3) -> float:
    """By how many frames the matte trails the truth: where the mean squared difference to the truth of k frames before is
    least, k within +-`reach`, over the pixels that move; refined by a parabola through the minimum.

    mattes, truths: (frames, h, w) float32, small. NaN where hardly anything moves.
    """
    times = np.arange(reach, len(truths) - reach)
    moves = np.abs(np.diff(truths, axis=0)) > 0.02
    moving = np.logical_or.reduce([moves[times + k] for k in range(-reach, reach)])
    if np.count_nonzero(moving) < 500:
        return float("nan")
    errors = [float(np.mean((mattes[times] - truths[times - k])[moving] ** 2)) for k in range(-reach, reach + 1)]
    best = int(np.argmin(errors))
    if not 0 < best < 2 * reach:
        return float(best - reach)
    before, least, after = errors[best - 1 : best + 2]
    return best - reach + 0.5 * (before - after) / max(before - 2 * least + after, 1e-12)


def _outline(alpha: Alpha) -> NDArray[np.bool_]:
    inside = (alpha > 0.5).astype(np.uint8)
    eroded = cv2.erode(inside, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(inside != eroded)


def _distance_to(outline: NDArray[np.bool_]) -> NDArray[np.float32]:
    return np.asarray(cv2.distanceTransform((~outline).astype(np.uint8), cv2.DIST_L2, 5), np.float32)
