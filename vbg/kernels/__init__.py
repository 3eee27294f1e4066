"""Loops that cost time, as numba kernels: arrays in, arrays out, no state, nothing of vbg imported.

Kernels compile when first called (eager signatures would make the very first import take a minute) and are cached on disk.
`warm` calls each once, so that none compiles in the middle of a meeting; `warming` does it while cards, then plain frames go out.

What keeps a loop one run of vector instructions (each measured, twofold to tenfold): rows taken out as one-dimensional arrays
and looped over in a function of their own; every subexpression cast, for numba widens to 64 bits; indices that are looked up
unsigned, for signed ones may count from the end; `error_model="numpy"` where it divides, for Python's raises on zero;
`a if a < b else b` instead of `min`; no slices within a loop over pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import numpy as np

FIRST = 10
"""So many of the first `steps` are what every covered frame needs."""


def warm() -> None:
    """Compile (once per machine) or load (0.3 s) every kernel."""
    from vbg.kernels.warming import Warming

    with closing(Warming()) as warming:
        for _ in warming.first(everything=True):
            pass


def compiled_here() -> bool:
    """Whether the first of `steps` was compiled by this process, since it was not in the cache: then nor are the others."""
    from vbg.kernels import reduce

    return reduce.compiled_here()


def steps() -> tuple[Callable[[], object], ...]:
    """Calls that need every kernel: those that every covered frame needs, then the others; in both, those that take longest to
    compile first."""
    from vbg.kernels import (
        blend,
        blocks,
        clean,
        compose,
        crop,
        defocus,
        guided,
        light,
        patches,
        reduce,
        resample,
        room,
        temporal,
        unmix,
        weigh,
        window,
    )

    frame = np.zeros((8, 8, 3), np.uint8)
    small = np.zeros((4, 4, 3), np.uint8)
    plane = np.zeros((4, 4), np.float32)
    colours = np.zeros((4, 4, 3), np.float32)
    taken = np.zeros((4, 4), np.uint8)
    whole = (0, 4, 0, 4)
    return (
        lambda: reduce.area(frame, 2, 2),
        lambda: blend.mix(frame, plane, plane, small, frame.copy()),
        lambda: guided.coefficients(small, plane + 1, 1, 1e-3),
        lambda: blocks.means(frame, 4, 1),
        lambda: blocks.planar_means(plane, 2, 2),
        lambda: crop.read(frame, 0, 0, 8, 4),
        lambda: patches.measured(plane, 0.5),
        lambda: resample.resampled(plane, 1.0, 1.0, 0.0, 0.0, 4, 4),
        lambda: reduce.area(frame, 4, 4),
        lambda: weigh.divided(weigh.weighted(colours, plane, 1.0, 1e-3)),
        lambda: temporal.quantile(temporal.changed(small, colours)[1], 0.5),
        lambda: temporal.steadied(plane, small, plane, 1.0, 2.0, 0.1, (0.3, 0.1), (0.3, 0.1), plane.copy(), colours),
        lambda: room.light(small, colours, taken, plane, 1.0),
        lambda: room.compared(small, colours, plane, plane, taken, 1.0, 1.0, 8.0, 4.0),
        lambda: room.judge(plane, plane, plane, plane, whole, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
        lambda: window.extent(plane, 1.0),
        lambda: unmix.solved(plane, small, colours, plane, unmix.colours(small, plane, whole, 0.9), whole, 1.0, 15.0, 20.0),
        lambda: room.learn(small, plane, taken, 0.1, colours, plane.copy(), plane.copy()),
        lambda: defocus.defocus(colours.copy(), colours, plane, (1.0, 1.0, 0.0, 0.0), 1.0),
        lambda: blend.alpha(frame, plane, plane),
        lambda: clean.spill(small, plane, plane, 1),
        lambda: light.beside(small, small, plane, plane),
        lambda: light.lit(small, taken, colours, colours, 0.5, (1.0, 1.0, 1.0)),
        lambda: clean.add(frame, plane, plane, colours, frame.copy()),
        lambda: compose.cut(small, plane, colours, colours),
        lambda: compose.laid(small, plane, colours, colours, small),
    )
