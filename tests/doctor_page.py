"""Writes docs/doctor.md: what `vbg doctor` says on five broken machines (tests/machines.py makes them of files).

python tests/doctor_page.py
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from unittest import mock

import machines

from vbg.cli import main
from vbg.host import Host

PAGE = Path(__file__).parents[1] / "docs" / "doctor.md"
_BEGIN, _END = "<!-- from tests/doctor_page.py -->", "<!-- so far -->"


def _fresh(host: Host) -> Host:
    machines.remove_driver(host)
    machines.no_cursor(host)
    return host


def _refused(host: Host) -> Host:
    machines.unsigned(host)
    machines.write(host, "etc/os-release", "ID=fedora\n")
    return host


def _unseen(host: Host) -> Host:
    machines.not_exclusive(host)
    machines.old_driver(host)
    return host


def _mixed(host: Host) -> Host:
    machines.second_opencv(host)
    machines.crashing_qt(host)
    machines.damage_model(host)
    machines.write(host, "etc/os-release", "ID=arch\n")
    return host


MACHINES: dict[str, Callable[[Host], Host]] = {
    "A fresh Debian, nothing installed but vbg": _fresh,
    "Fedora with secure boot, whose kernel refuses the driver": _refused,
    "The driver was loaded by hand, without its options: browsers list no camera": _unseen,
    "Arch, with packages that another program's installation broke": _mixed,
    "A Mac with OBS Studio, never started (made of files; untried on a real Mac)": machines.mac_never_started,
}


def said(breaking: Callable[[Host], Host]) -> str:
    """What `vbg doctor` prints on one of the machines."""
    with tempfile.TemporaryDirectory() as folder:
        host = replace(breaking(machines.healthy(Path(folder))), executable="/home/you/venv/bin/python")
        text = StringIO()
        with mock.patch("vbg.cli.doctor.Host", lambda: host), redirect_stdout(text):
            main(["doctor"])
        return re.sub(r"/site/vbg", "/home/you/venv/lib/vbg", text.getvalue().replace(folder, ""))


def drawn() -> str:
    """All machines, each with what is said of it."""
    return "\n\n".join(f"## {name}\n\n```console\n$ vbg doctor\n{said(breaking)}```" for name, breaking in MACHINES.items())


def page() -> str:
    """The document as it must be now."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    return f"{before}{_BEGIN}\n\n{drawn()}\n\n{_END}{rest.partition(_END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
