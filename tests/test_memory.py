"""What a running pipeline takes: no new frame-sized buffers, and no memory that only starting needed."""

from __future__ import annotations

import gc
import multiprocessing
import sys
import tracemalloc
import weakref
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pytest
from numba import njit

from vbg import kernels, memory
from vbg.bench.machine import resident_mb
from vbg.cameras import CameraInfo
from vbg.cameras.demo import Demo
from vbg.cameras.latest import Latest
from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.errors import CameraLostError
from vbg.frame import Frame
from vbg.pipeline import Pipeline
from vbg.settings import Look, Setup

SIZE = (3840, 2160)  # so large that all temporary arrays of the model's size together are much less than a frame
SETTLED = 15


@pytest.mark.parametrize("effect", [Blur(), Colour()], ids=["blur", "colour"])
def test_no_frame_sized_memory_is_taken_once_the_pipeline_runs(effect: Effect) -> None:
    """All that a frame takes for a while, however many arrays it is, is less than a half of the frame itself."""
    source = Demo().open(*SIZE)
    pipeline = Pipeline(Setup().model.open())
    taken = []
    try:
        for index in range(SETTLED + 6):
            frame = source.read()
            if index == SETTLED:
                tracemalloc.start()
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            pipeline.process(frame, Look(effect))
            taken.append(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()
        pipeline.close()
    assert 0 < max(taken[SETTLED:]) < frame.pixels.nbytes / 2


def test_what_is_kept_of_a_frame_does_not_grow() -> None:
    source, pipeline = Demo().open(640, 360), Pipeline(Setup().model.open())
    frames = [source.read() for _ in range(3)]
    tracemalloc.start()
    try:
        for index in range(60):
            if index == 20:
                before = tracemalloc.get_traced_memory()[0]
            pipeline.process(Frame(frames[index % 3].pixels, index, index / 30), Look())
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
        pipeline.close()
    assert after - before < frames[0].pixels.nbytes / 3


@dataclass(eq=False)
class Unplugged:
    """A source that gives one frame and is then lost."""

    info: CameraInfo = field(default_factory=lambda: CameraInfo("", "", 64, 36, 30.0, "BGR"))
    given: bool = False

    def read(self) -> Frame | None:
        if self.given:
            raise CameraLostError("unplugged")
        self.given = True
        return Frame(np.zeros((36, 64, 3), np.uint8), 0, 0.0)

    def close(self) -> None:
        pass


def test_nothing_stays_of_a_camera_that_was_lost() -> None:
    """Python's collector looks for what is old so rarely that minutes of unplugging would pile up."""
    gc.collect()
    gc.disable()
    try:
        source = Unplugged()
        gone = weakref.ref(source)
        latest = Latest(partial(_given, [source]))
        del source
        with suppress(CameraLostError):
            while True:
                latest.take(5.0)
        assert gone() is not None
        latest.close()
        del latest
        assert gone() is None
    finally:
        gc.enable()


def _given(sources: list[Unplugged]) -> Unplugged:
    return sources.pop()


def scattered_and_trimmed() -> tuple[float, float]:
    """Resident memory, MB, before and after; in a process of its own, whose heap nobody else has used."""
    pieces = [bytearray(8000) for _ in range(10_000)]  # from the heap: below the size that is mapped by itself
    for index in range(len(pieces)):
        if index % 100:  # what is kept holds the heap open at its end
            pieces[index] = bytearray()
    before = resident_mb()
    memory.trim()
    return before, resident_mb()


@pytest.mark.skipif(sys.platform != "linux", reason="gives back on Linux alone")
def test_free_memory_between_what_is_in_use_is_given_back() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        before, after = fresh.submit(scattered_and_trimmed).result()
    assert after < before - 40


def give_back_and_go_on() -> tuple[float, float, int]:
    """Resident memory, MB, before and after; and what a kernel compiled after that says."""
    kernels.warm()
    before = resident_mb()
    memory.give_back()
    after = resident_mb()

    doubled = njit(lambda values: 2 * values.sum())
    return before, after, int(doubled(np.arange(10)))


@pytest.mark.skipif(sys.platform != "linux", reason="gives back on Linux alone")
def test_the_compiler_s_memory_is_given_back_and_it_still_works() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as fresh:
        before, after, answer = fresh.submit(give_back_and_go_on).result()
    assert after < before - 20
    assert answer == 90


def test_only_what_is_as_in_the_compiler_s_file_is_dropped() -> None:
    """Pages that were written to, as when the library was linked, are nowhere else."""
    mapped = (
        ("7f0000000000-7f0000001000 r--p 00000000 fe:00 1  /venv/llvmlite/binding/libllvmlite.so", 0),
        ("7f0000001000-7f0000004000 r-xp 00001000 fe:00 1  /a folder/llvmlite/binding/libllvmlite.so", 0),
        ("7f0000004000-7f0000005000 r--p 00004000 fe:00 1  /venv/llvmlite/binding/libllvmlite.so", 4),
        ("7f0000005000-7f0000006000 rw-p 00005000 fe:00 1  /venv/llvmlite/binding/libllvmlite.so", 0),
        ("7f0000006000-7f0000007000 r-xp 00000000 fe:00 2  /usr/lib/libc.so.6", 0),
        ("7f0000007000-7f0000008000 rw-p 00000000 00:00 0", 0),
    )
    maps = "".join(f"{line}\nRss: 4 kB\nAnonymous:             {changed} kB\nVmFlags: rd mr\n" for line, changed in mapped)
    assert memory._unchanged(maps) == [(0x7F0000000000, 0x1000), (0x7F0000001000, 0x3000)]
