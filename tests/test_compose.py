"""The kernels that finish a video's frames give what the slow way of photographs gives."""

from __future__ import annotations

import numpy as np
import pytest

from vbg.kernels import compose
from vbg.matting import foreground


@pytest.mark.parametrize(("w", "h"), [(64, 36), (61, 1), (1, 17), (1, 1), (130, 70)])
def test_cut_and_laid_are_the_photographs_way(w: int, h: int) -> None:
    rng = np.random.default_rng(w)
    pixels = rng.integers(0, 256, (h, w, 3), np.uint8)
    behind = rng.integers(0, 256, (h, w, 3), np.uint8)
    alpha = np.clip(rng.normal(0.5, 0.8, (h, w)), 0, 1).astype(np.float32)
    expected = foreground.foreground(pixels, alpha)
    person, room = foreground.near(pixels, alpha)
    made = compose.cut(pixels, alpha, person, room)
    assert np.abs(made[:, :, :3].astype(int) - expected).max() <= 1
    assert (made[:, :, 3] == np.rint(alpha * 255)).all()
    laid = expected * alpha[:, :, None] + behind * (1 - alpha[:, :, None])
    assert np.abs(compose.laid(pixels, alpha, person, room, behind) - laid).max() <= 1.01
    few = foreground.near(pixels, alpha, 64)  # enlarged
    assert few[0].shape[0] * few[0].shape[1] <= 64 + h + w
    smooth = np.full_like(few[0], 90), np.full_like(few[1], 200)
    a = alpha[:, :, None]
    own = np.clip(90 + a * (pixels - a * 90 - (1 - a) * 200), 0, 255)
    own = np.where(a == 1, pixels, np.where(a == 0, 90, own))
    assert np.abs(compose.cut(pixels, alpha, *smooth)[:, :, :3] - own).max() <= 0.51
