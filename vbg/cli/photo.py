"""`vbg photo`: people cut out of pictures, or set before another background."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from vbg.cli import background, chroma, crew
from vbg.cli.progress import Progress
from vbg.errors import UsageError, VbgError

_USUAL = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff")
"""What a picture's name ends in: in a folder, a broken one is told and not passed over."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("photo", help="cut people out of pictures, or give them another background")
    add = parser.add_argument
    add("inputs", metavar="IN", type=Path, nargs="+", help="JPEG, PNG or WebP pictures, or folders of them")
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
    add("--model", metavar="NAME", default="follow", help="follow, landscape, square, chroma or one of yours (default: follow)")
    crew.add_to(parser)
    background.add_to(parser, "steadiness")
    chroma.add_to(parser)
    add("--json", action="store_true", help="say how far it is as lines of JSON")
    parser.set_defaults(action=action)


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    from vbg import choose
    from vbg.crew import each
    from vbg.photos import Options, make

    hands = crew.chosen(arguments)
    inputs = _pictures(arguments.inputs)
    asked = background.asked(arguments)
    targets = _targets(arguments, inputs, asked.effect is None)
    if arguments.stages and (len(inputs) > 1 or arguments.stages.suffix.lower() != ".png"):
        raise UsageError("the stages are those of one picture, as PNG", "Name one picture, and a --stages SHEET.png.")
    options = Options(
        asked.effect,
        asked.style,
        chroma.chosen(arguments, choose.model(arguments.model)),
        arguments.matte,
        arguments.crop,
        arguments.stages,
        asked.figure,
    )
    try:
        targets[0].parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise UsageError(f"{targets[0].parent} cannot be a folder: {e}") from e
    tasks = [(path.absolute(), target.absolute(), options) for path, target in zip(inputs, targets, strict=True)]
    failures: list[VbgError] = []
    with Progress(len(inputs) if len(inputs) > 1 else 0, "pictures", lines=arguments.json) as progress:
        for _, result in each(hands, make, tasks):
            if isinstance(result, VbgError):
                if len(inputs) == 1:
                    raise result
                failures.append(result)
            progress.step()
    if not failures:
        return 0
    told = "".join(f"\n     {failure}" for failure in failures)
    print(f"vbg: {len(failures)} of {len(inputs)} pictures could not be done:{told}", file=sys.stderr)
    return 1


def _pictures(inputs: Sequence[Path]) -> list[Path]:
    """The files named, and the pictures in the folders named. Raises UsageError where there are none."""
    from vbg.pictures import is_picture

    found: list[Path] = []
    for one in inputs:
        if not one.is_dir():
            found.append(one)
            continue
        inside = sorted(path for path in one.iterdir() if path.is_file() and (path.suffix.lower() in _USUAL or is_picture(path)))
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
