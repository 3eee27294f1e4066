"""ffmpeg reads a camera through V4L2."""

from __future__ import annotations

import subprocess

import numpy as np
from numpy.typing import NDArray


def frames(path: str, count: int, size: tuple[int, int]) -> list[NDArray[np.uint8]]:
    """`count` frames; ffmpeg itself turns the device's format into BGR."""
    # passthrough: frames as they come. Otherwise ffmpeg makes up copies to keep the rate the driver claims.
    wanted = ["-fps_mode", "passthrough", "-frames:v", str(count), "-f", "rawvideo", "-pix_fmt", "bgr24", "-"]
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "v4l2", "-i", path, *wanted]
    ended = subprocess.run(command, capture_output=True, timeout=90)
    said, size_got = ended.stderr.decode(errors="replace"), len(ended.stdout)
    assert ended.returncode == 0, f"ffmpeg ended with {ended.returncode}: {said}"
    width, height = size
    assert size_got == count * height * width * 3, f"{size_got} bytes are not {count} frames of {size}"
    return list(np.frombuffer(ended.stdout, np.uint8).reshape(count, height, width, 3))
