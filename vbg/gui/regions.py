"""A brush over the preview: what is painted always shows, or never does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from vbg.gui.preview import PreviewView
from vbg.gui.tr import tr
from vbg.matting.keep import Region

COLUMNS, ROWS = 32, 18
Cells = NDArray[np.bool_]


class Brush(QWidget):
    """Lies over the picture while something is painted. `painted` comes with "keep" or "drop" and the regions after each stroke.

    The left button paints, the right one wipes; Esc, and whoever took the brush out, lay it down.
    """

    painted = Signal(str, tuple)
    ended = Signal()

    def __init__(self, preview: PreviewView) -> None:
        super().__init__(preview)
        self._preview = preview
        self._kind = ""
        self._cells: dict[str, Cells] = {}
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Paint regions"))
        self.hide()

    def take(self, kind: str, keep: tuple[Region, ...], drop: tuple[Region, ...]) -> None:
        """Begin to paint; an empty kind lays the brush down."""
        self._kind = kind
        self._cells = {"keep": cells_of(keep), "drop": cells_of(drop)}
        self.setVisible(bool(kind))
        if kind:
            self.fit()
            self.setFocus()

    def show_regions(self, keep: tuple[Region, ...], drop: tuple[Region, ...]) -> None:
        """They changed elsewhere."""
        self._cells = {"keep": cells_of(keep), "drop": cells_of(drop)}
        self.update()

    def fit(self) -> None:
        """Lie on the picture, wherever that is now."""
        self.setGeometry(self._preview.picture)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.ended.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._stroke(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._stroke(event)

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:  # noqa: N802
        self.painted.emit(self._kind, regions_of(self._cells[self._kind]))

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        w, h = self.width() / COLUMNS, self.height() / ROWS
        for kind, colour in (("keep", QColor(70, 200, 130, 110)), ("drop", QColor(240, 90, 80, 120))):
            for row, column in np.argwhere(self._cells[kind]):
                column = COLUMNS - 1 - column if self._preview.mirror else column
                painter.fillRect(QRectF(column * w, row * h, w, h), colour)

    def _stroke(self, event: QMouseEvent) -> None:
        at = event.position()
        column = int(at.x() / self.width() * COLUMNS)
        if self._preview.mirror:
            column = COLUMNS - 1 - column
        row = int(at.y() / self.height() * ROWS)
        wipe = bool(event.buttons() & Qt.MouseButton.RightButton)
        cells = self._cells[self._kind]
        for r in (row, row + 1):
            for c in (column, column + 1):
                if 0 <= r < ROWS and 0 <= c < COLUMNS:
                    cells[r, c] = not wipe
        self.update()


def cells_of(regions: tuple[Region, ...]) -> Cells:
    """(ROWS, COLUMNS): the cells whose middle lies in a region."""
    found = np.zeros((ROWS, COLUMNS), np.bool_)
    x, y = (np.arange(COLUMNS) + 0.5) / COLUMNS, (np.arange(ROWS) + 0.5) / ROWS
    for one in regions:
        found |= ((y >= one.y) & (y < one.y + one.h))[:, None] & ((x >= one.x) & (x < one.x + one.w))
    return found


def regions_of(cells: Cells) -> tuple[Region, ...]:
    """As few rectangles as a greedy search finds: each as wide as it can be, then as high."""
    left, found = cells.copy(), []
    while left.any():
        row, column = (int(v) for v in np.argwhere(left)[0])
        right = column
        while right < COLUMNS and left[row, right]:
            right += 1
        bottom = row
        while bottom < ROWS and left[bottom, column:right].all():
            bottom += 1
        left[row:bottom, column:right] = False
        found.append(Region(column / COLUMNS, row / ROWS, (right - column) / COLUMNS, (bottom - row) / ROWS))
    return tuple(found)
