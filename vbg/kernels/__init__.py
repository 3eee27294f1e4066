"""Loops that cost time, as numba kernels: arrays in, arrays out, no state, nothing of vbg imported.

Kernels compile when first called (eager signatures would make the very first import take a minute) and are cached on disk.
`warm` calls each once, so that none compiles in the middle of a meeting.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def warm(progress: Callable[[float], None] = lambda done: None) -> None:
    """Compile (2-6 s once per machine) or load (0.3 s) every kernel. `progress` gets the part that is done, 0..1."""
    from vbg.kernels import blend, guided, reduce, temporal

    frame = np.zeros((8, 8, 3), np.uint8)
    small = np.zeros((4, 4, 3), np.uint8)
    plane = np.zeros((4, 4), np.float32)
    steps: tuple[Callable[[], object], ...] = (
        lambda: reduce.area(frame, 4, 4),
        lambda: temporal.blend_uncertain(plane, plane, 0.5),
        lambda: guided.coefficients(small, plane, 1, 1e-3),
        lambda: blend.mix(frame, plane, plane, frame, frame.copy()),
        lambda: blend.mix(frame, plane, plane, small, frame.copy()),
        lambda: blend.alpha(frame, plane, plane),
    )
    for count, step in enumerate(steps, 1):
        step()
        progress(count / len(steps))
