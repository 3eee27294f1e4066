"""The rule file: at times, or while a named program reads the virtual camera, another preset is used.

    [[rule]]
    preset = "Office"                   # one of the window's, or natural, hands, privacy
    days = ["mon-fri"]                  # mon, tue, wed, thu, fri, sat, sun; every day where left out
    from = "09:00"
    to = "17:30"                        # may be after midnight: "22:00" to "02:00"

    [[rule]]
    preset = "Stream"
    reader = "obs"                      # the program's name, as `ps -e` shows it

Where several rules hold, the first one counts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from vbg import store
from vbg.errors import UsageError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_EVERY_DAY = frozenset(range(7))

_COMM = 15  # letters of a program's name that Linux keeps


@dataclass(frozen=True, slots=True)
class Rule:
    """days: 0 is Monday. begins, ends: of the day; `ends` before `begins` is on the day after; both None: all day. reader: empty
    for whatever program, or none."""

    preset: str
    days: frozenset[int] = _EVERY_DAY
    begins: time | None = None
    ends: time | None = None
    reader: str = ""

    def holds(self, now: datetime, readers: Collection[str]) -> bool:
        """now: local time. readers: the names of the programs that read the virtual camera."""
        if self.reader and self.reader.lower()[:_COMM] not in {one.lower()[:_COMM] for one in readers}:
            return False
        if self.begins is None or self.ends is None:
            return now.weekday() in self.days
        if self.begins < self.ends:
            return now.weekday() in self.days and self.begins <= now.time() < self.ends
        late = now.weekday() in self.days and now.time() >= self.begins
        early = (now - timedelta(days=1)).weekday() in self.days and now.time() < self.ends
        return late or early

    def __str__(self) -> str:
        when = [] if len(self.days) == 7 else [", ".join(DAYS[day] for day in sorted(self.days))]
        if self.begins is not None and self.ends is not None:
            when.append(f"from {self.begins:%H:%M} to {self.ends:%H:%M}")
        if self.reader:
            when.append(f"while {self.reader} reads the virtual camera")
        return f"{self.preset}: {' '.join(when) or 'always'}"


def path() -> Path:
    """Beside the settings."""
    return store.settings_path().with_name("rules.toml")


def load(file: Path, presets: Collection[str]) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """The rules in `file`, in their order, and a sentence for each that was skipped. None where there is no file. Never raises.

    presets: the names that there are."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return (), ()
    except (OSError, ValueError, RecursionError) as e:
        return (), (f"{file} cannot be read and is ignored: {e}",)
    rules: list[Rule] = []
    problems = [f"{file}: {name} is unknown; rules are written as [[rule]]" for name in sorted(set(table) - {"rule"})]
    tables = table.get("rule", [])
    if not isinstance(tables, list):
        return (), (*problems, f"{file}: a rule is written as [[rule]], with two brackets")
    for number, one in enumerate(tables, 1):
        try:
            rules.append(_rule(one, presets))
        except UsageError as e:
            problems.append(f"{file}: rule {number}: {e}")
    return tuple(rules), tuple(problems)


def in_force(rules: Iterable[Rule], now: datetime, readers: Collection[str]) -> Rule | None:
    """The first that holds."""
    return next((rule for rule in rules if rule.holds(now, readers)), None)


def _rule(table: Any, presets: Collection[str]) -> Rule:
    if not isinstance(table, dict):
        raise UsageError("it must be a table")
    unknown = sorted(set(table) - {"preset", "days", "from", "to", "reader"})
    if unknown:
        raise UsageError(f"{unknown[0]} is unknown; there are preset, days, from, to, reader")
    preset, reader = table.get("preset"), table.get("reader", "")
    if not isinstance(preset, str) or preset not in presets:
        raise UsageError(f"there is no preset called {preset!r}; there are {', '.join(presets)}")
    if not isinstance(reader, str) or ("reader" in table and not reader.strip()):
        raise UsageError(f"reader must be the name of a program, not {reader!r}")
    if ("from" in table) != ("to" in table):
        raise UsageError("from and to belong together")
    if not {"days", "from", "reader"} & set(table):
        raise UsageError("it says neither when (days, from, to) nor for which program (reader)")
    begins, ends = (_time(table[name], name) if name in table else None for name in ("from", "to"))
    if begins is not None and begins == ends:
        raise UsageError("from and to are the same time")
    return Rule(preset, _days(table["days"]) if "days" in table else _EVERY_DAY, begins, ends, reader.strip())


def _time(value: Any, name: str) -> time:
    if isinstance(value, time):
        return value.replace(tzinfo=None)
    try:
        return datetime.strptime(value, "%H:%M").time()
    except (TypeError, ValueError):
        raise UsageError(f'{name} must be a time such as "09:30", not {value!r}') from None


def _days(value: Any) -> frozenset[int]:
    """["mon", "wed-fri"] as numbers."""
    found: set[int] = set()
    for word in value if isinstance(value, list) and value else [None]:
        first, _, last = word.lower().partition("-") if isinstance(word, str) else ("", "", "")
        if first not in DAYS or (last or first) not in DAYS:
            raise UsageError(f'days must be a list such as ["mon-fri", "sun"], not {value!r}')
        day, end = DAYS.index(first), DAYS.index(last or first)
        found.add(day)
        while day != end:
            day = (day + 1) % 7
            found.add(day)
    return frozenset(found)
