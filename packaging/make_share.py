"""Writes what a package puts into /usr/share: packaging/make_share.py FOLDER.

The man page and the shells' completions are made of the command line's own declaration, the icon is the window's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import shtab
from argparse_manpage.manpage import Manpage

from vbg import __version__
from vbg.cli import parser
from vbg.gui.icons import LOGO

_COMPLETIONS = {"bash": "bash-completion/completions/vbg", "zsh": "zsh/site-functions/_vbg"}


def write(folder: Path) -> list[Path]:
    """Returns the files that were written."""
    contents = {path: shtab.complete(parser(), shell=shell) for shell, path in _COMPLETIONS.items()}
    contents["man/man1/vbg.1"] = _manual()
    contents["applications/vbg.desktop"] = Path(__file__).with_name("vbg.desktop").read_text(encoding="utf-8")
    contents["icons/hicolor/scalable/apps/vbg.svg"] = LOGO.decode()
    for name, content in contents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return [folder / name for name in contents]


def _manual() -> str:
    page = Manpage(parser())
    page.source, page.manual = f"vbg {__version__}", "vbg"
    page.description = "a virtual background for any webcam program"
    return str(page)


if __name__ == "__main__":
    for written in write(Path(sys.argv[1])):
        print(written)
