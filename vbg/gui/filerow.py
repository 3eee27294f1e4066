"""One file in the queue: its name, how far it is, and what can be done with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout

from vbg.gui.theme import Theme
from vbg.gui.tr import tr
from vbg.gui.widgets import announce, icon_button, label

WAITING, LOOKING, READY, SAVING, SAVED, FAILED = "waiting", "looking", "ready", "saving", "saved", "failed"


class FileRow(QFrame):
    """`save`, `cancel`, `reveal` and `remove` say what the user wants, `chosen` that this one shall be seen.

    image, made: the preview, and the file that it was read from. target: what it is saved as, if that was asked; part: the hidden
    folder in which that is written. look: what the preview was made with.
    """

    chosen = Signal()
    save = Signal()
    cancel = Signal()
    reveal = Signal()
    remove = Signal()

    def __init__(self, theme: Theme, source: Path, video: bool) -> None:
        super().__init__()
        self.source, self.video = source, video
        self.state = WAITING
        self.target: Path | None = None
        self.image: QImage | None = None
        self.made: Path | None = None
        self.part: Path | None = None
        self.look: object = None
        self.setProperty("role", "row")
        self.setObjectName(f"file-{source.name}")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(3)
        self._name = label(source.name, "strong")
        self._said = label("", "small")
        for one in (self._name, self._said):
            one.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._name.setToolTip(str(source))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(tr("Progress of {name}", name=source.name))
        texts.addWidget(self._name)
        texts.addWidget(self._said)
        texts.addWidget(self.bar)
        row.addLayout(texts, 1)
        self._save = self._button(tr("Save as"), self.save, "save")
        self._cancel = self._button(tr("Cancel"), self.cancel, "cancel")
        self._reveal = self._button(tr("Show in folder"), self.reveal, "reveal")
        for button in (self._save, self._cancel, self._reveal):
            row.addWidget(button)
        self._close = icon_button(theme, "close", tr("Take {name} off the list", name=source.name))
        self._close.clicked.connect(self.remove)
        row.addWidget(self._close)
        self.tell(WAITING)

    def tell(self, state: str, why: str = "") -> None:
        """Show this state. why: what went wrong, or the name of the file that was written."""
        self.state = state
        said = {
            WAITING: tr("Waiting"),
            LOOKING: tr("Making the preview"),
            READY: why or tr("Ready to be saved"),
            SAVING: tr("Saving"),
            SAVED: tr("Saved as {name}", name=why),
            FAILED: why,
        }[state]
        self._said.setText(said)
        self._save.setVisible(state in (READY, SAVED, FAILED))
        self._save.setEnabled(state != FAILED or self.image is not None)
        self._cancel.setVisible(state in (WAITING, LOOKING, SAVING) and self.target is not None)
        self._reveal.setVisible(state == SAVED)
        self._close.setVisible(state not in (LOOKING, SAVING))
        self.bar.setVisible(state in (LOOKING, SAVING))
        self.bar.setRange(0, 0)
        if state in (SAVED, FAILED):
            announce(self._said)

    def progress(self, done: int, total: int) -> None:
        if total:
            self.bar.setRange(0, total)
            self.bar.setValue(max(self.bar.value(), min(done, total)))
            if self.state == SAVING:
                self._said.setText(tr("Saving: {part} %", part=100 * self.bar.value() // total))

    @property
    def said(self) -> str:
        return self._said.text()

    def mark(self, on: bool) -> None:
        """Whether it is the one that is seen."""
        self.setProperty("on", on)
        self.style().unpolish(self)
        self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  # Qt's name
        self.chosen.emit()
        super().mousePressEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(420, super().sizeHint().height())

    def _button(self, text: str, signal: object, name: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"{name}-{self.source.name}")
        button.setAccessibleName(f"{text}: {self.source.name}")
        button.clicked.connect(signal)
        return button
