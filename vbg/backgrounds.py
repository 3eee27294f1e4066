"""The backgrounds that come with vbg, and those that the user added, as copies: their own files are not touched."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from vbg import effects, spec
from vbg.effects import Effect
from vbg.effects.blur import Blur
from vbg.effects.colour import Colour
from vbg.effects.drift import Drift
from vbg.effects.grey import Grey
from vbg.effects.hills import Hills
from vbg.effects.lanterns import Lanterns
from vbg.effects.layers import Layers
from vbg.effects.layers import pictures as layers
from vbg.effects.lens import Lens
from vbg.effects.none import NoEffect
from vbg.effects.picture import SHIPPED, Picture
from vbg.effects.screen import Screen
from vbg.effects.video import Video
from vbg.effects.window import Window
from vbg.errors import UsageError
from vbg.pictures import is_picture

log = logging.getLogger(__name__)

SLIGHT, STRONG = 0.2, 0.8
"""Blur strengths of the two tiles."""


@dataclass(frozen=True, slots=True)
class Background:
    """key: what finds it again. title: for people, in English. own: the user's, so it can be removed."""

    key: str
    title: str
    effect: Effect
    own: bool = False

    @property
    def moves(self) -> bool:
        return self.effect.moves and self.effect.covers


PLAIN = (
    Background("none", "None", NoEffect()),
    Background("slight", "Slight blur", Blur(SLIGHT)),
    Background("strong", "Strong blur", Blur(STRONG)),
    Background("lens", "Lens blur", Lens()),
    Background("grey", "Grey room", Grey()),
)

PICTURES = tuple(
    Background(name, title, Picture(f"{SHIPPED}{name}"))
    for name, title in (
        ("sunlit", "Sunlit wall"),
        ("loft", "Loft"),
        ("study", "Study"),
        ("studio", "Studio"),
        ("garden", "Garden"),
        ("evening", "Evening"),
        ("dusk", "Dusk"),
        ("lagoon", "Lagoon"),
        ("pearl", "Pearl"),
    )
)

MOVING = (
    Background("hills", "Hills", Hills()),
    Background("drift", "Drift", Drift()),
    Background("lanterns", "Lanterns", Lanterns()),
    Background("screen", "Your screen", Screen()),
    Background("window", "A window", Window()),
)

COLOURS = tuple(
    Background(name, title, Colour(rgb))
    for name, title, rgb in (
        ("slate", "Slate", "#2f3b46"),
        ("sand", "Sand", "#d9c9b2"),
        ("sage", "Sage", "#8da38a"),
        ("sky", "Sky", "#a9c4e0"),
        ("plum", "Plum", "#5b3b5e"),
        ("green", "Green screen", "#00b140"),
    )
)

ALL = (*PLAIN, *PICTURES, *MOVING, *COLOURS)


def named(key: str) -> Background | None:
    """The background of that name that comes with vbg."""
    return next((one for one in ALL if one.key == key), None)


def plugged() -> tuple[Background, ...]:
    """Those that the user's plug-ins paint; none where one cannot be loaded (reading the settings then says which)."""
    try:
        mine = spec.plugged(effects)
    except UsageError as e:
        log.warning("no plug-in is shown: %s", e)
        return ()
    return tuple(Background(name, name.replace("_", " ").capitalize(), one()) for name, one in mine.items())


def folder() -> Path:
    """Where the user's backgrounds are."""
    import platformdirs

    return Path(platformdirs.user_data_dir("vbg", appauthor=False)) / "backgrounds"


class Library:
    """The user's backgrounds in one folder. A removed one can be put back until the library is closed."""

    def __init__(self, place: Path) -> None:
        self._place, self._bin = place, place / ".removed"

    def all(self) -> tuple[Background, ...]:
        """Plug-ins, then files in the order in which they came."""
        if not self._place.is_dir():
            return plugged()
        files = [one for one in self._place.iterdir() if not one.name.startswith(".")]
        in_order = sorted(files, key=lambda one: (one.stat().st_mtime_ns, one.name))
        return (*plugged(), *map(_own, in_order))

    def add(self, file: Path) -> Background:
        """Copy `file`, a picture, a video or a folder of layers, here. Raises UsageError where it is none of them, and where it
        cannot be copied."""
        if not file.exists():
            raise UsageError(f"there is no file {file}", "Check the path.")
        _own(file).effect.open(64, 36).close()
        target = self._free(file.name)
        try:
            self._place.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            if file.is_dir():
                part.mkdir()
                for one in layers(file):
                    shutil.copyfile(one, part / one.name)
            else:
                shutil.copyfile(file, part)
            part.replace(target)
        except OSError as e:
            raise UsageError(f"{file.name} cannot be copied: {e.strerror}", "Is the disk full?") from e
        return _own(target)

    def remove(self, background: Background) -> None:
        """Take it out of the library."""
        file = Path(background.key)
        self._bin.mkdir(parents=True, exist_ok=True)
        file.replace(self._bin / file.name)

    def restore(self, background: Background) -> None:
        """Put a removed one back."""
        file = Path(background.key)
        (self._bin / file.name).replace(file)

    def close(self) -> None:
        """What was removed is gone for good."""
        shutil.rmtree(self._bin, ignore_errors=True)

    def _free(self, name: str) -> Path:
        target, count = self._place / name.lstrip("."), 1
        while target.exists() or (self._bin / target.name).exists():
            count += 1
            target = self._place / f"{Path(name).stem} {count}{Path(name).suffix}"
        return target


def _own(file: Path) -> Background:
    effect: Effect = Layers(str(file)) if file.is_dir() else Picture(str(file)) if is_picture(file) else Video(str(file))
    return Background(str(file), file.stem.replace("_", " "), effect, own=True)
