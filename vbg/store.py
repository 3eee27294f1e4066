"""The settings file: read, validated value by value, written atomically.

TOML in the platform's config folder. A value that is unknown or broken is named and its default taken: an old or
hand-edited file never keeps vbg from starting.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from vbg import cameras, effects, models, sinks, tomlfile
from vbg.errors import UsageError
from vbg.figures.figure import Figure
from vbg.matting.keep import Region
from vbg.matting.presence import Presence
from vbg.matting.style import Style
from vbg.settings import Look, Setup
from vbg.sinks import Output
from vbg.sinks.preview import Preview
from vbg.spec import from_table, knobs, to_table

VERSION = 1

_LOOK = ("effect", "style", "presence", "figure")
"""The tables that make up a look."""

_OWN = ("effect", "presence", "figure")
"""Those of an output's own look; its style is the session's."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What the file held. problems: one sentence for each value that was skipped."""

    setup: Setup = field(default_factory=Setup)
    look: Look = field(default_factory=Look)
    problems: tuple[str, ...] = ()


def settings_path() -> Path:
    """Where the settings live on this platform."""
    import platformdirs

    return Path(platformdirs.user_config_dir("vbg", appauthor=False)) / "settings.toml"


def load(path: Path) -> Saved:
    """What `path` holds; defaults where there is no such file. Never raises: what is wrong stands in `problems`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Saved()
    except (OSError, ValueError, RecursionError) as e:  # ValueError: not TOML, not UTF-8, a number of 5,000 digits
        return Saved(problems=(f"{path} cannot be read and is ignored: {e}",))
    return _Reader(path).read(table)


def save(path: Path, setup: Setup, look: Look) -> None:
    """Write both to `path`: whole or not at all. Raises SettingsError."""
    table = {
        "version": VERSION,
        "camera": to_table(setup.camera),
        "model": to_table(setup.model),
        "outputs": [_output(output, setup) for output in setup.outputs if output.name != Preview.name],
        "canvas": {"width": setup.width, "height": setup.height, "fps": setup.fps},
        "power": {"always_on": setup.always_on, "cpu_percent": setup.cpu_percent},
        "control": {"shortcuts": setup.shortcuts},
        "effect": to_table(look.effect),
        "style": _styled(look.style),
        "presence": _plain(look.presence),
        "figure": _plain(look.figure),
    }
    tomlfile.write(path, table)


def presets_path() -> Path:
    """Where the user's presets live: beside the settings."""
    return settings_path().with_name("presets.toml")


def load_presets(path: Path) -> tuple[dict[str, Look], tuple[str, ...]]:
    """The looks that the user saved, by name, in their order, and a sentence for each value that was skipped. Never raises."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, ()
    except (OSError, ValueError, RecursionError) as e:
        return {}, (f"{path} cannot be read and is ignored: {e}",)
    looks: dict[str, Look] = {}
    problems: list[str] = []
    for name, one in table.items():
        known = one if isinstance(one, dict) else {}
        saved = _Reader(path).read({part: known[part] for part in _LOOK if part in known})
        looks[name] = saved.look
        problems += saved.problems
    return looks, tuple(problems)


def save_presets(path: Path, presets: Mapping[str, Look]) -> None:
    """Write all of them to `path`. Raises SettingsError."""
    tables = {
        name: {
            "effect": to_table(look.effect),
            "style": _styled(look.style),
            "presence": _plain(look.presence),
            "figure": _plain(look.figure),
        }
        for name, look in presets.items()
    }
    tomlfile.write(path, tables)


class _Reader:
    """Turns the file's tables into settings; collects what it had to skip."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._problems: list[str] = []

    def read(self, table: dict[str, Any]) -> Saved:
        if table.get("version", VERSION) != VERSION:
            self._skip("version", f"is {table['version']!r}; this vbg writes {VERSION}")
        known = {"version", "camera", "model", "outputs", "canvas", "power", "control", *_LOOK}
        for name in sorted(set(table) - known):
            self._skip(name, "is unknown")
        setup, look = Setup(), Look()
        outputs = table.get("outputs")
        if outputs is not None and not isinstance(outputs, list):
            self._skip("outputs", "must be a list of tables")
            outputs = None
        opened = self._outputs(outputs or [])
        kept = tuple(opened) or setup.outputs
        camera = self._spec("camera", cameras, table.get("camera"), setup.camera)
        model = self._spec("model", models, table.get("model"), setup.model)
        effect = self._spec("effect", effects, table.get("effect"), look.effect)
        canvas = table.get("canvas", {})
        try:
            setup = Setup(camera, model, kept, *(_number(canvas, name) for name in ("width", "height", "fps")))
        except UsageError as e:
            self._skip("canvas", str(e))
            setup = Setup(camera, model, kept)
        setup = replace(setup, own=tuple((output, look) for output, look in opened.items() if look is not None))
        setup = self._control(self._power(setup, table.get("power", {})), table.get("control", {}))
        style = self._values("style", table.get("style", {}), Style())
        presence = self._values("presence", table.get("presence", {}), Presence())
        figure = self._values("figure", table.get("figure", {}), Figure())
        return Saved(setup, Look(effect, style, presence, figure), tuple(self._problems))

    def _outputs(self, tables: list[Any]) -> dict[Output, Look | None]:
        """Each with the look of its own, where it has one."""
        found: dict[Output, Look | None] = {}
        for table in tables:
            plain = isinstance(table, dict)
            spec = self._spec("outputs", sinks, {k: v for k, v in table.items() if k != "look"} if plain else table, None)
            if spec is None:
                continue
            if spec in found:
                self._skip("outputs", "one is named twice")
                continue
            found[spec] = self._own_look(table["look"]) if "look" in table else None
        return found

    def _own_look(self, table: Any) -> Look:
        """A broken one covers the room all the same: the default does, and the session's look might not."""
        if not isinstance(table, dict):
            self._skip("outputs: look", "must be a table")
            return Look()
        saved = _Reader(self._path).read({part: one for part, one in table.items() if part in _OWN})
        self._problems += saved.problems
        for name in sorted(set(table) - set(_OWN)):
            self._skip(f"outputs: look: {name}", "is unknown")
        return saved.look

    def _spec(self, name: str, package: Any, table: Any, default: Any) -> Any:
        if table is None:
            return default
        try:
            if not isinstance(table, dict):
                raise UsageError("must be a table")
            if package is sinks and table.get("kind") == Preview.name:
                raise UsageError("the preview belongs to the window")
            return from_table(package, table)
        except UsageError as e:
            self._skip(name, str(e))
            return default

    def _power(self, setup: Setup, table: Any) -> Setup:
        if not isinstance(table, dict):
            self._skip("power", "must be a table")
            return setup
        for name, value in table.items():
            try:
                if name == "always_on" and isinstance(value, bool):
                    setup = replace(setup, always_on=value)
                elif name == "cpu_percent":
                    setup = replace(setup, cpu_percent=_number(table, name))
                else:
                    raise UsageError("is unknown" if name != "always_on" else f"must be true or false, not {value!r}")
            except UsageError as e:
                self._skip(f"power: {name}", str(e))
        return setup

    def _control(self, setup: Setup, table: Any) -> Setup:
        if not isinstance(table, dict):
            self._skip("control", "must be a table")
            return setup
        for name, value in table.items():
            if name != "shortcuts":
                self._skip(f"control: {name}", "is unknown")
            elif not isinstance(value, bool):
                self._skip("control: shortcuts", f"must be true or false, not {value!r}")
            else:
                setup = replace(setup, shortcuts=value)
        return setup

    def _values(self, name: str, table: Any, default: Any) -> Any:
        """Value by value: a broken one leaves the others as they were."""
        if not isinstance(table, dict):
            self._skip(name, "must be a table")
            return default
        found = default
        for key, value in table.items():
            try:
                if key not in knobs(default):
                    raise UsageError("is unknown")
                found = replace(found, **{key: _regions(value) if key in ("keep", "drop") else value})
            except UsageError as e:
                self._skip(f"{name}: {key}", str(e))
        return found

    def _skip(self, name: str, why: str) -> None:
        self._problems.append(f"{self._path}: {name}: {why}; the default is taken")


def _output(output: Output, setup: Setup) -> dict[str, Any]:
    look = dict(setup.own).get(output)
    own = (
        {"look": {"effect": to_table(look.effect), "presence": _plain(look.presence), "figure": _plain(look.figure)}}
        if look is not None
        else {}
    )
    return to_table(output) | own


def _number(table: Any, name: str) -> Any:
    value = table.get(name, 0) if isinstance(table, dict) else None
    if isinstance(value, bool) or not isinstance(value, (int, float) if name in ("fps", "cpu_percent") else int):
        raise UsageError(f"{name} must be a number, not {value!r}")
    return value


def _plain(spec: Any) -> dict[str, Any]:
    return {f.name: getattr(spec, f.name) for f in fields(spec)}


def _styled(style: Style) -> dict[str, Any]:
    """A style as plain values; regions as lists of four numbers."""
    values = _plain(style)
    return values | {name: [list(astuple(region)) for region in values[name]] for name in ("keep", "drop")}


def _regions(value: Any) -> tuple[Region, ...]:
    if not isinstance(value, list) or not all(isinstance(one, list) and len(one) == 4 for one in value):
        raise UsageError("must be a list of regions, each of them [x, y, w, h]")
    return tuple(Region(*one) for one in value)
