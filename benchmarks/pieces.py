"""What cutting a video into pieces does to it, and what more workers gain.

python -m benchmarks.pieces seams CLIP ...      mattes of each clip in pieces of one second against those of the whole clip
python -m benchmarks.pieces scaling CLIP ...    seconds for all clips by one worker and by two, and whether they made the same
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vbg import filming, studio, videos
from vbg.crew import Cores, Crew, Here
from vbg.cuts import Piece
from vbg.filming import Job, Options, Plan

_PIECE_S = 1.0


def seams(clips: list[Path], folder: Path) -> None:
    """Print how far the mattes are from each other: levels of 255, mean of all pixels and of those that are unsure in either."""
    print(
        "clip | mean of all frames | worst frame | first frames of the pieces | unsure pixels, all | unsure pixels, first frames"
    )
    for clip in clips:
        plan = filming.planned(Job(clip.absolute(), folder / f"{clip.stem}.mkv", Options(matte=True)))
        whole = _made(plan)
        cut = _made(replace(plan, pieces=_every(plan, _PIECE_S)))
        apart = [np.abs(a - b) for a, b in zip(whole, cut, strict=True)]
        unsure = [(np.minimum(a, b) < 250) & (np.maximum(a, b) > 5) for a, b in zip(whole, cut, strict=True)]
        firsts = [round(_PIECE_S * plan.track.fps) * n for n in range(1, round(len(whole) / plan.track.fps / _PIECE_S))]
        means = [float(one.mean()) for one in apart]
        soft = [float(one[where].mean()) if where.any() else 0.0 for one, where in zip(apart, unsure, strict=True)]
        at_cuts = np.mean([means[n] for n in firsts]), np.mean([soft[n] for n in firsts])
        print(
            f"{clip.stem} | {np.mean(means):.3f} | {max(means):.3f} | {at_cuts[0]:.3f} | {np.mean(soft):.1f} | {at_cuts[1]:.1f}"
        )


def scaling(clips: list[Path], folder: Path) -> None:
    """Print the seconds."""
    took: dict[str, float] = {}
    made: dict[str, list[bytes]] = {}
    hands: dict[str, Crew] = {"1 worker": Here(), "2 workers": Cores(2)}
    for name, crew in hands.items():
        plans = [filming.planned(Job(c.absolute(), folder / f"{name} {c.stem}.webm", Options())) for c in clips]
        begun = time.perf_counter()
        for outcome in studio.make(plans, crew, False, lambda done, before: None):
            if outcome.error is not None:
                raise outcome.error
        took[name] = time.perf_counter() - begun
        made[name] = [b"".join(_packets(plan.job.target)) for plan in plans]
        print(f"{name}: {took[name]:.1f} s, {sum(plan.frames for plan in plans) / took[name]:.1f} frames a second")
    one, two = took.values()
    print(f"{one / two:.2f} times as fast; the same to the bit: {made['1 worker'] == made['2 workers']}")


def _every(plan: Plan, length_s: float) -> tuple[Piece, ...]:
    """Pieces of that length, whether there are key frames or not."""
    count = round(plan.frames / plan.track.fps / length_s)
    starts = [length_s * n for n in range(count)]
    return tuple(Piece(n, at, starts[n + 1] if n + 1 < count else float("inf"), 0) for n, at in enumerate(starts))


def _made(plan: Plan) -> list[NDArray[np.int16]]:
    for outcome in studio.make([plan], Here(), False, lambda done, before: None):
        if outcome.error is not None:
            raise outcome.error
    with videos.opened(plan.job.target) as container:
        return [frame.to_ndarray(format="gray").astype(np.int16) for frame in container.decode(video=0)]


def _packets(path: Path) -> Iterator[bytes]:
    with videos.opened(path) as container:
        yield from (bytes(packet) for packet in container.demux(video=0))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as out:
        {"seams": seams, "scaling": scaling}[sys.argv[1]]([Path(name) for name in sys.argv[2:]], Path(out))
