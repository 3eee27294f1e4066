"""`vbg video`: people cut out of a video, or set before another background; or their matte."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from vbg.cli import background, chroma, style
from vbg.cli.progress import Progress
from vbg.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vbg.effects import Effect
    from vbg.footage import Footage
    from vbg.frame import Frame, Matte
    from vbg.matting.style import Style
    from vbg.models import Model


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("video", help="cut people out of a video, or give it another background")
    add = parser.add_argument
    add("input", metavar="IN", type=Path, help="any video that FFmpeg reads")
    add(
        "-o",
        "--output",
        metavar="OUT",
        type=Path,
        required=True,
        help="transparent: .webm (VP9), .mov (ProRes 4444), or a folder or NAME%%04d.png for pictures; with a background: .mp4, "
        ".mkv, .mov (H.264) or .webm too; a matte: .mkv (lossless gray, FFV1) or pictures",
    )
    add("--background", metavar=background.METAVAR, default="transparent", help=background.HELP)
    add("--matte", action="store_true", help="write the matte alone: white is the person")
    add("--live", action="store_true", help="frame by frame as a meeting would see it, without knowing what comes next")
    add("--from", dest="start", metavar="T", type=seconds, default=0.0, help="begin there: seconds, m:ss or h:mm:ss")
    add("--to", dest="end", metavar="T", type=seconds, default=math.inf, help="end there")
    add("--model", metavar="NAME", default="follow", help="follow, landscape, square, chroma or one of yours (default: follow)")
    style.add_to(parser, *style.FINISH)
    chroma.add_to(parser)
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
    from vbg import choose, film
    from vbg.footage import Footage
    from vbg.gray import GrayVideo
    from vbg.matting.style import Style

    output: Path = arguments.output
    if arguments.end <= arguments.start:
        raise UsageError("the end is not after the beginning", "--to must be later than --from.")
    if output.exists() and arguments.input.exists() and output.samefile(arguments.input):
        raise UsageError("input and output are the same file", "Give the output another name.")
    gray = arguments.matte and not film.numbered(output)
    effect = None if arguments.matte else background.effect(arguments.background)
    plan = None if gray else film.planned(output, clear=effect is None)
    asked, model = style.chosen(arguments, Style()), chroma.chosen(arguments, choose.model(arguments.model))
    with ExitStack() as stack:

        def opened() -> Footage:
            footage = Footage(arguments.input, arguments.start, arguments.end)
            stack.callback(footage.close)
            return footage

        footage = opened()
        info = footage.info
        finish = _finish(arguments.matte, effect, info.width, info.height, stack)
        made = _mattes(footage, opened, arguments.live, model, asked, stack)
        progress = stack.enter_context(Progress(footage.expected, "frames"))
        if plan is None:
            with GrayVideo(output, info.width, info.height, info.fps) as lossless:
                for frame, matte in made:
                    lossless.write(matte.alpha(frame.pixels), frame.captured_at)
                    progress.step()
        else:
            with plan(arguments.input, footage) as out:
                for frame, matte in made:
                    out.write(finish(frame, matte), frame.captured_at)
                    progress.step()
    return 0


def _mattes(
    footage: Footage, again: Callable[[], Footage], live: bool, model: Model, asked: Style, stack: ExitStack
) -> Iterator[tuple[Frame, Matte]]:
    from vbg import offline
    from vbg.pipeline import Pipeline

    if live:
        pipeline = Pipeline(model.open())
        stack.callback(pipeline.close)
        mattes = offline.causal(footage, pipeline, asked)
    else:
        mattes = offline.both_ways(again(), footage, model, asked)
    stack.callback(mattes.close)
    return mattes


def _finish(
    matte_only: bool, effect: Effect | None, width: int, height: int, stack: ExitStack
) -> Callable[[Frame, Matte], NDArray[np.uint8]]:
    """What is written of a frame."""
    from vbg.gray import as_bytes
    from vbg.still import cut_out, painted

    if matte_only:
        return lambda frame, matte: as_bytes(matte.alpha(frame.pixels))
    if effect is None:
        return lambda frame, matte: cut_out(frame.pixels, matte.alpha(frame.pixels))
    painter = effect.open(width, height)
    stack.callback(painter.close)
    return lambda frame, matte: painted(frame, matte.alpha(frame.pixels), painter)
