"""`vbg video`: people cut out of videos, or set before another background; or their matte."""

from __future__ import annotations

import argparse
import math
import re
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from vbg.cli import background, chroma, crew
from vbg.cli.progress import Progress
from vbg.errors import UsageError, VbgError

if TYPE_CHECKING:
    from vbg.crew import Crew
    from vbg.filming import Job, Plan
    from vbg.models import Model

_VIDEOS = (
    ".mp4",
    ".m4v",
    ".mov",
    ".mkv",
    ".webm",
    ".avi",
    ".mts",
    ".m2ts",
    ".ts",
    ".mpg",
    ".mpeg",
    ".wmv",
    ".flv",
    ".ogv",
    ".3gp",
)
"""What a video's name ends in: in a folder, what does not is passed over."""

_NAME = "{}"
"""In the output, the place of the input's name."""

_INTERRUPTED = 130


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("video", help="cut people out of videos, or give them another background")
    add = parser.add_argument
    add("inputs", metavar="IN", type=Path, nargs="+", help="any video that FFmpeg reads, or folders of them")
    add(
        "-o",
        "--output",
        metavar="OUT",
        type=Path,
        required=True,
        help="transparent: .webm (VP9), .mov (ProRes 4444), or a folder or NAME%%04d.png for pictures; with a background: .mp4, "
        ".mkv, .mov (H.264) or .webm too; a matte: .mkv (lossless gray, FFV1) or pictures; for several videos {} stands for the "
        "name of each: out/{}.webm",
    )
    add("--matte", action="store_true", help="write the matte alone: white is the person")
    add("--live", action="store_true", help="frame by frame as a meeting would see it, without knowing what comes next")
    add("--from", dest="start", metavar="T", type=seconds, default=0.0, help="begin there: seconds, m:ss or h:mm:ss")
    add("--to", dest="end", metavar="T", type=seconds, default=math.inf, help="end there")
    add("--model", metavar="NAME", default="follow", help="follow, landscape, square, chroma or one of yours (default: follow)")
    add("--resume", action="store_true", help="go on with what was interrupted; what is finished is left alone")
    crew.add_to(parser)
    add("--piece", metavar="T", type=seconds, default=None, help="length of the pieces that a video is made in (default: 30 s)")
    add("--timings", action="store_true", help="say at the end how fast it was and what share of the time each step took")
    background.add_to(parser)
    chroma.add_to(parser)
    add("--json", action="store_true", help="say how far it is as lines of JSON")
    parser.set_defaults(action=action)


def seconds(text: str) -> float:
    """A time as seconds, m:ss or h:mm:ss, with or without decimals. Raises ValueError."""
    if not re.fullmatch(r"(\d+:){0,2}\d+(\.\d+)?", text):
        raise ValueError(text)
    total = 0.0
    for part in text.split(":"):
        total = 60 * total + float(part)
    return total


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    from vbg.filming import Job, Options, planned

    if arguments.end <= arguments.start:
        raise UsageError("the end is not after the beginning", "--to must be later than --from.")
    hands = crew.chosen(arguments)
    inputs = _videos(arguments.inputs)
    targets = _targets(arguments.output, inputs)
    asked = background.asked(arguments)
    options = Options(
        effect=None if arguments.matte else asked.effect,
        style=asked.style,
        figure=asked.figure,
        model=chroma.chosen(arguments, _model(arguments.model)),
        matte=arguments.matte,
        live=arguments.live,
        start_s=arguments.start,
        end_s=arguments.end,
        **({} if arguments.piece is None else {"piece_s": max(0.1, arguments.piece)}),
    )
    plans: list[Plan] = []
    failures: list[tuple[Path, VbgError]] = []
    for source, target in zip(inputs, targets, strict=True):
        job = Job(source, target, options)
        if arguments.resume and _finished(job):
            continue
        try:
            plans.append(planned(job))
        except VbgError as e:
            if len(inputs) == 1:
                raise
            failures.append((source, e))
    return _make(plans, failures, hands, arguments, len(inputs))


def _make(
    plans: list[Plan], failures: list[tuple[Path, VbgError]], hands: Crew, arguments: argparse.Namespace, count: int
) -> int:
    """Make them all; the exit code."""
    from vbg import studio

    total = 0 if any(plan.frames == 0 for plan in plans) else sum(plan.frames for plan in plans)
    seconds: dict[str, float] = {}
    begun, kept = time.perf_counter(), False
    try:
        with (
            Progress(total, "frames", lines=arguments.json) as progress,
            closing(studio.make(plans, hands, arguments.resume, progress.reach)) as made,
        ):
            for outcome in made:
                kept = kept or outcome.kept
                if outcome.error is not None:
                    if count == 1:
                        if outcome.kept:
                            outcome.error.hint += " What is finished stays: --resume goes on from there."
                        raise outcome.error
                    failures.append((outcome.plan.job.source, outcome.error))
                for sentence in outcome.said:
                    print(f"vbg: {outcome.plan.job.target.name}: {sentence}", file=sys.stderr)
                for step, took in outcome.seconds.items():
                    seconds[step] = seconds.get(step, 0.0) + took
    except KeyboardInterrupt:
        print("vbg: interrupted; the same command with --resume goes on with what is finished", file=sys.stderr)
        return _INTERRUPTED
    if arguments.timings:
        print(timings(sum(plan.frames for plan in plans), time.perf_counter() - begun, seconds))
    if not failures:
        return 0
    told = "".join(f"\n     {source.name}: {error}" for source, error in failures)
    print(f"vbg: {len(failures)} of {count} videos could not be done:{told}", file=sys.stderr)
    if kept:
        print("     --resume goes on with what is finished of them", file=sys.stderr)
    return 1


def timings(frames: int, took_s: float, seconds: dict[str, float]) -> str:
    """How fast it was, and what share of all the work each step was."""
    total = sum(seconds.values()) or 1.0
    shares = ", ".join(
        f"{step} {100 * took / total:.0f} %" for step, took in sorted(seconds.items(), key=lambda one: one[1], reverse=True)
    )
    return f"{frames} frames in {took_s:.1f} s: {frames / max(took_s, 1e-3):.1f} frames a second\n{shares}"


def _videos(inputs: Sequence[Path]) -> list[Path]:
    """The files named, and the videos in the folders named. Raises UsageError where there are none."""
    found: list[Path] = []
    for one in inputs:
        if not one.is_dir():
            found.append(one.absolute())
            continue
        inside = sorted(path for path in one.absolute().iterdir() if path.is_file() and path.suffix.lower() in _VIDEOS)
        if not inside:
            raise UsageError(f"there is no video in {one}", "Name another folder; folders within are not searched.")
        found += inside
    return found


def _targets(output: Path, inputs: Sequence[Path]) -> list[Path]:
    """Where each video goes. Raises UsageError where that cannot be, before any work."""
    named = _NAME in output.name
    if len(inputs) > 1 and not named:
        raise UsageError(f"{len(inputs)} videos do not fit into one", "Give -o the place of their names: -o 'out/{}.webm'.")
    targets = [output.absolute().with_name(output.name.replace(_NAME, one.stem)) for one in inputs]
    if len(set(targets)) < len(targets):
        raise UsageError("two videos have the same name", "Do one folder after the other.")
    for one, target in zip(inputs, targets, strict=True):
        if target.exists() and one.exists() and target.samefile(one):
            raise UsageError("input and output are the same file", "Give the output another name.")
    if named:
        try:
            targets[0].parent.mkdir(exist_ok=True)
        except OSError as e:
            raise UsageError(f"{targets[0].parent} cannot be a folder: {e}") from e
    return targets


def _finished(job: Job) -> bool:
    """Whether nothing is left to do."""
    from vbg import film
    from vbg.work import Work

    if film.numbered(job.target):
        pictures = film.pattern(job.target)
        there, kind = (pictures.parent / film.named(pictures, 1)).exists(), film.PICTURES
    else:
        there, kind = job.target.exists(), job.kind
    return there and not Work(job.target, kind).path.exists()


def _model(text: str) -> Model:
    """By its name, or by the absolute path of its file: whoever works on it may be elsewhere."""
    from vbg import choose

    return choose.model(str(Path(text).absolute()) if text.endswith(".onnx") and Path(text).is_file() else text)
