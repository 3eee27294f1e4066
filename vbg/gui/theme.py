"""Makes palette and style sheet of the token table, and follows the system's wish for light, dark or high contrast."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyle

from vbg.gui import icons, sheet
from vbg.gui.tokens import DARK, HIGH_CONTRAST, LIGHT, THEMES, Tokens


class Theme(QObject):
    """The theme in force. `changed` comes after the app wears the new one."""

    changed = Signal()

    def __init__(self, app: QApplication, wish: str = "system", motion: str = "system") -> None:
        """wish: a theme's name, or `system`. motion: `system`, `full` or `reduced`."""
        super().__init__(app)
        self._app, self._wish, self._motion = app, wish, motion
        self._folder = QTemporaryDir()
        self.tokens: Tokens = LIGHT
        app.setStyle("Fusion")
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        if hasattr(hints, "accessibility"):  # from Qt 6.10 on
            hints.accessibility().contrastPreferenceChanged.connect(self._follow)
        self._wear(self._wanted())

    def wish(self, theme: str, motion: str) -> None:
        """What the user chose from now on."""
        self._motion = motion
        if theme != self._wish:
            self._wish = theme
            self._follow()

    def moves(self) -> bool:
        """Whether things may move that need not."""
        if self._motion != "system":
            return self._motion == "full"
        return self._app.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0

    def colour(self, role: str) -> QColor:
        return QColor(getattr(self.tokens, role))

    def _follow(self, *_: object) -> None:
        wanted = self._wanted()
        if wanted is not self.tokens:
            self._wear(wanted)
            self.changed.emit()

    def _wanted(self) -> Tokens:
        if self._wish in THEMES:
            return THEMES[self._wish]
        return self._system()

    def _system(self) -> Tokens:
        """What the system asks for now."""
        hints = self._app.styleHints()
        if hasattr(hints, "accessibility") and hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return HIGH_CONTRAST
        return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def _wear(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._app.setPalette(palette(tokens))
        chevron = icons.write(Path(self._folder.path()), "chevron", tokens.muted)
        self._app.setStyleSheet(sheet.made(tokens, chevron))


def palette(tokens: Tokens) -> QPalette:
    """Qt's roles from ours, for what the style sheet does not reach."""
    role, made = QPalette.ColorRole, QPalette()
    for target, token in {
        role.Window: "window", role.Base: "panel", role.AlternateBase: "field", role.Button: "field", role.WindowText: "text",
        role.Text: "text", role.ButtonText: "text", role.BrightText: "text", role.ToolTipBase: "panel", role.ToolTipText: "text",
        role.PlaceholderText: "muted", role.Highlight: "accent", role.HighlightedText: "on_accent", role.Link: "accent",
        role.Mid: "line", role.Dark: "edge", role.Accent: "accent",
    }.items():  # fmt: skip
        made.setColor(target, QColor(getattr(tokens, token)))
    for target in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, target, QColor(tokens.edge))
    return made
