"""`vbg photo`: people cut out of pictures, or set before another background."""

from __future__ import annotations

import argparse
from pathlib import Path

from vbg.cli import background, style
from vbg.errors import UsageError


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser("photo", help="cut people out of pictures, or give them another background")
    add = parser.add_argument
    add("inputs", metavar="IN", type=Path, nargs="+", help="JPEG, PNG or WebP pictures")
    add(
        "-o",
        "--output",
        metavar="FILE|DIR",
        type=Path,
        required=True,
        help="a .png, .webp or .jpg file for one picture, or a folder for NAME.png, made where it is missing",
    )
    add(
        "--background",
        metavar=background.METAVAR,
        default="transparent",
        help=background.HELP,
    )
    add("--matte", action="store_true", help="write the matte alone: white is the person")
    add("--model", metavar="NAME", default="follow", help="follow, landscape, square or one of yours (default: follow)")
    style.add_to(parser, *style.FINISH, "steadiness")
    parser.set_defaults(action=action)


def action(arguments: argparse.Namespace) -> int:
    """Do it; returns the exit code."""
    from vbg import choose, photo_out, pictures
    from vbg.gray import write_png
    from vbg.matting.style import Style
    from vbg.still import Still, cut_out, placed

    targets = _targets(arguments)
    effect = background.effect(arguments.background)
    asked, model = style.chosen(arguments, Style()), choose.model(arguments.model)
    try:
        targets[0].parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise UsageError(f"{targets[0].parent} cannot be a folder: {e}") from e
    still = Still(model)
    try:
        for path, target in zip(arguments.inputs, targets, strict=True):
            photo = pictures.load(path)
            alpha = still.alpha(photo.pixels, asked)
            if arguments.matte:
                write_png(target, alpha)
            elif effect is None:
                photo_out.write(target, cut_out(photo.pixels, alpha), photo.profile, photo.exif)
            else:
                photo_out.write(target, placed(photo.pixels, alpha, effect), photo.profile, photo.exif)
    finally:
        still.close()
    return 0


def _targets(arguments: argparse.Namespace) -> list[Path]:
    """Where each picture goes. Raises UsageError where that cannot be, before any work."""
    from vbg.photo_out import KINDS, OPAQUE

    output: Path = arguments.output
    suffix = output.suffix.lower()
    if suffix in KINDS and not output.is_dir():
        if len(arguments.inputs) > 1:
            raise UsageError(f"{len(arguments.inputs)} pictures do not fit into one file", "Name a folder with -o.")
        if suffix in OPAQUE and not arguments.matte and arguments.background == "transparent":
            raise UsageError(f"{suffix} cannot be transparent", "Name it .png or .webp, or give a --background.")
        if arguments.matte and suffix != ".png":
            raise UsageError(f"cannot write a matte to {output.name!r}", "Name it .png.")
        targets = [output]
    else:
        targets = [output / f"{path.stem}.png" for path in arguments.inputs]
    if len(set(targets)) < len(targets):
        raise UsageError("two pictures have the same name", "Do one folder after the other.")
    for path, target in zip(arguments.inputs, targets, strict=True):
        if target.exists() and path.exists() and target.samefile(path):
            raise UsageError(f"{path} would be overwritten", "Choose another folder or name with -o.")
    return targets
