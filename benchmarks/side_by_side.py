"""All contenders in one run on the same frames, in turn, so that whatever else the machine does hits all alike.

python -m benchmarks.side_by_side [--frames N] [--only NAME,NAME] [--threads N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median

import cv2

from benchmarks.contenders import Contender, Running, Sample, UnavailableError, timed
from benchmarks.contenders.backscrub import Backscrub
from benchmarks.contenders.browser import Browser, BrowserTuned
from benchmarks.contenders.lfbw import FakeWebcam
from benchmarks.contenders.limits import Copy, Inference
from benchmarks.contenders.obs import ObsRemoval
from benchmarks.contenders.ours import Ours, OursBlur, OursPicture
from benchmarks.contenders.tutorial import Tutorial
from benchmarks.quality import SIZE, Scores, Tally, resized
from vbg.bench.score import Alpha
from vbg.cameras.demo import Demo
from vbg.cameras.demo_motion import PERIOD_S
from vbg.frame import Pixels

CONTENDERS: tuple[Contender, ...] = (
    Copy(),
    Inference(),
    OursBlur(),
    OursPicture(),
    Tutorial(),
    FakeWebcam(),
    Backscrub(),
    ObsRemoval(),
    Browser(),
    BrowserTuned(),
)
WIDTH, HEIGHT = 1280, 720
WHOLE_CLIP = round(30 * PERIOD_S)
_WARM_FRAMES = 15  # compile, load and allocate; not counted


@dataclass(frozen=True, slots=True)
class Entry:
    """One contender's medians per frame, milliseconds, and how good its mattes are. stages_ms: CPU, vbg only, in their order."""

    title: str
    kind: str
    recipe: str
    wall_ms: float
    cpu_ms: float
    model_ms: float | None
    matte: Scores | None
    stages_ms: dict[str, float] | None = None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The outcome of one run. skipped: why a contender is not in it."""

    frames: int
    threads: int
    entries: dict[str, Entry] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def times_ours(self, name: str) -> float:
        """How many times the CPU of vbg's blur this contender needs."""
        return self.entries[name].cpu_ms / self.entries[OursBlur.name].cpu_ms


def run(contenders: Sequence[Contender] = CONTENDERS, frames: int = WHOLE_CLIP, threads: int = 1) -> SideBySide:
    """threads: what OpenCV may use; the others keep their own defaults."""
    cv2.setNumThreads(threads)
    outcome = SideBySide(frames, threads)
    samples: dict[str, list[Sample]] = {}
    tallies: dict[str, Tally] = {}
    with ExitStack() as opened:
        running: list[tuple[str, Running]] = []
        pipelines: dict[str, Ours] = {}
        for contender in contenders:
            try:
                opening = contender.open(WIDTH, HEIGHT)
            except UnavailableError as e:
                outcome.skipped[contender.name] = str(e)
                continue
            opened.callback(opening.close)
            running.append((contender.name, opening))
            if isinstance(opening, Ours):
                pipelines[contender.name] = opening
            samples[contender.name], tallies[contender.name] = [], Tally()
        for index, (pixels, truth) in enumerate(_clip(frames)):
            if index == _WARM_FRAMES:
                for pipeline in pipelines.values():
                    pipeline.forget()
            turn = index % len(running)  # nobody always comes right after the copy, with the frame in the cache
            for name, one in running[turn:] + running[:turn]:
                sample = timed(one, pixels)
                if index < _WARM_FRAMES:
                    continue
                samples[name].append(sample)
                matte = one.matte
                if matte is not None:
                    tallies[name].add(matte, truth)
    for contender in contenders:
        if contender.name in samples:
            entry = _entry(contender, samples[contender.name], tallies[contender.name])
            ours = pipelines.get(contender.name)
            outcome.entries[contender.name] = entry if ours is None else replace(entry, stages_ms=_stages(ours))
    return outcome


def _clip(frames: int) -> Iterator[tuple[Pixels, Alpha]]:
    source = Demo().open(WIDTH, HEIGHT)
    for index in range(_WARM_FRAMES + frames):
        yield source.frame(index).pixels, resized(source.truth(index), SIZE)
    source.close()


def _stages(pipeline: Ours) -> dict[str, float]:
    return {stage: spread.p50 for stage, spread in pipeline.stages_cpu().items()}


def _entry(contender: Contender, samples: list[Sample], tally: Tally) -> Entry:
    models = [sample.model_ms for sample in samples if sample.model_ms is not None]
    return Entry(
        contender.title,
        contender.kind,
        contender.recipe,
        round(median(sample.wall_ms for sample in samples), 3),
        round(median(sample.cpu_ms for sample in samples), 3),
        round(median(models), 3) if models else None,
        tally.scores(),
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.side_by_side", description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=WHOLE_CLIP, help=f"frames of the demo clip (default: all {WHOLE_CLIP})")
    parser.add_argument("--only", default="", metavar="NAME,NAME", help=", ".join(one.name for one in CONTENDERS))
    parser.add_argument("--threads", type=int, default=1, help="threads that OpenCV may use (default: 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    names = set(filter(None, arguments.only.split(",")))
    unknown = names - {one.name for one in CONTENDERS}
    if unknown:
        parser.error(f"no such contender: {', '.join(sorted(unknown))}")
    chosen = [one for one in CONTENDERS if not names or one.name in names]
    outcome = run(chosen, arguments.frames, arguments.threads)
    from benchmarks.tables import side_by_side

    print(side_by_side(outcome))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(asdict(outcome), indent=1) + "\n")


if __name__ == "__main__":
    main()
