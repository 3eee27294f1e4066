"""Where a dragged file may be dropped on the preview: two targets, so that nobody need guess what will happen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from vbg.gui import icons
from vbg.gui.preview import PreviewView
from vbg.gui.theme import Theme
from vbg.gui.tokens import RADIUS
from vbg.gui.tr import tr

BACKGROUND, CUT_OUT = "background", "cut out"
_MARGIN = 16  # px


class Targets(QWidget):
    """Lies over the preview while something is dragged there; the window, which gets the drag's events, asks it."""

    def __init__(self, preview: PreviewView, theme: Theme) -> None:
        super().__init__(preview)
        self._preview, self._theme = preview, theme
        self._over = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(tr("Use as background") + ", " + tr("Remove its background"))
        self.hide()

    def at(self, place: QPoint) -> str:
        """The target at a place in the window; empty beside the preview. It is shown and lit up."""
        here = self._preview.mapFrom(self._preview.window(), place)
        over = ""
        if self._preview.rect().contains(here):
            first = (here.x() < self._preview.width() / 2) != self._mirrored()
            over = BACKGROUND if first else CUT_OUT
        self.setGeometry(self._preview.rect())
        if over != self._over or self.isVisible() != bool(over):
            self._over = over
            self.setVisible(bool(over))
            self.raise_()
            self.update()
        return over

    def end(self) -> None:
        """Nothing is dragged any more."""
        self._over = ""
        self.hide()

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._preview.picture
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(10, 12, 16, 190))
        painter.drawRoundedRect(QRectF(area), RADIUS, RADIUS)
        half = area.width() // 2
        left = QRect(area.x(), area.y(), half, area.height())
        right = QRect(area.x() + half, area.y(), area.width() - half, area.height())
        first, second = (right, left) if self._mirrored() else (left, right)
        self._target(painter, first, "picture", tr("Use as background"), tr("behind you"), self._over == BACKGROUND)
        about = tr("cut people out of a photo or a video")
        self._target(painter, second, "scissors", tr("Remove its background"), about, self._over == CUT_OUT)

    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _target(self, painter: QPainter, area: QRect, icon: str, title: str, line: str, lit: bool) -> None:
        area = area.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        accent = self._theme.colour("accent")
        painter.setBrush(QColor(accent.red(), accent.green(), accent.blue(), 90 if lit else 0))
        pen = QPen(QColor("#ffffff") if lit else QColor(255, 255, 255, 130), 2.4 if lit else 1.6)
        pen.setStyle(Qt.PenStyle.SolidLine if lit else Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(area), RADIUS, RADIUS)
        middle = area.center()
        painter.drawPixmap(
            QPoint(middle.x() - 20, middle.y() - 58), icons.pixmap(icon, "#ffffff", 40, self.devicePixelRatioF(), 1.5)
        )
        font = painter.font()
        for size, weight, top, text in ((13, font.Weight.DemiBold, 0, title), (10, font.Weight.Normal, 30, line)):
            font.setPointSizeF(size)
            font.setWeight(weight)
            painter.setFont(font)
            painter.setPen(QColor("#ffffff"))
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRect(area.x() + 10, middle.y() + top, area.width() - 20, 60), flags, text)
