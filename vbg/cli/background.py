"""What stands behind the people, and around them, in pictures and videos."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vbg.cli import person, style
from vbg.errors import UsageError

if TYPE_CHECKING:
    from vbg.effects import Effect
    from vbg.figures.figure import Figure
    from vbg.matting.style import Style
    from vbg.settings import Look

METAVAR = "transparent|blur|#rrggbb|FILE"
HELP = "what stands behind the people (default: transparent, with their own clean colours)"

_BLUR = 0.5


class Asked(NamedTuple):
    """effect: None is transparent."""

    effect: Effect | None
    style: Style
    figure: Figure


def add_to(parser: argparse.ArgumentParser, *without: str) -> None:
    """Declare the options. without: knobs of the style that mean nothing to this command."""
    add = parser.add_argument
    add("--background", metavar=METAVAR, help=HELP)
    add(
        "--set", metavar="NAME=VALUE", action="append", default=[], help="a setting of the background: depth=0.5; may be repeated"
    )
    add(
        "--look",
        metavar="NAME|FILE",
        help="background, outline and figure of a preset saved in the window, or of a settings file",
    )
    style.add_to(parser, *style.FINISH, *without)
    person.add_to(parser, presence=False)


def asked(arguments: argparse.Namespace) -> Asked:
    """What the look says and, more strongly, the options. Raises UsageError, EffectError where it cannot be opened."""
    from vbg import choose
    from vbg.settings import Look

    saved = Look() if arguments.look is None else _look(arguments.look)
    figure = person.chosen(arguments, saved.figure)
    if arguments.background is None and arguments.look is not None:
        chosen: Effect | None = saved.effect
    else:
        chosen = effect(arguments.background or "transparent")
    if chosen is None:
        if arguments.set or figure.hides or figure.surrounds:
            raise UsageError("what is drawn around the person needs a background", "Give a --background.")
    elif not (chosen.covers or figure.hides):
        raise UsageError("without a background nothing would change", "Take transparent, blur, '#rrggbb' or a picture file.")
    else:
        chosen = choose.tuned(chosen, arguments.set)
        chosen.open(64, 36).close()  # a background that cannot be opened is said now
    return Asked(chosen, style.chosen(arguments, saved.style), figure)


def effect(text: str) -> Effect | None:
    """None is transparent. Raises UsageError."""
    from vbg import choose

    if text == "transparent":
        return None
    # by its whole path: whoever paints it may be elsewhere
    return choose.effect(str(Path(text).absolute()) if Path(text).exists() else text, _BLUR)


def _look(text: str) -> Look:
    from vbg import store

    if Path(text).is_file():
        saved = store.load(Path(text))
        if saved.problems:
            raise UsageError(saved.problems[0])
        return saved.look
    presets, _ = store.load_presets(store.presets_path())
    if text not in presets:
        hint = f"Presets: {', '.join(presets)}." if presets else "The window saves presets, with the star under the preview."
        raise UsageError(f"there is no preset or file called {text!r}", hint)
    return presets[text]
