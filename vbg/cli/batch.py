"""Many pictures: has them done, and keeps what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeAlias

from vbg.errors import UsageError, VbgError

if TYPE_CHECKING:
    from vbg.crew import Crew
    from vbg.photos import Options

    Task: TypeAlias = tuple[Path, Path, Options]


class Batch:
    """timed: says at the end how long each stage took."""

    def __init__(self, timed: bool, out: TextIO | None = None) -> None:
        self.done = 0
        self._timed, self._out = timed, out
        self._failures: list[str] = []
        self._told = 0
        self._seconds: dict[str, float] = {}

    def of(self, hands: Crew, tasks: list[Task]) -> Iterator[tuple[Task, VbgError | None]]:
        """Each of `tasks` as it is finished, with the error that it ended with."""
        from vbg.crew import each
        from vbg.photos import make

        if not tasks:
            return
        for task, result in each(hands, make, tasks):
            if isinstance(result, VbgError):
                self.failed(task, result)
                yield task, result
                continue
            self.done += 1
            for stage, took_s in result.items():
                self._seconds[stage] = self._seconds.get(stage, 0.0) + took_s
            yield task, None

    def failed(self, task: Task, error: VbgError) -> None:
        """Remember that it could not be done."""
        self._failures.append(str(error) if task[0].name in str(error) else f"{task[0].name}: {error}")

    def told_anew(self) -> list[str]:
        """The failures since this was asked last."""
        before, self._told = self._told, len(self._failures)
        return self._failures[before:]

    def summed_up(self) -> int:
        """Say it; the exit code."""
        if self._timed and self.done:
            total = sum(self._seconds.values())
            shares = (f"{stage} {took / self.done:.2f} s ({100 * took / total:.0f} %)" for stage, took in self._seconds.items())
            print(f"{total / self.done:.2f} s a picture: {', '.join(shares)}", file=self._out)
        if not self._failures:
            return 0
        told = "".join(f"\n     {failure}" for failure in self._failures)
        print(
            f"vbg: {len(self._failures)} of {self.done + len(self._failures)} pictures could not be done:{told}", file=sys.stderr
        )
        return 1


def there(task: Task) -> bool:
    """Whether it was done before, and its picture has not changed since."""
    try:
        return task[1].stat().st_mtime_ns >= task[0].stat().st_mtime_ns
    except OSError:
        return False


def made(folder: Path) -> None:
    """Make `folder`, where it is not there. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise UsageError(f"{folder} cannot be a folder: {e}") from e
