"""A bar that says something, and offers what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from vbg.gui import icons
from vbg.gui.theme import Theme
from vbg.gui.tr import tr
from vbg.gui.widgets import announce, icon_button


class Bar(QFrame):
    """One sentence, and what can be done about it. Hidden while there is nothing to say; never a modal box."""

    closed = Signal()

    def __init__(self, theme: Theme, role: str, icon: str) -> None:
        super().__init__()
        self._theme, self._icon_name = theme, icon
        self.setProperty("role", role)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        self._picture = QLabel()
        self._text = QLabel(wordWrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QHBoxLayout()
        self._close = icon_button(theme, "close", tr("Dismiss"))
        self._close.clicked.connect(self.dismiss)
        row.addWidget(self._picture)
        row.addWidget(self._text, 1)
        row.addLayout(self._buttons)
        row.addWidget(self._close)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    @property
    def text(self) -> str:
        return self._text.text()

    def add(self, text: str, action: Callable[[], object], primary: bool = False) -> QPushButton:
        """A button that stands in the bar from now on."""
        button = QPushButton(text)
        button.setAccessibleName(text)
        if primary:
            button.setProperty("role", "primary")
        button.clicked.connect(lambda: action())
        self._buttons.addWidget(button)
        return button

    def say(self, text: str) -> None:
        """Show `text`; nothing to say hides the bar."""
        if text and (text != self.text or not self.isVisible()):
            self._text.setText(text)
            self.setAccessibleName(text)
            self.show()
            announce(self)
        elif not text:
            self.hide()

    def dismiss(self) -> None:
        self.hide()
        self.closed.emit()

    def _dress(self) -> None:
        colour = self._theme.tokens.warn_text if self.property("role") == "warn" else self._theme.tokens.info_text
        self._picture.setPixmap(icons.pixmap(self._icon_name, colour, 20, self.devicePixelRatioF()))
