"""How the cost grows with the picture: per stage, from 360p to 2160p, with one and two OpenCV threads.

python -m benchmarks.scaling [--frames N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import cv2

from benchmarks.contenders.ours import Ours, OursBlur
from vbg.cameras.demo import Demo, DemoSource

HEIGHTS = (360, 720, 1080, 1440, 2160)
THREADS = (1, 2)
_WARM_FRAMES = 10
_BLOCK_FRAMES = 10  # long enough for OpenCV to set its threads up once


@dataclass(frozen=True, slots=True)
class Step:
    """Medians per frame at one size, milliseconds. stages_ms: CPU of each stage, in the order in which they run."""

    height: int
    threads: int
    wall_ms: float
    cpu_ms: float
    stages_ms: dict[str, float]

    @property
    def megapixels(self) -> float:
        """16:9."""
        return self.height * self.height * 16 / 9 / 1e6


def run(frames: int = 60, heights: tuple[int, ...] = HEIGHTS, threads: tuple[int, ...] = THREADS) -> list[Step]:
    """All sizes in turn on the same moments of the clip; the numbers of threads in turn, block by block."""
    with ExitStack() as opened:
        groups: dict[int, list[_Row]] = {count: [] for count in threads}
        for height in heights:
            source = Demo().open(round(height * 16 / 9), height)
            opened.callback(source.close)
            for group in groups.values():
                group.append(row := _Row(source))
                opened.callback(row.close)
        for start in range(0, _WARM_FRAMES + frames, _BLOCK_FRAMES):
            for count, group in groups.items():
                cv2.setNumThreads(count)
                for index in range(start, min(start + _BLOCK_FRAMES, _WARM_FRAMES + frames)):
                    for row in group:
                        row.process(index)
        return [row.step(count) for count, group in groups.items() for row in group]


class _Row:
    """One pipeline at one size with one number of threads."""

    def __init__(self, source: DemoSource) -> None:
        self._source = source
        self._ours: Ours = OursBlur().open(source.info.width, source.info.height)
        self._wall: list[float] = []
        self._cpu: list[float] = []

    def process(self, index: int) -> None:
        if index == _WARM_FRAMES:
            self._wall.clear()
            self._cpu.clear()
            self._ours.forget()
        pixels = self._source.frame(index).pixels
        wall_start, cpu_start = time.perf_counter(), time.process_time()
        self._ours.process(pixels)
        self._wall.append(time.perf_counter() - wall_start)
        self._cpu.append(time.process_time() - cpu_start)

    def step(self, threads: int) -> Step:
        stages = {stage: spread.p50 for stage, spread in self._ours.stages_cpu().items()}
        return Step(
            self._source.info.height, threads, round(1e3 * median(self._wall), 3), round(1e3 * median(self._cpu), 3), stages
        )

    def close(self) -> None:
        self._ours.close()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=60, help="frames at each size (default: 60)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    steps = run(arguments.frames)
    from benchmarks.tables import scaling

    print(scaling(steps))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps([asdict(step) for step in steps], indent=1) + "\n")


if __name__ == "__main__":
    main()
