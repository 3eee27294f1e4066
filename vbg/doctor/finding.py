"""What the doctor says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """code: never changes, for programs. what: one sentence. meaning: what follows from it, and what to know before mending.

    command: one line for the shell; empty where no command does it. serious: something of vbg does not work until it is
    mended; otherwise it is advice. by_hand: the command asks for more than a yes (a password to be thought of, a restart, the
    user's own shell), so `--fix` leaves it to them.
    """

    code: str
    what: str
    meaning: str
    command: str = ""
    serious: bool = True
    by_hand: bool = False

    def told(self) -> str:
        """For people, without the command."""
        return f"{'✗' if self.serious else '·'} {self.what}\n  {self.meaning}"
