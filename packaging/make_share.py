"""Writes what a package puts into /usr/share: packaging/make_share.py FOLDER.

The man page and the shells' completions are made of the command line's own declaration, the icons are the window's.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import shtab
from argparse_manpage.manpage import Manpage
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from vbg import __version__
from vbg.cli import parser
from vbg.gui.icons import LOGO

_COMPLETIONS = {
    "bash": "bash-completion/completions/vbg",
    "zsh": "zsh/vendor-completions/_vbg",
    "fish": "fish/vendor_completions.d/vbg.fish",
}
_COPIED = {"vbg.desktop": "applications/vbg.desktop", "vbg.metainfo.xml": "metainfo/io.github.vbg.vbg.metainfo.xml"}
_SIZES_PX = (48, 64, 128, 256)  # of the icon, for what draws no SVG


def write(folder: Path) -> list[Path]:
    """Returns the files that were written."""
    contents = {path: shtab.complete(parser(), shell=shell).encode() for shell, path in _COMPLETIONS.items()}
    contents["man/man1/vbg.1"] = _manual().encode()
    contents |= {path: Path(__file__).parent.joinpath("share", name).read_bytes() for name, path in _COPIED.items()}
    contents["icons/hicolor/scalable/apps/vbg.svg"] = LOGO
    contents |= {f"icons/hicolor/{size}x{size}/apps/vbg.png": _drawn(size) for size in _SIZES_PX}
    for name, content in contents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return [folder / name for name in contents]


def _manual() -> str:
    page = Manpage(parser())
    page.source, page.manual = f"vbg {__version__}", "vbg"
    page.description = "a virtual background for any webcam program"
    return re.sub(r"^(?=\.[a-z])", r"\\&", str(page), flags=re.MULTILINE)  # .mkv at a line's start is no macro


def _drawn(size: int) -> bytes:
    """The icon as PNG, `size` pixels wide and high."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(LOGO).render(painter)
    painter.end()
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(kept, "PNG")
    return bytes(kept.data().data())


if __name__ == "__main__":
    for written in write(Path(sys.argv[1])):
        print(written)
