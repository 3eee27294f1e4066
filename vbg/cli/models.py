"""`vbg models`: models that the user brings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vbg.frame import Frame, Mask

_FOUND = 0.8
"""Overlap with the exact matte, 0..1, from which a model is said to find people."""

_DARK = 0.4
"""Brightness of the demo picture in poor light, of its own."""

_ABOUT = """A model is an ONNX file that finds people (`pip install 'vbg[onnx]'` runs it). Beside FILE.onnx, FILE.toml may say
what vbg cannot see in the file itself, and does not find out by trying the model on the demo picture; each value stands on a
line of its own:
  input, output (names), width, height (pixels), layout ("nchw" or "nhwc"), order ("rgb" or "bgr"),
  mean, std (three numbers each, of colours 0..1), activation ("none", "sigmoid" or "softmax"), channel (a number),
  and the tables [states] (input = "output of the frame before") and [constants] (input = number)."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "models",
        help="list, add and remove models of your own",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(metavar="list|add|remove", required=True)
    actions.add_parser("list", help="list all models").set_defaults(action=listed)
    adding = actions.add_parser("add", help="copy an ONNX file and its description into your data folder")
    adding.add_argument("file", metavar="FILE.onnx", type=Path, help="the model; FILE.toml beside it is taken along")
    adding.add_argument("--name", help="what `--model` will find it by (default: the file's name)")
    adding.set_defaults(action=add)
    removing = actions.add_parser("remove", help="delete a model that was added")
    removing.add_argument("name", metavar="NAME", help="the name that `vbg models list` shows")
    removing.set_defaults(action=remove)


def listed(_: argparse.Namespace) -> int:
    """Print the names that --model takes."""
    from vbg import choose
    from vbg.models import library

    print("Built in (--model):")
    for name in choose.models_built_in():
        print(f"  {name}")
    print(f"Yours, in {library.folder()}:")
    for name in library.names():
        print(f"  {name}")
    if not library.names():
        print("  none; `vbg models add FILE.onnx` adds one")
    return 0


def add(arguments: argparse.Namespace) -> int:
    """Try the model, then copy it with its full description."""
    import numpy as np

    from vbg import choose
    from vbg.errors import ModelError, UsageError
    from vbg.models import description, library, trial
    from vbg.models.onnx import OnnxEngine

    file: Path = arguments.file
    name = arguments.name or file.stem
    if not file.is_file():
        raise UsageError(f"there is no file {file}", "Check the path; put it in quotes if it holds spaces.")
    if name in choose.models_built_in():
        raise UsageError(f"{name!r} is a built-in model", "Choose another --name.")
    engine = OnnxEngine(file)
    try:
        for _ in range(2):  # the second time with what it remembers
            if not np.isfinite(engine.run(np.full((*engine.shape, 3), 0.5, np.float32))).all():
                raise ModelError(f"{file.name} answers with what is not a number", "Check mean, std and activation.")
        print("Trying it on the demo picture; a large model takes a minute or two.", flush=True)
        described, overlap = trial.best(engine, description.read(file), _tests())
        target = library.add(file, name, (described if overlap >= _FOUND else engine.description).table())
    finally:
        engine.close()
    print(f"Added: `vbg run --model {name}`. How it is fed stands in {target.with_suffix('.toml')}.")
    if overlap >= _FOUND:
        print(f"It finds the person in the demo picture (overlap with the exact matte {overlap:.0%}).")
    else:
        print(f"It does not find the person in the demo picture (overlap {overlap:.0%}): describe it in that file.")
    return 0


def _tests() -> list[tuple[Frame, Mask]]:
    """A picture of the demo clip, and the same in poor light (where wrongly fed models fail first), with its exact alpha."""
    import numpy as np

    from vbg.cameras.demo import Demo
    from vbg.frame import Frame, read_only

    source = Demo().open()
    try:
        frame = source.read()
        assert frame is not None
        dark = np.asarray(frame.pixels * np.float32(_DARK), np.uint8)
        truth = source.truth(frame.index)
        return [(frame, truth), (Frame(read_only(dark), frame.index + 1, frame.captured_at + 1), truth)]
    finally:
        source.close()


def remove(arguments: argparse.Namespace) -> int:
    """Delete it."""
    from vbg.models import library

    library.remove(arguments.name)
    print(f"Removed {arguments.name}.")
    return 0
