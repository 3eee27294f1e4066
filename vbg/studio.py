"""Makes many videos: cuts them into pieces, lets a crew make those, and puts together what is complete."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from vbg.crew import Crew, each
from vbg.cuts import Piece
from vbg.errors import VbgError
from vbg.filming import Plan, put_together, shoot
from vbg.work import StoppedError


@dataclass(slots=True)
class Outcome:
    """How one video ended. said: what its container cannot hold, as sentences. seconds: that each step took, all pieces and
    threads together. kept: finished pieces stay on disk, `resume` goes on with them."""

    plan: Plan
    error: VbgError | None = None
    said: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    kept: bool = False


Told = Callable[[int, int], None]
"""Is told how many frames are done, and how many of them were when this began."""


def make(plans: Sequence[Plan], crew: Crew, resume: bool, told: Told) -> Generator[Outcome, None, None]:
    """The videos, as they are finished or fail; a failed one does not keep the others. Where this is closed, what is under way
    ends, and finished pieces stay."""
    studio = _Studio(plans, resume, told)
    try:
        with closing(each(crew, shoot, studio.tasks(), studio.tell, studio.stop)) as results:
            for (plan, piece), result in results:
                studio.take(plan, piece, result)
                yield from studio.ended()
        yield from studio.ended()
    finally:
        studio.close()


class _Studio:
    def __init__(self, plans: Sequence[Plan], resume: bool, told: Told) -> None:
        self._plans, self._resume, self._told = plans, resume, told
        self._open: dict[Path, _State] = {}
        self._ended: list[Outcome] = []
        self._done = self._before = 0

    def tasks(self) -> Iterator[tuple[Plan, Piece]]:
        """All pieces of all videos, in order; those that are there too: somebody must notice that a video is complete."""
        for plan in self._plans:
            try:
                lock = plan.work.begin(plan.job.purpose, plan.pieces, self._resume)
            except VbgError as e:
                self._ended.append(Outcome(plan, e))
                continue
            state = self._open[plan.job.target] = _State(Outcome(plan), lock, len(plan.pieces))
            there = sum(piece.frames for piece in plan.pieces if plan.work.whole(piece))
            self._done, self._before = self._done + there, self._before + there
            for piece in plan.pieces:
                if not plan.work.whole(piece):
                    state.under_way.append(piece)
                yield plan, piece

    def take(self, plan: Plan, piece: Piece, result: dict[str, float] | VbgError) -> None:
        """What became of a piece."""
        state = self._open[plan.job.target]
        outcome = state.outcome
        state.left -= 1
        if piece in state.under_way:
            state.under_way.remove(piece)
            self._done += piece.frames
        if isinstance(result, VbgError):
            if outcome.error is None or isinstance(outcome.error, StoppedError):
                outcome.error = result
            plan.work.stop()  # the others of this video need not go on
        else:
            for step, took in result.items():
                outcome.seconds[step] = outcome.seconds.get(step, 0.0) + took
        if state.left == 0:
            self._finish(state)

    def ended(self) -> Iterator[Outcome]:
        """Those that have ended since this was last asked."""
        while self._ended:
            yield self._ended.pop(0)

    def tell(self) -> None:
        """How far all of it is."""
        under_way = sum(state.outcome.plan.work.told(piece) for state in self._open.values() for piece in state.under_way)
        self._told(self._done + under_way, self._before)

    def stop(self) -> None:
        """Whoever works on a piece shall end soon."""
        for state in self._open.values():
            state.outcome.plan.work.stop()

    def close(self) -> None:
        """Keep of the unfinished what is worth it."""
        for state in list(self._open.values()):
            self._close(state)

    def _finish(self, state: _State) -> None:
        outcome = state.outcome
        if outcome.error is None:
            try:
                outcome.said = put_together(outcome.plan)
            except VbgError as e:
                outcome.error = e
        self._close(state)
        self._ended.append(outcome)
        self._told(self._done, self._before)

    def _close(self, state: _State) -> None:
        plan = state.outcome.plan
        state.outcome.kept = plan.work.leave(plan.pieces)
        state.lock.close()
        del self._open[plan.job.target]


@dataclass(slots=True)
class _State:
    outcome: Outcome
    lock: IO[str]
    left: int  # pieces that nobody has reported on
    under_way: list[Piece] = field(default_factory=list)
