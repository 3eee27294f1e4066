"""ffmpeg reads a camera through V4L2."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from tempfile import TemporaryFile

import numpy as np
from numpy.typing import NDArray


def frames(path: str, size: tuple[int, int], count: int = 300) -> Iterator[NDArray[np.uint8]]:
    """At most `count` frames, as they come; ffmpeg itself turns the device's format into BGR."""
    # passthrough: frames as they come. Otherwise ffmpeg makes up copies to keep the rate the driver claims.
    wanted = ["-fps_mode", "passthrough", "-frames:v", str(count), "-f", "rawvideo", "-pix_fmt", "bgr24", "-"]
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "v4l2", "-i", path, *wanted]
    width, height = size
    with TemporaryFile() as said, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as reader:
        try:
            assert reader.stdout is not None
            for n in range(count):
                frame = reader.stdout.read(height * width * 3)
                if len(frame) < height * width * 3:
                    said.seek(0)
                    raise AssertionError(f"ffmpeg got {n} frames, then none: {said.read().decode(errors='replace')}")
                yield np.frombuffer(frame, np.uint8).reshape(height, width, 3)
        finally:
            reader.kill()
