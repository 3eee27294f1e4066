"""What the preview paints beside the picture: round corners, a message in the picture's place, captions on it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from vbg.gui import icons
from vbg.gui.theme import Theme
from vbg.gui.tokens import RADIUS


def corners(painter: QPainter, area: QRectF, theme: Theme) -> None:
    """What is outside of round corners is painted over, which costs less than clipping the picture."""
    outside, inside = QPainterPath(), QPainterPath()
    outside.addRect(area)
    inside.addRoundedRect(area, RADIUS, RADIUS)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outside.subtracted(inside), theme.colour("window"))


def ground(painter: QPainter, area: QRect, theme: Theme) -> None:
    """The dark plate where no picture is."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(theme.colour("stage"))
    edged = theme.tokens.name == "high contrast"
    painter.setPen(QPen(theme.colour("line"), 2) if edged else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1) if edged else QRectF(area), RADIUS, RADIUS)


def message(painter: QPainter, area: QRect, theme: Theme, ratio: float, icon: str, title: str, line: str) -> None:
    """An icon, a title and a line on the plate. ratio: device pixels per pixel."""
    ground(painter, area, theme)
    ink = theme.colour("on_stage")
    middle = area.center().y()
    if icon:
        painter.drawPixmap(QPoint(area.center().x() - 17, middle - 62), icons.pixmap(icon, ink.name(), 34, ratio, 1.5))
    font = painter.font()
    font.setPointSizeF(14)
    font.setWeight(font.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(ink)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(QRect(area.x() + 24, middle - 16, area.width() - 48, 34), flags, title)
    font.setPointSizeF(10)
    font.setWeight(font.Weight.Normal)
    painter.setFont(font)
    painter.setPen(QColor(ink.red(), ink.green(), ink.blue(), 200))
    painter.drawText(QRect(area.x() + 24, middle + 18, area.width() - 48, 60), flags, line)


def guide(painter: QPainter, area: QRect, count: str, text: str) -> None:
    """Words to be read from metres away, a number over them, white on the darkened picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(10, 12, 16, 205))
    painter.drawRoundedRect(QRectF(area), RADIUS, RADIUS)
    painter.setPen(QColor("#ffffff"))
    inside = area.adjusted(area.width() // 14, 0, -area.width() // 14, 0)
    middle = area.y() + round(area.height() * (0.5 if count else 0))
    if count:
        _large(painter, QRect(inside.x(), area.y(), inside.width(), middle - area.y()), 0.42 * area.height(), count, low=True)
    _large(painter, QRect(inside.x(), middle, inside.width(), area.bottom() - middle), 0.11 * area.height(), text, low=False)


def _large(painter: QPainter, area: QRect, size: float, text: str, low: bool) -> None:
    """`text` in the middle of `area` (low: at its foot), as large as `size` px and smaller until it fits."""
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    flags |= Qt.AlignmentFlag.AlignBottom if low else Qt.AlignmentFlag.AlignVCenter
    font = painter.font()
    font.setWeight(font.Weight.DemiBold)
    while True:
        font.setPixelSize(max(8, round(size)))
        painter.setFont(font)
        needed = painter.boundingRect(area, flags, text)
        if size <= 8 or (area.contains(needed) and needed.height() <= area.height()):
            break
        size *= 0.92
    painter.drawText(area, flags, text)


def caption(painter: QPainter, x: int, y: int, text: str) -> None:
    """White on a dark pill, whatever the picture under it."""
    font = painter.font()
    font.setPointSizeF(9)
    painter.setFont(font)
    width = painter.fontMetrics().horizontalAdvance(text) + 18
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(10, 12, 16, 205))
    painter.drawRoundedRect(QRectF(x, y, width, 24), 12, 12)
    painter.setPen(QColor("#ffffff"))
    painter.drawText(QRectF(x, y, width, 24), Qt.AlignmentFlag.AlignCenter, text)
