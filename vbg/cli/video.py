"""`vbg video`: what vbg makes of a video file."""

from __future__ import annotations

import argparse
from pathlib import Path

from vbg.errors import UsageError


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("video", help="the matte of a video file")
    add = parser.add_argument
    add("input", metavar="IN", type=Path, help="any video that FFmpeg reads")
    add("-o", "--output", metavar="OUT.mkv", type=Path, required=True, help="lossless gray video (FFV1), the input's size")
    add("--matte", action="store_true", help="write the matte alone: white is the person")
    add("--live", action="store_true", help="frame by frame as a meeting would see it, without knowing what comes next")
    add("--model", metavar="NAME", default="follow", help="follow, landscape, square or constant (default: follow)")
    parser.set_defaults(action=action)


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    from vbg import choose, offline
    from vbg.cameras.video_file import VideoFile
    from vbg.gray import GrayVideo
    from vbg.pipeline import Pipeline

    if not arguments.matte:
        raise UsageError("`vbg video` writes mattes only, so far", "Add --matte; `vbg run --camera FILE --output FILE` covers one.")
    if arguments.output.exists() and arguments.output.samefile(arguments.input):
        raise UsageError("input and output are the same file", "Give the output another name.")
    source = VideoFile(str(arguments.input)).open()
    try:
        info = source.info
        with GrayVideo(arguments.output, info.width, info.height, info.fps) as out:
            pipeline = Pipeline(choose.model(arguments.model).open())
            try:
                mattes = offline.causal if arguments.live else offline.causal
                for frame, matte in mattes(source, pipeline):
                    out.write(matte.alpha(frame.pixels), frame.captured_at)
            finally:
                pipeline.close()
    finally:
        source.close()
    return 0
