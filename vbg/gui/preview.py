"""The live picture: takes the newest frame from the session's slot on its own clock, and paints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from vbg.gui import stage
from vbg.gui.theme import Theme
from vbg.gui.tokens import RADIUS
from vbg.gui.tr import tr
from vbg.gui.widgets import announce

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vbg.frame import Frame
    from vbg.gui.mosaic import Cell
    from vbg.sinks.preview import Preview
    from vbg.tap import Stages, Tap

_TICK_MS = 15
_GAP = 10
_DROP = 3  # pixels around the one clicked on, of which the colour is the mean


class PreviewView(QWidget):
    """One thread, Qt's, owns it. While it cannot be seen, nothing is taken and nothing painted."""

    compared = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sink: Preview | None = None
        self._tap: Tap | None = None
        self._buffer: NDArray[np.uint8] | None = None
        self._image: QImage | None = None
        self._last: Frame | Stages | None = None
        self._cells: list[Cell] = []
        self._aspect = 16 / 9
        self._message = ("", "", "")
        self._guide = ("", "")
        self.mirror = True
        self._comparing = self._stages = False
        self._ringed = False  # whether the keyboard brought the focus here
        self.shown = 0  # frames painted so far
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 135)
        self.setAccessibleName(tr("Preview"))
        self._describe("")
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)
        theme.changed.connect(self.update)
        self.say("", tr("Starting"), "")

    def attach(self, sink: Preview, tap: Tap) -> None:
        """Show what comes from here."""
        self._sink, self._tap = sink, tap
        self._see(self.isVisible())

    @property
    def comparing(self) -> bool:
        return self._comparing

    @property
    def pictured(self) -> bool:
        """Whether a picture is shown, rather than a message."""
        return self._image is not None and not self._message[1]

    @property
    def picture(self) -> QRect:
        """Where the picture is, in the widget's coordinates."""
        area = self.rect()
        w = min(area.width(), round(area.height() * self._aspect))
        size = QSize(w, min(area.height(), round(w / self._aspect)))
        return QRect(QPoint((area.width() - size.width()) // 2, (area.height() - size.height()) // 2), size)

    def colour_at(self, at: QPoint) -> str:
        """The colour, "#rrggbb", of the camera's picture around a point of the widget; empty where none is shown."""
        area, ratio = self.picture, self.devicePixelRatioF()
        if self._buffer is None or not self.pictured or not area.contains(at):
            return ""
        x, y = (round(v * ratio) for v in (at.x() - area.x(), at.y() - area.y()))
        around = self._buffer[max(0, y - _DROP) : y + _DROP + 1, max(0, x - _DROP) : x + _DROP + 1, :3]
        blue, green, red = (round(float(level)) for level in around.reshape(-1, 3).mean(axis=0))
        return f"#{red:02x}{green:02x}{blue:02x}"

    def say(self, icon: str, title: str, line: str) -> None:
        """A message in the picture's place; an empty title shows the picture."""
        if (icon, title, line) != self._message:
            self._message = (icon, title, line)
            self.update()

    def guide(self, count: str, text: str) -> None:
        """What a user who stands metres away shall do, large over the picture, and a number over it; no text takes it away."""
        if (count, text) != self._guide:
            if text != self._guide[1]:
                self._describe(text)
            self._guide = (count, text)
            self.update()

    def compare(self, on: bool) -> None:
        """Show the camera's own picture, here alone."""
        if on != self._comparing:
            self._comparing = on
            self._changed()
            self.compared.emit(on)

    def show_stages(self, on: bool) -> None:
        """Show how the picture is made."""
        self._stages = on
        self._changed()

    def see(self, visible: bool) -> None:
        """Whether anybody can see this: the window is minimised or covered by nothing that we know of."""
        self._see(visible and self.isVisible())

    def tick(self) -> None:
        """Take the newest frame, if one came, and paint it."""
        if self._sink is None or self._tap is None:
            return
        covered = self._sink.slot.take(0)
        newest = self._tap.slot.take(0) if self._tap.wanted.is_set() else covered
        if newest is not None:
            self._last = newest
            self._render(newest)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(800, 450)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._see(True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._see(False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._hug(event.size().width())
        if self._last is not None:
            self._render(self._last)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.compare(True)
        elif event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.compare(False)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self._ringed = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.compare(False)  # the release of the key would go elsewhere
        super().focusOutEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        area = self.picture
        if self._message[1]:
            stage.message(painter, area, self._theme, self.devicePixelRatioF(), *self._message)
        elif self._image is not None:
            painter.drawImage(area.topLeft(), self._image)
            for part in self._parts(area):
                stage.corners(painter, part, self._theme)
            self._captions(painter, area)
            if self._guide[1]:
                stage.guide(painter, area, *self._guide)
        else:
            stage.ground(painter, area, self._theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._ringed and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.colour("accent"), 2))
            painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _describe(self, guided: str) -> None:
        self.setAccessibleDescription(guided or tr("What the meeting sees. Hold Space to see the camera's own picture."))
        if guided:
            announce(self)

    def _changed(self) -> None:
        self._last = None
        if self._tap is not None:
            (self._tap.wanted.set if self._comparing or self._stages else self._tap.wanted.clear)()
            self._tap.slot.take(0)
        self.update()

    def _see(self, visible: bool) -> None:
        if self._sink is not None:
            (self._sink.visible.set if visible else self._sink.visible.clear)()
        if visible:
            self._timer.start()
        else:
            self._timer.stop()

    def _render(self, newest: Frame | Stages) -> None:
        """Bring the picture to the screen's own pixels, so that painting is a plain copy."""
        import cv2
        import numpy as np

        from vbg.frame import Frame

        frame = newest if isinstance(newest, Frame) else newest.camera
        if abs(frame.width / frame.height - self._aspect) > 1e-3:
            self._aspect = frame.width / frame.height
            self._hug(self.width())
        ratio, area = self.devicePixelRatioF(), self.picture
        width, height = max(2, round(area.width() * ratio)), max(2, round(area.height() * ratio))
        if self._buffer is None or self._buffer.shape[:2] != (height, width):
            self._buffer = np.zeros((height, width, 4), np.uint8)
            self._image = QImage(self._buffer.data, width, height, 4 * width, QImage.Format.Format_RGB32)
            self._image.setDevicePixelRatio(ratio)
        if self._stages and not self._comparing and not isinstance(newest, Frame):
            from vbg.gui import mosaic

            ground = self._theme.colour("window")
            self._buffer[:] = (ground.blue(), ground.green(), ground.red(), 255)
            self._cells = mosaic.cells(width, height, round(_GAP * ratio))
            mosaic.paint(newest, self._buffer, self._cells, self.mirror)
        else:
            self._cells = []
            smaller = width * 2 < frame.width
            small = cv2.resize(frame.pixels, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
            if self.mirror and not frame.card:
                small = cv2.flip(small, 1)
            cv2.cvtColor(small, cv2.COLOR_BGR2BGRA, dst=self._buffer)
        self.shown += 1

    def _hug(self, width: int) -> None:
        """Be no higher than the picture: what stands under it stays near."""
        self.setMaximumHeight(max(self.minimumHeight(), round(width / self._aspect)))

    def _parts(self, area: QRect) -> list[QRectF]:
        """The pictures in the picture."""
        ratio = self.devicePixelRatioF()
        inside = [QRectF(area.x() + c.x / ratio, area.y() + c.y / ratio, c.w / ratio, c.h / ratio) for c in self._cells]
        return inside or [QRectF(area)]

    def _captions(self, painter: QPainter, area: QRect) -> None:
        for cell, part in zip(self._cells, self._parts(area), strict=False):
            stage.caption(painter, round(part.x()) + 8, round(part.y()) + 8, tr(cell.title))
        if self._comparing:
            stage.caption(painter, area.x() + 14, area.y() + 14, tr("The camera's own picture: only you see this"))
