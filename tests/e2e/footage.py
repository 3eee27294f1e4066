"""What a camera would give: frames of the demo clip in a webcam's own pixel format, and where the person truly is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from vbg.cameras.demo import Demo

FRAMES = 15
EVERY = 3  # of 30 frames per second
TAKEN = range(0, FRAMES * EVERY, EVERY)


def write(folder: Path, width: int, height: int, indices: Sequence[int] = TAKEN, fps: float = 30) -> None:
    """FOLDER/footage.yuyv: raw frames, forth and back so that they loop without a jump.
    FOLDER/alpha.npy: (len(indices), height, width) uint8, the true alpha of the frames on the way forth.
    indices: of the clip's frames at `fps` frames per second."""
    source = Demo().open(width, height, fps)
    raw = [cv2.cvtColor(source.frame(i).pixels, cv2.COLOR_BGR2YUV_YUYV).tobytes() for i in indices]
    (folder / "footage.yuyv").write_bytes(b"".join(raw + raw[-2:0:-1]))
    np.save(folder / "alpha.npy", np.stack([np.rint(source.truth(i) * 255).astype(np.uint8) for i in indices]))
    source.close()


if __name__ == "__main__":
    import sys

    write(Path(sys.argv[1]), 640, 480)
