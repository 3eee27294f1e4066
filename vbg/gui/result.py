"""Shows a finished picture on a checkerboard, which is seen where it is transparent."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vbg.gui import stage
from vbg.gui.theme import Theme
from vbg.gui.tokens import RADIUS
from vbg.gui.tr import tr

_CHECK = 12  # px


class Result(QWidget):
    """An empty title shows the picture, or the bare plate where there is none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._image: QImage | None = None
        self._message = ("", "", "")
        self.setMinimumSize(320, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Preview of the result"))
        theme.changed.connect(self.update)

    def show_image(self, image: QImage | None, icon: str = "", title: str = "", line: str = "") -> None:
        """The picture, or a message in its place."""
        self._image, self._message = image, (icon, title, line)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(640, 360)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._image is None:
            stage.message(painter, self.rect(), self._theme, self.devicePixelRatioF(), *self._message)
            return
        stage.ground(painter, self.rect(), self._theme)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        area = QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height())
        shape = QPainterPath()
        shape.addRoundedRect(area, RADIUS, RADIUS)
        painter.setClipPath(shape)
        if self._image.hasAlphaChannel():
            painter.fillRect(area, QColor("#e8e8ec"))
            for row in range(int(area.height()) // _CHECK + 1):
                for column in range(row % 2, int(area.width()) // _CHECK + 1, 2):
                    place = QRectF(area.x() + column * _CHECK, area.y() + row * _CHECK, _CHECK, _CHECK)
                    painter.fillRect(place, QColor("#c9c9d2"))
        painter.drawImage(area, self._image)
