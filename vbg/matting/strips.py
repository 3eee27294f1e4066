"""Large pictures are finished in strips, so that nothing but the result is as large as they are."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def enlarged(plane: NDArray[np.float32], top: int, rows: int, width: int, height: int) -> NDArray[np.float32]:
    """Rows `top` .. `top + rows` of `plane`, (h, w) or (h, w, n) float32, enlarged bilinearly to `width` x `height`."""
    h, w = plane.shape[:2]
    x, y = np.float32(w / width), np.float32(h / height)
    across = (np.arange(width, dtype=np.float32) + np.float32(0.5)) * x - np.float32(0.5)
    down = (np.arange(top, top + rows, dtype=np.float32) + np.float32(0.5)) * y - np.float32(0.5)
    u, v = np.meshgrid(across, down)
    deep = (
        [plane[:, :, i : i + 4] for i in range(0, plane.shape[2], 4)] if plane.ndim == 3 else [plane]
    )  # cv2 takes four at a time
    parts = [cv2.remap(np.ascontiguousarray(one), u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for one in deep]
    return np.asarray(np.dstack(parts) if plane.ndim == 3 else parts[0], np.float32)
