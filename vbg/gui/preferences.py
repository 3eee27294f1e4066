"""What the window remembers about itself. Read before anything heavy is imported: the first paint wears it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar

from vbg import tomlfile
from vbg.errors import UsageError
from vbg.spec import checked, knob, knobs


@dataclass(frozen=True, slots=True)
class Preferences:
    """Fields with a knob stand in the settings page; the others are kept silently."""

    name: ClassVar[str] = "window"
    theme: str = knob("system", "Theme", choices=("system", "light", "dark", "high contrast"))
    language: str = knob("system", "Language", choices=("system", "en", "de", "ar"))
    motion: str = knob("system", "Motion", choices=("system", "full", "reduced"))
    start_minimised: bool = knob(False, "Start minimised", help="the virtual camera runs, the window stays out of the way")
    start_at_login: bool = knob(False, "Start at login")
    keep_running: bool = knob(False, "Keep running when closed", help="stays in the tray, where there is one")
    mirror: bool = True
    welcomed: bool = False
    geometry: str = ""

    def __post_init__(self) -> None:
        checked(self)


def path() -> Path:
    """Where they live: beside the settings."""
    import platformdirs

    return Path(platformdirs.user_config_dir("vbg", appauthor=False)) / "window.toml"


def load(file: Path) -> Preferences:
    """What `file` holds, value by value; the default for what is missing or broken. Never raises."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return Preferences()
    found = Preferences()
    for one in fields(Preferences):
        value = table.get(one.name)
        if type(value) is type(one.default):
            try:
                change: dict[str, Any] = {one.name: value}
                found = replace(found, **change)
            except UsageError:
                continue
    return found


def save(file: Path, preferences: Preferences) -> None:
    """Raises SettingsError."""
    table: dict[str, Any] = {one.name: getattr(preferences, one.name) for one in fields(preferences)}
    tomlfile.write(file, table)


def shown() -> tuple[str, ...]:
    """The names of the fields that the settings page shows."""
    return tuple(knobs(Preferences))
