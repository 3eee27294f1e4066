"""A form for any spec, made of its knobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from vbg.errors import UsageError
from vbg.gui.theme import Theme
from vbg.gui.titles import Titles
from vbg.gui.tr import tr
from vbg.gui.widgets import Switch, label
from vbg.spec import Knob, knobs

_STEPS = 200  # of a slider, for a number


class Form(QWidget):
    """One row for each knob; `changed` comes with a new spec at every change."""

    changed = Signal(object)

    def __init__(
        self, theme: Theme, spec: Any, leave_out: Iterable[str] = (), shown: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        """leave_out: names of fields. shown: field -> choice -> how it is called; the rest goes through `tr`."""
        super().__init__()
        self._theme, self._spec, self._shown = theme, spec, shown or {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(10)
        self._setters: dict[str, Any] = {}
        for name, knob in knobs(spec).items():
            if name not in leave_out:
                self._add(name, knob, getattr(spec, name))

    @property
    def empty(self) -> bool:
        return not self._setters

    def show_spec(self, spec: Any) -> None:
        """Show the values of `spec`, which is of the same kind; nothing is emitted."""
        self._spec = spec
        for name, show in self._setters.items():
            show(getattr(spec, name))

    def _set(self, name: str, value: Any) -> None:
        try:
            spec = replace(self._spec, **{name: value})
        except UsageError:
            return  # half a word that is being typed
        if spec != self._spec:
            self._spec = spec
            self.changed.emit(spec)

    def _add(self, name: str, knob: Knob, value: Any) -> None:
        if isinstance(value, bool):
            self._add_switch(name, knob, value)
        elif knob.choices:
            self._add_choice(name, knob, value)
        elif isinstance(value, float):
            self._add_number(name, knob, value)
        elif isinstance(value, int):
            self._add_count(name, knob, value)
        elif isinstance(value, str):
            kind = "rgb" if name.endswith("colour") else name
            {"rgb": self._add_colour, "title": self._add_title}.get(kind, self._add_text)(name, knob, value)

    def _titled(self, knob: Knob, control: QWidget, beside: QWidget | None = None, under: bool = False) -> None:
        """The knob's label, and the control beside it or under it."""
        title = QLabel(tr(knob.label))
        title.setBuddy(control)
        control.setAccessibleName(tr(knob.label))
        if knob.help:
            said = tr(knob.help)
            control.setAccessibleDescription(said)
            for one in (title, control):
                one.setToolTip(said)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        if beside is not None:
            head.addWidget(beside)
        if not under:
            head.addWidget(control)
        self._rows.addLayout(head)
        if under:
            self._rows.addWidget(control)

    def _add_switch(self, name: str, knob: Knob, value: bool) -> None:
        switch = Switch(self._theme, tr(knob.label))
        switch.setChecked(value)
        switch.toggled.connect(lambda on: self._set(name, on))
        self._titled(knob, switch)
        self._setters[name] = switch.show_state

    def _add_choice(self, name: str, knob: Knob, value: str) -> None:
        combo = QComboBox()
        called = self._shown.get(name, {})
        for choice in knob.choices:
            combo.addItem(called.get(choice) or tr(choice.capitalize()), choice)
        combo.setCurrentIndex(combo.findData(value))
        combo.currentIndexChanged.connect(lambda _: self._set(name, combo.currentData()))
        self._titled(knob, combo)
        self._setters[name] = _silently(combo, lambda choice: combo.setCurrentIndex(combo.findData(choice)))

    def _add_number(self, name: str, knob: Knob, value: float) -> None:
        low, high = knob.low or 0.0, knob.high if knob.high is not None else 1.0
        slider, said = Slider(), label("", "small")
        slider.setRange(0, _STEPS)
        slider.setPageStep(_STEPS // 10)
        slider.setSingleStep(_STEPS // 50)

        def show(number: float) -> None:
            slider.setValue(round((number - low) / (high - low) * _STEPS))
            tell(number)

        def tell(number: float) -> None:
            said.setText(f"{number:.0%}" if low >= 0 and high <= 1 and not knob.unit else f"{number:g} {tr(knob.unit)}")

        def moved(step: int) -> None:
            number = round(low + (high - low) * step / _STEPS, 4)
            tell(number)
            self._set(name, number)

        show(value)
        slider.valueChanged.connect(moved)
        self._titled(knob, slider, said, under=True)
        self._setters[name] = _silently(slider, show)

    def _add_count(self, name: str, knob: Knob, value: int) -> None:
        slider, said = Slider(), label(f"{value}", "small")
        slider.setRange(int(knob.low or 0), int(knob.high if knob.high is not None else 100))
        slider.setValue(value)

        def moved(number: int) -> None:
            said.setText(f"{number} {tr(knob.unit)}".strip())
            self._set(name, number)

        def show(number: int) -> None:
            slider.setValue(number)
            said.setText(f"{number} {tr(knob.unit)}".strip())

        slider.valueChanged.connect(moved)
        self._titled(knob, slider, said, under=True)
        self._setters[name] = _silently(slider, show)

    def _add_title(self, name: str, knob: Knob, value: str) -> None:
        combo = Titles(value)
        combo.activated.connect(lambda _: self._set(name, combo.currentData()))
        self._titled(knob, combo, under=True)
        self._setters[name] = lambda title: combo.show_title(title) if title != combo.currentData() else None

    def _add_text(self, name: str, knob: Knob, value: str) -> None:
        line = QLineEdit(value)
        line.setMinimumWidth(60)
        line.editingFinished.connect(lambda: self._set(name, line.text()))
        browse = None
        if name == "file":
            browse = QPushButton(tr("Choose file"))

            def picked(file: str) -> None:
                line.setText(file)
                self._set(name, file)

            def pick() -> None:
                dialog = QFileDialog(self, tr("Choose file"))
                dialog.fileSelected.connect(picked)
                dialog.open()

            browse.clicked.connect(pick)
        self._titled(knob, line, browse, under=True)
        self._setters[name] = _silently(line, line.setText)

    def _add_colour(self, name: str, knob: Knob, value: str) -> None:
        button = QPushButton(value)

        def picked(colour: QColor) -> None:
            button.setText(colour.name())
            self._set(name, colour.name())

        def pick() -> None:
            dialog = QColorDialog(QColor(button.text()), self)
            dialog.colorSelected.connect(picked)
            dialog.open()

        button.clicked.connect(pick)
        self._titled(knob, button)
        self._setters[name] = button.setText


class Slider(QSlider):
    """Horizontal; a wheel that scrolls the page does not turn it unless it has the focus."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: Any) -> None:  # noqa: N802  # Qt's name
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _silently(widget: QWidget, show: Any) -> Any:
    def shown(value: Any) -> None:
        with QSignalBlocker(widget):
            show(value)
        widget.update()

    return shown
