"""The chroma key's own settings, and the eyedropper that takes the screen's colour from the camera's picture."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QColorDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from vbg.gui.forms import Form
from vbg.gui.preview import PreviewView
from vbg.gui.theme import Theme
from vbg.gui.tr import tr
from vbg.gui.widgets import label
from vbg.models.chroma import Chroma

_CALM_MS = 200  # the model is opened anew for every change: not for each step of a slider


class KeyForm(QWidget):
    """`changed` comes with a Chroma, `picking` when the eyedropper shall be taken up or laid down."""

    changed = Signal(object)
    picking = Signal(bool)

    def __init__(self, theme: Theme, spec: Chroma) -> None:
        super().__init__()
        self._spec = spec
        self._later = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._later.timeout.connect(lambda: self.changed.emit(self._spec))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        self.colour = QPushButton()
        self.colour.setAccessibleName(tr("Screen's colour"))
        self.colour.clicked.connect(self._choose)
        self.pick = QPushButton(tr("Pick from the picture"))
        self.pick.setCheckable(True)
        self.pick.setObjectName("pick-colour")
        self.pick.clicked.connect(self.picking)
        self.measure = QPushButton(tr("Measure it"))
        self.measure.clicked.connect(lambda: self.take(""))
        title, head, row = label(tr("Screen's colour")), QHBoxLayout(), QHBoxLayout()
        title.setBuddy(self.colour)
        head.addWidget(title, 1)
        head.addWidget(self.colour)
        row.addWidget(self.pick)
        row.addWidget(self.measure)
        rows.addLayout(head)
        rows.addLayout(row)
        self._form = Form(theme, spec, leave_out=("key",))
        self._form.changed.connect(lambda spec: self._changed(replace(spec, key=self._spec.key)))
        rows.addWidget(self._form)
        self._show()

    def take(self, rgb: str) -> None:
        """This is the screen's colour; empty: it is measured."""
        self.pick.setChecked(False)
        self._changed(replace(self._spec, key=rgb))
        self._form.show_spec(self._spec)
        self._show()

    def picked(self, rgb: str) -> None:
        """The eyedropper was laid down: on this colour, or, empty, on none."""
        if rgb:
            self.take(rgb)
        self.pick.setChecked(False)

    def _changed(self, spec: Chroma) -> None:
        self._spec = spec
        self._later.start()

    def _show(self) -> None:
        key = self._spec.key
        self.colour.setText(key or tr("Measured"))
        swatch = QPixmap(16, 16)
        swatch.fill(QColor(key or Qt.GlobalColor.transparent))
        self.colour.setIcon(QIcon(swatch) if key else QIcon())
        self.measure.setEnabled(bool(key))

    def _choose(self) -> None:
        dialog = QColorDialog(QColor(self._spec.key or "#00b140"), self)
        dialog.colorSelected.connect(lambda colour: self.take(colour.name()))
        dialog.open()


class Eyedropper(QWidget):
    """Lies over the camera's own picture, which only the user sees; `picked` comes with the colour clicked on, or, on Esc, with
    nothing."""

    picked = Signal(str)

    def __init__(self, preview: PreviewView) -> None:
        super().__init__(preview)
        self._preview = preview
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Click on the screen behind you"))
        self.hide()

    def take(self, on: bool) -> None:
        """Take it up, or lay it down."""
        self.setVisible(on)
        if on:
            self.fit()
            self.setFocus()
        self._preview.compare(on)

    def fit(self) -> None:
        """Lie on the picture, wherever that is now."""
        self.setGeometry(self._preview.picture)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  # Qt's name
        if event.key() == Qt.Key.Key_Escape:
            self._end("")
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._end(self._preview.colour_at(event.position().toPoint() + self.pos()))

    def _end(self, rgb: str) -> None:
        self.take(False)
        self.picked.emit(rgb)
