"""Our own icons: strokes on a 24 x 24 grid, in any colour."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_STROKES = {
    "camera": "M4 7h10a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2z M16 11l6-3.5v9L16 13",
    "mirror": "M12 3v18 M8.5 7L3 12l5.5 5z M15.5 7L21 12l-5.5 5z",
    "compare": "M3 5h18v14H3z M12 3v18 M15 9h3 M15 12h3 M15 15h3",
    "stages": "M3 4h8v7H3z M13 4h8v7h-8z M3 13h8v7H3z M13 13h8v7h-8z",
    "pause": "M9 5v14 M15 5v14",
    "play": "M8 5l11 7-11 7z",
    "plus": "M12 5v14 M5 12h14",
    "close": "M6 6l12 12 M18 6L6 18",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "chevron": "M6 9.5l6 6 6-6",
    "more": "M5.5 12h.01 M12 12h.01 M18.5 12h.01",
    "none": "M12 3a9 9 0 1 0 .01 0z M5.8 5.8l12.4 12.4",
    "blur": "M12 3a9 9 0 1 0 .01 0z M12 3v18 M12 8h7.6 M12 12h9 M12 16h7.6",
    "warn": "M12 3.5L22 20H2z M12 10v4.5 M12 17.4h.01",
    "info": "M12 3a9 9 0 1 0 .01 0z M12 11v5.5 M12 7.6h.01",
    "retry": "M20 12a8 8 0 1 1-2.5-5.8 M20 3v5h-5",
    "copy": "M9 9h11v12H9z M15 9V3H4v12h5",
    "undo": "M8 5L3.5 9.5 8 14 M4 9.5h10a6 6 0 0 1 0 12H9",
    "brush": "M14 4l6 6-8.5 8.5c-2 2-6.5 1.5-8 1.5 1-1.5.5-5 2-6.5z M11 7l6 6",
    "star": "M12 3.5l2.6 5.6 6 .7-4.5 4.1 1.2 6L12 16.9l-5.3 3 1.2-6-4.5-4.1 6-.7z",
    "picture": "M3 5h18v14H3z M3 16l5-5 4.5 4.5 3-3 5.5 5.5 M15.5 8.5h.01",
    "scissors": "M8 8l11 10 M8 16L19 6 M6 3.8a2.7 2.7 0 1 0 .01 0z M6 14.8a2.7 2.7 0 1 0 .01 0z",
    "person": "M12 4a4 4 0 1 0 .01 0z M4 21c.5-5 4-7.5 8-7.5s7.5 2.5 8 7.5",
}
_FILLED = {"play"}


def svg(name: str, colour: str, width: float = 1.9) -> bytes:
    """The icon as SVG text."""
    fill = colour if name in _FILLED else "none"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{_STROKES[name]}" fill="{fill}" stroke="{colour}" '
        f'stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).encode()


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0, width: float = 1.9) -> QPixmap:
    """The icon in `size` device-independent pixels."""
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg(name, colour, width))).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, colour: str, off: str = "") -> QIcon:
    """The icon for buttons; `off`: its colour while the button can be checked and is not."""
    made = QIcon()
    for state, tint in ((QIcon.State.On, colour), (QIcon.State.Off, off or colour)):
        for ratio in (1.0, 2.0):
            made.addPixmap(pixmap(name, tint, 20, ratio), QIcon.Mode.Normal, state)
    return made


def app_icon() -> QIcon:
    """A person before a soft ground."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        QSvgRenderer(QByteArray(LOGO)).render(painter, QRectF(picture.rect()))
        painter.end()
        made.addPixmap(picture)
    return made


LOGO = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">
<stop offset="0" stop-color="#4a63f0"/><stop offset="0.55" stop-color="#8a55d8"/><stop offset="1" stop-color="#f08a6a"/>
</linearGradient>
<clipPath id="c"><rect x="2" y="2" width="60" height="60" rx="15"/></clipPath></defs><g clip-path="url(#c)">
<rect width="64" height="64" fill="url(#g)"/><circle cx="14" cy="18" r="9" fill="#fff" fill-opacity=".16"/>
<circle cx="51" cy="26" r="12" fill="#fff" fill-opacity=".14"/><circle cx="32" cy="26" r="11" fill="#fff"/>
<path d="M10 64c1-15 10-23 22-23s21 8 22 23z" fill="#fff"/></g></svg>"""


def write(folder: Path, name: str, colour: str) -> str:
    """A file with the icon, for style sheets, which take nothing else; its path with forward slashes."""
    path = folder / f"{name}-{colour[1:]}.svg"
    path.write_bytes(svg(name, colour))
    return path.as_posix()
