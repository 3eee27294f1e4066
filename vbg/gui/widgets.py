"""The few widgets that Qt does not have: a switch, and a row of alternatives."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from vbg.gui import icons
from vbg.gui.theme import Theme


def label(text: str, role: str = "") -> QLabel:
    """A label in one of the style sheet's roles."""
    made = QLabel(text)
    made.setProperty("role", role)
    return made


def icon_button(theme: Theme, icon: str, name: str, checkable: bool = False) -> QToolButton:
    """A button that shows an icon alone; `name` is its tooltip and what a screen reader says."""
    made = QToolButton()
    made.setCheckable(checkable)
    made.setToolTip(name)
    made.setAccessibleName(name)
    made.setIconSize(QSize(20, 20))

    def dress() -> None:
        made.setIcon(icons.icon(icon, theme.tokens.accent if checkable else theme.tokens.text, theme.tokens.text))

    theme.changed.connect(dress)
    dress()
    return made


def announce(widget: QWidget) -> None:
    """Let screen readers say what `widget`, whose name or text changed, says now."""
    QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Alert))


class Switch(QAbstractButton):
    """On or off; it takes effect at once, so it is no check box."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._place = 0.0
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._slide = QVariantAnimation(self, duration=120)
        self._slide.valueChanged.connect(self._move)
        self.toggled.connect(self._toggled)

    def show_state(self, on: bool) -> None:
        """Show it, at once; nothing is emitted."""
        with QSignalBlocker(self):
            self.setChecked(on)
        self._slide.stop()
        self._move(float(on))

    def sizeHint(self) -> QSize:  # noqa: N802  # Qt's name
        return QSize(46, 28)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        t, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(3, 4, 40, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = QColor(t.accent) if self.isChecked() else QColor(t.edge)
        if not self.isEnabled():
            ground = QColor(t.hover)
        painter.setBrush(ground)
        painter.drawRoundedRect(track, 10, 10)
        place = 1 - self._place if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else self._place
        painter.setBrush(QColor(t.on_accent if self.isChecked() else t.panel))
        painter.drawEllipse(QPointF(13 + 20 * place, 14), 7.2, 7.2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.text), 1.8))
            painter.drawRoundedRect(QRectF(1, 2, 44, 24), 12, 12)

    def _toggled(self, on: bool) -> None:
        self._slide.stop()
        if self._theme.moves() and self.isVisible():
            self._slide.setStartValue(self._place)
            self._slide.setEndValue(float(on))
            self._slide.start()
        else:
            self._move(float(on))

    def _move(self, place: float) -> None:
        self._place = place
        self.update()


class Alternatives(QWidget):
    """A row of alternatives of which one holds: pages of a panel, presets. Arrow keys move within."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, names: list[str], name: str, none: bool = False) -> None:
        """none: it may be that none of them holds."""
        super().__init__()
        self._theme, self._names = theme, names
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        self.group = QButtonGroup(self)
        self.group.setExclusive(not none)
        for index, text in enumerate(names):
            part = _Part(theme, text)
            part.clicked.connect(lambda _=False, i=index: self._clicked(i))
            self.group.addButton(part, index)
            row.addWidget(part, 1)
        theme.changed.connect(self.update)

    def choose(self, index: int) -> None:
        """Show that this one holds; -1: none."""
        for at, button in enumerate(self.group.buttons()):
            button.setChecked(at == index)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(
            QPen(QColor(self._theme.tokens.line), 1) if self._theme.tokens.name == "high contrast" else Qt.PenStyle.NoPen
        )
        painter.setBrush(QColor(self._theme.tokens.field))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            step = -step
        buttons = self.group.buttons()
        at = next((i for i, one in enumerate(buttons) if one.hasFocus()), 0)
        following = buttons[(at + step) % len(buttons)]
        following.setFocus(Qt.FocusReason.TabFocusReason)
        following.click()

    def _clicked(self, index: int) -> None:
        self.choose(index)
        self.chosen.emit(index)


class _Part(QAbstractButton):
    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__()
        self._theme = theme
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + 20, 30)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(30, 30)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        t, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(t.accent), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        ground = t.panel if self.isChecked() and t.name != "dark" else t.hover
        if t.name == "high contrast" and self.isChecked():
            ground = t.accent
        painter.setBrush(QColor(ground) if self.isChecked() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, 7, 7)
        font = painter.font()
        font.setWeight(font.Weight.DemiBold if self.isChecked() else font.Weight.Normal)
        painter.setFont(font)
        ink = t.text if self.isChecked() or self.underMouse() else t.muted
        painter.setPen(QColor(t.on_accent if t.name == "high contrast" and self.isChecked() else ink))
        text = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, int(area.width()) - 8)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
