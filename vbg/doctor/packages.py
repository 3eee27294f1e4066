"""Python and its packages: versions that work together, and each once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import distributions

from vbg.doctor.finding import Finding
from vbg.host import Host

_OLDEST, _NEWEST = (3, 11), (3, 13)
_OPENCV = "opencv-contrib-python"  # the one that vbg asks for
_QT = ("pyside6", "pyside6-essentials")


def examine(host: Host) -> Iterator[Finding]:
    """What is installed, from the packages' own metadata: nothing is imported."""
    if not _OLDEST <= host.python <= _NEWEST:
        what = f"This is Python {host.python[0]}.{host.python[1]}; vbg needs 3.11, 3.12 or 3.13."
        meaning = "numba and LiteRT are not made for it. After the command, make a new virtual environment with that Python."
        yield Finding("python-version", what, meaning, host.install("python"), by_hand=True)
    found = installed(host)
    copies = sorted(name for name in found if name.startswith("opencv-") and "-python" in name)
    if len(copies) > 1:
        what = f"OpenCV is installed {len(copies)} times: {', '.join(copies)}."
        meaning = "All of them write into the same folder, cv2, and what is left of it works by chance."
        extra = " ".join(name for name in copies if name != _OPENCV)
        same = f"{_OPENCV}=={found[_OPENCV]}" if _OPENCV in found else _OPENCV
        command = f"{host.pip(f'uninstall -y {extra}')} && {host.pip(f'install --force-reinstall --no-deps {same}')}"
        yield Finding("opencv-twice", what, meaning, command)
    qt = max((found[name] for name in _QT if name in found), key=_key, default="")
    if qt and host.python < (3, 12) and _key(qt) >= (6, 12):
        what = f"PySide6 {qt} breaks on Python {host.python[0]}.{host.python[1]}."
        meaning = "It miscounts references to None there, and the window ends with a crash after a while."
        yield Finding("qt-python-pair", what, meaning, host.pip("install 'PySide6-Essentials>=6.8,<6.12'"))


def installed(host: Host) -> dict[str, str]:
    """Version by name, in small letters and with dashes."""
    found: dict[str, str] = {}
    for one in distributions(path=list(host.site)):
        if one.metadata and "Name" in one.metadata:  # a broken installation leaves folders without
            found.setdefault(re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower(), one.version)
    return found


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])
