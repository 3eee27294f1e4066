"""A page in Chromium opens the camera "vbg", for packaging/newcomer.sh.

`python -m tests.e2e.page open FOLDER`, in the guest, where `vbg run --camera demo` covers the room with the judge's colour:
writes frames.npy (what the page saw) and page.png (the browser's picture of it) into FOLDER.
`python -m tests.e2e.page judge FOLDER`, on any machine: asserts that every frame shows the person of the demo before the colour.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vbg.cameras.demo_motion import PERIOD_S, pose

from . import footage
from .scenario import v4l2
from .scenario.clients import chromium
from .scenario.judge import Footage, is_background, is_card
from .scenario.report import SIZE

CAMERA = "/dev/video0"
WANTED = 12  # more than there are in the clip's still stretch
EMPTY = 0.8  # of the picture: in every round of the clip she leaves it and comes back; those frames are not judged
BESIDE = 0.5  # of the way out: by then more of it is empty
LIMIT_S = 900


def look(folder: Path) -> str:
    """Opens the page as soon as the camera is one, and keeps what the page saw; returns how long that took."""
    v4l2.wait_until(lambda: v4l2.captures(CAMERA), f"{CAMERA} has pictures", LIMIT_S)
    began, covered_s, cards = time.monotonic(), 0.0, 0
    seen: list[NDArray[np.uint8]] = []
    with chromium.Browser("vbg", SIZE, folder / "chromium.log", folder / "page.png") as browser:
        frames = browser.frames()
        for pixels in frames:
            assert time.monotonic() - began < LIMIT_S, f"{len(seen)} frames after {LIMIT_S} s"
            if is_card(pixels):
                cards += 1
            elif is_background(pixels).mean() < EMPTY:
                covered_s = covered_s or time.monotonic() - began
                seen.append(pixels)
            if len(seen) == WANTED:
                break
        browser.take_picture()
        frames.close()
    np.save(folder / "frames.npy", np.stack(seen))
    assert (folder / "page.png").exists(), "Chromium took no picture"
    return f"the camera has pictures; {covered_s:.0f} s after Chromium's start, and {cards} cards, the page shows a covered one"


def judge(folder: Path) -> str:
    """Asserts what the page saw; returns what was measured."""
    inside = [i for i in range(round(PERIOD_S * v4l2.FPS)) if abs(pose(i / v4l2.FPS).side) < BESIDE]
    footage.write(folder, *SIZE, inside, v4l2.FPS)
    return Footage(folder, SIZE).judge(list(np.load(folder / "frames.npy")), WANTED)


if __name__ == "__main__":
    print({"open": look, "judge": judge}[sys.argv[1]](Path(sys.argv[2])))
