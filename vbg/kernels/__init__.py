"""Loops that cost time, as numba kernels: arrays in, arrays out, no state, nothing of vbg imported.

Kernels compile when first called (eager signatures would make the very first import take a minute) and are cached on disk.
`warm` calls each once, so that none compiles in the middle of a meeting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np


def warm() -> None:
    """Compile (2-6 s once per machine) or load (0.3 s) every kernel."""
    for _ in warming():
        pass


def warming() -> Iterator[float]:
    """`warm`, kernel by kernel: gives the part that is done, 0..1, and stops where the caller does."""
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
        yield count / len(steps)
