"""`vbg bench --steps` and the mattes of each step: the last one is the live path itself."""

from __future__ import annotations

import numpy as np

from vbg.bench.steps import STEPS, Partly
from vbg.cameras.demo import Demo
from vbg.pipeline import Pipeline


def test_all_steps_together_are_the_live_path() -> None:
    assert len({step.says for step in STEPS}) == len(STEPS)
    parts, pipeline, source = Partly(STEPS[-1]), Pipeline(STEPS[-1].model.open()), Demo().open(320, 180)
    try:
        for _ in range(12):
            frame = source.read()
            ours, theirs = parts.matte(frame)[1], pipeline.matte(frame)[1]
            np.testing.assert_array_equal(ours.alpha(frame.pixels), theirs.alpha(frame.pixels))
    finally:
        source.close()
        parts.close()
        pipeline.close()
