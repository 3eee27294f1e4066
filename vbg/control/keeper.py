"""Keeps to the rule file while vbg runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from vbg import store, v4l2
from vbg.control import rules
from vbg.control.acts import preset
from vbg.control.steering import Steering
from vbg.errors import VbgError
from vbg.matting.style import PRESETS
from vbg.settings import Look
from vbg.status import Phase, Status

log = logging.getLogger(__name__)

_EVERY_S = 2.0


class Keeper:
    """Looks every two seconds which rule is in force. One thread owns it.

    It acts when another rule comes into force, and only then: what the user changes meanwhile stays as they want it. When no
    rule is in force any more, the look of before comes back, unless the user has changed it.
    """

    def __init__(self, steering: Steering, file: Path, now: Callable[[], datetime] = datetime.now) -> None:
        self._steering, self._file, self._now = steering, file, now
        self._read: tuple[int, int] | None = None  # when the files changed that were read
        self._rules: tuple[rules.Rule, ...] = ()
        self._current: rules.Rule | None = None
        self._before: Look | None = None
        self._put: Look | None = None

    async def keep(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                self.look()
            except Exception:  # a bug here must not end what else runs on this thread
                log.exception("the rules cannot be kept")
            await asyncio.sleep(_EVERY_S)

    def look(self) -> None:
        """Once: read the file where it changed, and do what it says."""
        self._load()
        wants_readers = any(rule.reader for rule in self._rules)
        found = readers(self._steering.status()) if wants_readers else []
        rule = rules.in_force(self._rules, self._now(), found)
        if rule == self._current:
            return
        self._current = rule
        self._steering.rule.set(str(rule) if rule else "")
        now = self._steering.look.get()
        if rule is None:
            before, self._before = self._before, None
            if before is not None:
                self._steering.look.update(
                    lambda look: replace(before, captures=look.captures) if self._untouched(look) else look
                )
            return
        if self._before is None or not self._untouched(now):
            self._before = now
        try:
            preset(self._steering, rule.preset)
        except VbgError as e:
            log.warning("the rule for %s cannot be kept: %s", rule.preset, e)
        self._put = self._steering.look.get()

    def _untouched(self, look: Look) -> bool:
        """Whether it is still the one that a rule has put there."""
        return self._put is not None and look == replace(self._put, captures=look.captures)

    def _load(self) -> None:
        stamp = _changed(self._file), _changed(store.presets_path())
        if stamp == self._read:
            return
        self._read = stamp
        saved, _ = store.load_presets(store.presets_path())
        self._rules, problems = rules.load(self._file, [*saved, *PRESETS])
        for problem in problems:
            log.warning("%s", problem)


def readers(status: Status) -> list[str]:
    """The names of the programs that have a virtual camera of ours open."""
    if status.phase in (Phase.IDLE, Phase.STARTING):
        return []  # nobody reads, or nobody yet
    holders = [one for output in status.outputs if output.name == "virtual camera" for one in v4l2.holders(output.target)]
    return [name.rpartition(" (")[0] for name in holders]


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
