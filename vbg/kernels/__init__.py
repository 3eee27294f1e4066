"""Loops that cost time, as numba kernels: arrays in, arrays out, no state, nothing of vbg imported.

Kernels compile when first called (eager signatures would make the very first import take a minute) and are cached on disk.
`warm` calls each once, so that none compiles in the middle of a meeting.

What keeps a loop one run of vector instructions (each measured, twofold to tenfold): rows taken out as one-dimensional arrays
and looped over in a function of their own; every subexpression cast, for numba widens to 64 bits; indices that are looked up
unsigned, for signed ones may count from the end; `error_model="numpy"` where it divides, for Python's raises on zero;
`a if a < b else b` instead of `min`; no slices within a loop over pixels.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

log = logging.getLogger(__name__)


_MOST_PROCESSES = 8

_LOOK_S = 0.1

_COMPILING = 0.9
"""Part of all the work that compiling is, beside loading."""


def warm() -> None:
    """Compile (once per machine) or load (0.3 s) every kernel."""
    for _ in warming():
        pass


def warming() -> Iterator[float]:
    """`warm`, kernel by kernel: gives the part that is done, 0..1, and stops where the caller does.

    Where the first one was not in the cache, all others are compiled into it by as many processes as there are cores, and
    then loaded here: compiling them one after the other takes 10-20 s.
    """
    from vbg.kernels import reduce

    steps = _steps()
    steps[0]()
    cores = min(_MOST_PROCESSES, os.cpu_count() or 1)
    if reduce.compiled_here() and cores > 1:
        before = _COMPILING
        for part in _compiled_by_others(len(steps), cores):
            yield part * before
    else:
        before = 0.0
    for count, step in enumerate(steps, 1):
        step()
        yield before + (1 - before) * count / len(steps)


def _compiled_by_others(count: int, processes: int) -> Iterator[float]:
    """Fills the cache; gives the part that is done. What cannot be done that way is left to be compiled here.

    A frozen app's program takes `-c` as the interpreter does (packaging/frozen/entry.py).
    """
    place = str(Path(__file__).parents[2])
    paths = [place, *filter(None, [os.environ.get("PYTHONPATH")])]
    given = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    others: list[subprocess.Popen[bytes]] = []
    try:
        for first in range(1, processes + 1):
            code = f"from vbg import kernels; kernels.compile_some(range({first}, {count}, {processes}))"
            quiet = subprocess.DEVNULL
            others.append(subprocess.Popen([sys.executable, "-c", code], env=given, stdin=quiet, stdout=quiet, stderr=quiet))
        while left := [one for one in others if one.poll() is None]:
            yield 1 - (len(left) + 1) / (processes + 1)
            with suppress(subprocess.TimeoutExpired):
                left[0].wait(_LOOK_S)
    except OSError as e:
        log.warning("the kernels are compiled one after the other: %s", e)
    finally:
        for one in others:
            one.kill()
            one.wait()


def compile_some(indices: Iterable[int]) -> None:
    """What the other processes do: compile these steps' kernels into the cache on disk."""
    steps = _steps()
    for index in indices:
        steps[index]()


def _steps() -> tuple[Callable[[], object], ...]:
    """Calls that need every kernel, those that take longest to compile first but for the very first one."""
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
        lambda: blend.mix(frame, plane, plane, frame, frame.copy()),
        lambda: blocks.means(frame, 4, 1),
        lambda: blocks.planar_means(plane, 2, 2),
        lambda: crop.read(frame, 0, 0, 8, 4),
        lambda: patches.measured(plane, 0.5),
        lambda: resample.resampled(plane, 1.0, 1.0, 0.0, 0.0, 4, 4),
        lambda: temporal.quantile(temporal.changed(small, colours)[1], 0.5),
        lambda: temporal.steadied(plane, small, plane, 1.0, 2.0, 0.1, (0.3, 0.1), (0.3, 0.1), plane.copy(), colours),
        lambda: room.light(small, colours, taken, plane, 1.0),
        lambda: room.compared(small, colours, plane, plane, taken, 1.0, 1.0, 8.0, 4.0),
        lambda: room.judge(plane, plane, plane, plane, whole, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
        lambda: window.extent(plane, 1.0),
        lambda: unmix.solved(plane, small, colours, plane, unmix.colours(small, plane, whole, 0.9), whole, 1.0, 15.0, 20.0),
        lambda: room.learn(small, plane, taken, 0.1, colours, plane.copy(), plane.copy()),
        lambda: defocus.defocus(colours.copy(), colours, plane, (1.0, 1.0, 0.0, 0.0), 1.0),
        lambda: reduce.area(frame, 4, 4),
        lambda: weigh.divided(weigh.weighted(colours, plane, 1.0, 1e-3)),
        lambda: blend.alpha(frame, plane, plane),
        lambda: clean.spill(small, plane, plane, 1),
        lambda: light.beside(small, small, plane, plane),
        lambda: light.lit(small, taken, colours, colours, 0.5, (1.0, 1.0, 1.0)),
        lambda: clean.add(frame, plane, plane, colours, frame.copy()),
        lambda: compose.cut(small, plane, colours, colours),
        lambda: compose.laid(small, plane, colours, colours, small),
    )
