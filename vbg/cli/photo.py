"""`vbg photo`: people cut out of pictures, or set before another background."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from vbg.cli import background, chroma, crew, inbox
from vbg.cli.batch import Batch, made, there
from vbg.cli.progress import Progress
from vbg.errors import UsageError

_INTERRUPTED = 130
"""What shells give for Ctrl-C."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("photo", help="cut people out of pictures, or give them another background")
    add = parser.add_argument
    add("inputs", metavar="IN", type=Path, nargs="+", help="JPEG, PNG, WebP, AVIF, TIFF or HEIC pictures, or folders of them")
    add(
        "-o",
        "--output",
        metavar="FILE|DIR",
        type=Path,
        required=True,
        help="a .png, .webp or .jpg file for one picture, or a folder for NAME.png, made where it is missing",
    )
    add("--matte", action="store_true", help="write the matte alone: white is the person")
    add("--crop", action="store_true", help="cut off what lies around the people")
    add(
        "--stages",
        metavar="SHEET.png",
        type=Path,
        help="also write how the picture was made, step by step, as one labelled sheet",
    )
    add(
        "--trimap",
        metavar="FILE",
        type=Path,
        help="a gray picture of the same size that says what is known: white is person, black is room; between is found out",
    )
    add("--resume", action="store_true", help="leave alone what is there already and newer than its picture")
    add("--watch", action="store_true", help="follow a folder: do what comes into it, until Ctrl-C; done before is left alone")
    add("--timings", action="store_true", help="say at the end how long each stage took")
    add("--model", metavar="NAME", default="follow", help="follow, landscape, square, chroma or one of yours (default: follow)")
    crew.add_to(parser)
    background.add_to(parser, "steadiness")
    chroma.add_to(parser)
    add("--json", action="store_true", help="say how far it is as lines of JSON")
    parser.set_defaults(action=action)


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    from vbg import choose
    from vbg.photos import Options

    hands = crew.chosen(arguments)
    asked = background.asked(arguments)
    options = Options(
        asked.effect,
        asked.style,
        chroma.chosen(arguments, choose.model(arguments.model)),
        arguments.matte,
        arguments.crop,
        arguments.stages,
        asked.figure,
        arguments.trimap,
    )
    if arguments.watch:
        return inbox.follow(arguments, hands, options)
    inputs = _pictures(arguments.inputs)
    targets = _targets(arguments, inputs, asked.effect is None)
    for given, of_what in ((arguments.stages, "the stages are"), (arguments.trimap, "a trimap is")):
        if given and len(inputs) > 1:
            raise UsageError(f"{of_what} that of one picture", "Name one picture.")
    if arguments.stages and arguments.stages.suffix.lower() != ".png":
        raise UsageError("the stages are written as PNG", "Write it as --stages SHEET.png.")
    made(targets[0].parent)
    tasks = [(path.absolute(), target.absolute(), options) for path, target in zip(inputs, targets, strict=True)]
    if arguments.resume:
        tasks = [task for task in tasks if not there(task)]
    skipped, out = len(inputs) - len(tasks), sys.stderr if arguments.json else sys.stdout
    if skipped:
        print(f"{skipped} of {len(inputs)} are there already", file=out)
    batch = Batch(arguments.timings, out)
    try:
        with Progress(len(inputs) if len(inputs) > 1 else 0, "pictures", lines=arguments.json) as progress:
            progress.reach(skipped, skipped)
            for count, (_, error) in enumerate(batch.of(hands, tasks), skipped + 1):
                if error is not None and len(inputs) == 1:
                    raise error
                progress.reach(count, skipped)
    except KeyboardInterrupt:
        print(f"vbg: interrupted; {batch.done} of {len(tasks)} are done, --resume goes on with the others", file=sys.stderr)
        return _INTERRUPTED
    return batch.summed_up()


def _pictures(inputs: Sequence[Path]) -> list[Path]:
    """The files named, and the pictures in the folders named. Raises UsageError where there are none."""
    from vbg.arrivals import pictures_in

    found: list[Path] = []
    for one in inputs:
        inside = pictures_in(one) if one.is_dir() else [one]
        if not inside:
            raise UsageError(f"there is no picture in {one}", "Name another folder; folders within are not searched.")
        found += inside
    return found


def _targets(arguments: argparse.Namespace, inputs: Sequence[Path], clear: bool) -> list[Path]:
    """Where each picture goes. clear: it is transparent. Raises UsageError where that cannot be, before any work."""
    from vbg.photo_out import KINDS, OPAQUE

    output: Path = arguments.output
    suffix = output.suffix.lower()
    if suffix in KINDS and not output.is_dir():
        if len(inputs) > 1:
            raise UsageError(f"{len(inputs)} pictures do not fit into one file", "Name a folder with -o.")
        if suffix in OPAQUE and not arguments.matte and clear:
            raise UsageError(f"{suffix} cannot be transparent", "Name it .png or .webp, or give a --background.")
        if arguments.matte and suffix != ".png":
            raise UsageError(f"cannot write a matte to {output.name!r}", "Name it .png.")
        targets = [output]
    else:
        targets = [output / f"{path.stem}.png" for path in inputs]
    if len(set(targets)) < len(targets):
        raise UsageError("two pictures have the same name", "Do one folder after the other.")
    for path, target in zip(inputs, targets, strict=True):
        if target.exists() and path.exists() and target.samefile(path):
            raise UsageError(f"{path} would be overwritten", "Choose another folder or name with -o.")
    return targets
