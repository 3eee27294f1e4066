"""`vbg photo`: what vbg makes of pictures."""

from __future__ import annotations

import argparse
from pathlib import Path

from vbg.cli import style
from vbg.errors import UsageError


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("photo", help="the mattes of pictures")
    add = parser.add_argument
    add("inputs", metavar="IN", type=Path, nargs="+", help="JPEG, PNG or WebP pictures")
    add("-o", "--output", metavar="DIR", type=Path, required=True, help="folder for NAME.png, made where it is missing")
    add("--matte", action="store_true", help="write the matte alone: white is the person")
    add("--model", metavar="NAME", default="follow", help="follow, landscape, square or one of yours (default: follow)")
    style.add_to(parser, *style.FINISH, "steadiness")
    parser.set_defaults(action=action)


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    from vbg import choose, pictures
    from vbg.gray import write_png
    from vbg.matting.style import Style
    from vbg.still import Still

    if not arguments.matte:
        raise UsageError("`vbg photo` writes mattes only, so far", "Add --matte.")
    targets = [arguments.output / f"{path.stem}.png" for path in arguments.inputs]
    if len(set(targets)) < len(targets):
        raise UsageError("two pictures have the same name", "Do one folder after the other.")
    for path, target in zip(arguments.inputs, targets, strict=True):
        if target.exists() and path.exists() and target.samefile(path):
            raise UsageError(f"{path} would be overwritten", "Choose another folder with -o.")
    asked, model = style.chosen(arguments, Style()), choose.model(arguments.model)
    try:
        arguments.output.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise UsageError(f"{arguments.output} cannot be a folder: {e}") from e
    still = Still(model)
    try:
        for path, target in zip(arguments.inputs, targets, strict=True):
            write_png(target, still.alpha(pictures.read(path), asked))
    finally:
        still.close()
    return 0
