"""What the doctor finds, looked for on a thread of its own: it reads a tenth of a second, and the window must not wait."""

from __future__ import annotations

import threading

from vbg import doctor
from vbg.doctor import Finding
from vbg.host import Host
from vbg.slot import Cell

_TOLD_ELSEWHERE = {"camera-missing"}  # the list of cameras says so
_DRIVER = {"driver-missing", "driver-unsigned", "driver-not-loaded", "driver-no-device"}
_PATIENCE_S = 2.0


class Health:
    """`start` looks once; `serious` is what must be mended, empty until then."""

    def __init__(self) -> None:
        self._findings: Cell[tuple[Finding, ...]] = Cell(())
        self._thread = threading.Thread(target=self._look, name="vbg-health", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def serious(self, driver_missing: bool) -> list[Finding]:
        """driver_missing: whether there is no virtual camera now; the driver may have come since we looked."""
        found = (one for one in self._findings.get() if one.serious and one.code not in _TOLD_ELSEWHERE)
        return [one for one in found if driver_missing or one.code not in _DRIVER]

    def close(self) -> None:
        if self._thread.is_alive():
            self._thread.join(_PATIENCE_S)

    def _look(self) -> None:
        self._findings.set(tuple(doctor.examine(Host())))
