"""Frames as most webcams send them: one JPEG each, which the computer has to decode."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from vbg.frame import Pixels

Jpeg: TypeAlias = NDArray[np.uint8]
"""(bytes) uint8: one JPEG file."""

_QUALITY = 80
"""It makes 126 kB of a 720p frame of the demo clip, 231 kB of a 1080p one: at 30 a second, about what USB 2 carries."""
_SAMPLING = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422
"""What webcams send: half the colour's resolution across (the UVC class gives MJPG from YUYV sensors), little loss."""


def encoded(pixels: Pixels) -> Jpeg:
    """`pixels` as a webcam would send them."""
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, _SAMPLING])
    return np.asarray(data, np.uint8)


def decode(data: Jpeg, out: Pixels) -> None:
    """The work of OpenCV's V4L2 camera for a frame (`CvCaptureCAM_V4L::retrieveFrame`): decoded into a picture of its own, and
    that copied into `out`."""
    np.copyto(out, np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR)))
