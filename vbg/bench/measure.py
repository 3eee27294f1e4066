"""Measures speed and matte quality, the same way on every machine.

CPU time stands beside wall time: on a machine that does other work, wall time says little. Frames are made or decoded between
the measurements, as a camera's would be, so that no stage finds its input in the cache.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from itertools import cycle
from statistics import median

import numpy as np

from vbg import fit, kernels, memory
from vbg.bench import mjpg
from vbg.bench.machine import described, resident_mb
from vbg.bench.mattes import scores
from vbg.cameras import Camera
from vbg.frame import Frame, Pixels, read_only
from vbg.models import Model, Segmenter
from vbg.pipeline import Pipeline
from vbg.pool import Pool
from vbg.settings import Look
from vbg.timing import Spread, Stopwatch

_WARM_FRAMES = 15
_STILL_FRAMES = 90
_ALONE_RUNS = 100
_COPIES = 24
_SENSOR_NOISE = 2.0  # standard deviation in levels of 255: a webcam in a lit room


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one kind of frames: medians per frame, milliseconds; the spread of the wall time; inference alone."""

    wall_ms: float
    cpu_ms: float
    inference_cpu_ms: float
    latency: Spread


def benchmark(
    camera: Camera, model: Model, look: Look, width: int, height: int, seconds: float, jpeg: bool = False
) -> dict[str, object]:
    """All figures as one JSON object, whose keys are a contract. jpeg: frames come as JPEG, and decoding them counts too."""
    kernels.warm()
    stopwatch = Stopwatch(keep=100_000)
    segmenter = model.open()
    pipeline = Pipeline(segmenter, stopwatch)
    try:
        for frame in _frames(camera, width, height, _WARM_FRAMES / 30):
            pipeline.process(frame, look)
            last = frame
        stopwatch.clear()
        memory.give_back()
        given = _Jpegs(stopwatch) if jpeg else _Raw()
        moving = _cost(pipeline, segmenter, _frames(camera, width, height, seconds), look, given)
        stages, resident = stopwatch.spreads(), resident_mb()
        still = _cost(pipeline, segmenter, _still(last), look, given)
    finally:
        pipeline.close()
    return {
        "size": f"{width}x{height}",
        "effect": look.effect.name,
        "frames": "mjpg" if jpeg else "raw",
        "fps_saturated": round(1e3 / moving.wall_ms, 1),
        "cpu_ms_per_frame": round(moving.cpu_ms, 3),
        "inference_cpu_ms": round(moving.inference_cpu_ms, 3),
        "cpu_ratio": _ratio(moving.cpu_ms, moving.inference_cpu_ms),
        "still_cpu_ratio": _ratio(still.cpu_ms, moving.inference_cpu_ms),
        "cpu_percent_at_30_fps": round(3 * moving.cpu_ms, 1),
        "latency_ms": asdict(moving.latency),
        "stages_ms": {stage: asdict(spread) for stage, spread in stages.items()},
        "copy_ms": round(_copy_ms(width, height), 3),
        "blend_ms": stages["blend"].p50,
        "rss_mb": round(resident, 1),
        "matte": _matte_scores(model),
        "machine": described(),
    }


def _matte_scores(model: Model) -> dict[str, float]:
    pipeline = Pipeline(model.open())
    try:
        return scores(pipeline)
    finally:
        pipeline.close()


def _frames(camera: Camera, width: int, height: int, seconds: float) -> Iterator[Frame]:
    """So many seconds of the camera's picture, fitted to the size; from the start again where it ends."""
    count = 0
    source = camera.open(width, height)
    try:
        fps = source.info.fps or 30.0
        while count < max(1, seconds * fps):
            frame = source.read()
            if frame is None:
                return
            count += 1
            yield Frame(read_only(fit.onto(frame.pixels, width, height)), frame.index, frame.captured_at)
    finally:
        source.close()


def _still(frame: Frame) -> Iterator[Frame]:
    """A person listening: the same picture with a sensor's noise."""
    random = np.random.default_rng(1)
    tile = random.normal(0, _SENSOR_NOISE, (2 * frame.height, frame.width, 3)).round().astype(np.int16)
    for index in range(_STILL_FRAMES):
        noise = tile[(start := int(random.integers(frame.height))) : start + frame.height]
        pixels: Pixels = np.clip(frame.pixels + noise, 0, 255).astype(np.uint8)
        yield Frame(read_only(pixels), frame.index + 1 + index, frame.captured_at + (index + 1) / 30)


class _Raw:
    """Frames come as they are."""

    def sent(self, frame: Frame) -> Frame:
        """What the camera sends: not measured."""
        return frame

    def received(self, sent: Frame) -> Frame:
        """The frame: measured."""
        return sent


class _Jpegs(_Raw):
    """Frames come as JPEG."""

    def __init__(self, stopwatch: Stopwatch) -> None:
        self._stopwatch, self._pool, self._data = stopwatch, Pool(), np.zeros(0, np.uint8)

    def sent(self, frame: Frame) -> Frame:
        self._data = mjpg.encoded(frame.pixels)
        return frame

    def received(self, sent: Frame) -> Frame:
        with self._stopwatch("decode"):
            pixels = self._pool.take(sent.height, sent.width)
            mjpg.decode(self._data, pixels)
        return Frame(read_only(pixels), sent.index, sent.captured_at)


def _cost(pipeline: Pipeline, segmenter: Segmenter, frames: Iterator[Frame], look: Look, given: _Raw) -> Cost:
    wall, cpu = [], []
    runs = [engine.runs for engine in segmenter.engines]
    for frame in frames:
        sent = given.sent(frame)
        wall_start, cpu_start = time.perf_counter(), time.process_time()
        pipeline.process(given.received(sent), look)
        wall.append(time.perf_counter() - wall_start)
        cpu.append(time.process_time() - cpu_start)
    alone = 0.0
    for engine, before in zip(segmenter.engines, runs, strict=True):
        share = (engine.runs - before) / len(wall)
        again = partial(engine.run, np.zeros((*engine.shape, 3), np.float32))
        alone += share * _median_cpu_ms(again, _ALONE_RUNS)
    return Cost(1e3 * median(wall), 1e3 * median(cpu), alone, Spread.of(wall))


def _copy_ms(width: int, height: int) -> float:
    """One plain copy of a frame that is not in the cache: several are copied in turn, more than a cache holds."""
    sources = [np.full((height, width, 3), value, np.uint8) for value in range(_COPIES)]
    targets = [np.zeros_like(source) for source in sources]
    turn = cycle(zip(targets, sources, strict=True))
    return _median_cpu_ms(lambda: np.copyto(*next(turn)), 3 * _COPIES)


def _median_cpu_ms(action: Callable[[], object], runs: int) -> float:
    spent = []
    for _ in range(runs):
        start = time.process_time()
        action()
        spent.append(time.process_time() - start)
    return 1e3 * median(spent)


def _ratio(cost: float, limit: float) -> float | None:
    return round(cost / limit, 3) if limit else None
