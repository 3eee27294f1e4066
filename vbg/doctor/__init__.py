"""`vbg doctor`: what is wrong with this machine, what that means, and the exact command that mends it.

Everything is read from files, and nothing is changed but by `mend`, which asks. The package imports nothing heavy and nothing of
other people's: it must run where those are what is broken. One module per part of the machine; each is a function from the host
to findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from vbg.doctor import camera, driver, files, obs, packages, pipewire, qt
from vbg.doctor.finding import Finding
from vbg.host import Host

__all__ = ["Finding", "examine"]

_PARTS: tuple[Callable[[Host], Iterable[Finding]], ...] = (
    packages.examine,
    files.examine,
    driver.examine,
    obs.examine,
    camera.examine,
    pipewire.examine,
    qt.examine,
)


def examine(host: Host) -> Iterator[Finding]:
    """Everything that is wrong, the foundations first."""
    for part in _PARTS:
        yield from part(host)
