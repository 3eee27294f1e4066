"""A background as a tile: its picture, its name, whether it is chosen, whether it moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy

from vbg.gui import icons
from vbg.gui.theme import Theme
from vbg.gui.tr import tr

_CAPTION = 20  # px
_ROUND = 9.0


class Tile(QAbstractButton):
    """Chosen by a click, Enter or Space; arrow keys walk to its neighbours (the grid does that)."""

    remove = Signal()
    walk = Signal(int)

    def __init__(self, theme: Theme, title: str, moves: bool = False, own: bool = False, icon: str = "") -> None:
        super().__init__()
        self._theme, self._moves, self._own, self._icon = theme, moves, own, icon
        self._image: QImage | None = None
        self.setText(title)
        said = tr("{name}, moving", name=title) if moves else title
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.setCheckable(not icon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_picture(self, image: QImage) -> None:
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(96, 54 + _CAPTION)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(64, 36 + _CAPTION)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        height = (event.size().width() - 6) // 4 * 9 // 4 + 6 + _CAPTION  # the same for widths a pixel apart
        if height != self.height():
            self.setFixedHeight(height)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Delete and self._own:
            self.remove.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.walk.emit(event.key())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        if self._own:
            menu = QMenu(self)
            menu.addAction(tr("Remove"), self.remove.emit)
            menu.popup(event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._own and self.underMouse() and self._cross().contains(event.position()):
            self.setDown(False)
            self.remove.emit()
            return
        super().mouseReleaseEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = self._area()
        self._paint_picture(painter, area)
        self._paint_frame(painter, area)
        self._paint_marks(painter, area)
        t = self._theme.tokens
        font = painter.font()
        font.setPointSizeF(8.5)
        font.setWeight(font.Weight.DemiBold if self.isChecked() else font.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(t.text if self.isChecked() else t.muted))
        place = QRectF(0, self.height() - _CAPTION + 1, self.width(), _CAPTION - 1)
        painter.drawText(
            place,
            Qt.AlignmentFlag.AlignCenter,
            painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 4),
        )

    def _area(self) -> QRectF:
        return QRectF(3, 3, self.width() - 6, self.height() - 6 - _CAPTION)

    def _cross(self) -> QRectF:
        area = self._area()
        left = area.left() + 4 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else area.right() - 22
        return QRectF(left, area.top() + 4, 18, 18)

    def _paint_picture(self, painter: QPainter, area: QRectF) -> None:
        t, shape = self._theme.tokens, QPainterPath()
        shape.addRoundedRect(area, _ROUND, _ROUND)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(area, QColor(t.field))
        if self._image is not None:
            painter.drawImage(area, self._image)
        painter.restore()
        if self._icon:
            picture = icons.pixmap(self._icon, t.text, 22, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(area.center().x() - 11, area.center().y() - 11), picture)

    def _paint_frame(self, painter: QPainter, area: QRectF) -> None:
        t = self._theme.tokens
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked() or self.hasFocus():
            painter.setPen(
                QPen(
                    QColor(t.accent if self.isChecked() else t.text),
                    2.4,
                    Qt.PenStyle.SolidLine if self.isChecked() else Qt.PenStyle.DotLine,
                )
            )
            painter.drawRoundedRect(area.adjusted(-1.6, -1.6, 1.6, 1.6), _ROUND + 1.6, _ROUND + 1.6)
            if self.isChecked() and self.hasFocus():
                painter.setPen(QPen(QColor(t.text), 1.4))
                painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), _ROUND - 1, _ROUND - 1)
        elif self.underMouse():
            painter.setPen(QPen(QColor(t.edge), 1.6))
            painter.drawRoundedRect(area.adjusted(-1, -1, 1, 1), _ROUND + 1, _ROUND + 1)
        elif self._icon or t.name == "high contrast":
            painter.setPen(QPen(QColor(t.edge), 1.2, Qt.PenStyle.DashLine if self._icon else Qt.PenStyle.SolidLine))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)

    def _paint_marks(self, painter: QPainter, area: QRectF) -> None:
        t, ratio = self._theme.tokens, self.devicePixelRatioF()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter.setPen(Qt.PenStyle.NoPen)
        if self._moves:
            left = area.right() - 22 if rtl else area.left() + 5
            painter.setBrush(QColor(10, 12, 16, 190))
            painter.drawEllipse(QRectF(left, area.bottom() - 22, 17, 17))
            painter.drawPixmap(QPointF(left + 3.6, area.bottom() - 18.6), icons.pixmap("play", "#ffffff", 10, ratio))
        if self._own and (self.underMouse() or self.hasFocus()):
            cross = self._cross()
            painter.setBrush(QColor(10, 12, 16, 205))
            painter.drawEllipse(cross)
            painter.drawPixmap(cross.topLeft() + QPointF(4, 4), icons.pixmap("close", "#ffffff", 10, ratio, 3))
        if self.isChecked():
            left = area.left() + 5 if rtl else area.right() - 22
            if not (self._own and (self.underMouse() or self.hasFocus())):
                painter.setBrush(QColor(t.accent))
                painter.drawEllipse(QRectF(left, area.top() + 5, 17, 17))
                painter.drawPixmap(QPointF(left + 3, area.top() + 8), icons.pixmap("check", t.on_accent, 11, ratio, 3))
