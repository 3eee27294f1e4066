"""Pictures that arrive in a folder, each told when it is completely written."""

from __future__ import annotations

from pathlib import Path

from vbg.errors import UsageError
from vbg.pictures import is_picture

NAMED = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff", ".heic", ".heif")
"""What a picture's name ends in: a broken one is told and not passed over."""

_State = tuple[int, int]
"""Size in bytes and time of the last change, nanoseconds."""


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder by name; hidden files and folders within are passed over. Raises UsageError where it is none."""
    try:
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.is_file())
    except OSError as e:
        raise UsageError(f"{folder} is no folder that can be read: {e.strerror}", "Name another folder.") from e
    return [path for path in inside if path.suffix.lower() in NAMED or is_picture(path)]


class Arrivals:
    """Looks into `folder` again and again. A file that does not change from one look to the next is complete."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before: dict[Path, _State] = {}
        self._told: dict[Path, _State] = {}

    def look(self) -> list[Path]:
        """The pictures that are complete and were not told yet, or have changed since. Raises UsageError."""
        states = {path: state for path in pictures_in(self._folder) if (state := _state(path)) is not None}
        ready = [path for path, state in states.items() if self._before.get(path) == state != self._told.get(path)]
        self._before = states
        self._told.update((path, states[path]) for path in ready)
        return ready


def _state(path: Path) -> _State | None:
    """None where nothing is in it yet, or it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if found.st_size else None
