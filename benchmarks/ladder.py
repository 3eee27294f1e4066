"""What each rung of the ladder saves and costs, on the demo clip: CPU time of a frame, and how good the mattes are.

python -m benchmarks.ladder
"""

from __future__ import annotations

import time

import cv2

from vbg import kernels
from vbg.bench.mattes import scores
from vbg.cameras.demo import Demo
from vbg.effects.blur import Blur
from vbg.frame import Frame, read_only
from vbg.models.follow import Follow
from vbg.models.thrifty import Thrifty
from vbg.pipeline import Pipeline
from vbg.settings import Look
from vbg.thrift import LADDER, Rung

_SIZE = (1280, 720)
_FRAMES, _SETTLED = 240, 24  # as many as the rungs' turns divide


def opened(rung: Rung) -> Pipeline:
    """The live pipeline as it runs on `rung`."""
    model = Thrifty(Follow().open())
    model.spare(rung.sparing)
    model.thrift(rung.every, rung.small)
    return Pipeline(model)


def cpu_ms(rung: Rung) -> float:
    """CPU time of a shown frame, milliseconds at 720p: the mean, for masks that are asked for and carried over take turns."""
    source, pipeline = Demo().open(*_SIZE), opened(rung)
    costs = []
    for index in range(_FRAMES + _SETTLED):
        given = source.read()
        if index % rung.of:
            continue
        frame = Frame(read_only(given.pixels), index, index / 30)
        began = time.process_time()
        pipeline.process(frame, Look(Blur()))
        costs.append(1e3 * (time.process_time() - began))
    source.close()
    pipeline.close()
    kept = costs[_SETTLED // rung.of :]
    return sum(kept) / len(kept)


def main() -> None:
    """Print the table."""
    cv2.setNumThreads(1)
    kernels.warm()
    print("| rung | CPU of a shown frame | of each camera frame | IoU | mean squared error | jitter |\n|---|---|---|---|---|---|")
    for level, rung in enumerate(LADDER):
        row = f"| {level} | {(cost := cpu_ms(rung)):.1f} ms | {cost / rung.of:.1f} ms |"
        if rung.of == 1:  # below that, the mattes of fewer frames are no measure beside the others
            pipeline = opened(rung)
            found = scores(pipeline)
            pipeline.close()
            row += f" {found['iou']:.4f} | {found['mse']:.2f}e-3 | {found['jitter']:.2f} |"
        print(row, flush=True)


if __name__ == "__main__":
    main()
