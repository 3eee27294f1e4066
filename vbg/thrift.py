"""What is left out when frames take too long, or more of the processor than the user allows: a ladder, down and up again."""

from __future__ import annotations

from dataclasses import dataclass

_WINDOW_S = 2.0  # so long is measured before anything changes
_EASY = 0.55  # below this part of what is allowed, a rung up is tried: the one above costs less than twice
_PATIENCE_S, _LONGEST_S = 6.0, 60.0  # it must stay so easy for so long; doubled each time that the rung above was too much


@dataclass(frozen=True, slots=True)
class Rung:
    """sparing: the model leaves out what it can do without. every: one mask in so many is asked of it, the others are carried
    over. small: masks of half the size. of: one camera frame in so many is shown. says: what that means to the user."""

    sparing: bool
    every: int
    small: bool
    of: int
    says: str


LADDER = (
    Rung(False, 1, False, 1, ""),
    Rung(True, 1, False, 1, "the outline is looked for less thoroughly"),
    Rung(True, 2, False, 1, "the outline is found in every second picture"),
    Rung(True, 2, True, 1, "the outline is found in every second picture, and coarser"),
    Rung(True, 2, True, 2, "every second picture is shown, with a coarser outline"),
    Rung(True, 3, True, 3, "every third picture is shown, with a coarser outline"),
    Rung(True, 4, True, 6, "every sixth picture is shown, with a coarser outline"),
)


class Thrift:
    """Chooses the rung. One thread owns it. budget: processor time allowed, in cores (0.5 is half of one); 0 for no limit."""

    def __init__(self, budget: float = 0.0) -> None:
        self._budget = budget
        self.level = 0
        self._because_of_budget = False
        self._patience_s = _PATIENCE_S
        self._easy_s = 0.0
        self._tried_at = float("-inf")
        self.pause()

    @property
    def rung(self) -> Rung:
        return LADDER[self.level]

    @property
    def notice(self) -> str:
        """What is left out and why, in one sentence; empty while nothing is."""
        if not self.level:
            return ""
        if self._because_of_budget:
            return f"To stay below {self._budget:.0%} of a core: {self.rung.says}."
        return f"This machine is slow just now: {self.rung.says}."

    def allow(self, budget: float) -> None:
        """Another budget."""
        if budget != self._budget:
            self._budget = budget
            self.pause()

    def pause(self) -> None:
        """What is being measured does not count: something was opened, or nobody watched."""
        self._begun_at: float | None = None
        self._frames, self._busy_s, self._shown_at = 0, 0.0, float("-inf")

    def shows(self, captured_at: float, interval_s: float) -> bool:
        """Whether this frame of the camera, which comes every `interval_s`, is to be shown."""
        if captured_at - self._shown_at < (self.rung.of - 0.5) * interval_s:
            return False
        self._shown_at = captured_at
        return True

    def note(self, busy_s: float, interval_s: float, now: float, cpu_s: float) -> bool:
        """One frame took `busy_s`; the camera gives one every `interval_s`; the process has used `cpu_s` in all. Whether the
        rung changed."""
        if self._begun_at is None:
            self._begun_at, self._cpu_s = now, cpu_s
            return False
        self._frames += 1
        self._busy_s += busy_s
        span_s = now - self._begun_at
        if span_s < _WINDOW_S:
            return False
        slow = self._busy_s / self._frames / (interval_s * self.rung.of)
        dear = (cpu_s - self._cpu_s) / span_s / self._budget if self._budget else 0.0
        self.pause()
        return self._move(slow, dear, span_s, now)

    def _move(self, slow: float, dear: float, span_s: float, now: float) -> bool:
        load = max(slow, dear)
        if now - self._tried_at > _LONGEST_S:
            self._patience_s = _PATIENCE_S
        if load > 1 and self.level < len(LADDER) - 1:
            if now - self._tried_at < 2 * _PATIENCE_S:  # the rung above was too much
                self._patience_s = min(2 * self._patience_s, _LONGEST_S)
            self._easy_s, self._because_of_budget = 0.0, dear > slow
            self.level += 1
            return True
        self._easy_s = self._easy_s + span_s if load < _EASY else 0.0
        if self.level and self._easy_s >= self._patience_s:
            self._easy_s, self._tried_at = 0.0, now
            self.level -= 1
            return True
        return False
