"""What cutting a video into pieces does to it, and what more workers gain.

python -m benchmarks.pieces seams CLIP ...      mattes of each clip in pieces of one second against those of the whole clip
python -m benchmarks.pieces scaling FILE ...    seconds for all clips, or photographs, by one worker and by two
python -m benchmarks.pieces overlap CLIP ...    seconds for each clip with every step on a thread of its own, and on one thread
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from vbg import filming, photos, studio, videos
from vbg.crew import Cores, Crew, Here, each
from vbg.cuts import Piece
from vbg.effects.blur import Blur
from vbg.errors import VbgError
from vbg.filming import Job, Options, Plan
from vbg.pictures import is_picture
from vbg.timing import Shares

T = TypeVar("T")

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
    made: dict[str, list[bytes]] = {}
    cores = sorted(os.sched_getaffinity(0))[:2]
    hands: dict[str, tuple[Crew, int]] = {
        "1 worker, 1 core": (Cores(1), 1),
        "1 worker, 2 cores": (Cores(1), 2),
        "2 workers, 2 cores": (Cores(2), 2),
    }
    for name, (crew, count) in hands.items():
        os.sched_setaffinity(0, cores[:count])  # what is started inherits it
        if is_picture(clips[0]):
            _photographs(name, crew, clips, folder, made)
            continue
        plans = [filming.planned(Job(c.absolute(), folder / f"{name} {c.stem}.webm", Options())) for c in clips]
        begun = time.perf_counter()
        for outcome in studio.make(plans, crew, False, lambda done, before: None):
            if outcome.error is not None:
                raise outcome.error
        took = time.perf_counter() - begun
        made[name] = [b"".join(_packets(plan.job.target)) for plan in plans]
        print(f"{name}: {took:.1f} s, {sum(plan.frames for plan in plans) / took:.1f} frames a second")
    first, *others = made.values()
    print(f"the same to the bit: {all(one == first for one in others)}")


def _photographs(name: str, crew: Crew, files: list[Path], folder: Path, made: dict[str, list[bytes]]) -> None:
    targets = [folder / f"{name} {file.stem}.png" for file in files]
    tasks = [(file.absolute(), target, photos.Options()) for file, target in zip(files, targets, strict=True)]
    begun = time.perf_counter()
    for _, result in each(crew, photos.make, tasks):
        if isinstance(result, VbgError):
            raise result
    took = time.perf_counter() - begun
    made[name] = [target.read_bytes() for target in targets]
    print(f"{name}: {took:.1f} s, {took / len(files):.1f} s a photograph")


def overlap(clips: list[Path], folder: Path) -> None:
    """Print the seconds, the second time that each is made."""
    for clip in clips:
        made = []
        for name, one in (("own threads", None), ("one thread", _at_once)):
            with ExitStack() as stack:
                if one is not None:
                    stack.enter_context(mock.patch("vbg.offline.ahead", one))
                    stack.enter_context(mock.patch("vbg.filming.ahead", one))
                for _ in range(2):
                    plan = filming.planned(Job(clip.absolute(), folder / f"{clip.stem}.mp4", Options(Blur())))
                    begun = time.perf_counter()
                    _done(plan)
                    took = time.perf_counter() - begun
            made.append(b"".join(_packets(plan.job.target)))
            print(f"{clip.stem}, {name}: {took:.1f} s, {plan.frames / took:.1f} frames a second")
        print(f"the same to the bit: {made[0] == made[1]}")


def _at_once(items: Iterator[T], length: int, name: str, shares: Shares) -> Generator[T, None, None]:
    """In place of `ahead`: nothing is made before it is asked for."""
    yield from items


def _every(plan: Plan, length_s: float) -> tuple[Piece, ...]:
    """Pieces of that length, whether there are key frames or not."""
    count = round(plan.frames / plan.track.fps / length_s)
    starts = [length_s * n for n in range(count)]
    return tuple(Piece(n, at, starts[n + 1] if n + 1 < count else float("inf"), 0) for n, at in enumerate(starts))


def _done(plan: Plan) -> None:
    for outcome in studio.make([plan], Here(), False, lambda done, before: None):
        if outcome.error is not None:
            raise outcome.error


def _made(plan: Plan) -> list[NDArray[np.int16]]:
    _done(plan)
    with videos.opened(plan.job.target) as container:
        return [frame.to_ndarray(format="gray").astype(np.int16) for frame in container.decode(video=0)]


def _packets(path: Path) -> Iterator[bytes]:
    with videos.opened(path) as container:
        yield from (bytes(packet) for packet in container.demux(video=0))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as out:
        {"seams": seams, "scaling": scaling, "overlap": overlap}[sys.argv[1]]([Path(name) for name in sys.argv[2:]], Path(out))
