"""What another program may reach of a running session: its cells, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vbg.frame import Frame
from vbg.session import Session
from vbg.settings import Look, Setup
from vbg.slot import Cell
from vbg.status import Status


@dataclass(frozen=True, slots=True)
class Steering:
    """Each of these is safe from any thread and waits for nothing.

    look, setup: what the user wants; whoever changes them is heard by the next frame. status: what is going on. shown: the
    covered picture that went out last; None while a card goes out, or the room since the user chose so. rule: which rule is in
    force, in words; empty for none.
    """

    look: Cell[Look]
    setup: Cell[Setup]
    status: Callable[[], Status]
    shown: Callable[[], Frame | None]
    rule: Cell[str] = field(default_factory=lambda: Cell(""))

    @classmethod
    def of(cls, session: Session) -> Steering:
        """Of one session that runs alone, without a window."""
        return cls(session.look, session.setup, session.status, session.shown)
