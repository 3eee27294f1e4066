"""How good mattes are, on the demo clip, whose exact alpha is known."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np

from vbg.bench import score
from vbg.cameras.demo import Demo
from vbg.cameras.demo_motion import PERIOD_S
from vbg.frame import Frame, Mask, Matte

_SIZE = (640, 360)


class Mattes(Protocol):
    """Whatever makes a matte of each frame, in order: a `Pipeline`, or a part of one."""

    def matte(self, frame: Frame) -> tuple[Mask, Matte]: ...


def scores(mattes: Mattes) -> dict[str, float]:
    """How near the live matte comes to the exact alpha of the demo clip: one whole period at 640x360, 30 frames a second.

    iou and boundary_f: means, over the frames in which she is. mse: x 1000. jitter: mean change x 1000 from frame to frame
    where the truth stands still. lag: frames by which the matte trails. Raises ModelError.
    """
    source = Demo().open(*_SIZE)
    spatial: list[tuple[float, float, float]] = []
    jitter, found, truths = [], [], []
    before: tuple[score.Alpha, score.Alpha] | None = None
    for index in range(round(30 * PERIOD_S)):
        frame = source.read()
        alpha, truth = mattes.matte(frame)[1].alpha(frame.pixels), source.truth(index)
        if np.mean(truth) > 0.02 and index % 3 == 0:
            spatial.append((score.iou(alpha, truth), score.boundary_f(alpha, truth), score.mse(alpha, truth)))
        if before is not None:
            jitter.append(score.jitter(alpha, before[0], truth, before[1]))
        before = alpha, truth
        small = [cv2.resize(one, (192, 108), interpolation=cv2.INTER_AREA) for one in before]
        found.append(small[0])
        truths.append(small[1])
    source.close()
    iou, boundary_f, mse = np.mean(spatial, axis=0)
    means = {"iou": iou, "boundary_f": boundary_f, "mse": mse, "jitter": np.mean(jitter)}
    return {name: round(float(value), 4) for name, value in means.items()} | {
        "lag": round(score.lag(np.array(found), np.array(truths)), 3)
    }
