"""The main window: what stands where. It shows, and says what the user did; what follows of it is the desk's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vbg.gui import icons
from vbg.gui.bar import Bar
from vbg.gui.drop import CUT_OUT, Targets
from vbg.gui.preview import PreviewView
from vbg.gui.theme import Theme
from vbg.gui.tokens import GAP, PANEL_WIDTH
from vbg.gui.tr import tr
from vbg.gui.widgets import Alternatives, announce, icon_button, label

if TYPE_CHECKING:
    from vbg.gui.words import Said

SIZES = ((0, 0), (1920, 1080), (1280, 720), (960, 540), (640, 360), (640, 480))
"""What may be asked of the camera; 0 is its own."""


class Window(QWidget):
    """The signals say what the user did. The side panel is empty until `populate`."""

    camera_chosen = Signal(object)
    size_chosen = Signal(int, int)
    mirrored = Signal(bool)
    paused = Signal(bool)
    files_dropped = Signal(list)
    files_to_cut = Signal(list)
    pasted = Signal(object)
    undo = Signal()
    leaving = Signal()
    retry = Signal()

    def __init__(self, theme: Theme, mirror: bool) -> None:
        super().__init__()
        self.theme = theme
        self.setObjectName("window")
        self.setWindowTitle("vbg")
        self.setWindowIcon(icons.app_icon())
        self.setMinimumSize(720, 480)
        self.resize(1180, 620)
        self.setAcceptDrops(True)
        self.preview = PreviewView(theme)
        self.preview.mirror = mirror
        self.fault = Bar(theme, "warn", "warn")
        self.notice = Bar(theme, "info", "info")
        self.welcome = Bar(theme, "info", "info")
        self.toast = Bar(theme, "info", "undo")
        self._layout()
        self._targets = Targets(self.preview, theme)
        self._shortcuts()
        theme.changed.connect(self._dress)
        self._dress()
        self.preview.setFocus()

    def populate(self, pages: dict[str, QWidget]) -> None:
        """Fill the side panel: title -> page."""
        self.pages = Alternatives(self.theme, list(pages), tr("Pages"))
        for page in pages.values():
            self._stack.addWidget(page)
        self.pages.chosen.connect(self._stack.setCurrentIndex)
        self.pages.choose(0)
        self._side.insertWidget(0, self.pages)
        self._stack.setCurrentIndex(0)
        for control in (self.camera, self.size_choice, self.compare, self.stages, self.pause, self.looks, self.cut):
            control.setEnabled(True)

    def show_cameras(self, cameras: list[tuple[str, Any]], current: int) -> None:
        """(name, what is to be chosen) of each; nothing is emitted."""
        self.camera.blockSignals(True)
        self.camera.clear()
        for name, camera in cameras:
            self.camera.addItem(name, camera)
        self.camera.setCurrentIndex(current)
        self.camera.blockSignals(False)

    def show_size(self, width: int, height: int) -> None:
        self.size_choice.blockSignals(True)
        at = SIZES.index((width, height)) if (width, height) in SIZES else -1
        if at < 0:
            self.size_choice.addItem(f"{width} × {height}", (width, height))
            at = self.size_choice.count() - 1
        self.size_choice.setCurrentIndex(at)
        self.size_choice.blockSignals(False)

    def show_said(self, said: Said, figures: str, room: str, paused: bool) -> None:
        """The state line, the figures, what is known of the room, and what covers the preview."""
        self.preview.say(*said.cover)
        if self.state.text() != said.line:
            self.state.setText(said.line)
            self.state.setToolTip(said.line)
            announce(self.state)
        if self.figures.text() != figures:
            self.figures.setText(figures)
        if self.room.text() != room:
            self.room.setText(room)
            self.room.setToolTip(room)
        if self._dot.property("level") != said.level:
            self._dot.setProperty("level", said.level)
            self._dress()
        if self.pause.isChecked() != paused:
            self.pause.setChecked(paused)
        self.pause.setText(tr("Go on") if paused else tr("Pause"))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  # Qt's name
        event.ignore()
        self.leaving.emit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() == QEvent.Type.WindowStateChange:
            self.preview.see(not self.isMinimized())
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        narrow = event.size().width() < 900
        self._panel.setFixedWidth(288 if narrow else PANEL_WIDTH)
        self.size_choice.setVisible(not narrow)
        self.figures.setVisible(not narrow)
        super().resizeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        self._targets.at(event.position().toPoint())
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self._targets.end()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        target = self._targets.at(event.position().toPoint())
        self._targets.end()
        if files:
            event.acceptProposedAction()
            (self.files_to_cut if target == CUT_OUT else self.files_dropped).emit(files)

    def _layout(self) -> None:
        whole = QHBoxLayout(self)
        whole.setContentsMargins(14, 14, 14, 14)
        whole.setSpacing(14)
        left = QVBoxLayout()
        left.setSpacing(10)
        for bar in (self.fault, self.welcome, self.notice, self.toast):
            left.addWidget(bar)
        left.addWidget(self.preview, 1000)
        left.addLayout(self._strip())
        left.addStretch(1)
        left.addWidget(self._foot())
        whole.addLayout(left, 1)
        self._panel = QFrame()
        self._panel.setObjectName("side")
        self._panel.setFixedWidth(PANEL_WIDTH)
        self._side = QVBoxLayout(self._panel)
        self._side.setContentsMargins(13, 13, 13, 11)
        self._side.setSpacing(12)
        self._stack = QStackedWidget()
        self._side.addWidget(self._stack, 1)
        whole.addWidget(self._panel)

    def _strip(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        self.camera = QComboBox()
        self.camera.setObjectName("camera")
        self.camera.setAccessibleName(tr("Camera"))
        self.camera.setToolTip(tr("Camera"))
        self.camera.setMinimumWidth(150)
        self.camera.setMaximumWidth(300)
        self.camera.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.camera.setMinimumContentsLength(16)
        self.camera.activated.connect(lambda at: self.camera_chosen.emit(self.camera.itemData(at)))
        self.size_choice = QComboBox()
        self.size_choice.setAccessibleName(tr("Picture size"))
        self.size_choice.setToolTip(tr("Picture size"))
        for width, height in SIZES:
            self.size_choice.addItem(f"{width} × {height}" if width else tr("Camera's size"), (width, height))
        self.size_choice.activated.connect(lambda at: self.size_chosen.emit(*self.size_choice.itemData(at)))
        self.looks = icon_button(self.theme, "star", tr("Presets"))
        self.looks.setPopupMode(self.looks.ToolButtonPopupMode.InstantPopup)
        self.looks.setMenu(QMenu(self.looks))
        self.mirror = icon_button(self.theme, "mirror", tr("Mirror the preview: only you see it so"), checkable=True)
        self.mirror.setChecked(self.preview.mirror)
        self.mirror.toggled.connect(self.mirrored)
        self.compare = icon_button(self.theme, "compare", tr("Hold to see the camera's own picture (Space)"))
        self.compare.pressed.connect(lambda: self.preview.compare(True))
        self.compare.released.connect(lambda: self.preview.compare(False))
        self.stages = icon_button(self.theme, "stages", tr("How the picture is made, step by step"), checkable=True)
        self.stages.toggled.connect(self.preview.show_stages)
        self.cut = icon_button(self.theme, "scissors", tr("Photos and videos: remove or change their background"))
        self.cut.setObjectName("cut")
        self.cut.clicked.connect(lambda: self.files_to_cut.emit([]))
        row.addWidget(self.camera)
        row.addWidget(self.size_choice)
        row.addStretch(1)
        for button in (self.looks, self.cut, self.compare, self.stages, self.mirror):
            row.addWidget(button)
        for control in (self.camera, self.size_choice, self.compare, self.stages, self.looks, self.cut):
            control.setEnabled(False)
        return row

    def _foot(self) -> QFrame:
        foot = QFrame()
        foot.setObjectName("foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(14, 9, 9, 9)
        row.setSpacing(10)
        self._dot = QLabel()
        self._dot.setFixedSize(10, 10)
        self._dot.setProperty("level", "wait")
        lines = QVBoxLayout()
        lines.setSpacing(1)
        self.state = label(tr("Starting"), "strong")
        self.state.setObjectName("state")
        self.state.setWordWrap(True)
        self.figures, self.room = label("", "small"), label("", "small")
        self.room.setObjectName("room")
        self.room.setWordWrap(True)
        self.room.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        small = QHBoxLayout()
        small.setSpacing(18)
        small.addWidget(self.figures)
        small.addWidget(self.room, 1)
        lines.addWidget(self.state)
        lines.addLayout(small)
        self.pause = QPushButton(tr("Pause"))
        self.pause.setCheckable(True)
        self.pause.setObjectName("pause")
        self.pause.setEnabled(False)
        self.pause.clicked.connect(self.paused)
        row.addWidget(self._dot)
        row.addLayout(lines, 1)
        row.addWidget(self.pause)
        return foot

    def _shortcuts(self) -> None:
        for keys, action in (
            (QKeySequence(QKeySequence.StandardKey.Undo), self.undo.emit),
            (QKeySequence(QKeySequence.StandardKey.Paste), self._paste),
            (QKeySequence("Ctrl+Q"), self.leaving.emit),
            (QKeySequence("Ctrl+P"), self.pause.click),
            (QKeySequence("Ctrl+M"), self.mirror.click),
            (QKeySequence("Ctrl+S"), self.stages.click),
        ):
            QShortcut(keys, self, action)

    def _paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        if any(url.isLocalFile() for url in data.urls()):
            self.files_dropped.emit([Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()])
        elif data.hasImage():
            self.pasted.emit(QGuiApplication.clipboard().image())

    def _dress(self) -> None:
        colour = getattr(self.theme.tokens, self._dot.property("level"))
        self._dot.setStyleSheet(f"background: {colour}; border-radius: 5px;")
        size = 16
        self.pause.setIconSize(QSize(size, size))
