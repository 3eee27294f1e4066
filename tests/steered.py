"""A vbg that can be steered, with nothing behind it: for whatever speaks to the control socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from fakes import FakeOutput

from vbg.control.service import Service
from vbg.control.steering import Steering
from vbg.frame import Frame, read_only
from vbg.settings import Look, Setup
from vbg.slot import Cell
from vbg.status import Phase, Status


def picture() -> Frame:
    """Something to take a snapshot of."""
    pixels = np.zeros((36, 64, 3), np.uint8)
    pixels[:, :32] = (10, 200, 30)
    return Frame(read_only(pixels), 0, 0.0)


@dataclass
class Desk:
    """What is asked of it stays in its cells; `status` and `shown` are the test's to set."""

    look: Cell[Look] = field(default_factory=lambda: Cell(Look()))
    setup: Cell[Setup] = field(default_factory=lambda: Cell(Setup(outputs=(FakeOutput(),))))
    status: Status = field(default_factory=lambda: Status(Phase.RUNNING))
    shown: Frame | None = field(default_factory=picture)

    @property
    def steering(self) -> Steering:
        return Steering(self.look, self.setup, lambda: self.status, lambda: self.shown)


@contextmanager
def served(desk: Desk) -> Iterator[Service]:
    """`desk` can be steered meanwhile."""
    service = Service(desk.steering)
    try:
        assert service.wait() == ""
        yield service
    finally:
        service.close()
