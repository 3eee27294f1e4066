"""OpenCV reads a camera through V4L2."""

from __future__ import annotations

import os
import time
from collections.abc import Generator

import cv2
import numpy as np
from numpy.typing import NDArray


def frames(path: str, count: int = 1000, limit_s: float = 120) -> Generator[NDArray[np.uint8], None, None]:
    """The next `count` frames, or as many as come within the limit."""
    # An emulated machine under load makes long pauses, above all while vbg loads its model.
    os.environ["OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT"] = "60"  # seconds; 10 otherwise
    deadline = time.monotonic() + limit_s
    capture = cv2.VideoCapture(path, cv2.CAP_V4L2)
    try:
        assert capture.isOpened(), f"OpenCV cannot open {path}"
        for n in range(count):
            if time.monotonic() > deadline:
                return
            good, pixels = capture.read()
            assert good, f"OpenCV got {n} frames, then none"
            yield np.asarray(pixels, np.uint8)
    finally:
        capture.release()
