"""`vbg video`: what vbg makes of a video file."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from vbg.cli import style
from vbg.errors import UsageError

if TYPE_CHECKING:
    from vbg.cameras import Source


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("video", help="the matte of a video file")
    add = parser.add_argument
    add("input", metavar="IN", type=Path, help="any video that FFmpeg reads")
    add("-o", "--output", metavar="OUT.mkv", type=Path, required=True, help="lossless gray video (FFV1), the input's size")
    add("--matte", action="store_true", help="write the matte alone: white is the person")
    add("--live", action="store_true", help="frame by frame as a meeting would see it, without knowing what comes next")
    add("--model", metavar="NAME", default="follow", help="follow, landscape, square or one of yours (default: follow)")
    style.add_to(parser, *style.FINISH)
    parser.set_defaults(action=action)


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    from vbg import choose, offline
    from vbg.gray import GrayVideo
    from vbg.matting.style import Style
    from vbg.pipeline import Pipeline

    if not arguments.matte:
        raise UsageError(
            "`vbg video` writes mattes only, so far", "Add --matte; `vbg run --camera FILE --output FILE` covers one."
        )
    if arguments.output.exists() and arguments.output.samefile(arguments.input):
        raise UsageError("input and output are the same file", "Give the output another name.")
    asked = style.chosen(arguments, Style())
    model = choose.model(arguments.model)
    with ExitStack() as stack:
        source = _opened(arguments.input, stack)
        if arguments.live:
            pipeline = Pipeline(model.open())
            stack.callback(pipeline.close)
            mattes = offline.causal(source, pipeline, asked)
        else:
            mattes = offline.both_ways(_opened(arguments.input, stack), source, model, asked)
        stack.callback(mattes.close)
        info = source.info
        with GrayVideo(arguments.output, info.width, info.height, info.fps) as out:
            for frame, matte in mattes:
                out.write(matte.alpha(frame.pixels), frame.captured_at)
    return 0


def _opened(path: Path, stack: ExitStack) -> Source:
    from vbg.cameras.video_file import VideoFile

    source = VideoFile(str(path)).open()
    stack.callback(source.close)
    return source
