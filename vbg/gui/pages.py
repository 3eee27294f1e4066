"""The two other pages of the side panel: the outline, and the settings."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from typing import Any

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from vbg import __version__, choose
from vbg.cameras import Camera
from vbg.figures.figure import Figure
from vbg.gui.forms import Form
from vbg.gui.keying import KeyForm
from vbg.gui.preferences import Preferences, shown
from vbg.gui.theme import Theme
from vbg.gui.tr import languages, tr
from vbg.gui.widgets import Alternatives, Switch, label
from vbg.matting.presence import Presence
from vbg.matting.style import PRESETS, Style
from vbg.models import Model, library
from vbg.models.chroma import Chroma
from vbg.settings import Setup
from vbg.spec import knobs

_NAMES = {"natural": "Natural", "hands": "Hands", "privacy": "Privacy"}


class _Scrolled(QScrollArea):
    """A page that scrolls where it is higher than the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("page")
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(3, 2, 3, 6)
        self.column.setSpacing(12)
        self.setWidget(inner)


class OutlinePage(_Scrolled):
    """How the edge is cut, and how the user stands in the picture. `changed` comes with a Style, `presence_changed` with a
    Presence, `figure_changed` with a Figure, `brush` with "keep", "drop" or "" for none, `capture` when the empty room shall be
    captured."""

    changed = Signal(object)
    presence_changed = Signal(object)
    figure_changed = Signal(object)
    brush = Signal(str)
    capture = Signal()

    def __init__(self, theme: Theme, style: Style, presence: Presence, figure: Figure) -> None:
        super().__init__()
        self._style = style
        self._presets = Alternatives(theme, [tr(_NAMES[name]) for name in PRESETS], tr("Outline preset"), none=True)
        self._presets.chosen.connect(self._take_preset)
        about = label(tr("Hands keeps every finger, for sign language. Privacy shows no room, even if hair suffers."), "small")
        about.setWordWrap(True)
        self._form = Form(theme, style)
        self._form.changed.connect(self._changed)
        self.column.addWidget(self._presets)
        self.column.addWidget(about)
        self.column.addLayout(self._room())
        self.column.addWidget(self._form)
        self.column.addLayout(self._regions())
        self.column.addWidget(label(tr("You in the picture"), "section"))
        self._presence = Form(theme, presence)
        self._presence.changed.connect(self.presence_changed)
        self.column.addWidget(self._presence)
        self.column.addWidget(label(tr("Around you, and in your place"), "section"))
        self._figure = Form(theme, figure)
        self._figure.changed.connect(self.figure_changed)
        self.column.addWidget(self._figure)
        self.column.addStretch(1)
        self.show_look(style, presence, figure)

    def show_look(self, style: Style, presence: Presence, figure: Figure) -> None:
        """Show all of these; nothing is emitted."""
        self.show_style(style)
        self._presence.show_spec(presence)
        self._figure.show_spec(figure)

    def show_style(self, style: Style) -> None:
        """Show these values; nothing is emitted."""
        self._style = style
        self._form.show_spec(style)
        holds = [all(getattr(style, name) == value for name, value in values.items()) for values in PRESETS.values()]
        self._presets.choose(holds.index(True) if True in holds else -1)
        self._clear.setEnabled(bool(style.keep or style.drop))

    def tell_room(self, said: str, ready: bool, capturing: bool) -> None:
        """How the capture of the room goes or went. ready: one can be begun."""
        self._capture.setEnabled(ready and not capturing)
        if said != self._told.text():
            self._told.setText(said)
            self._told.setVisible(bool(said))

    def brush_ended(self) -> None:
        """The brush was laid down elsewhere."""
        for button in self._brushes.values():
            button.setChecked(False)

    def _room(self) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(8)
        about = tr(
            "Shown the room without you, vbg cuts you out more cleanly. It takes three seconds; the camera must stay in place."
        )
        self._capture = QPushButton(tr("Learn the empty room"))
        self._capture.setObjectName("capture")
        self._capture.setEnabled(False)
        self._capture.clicked.connect(self.capture)
        self._told = label("", "small")
        self._told.hide()
        rows.addWidget(label(tr("The room behind you"), "section"))
        for one in (label(about, "small"), self._capture, self._told):
            if isinstance(one, QLabel):
                one.setWordWrap(True)
            rows.addWidget(one)
        return rows

    def _regions(self) -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(8)
        heading = label(tr("Regions"), "section")
        about = label(tr("Paint over the preview what always shows (a chair, a microphone) or never (a poster)."), "small")
        about.setWordWrap(True)
        self._brushes: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        for kind, text in (("keep", tr("Paint: show")), ("drop", tr("Paint: hide"))):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setObjectName(f"brush-{kind}")
            button.clicked.connect(lambda on, kind=kind: self._take_brush(kind if on else ""))
            self._brushes[kind] = button
            row.addWidget(button)
        self._clear = QPushButton(tr("Clear regions"))
        self._clear.clicked.connect(lambda: self._changed(replace(self._style, keep=(), drop=())))
        for one in (heading, about):
            rows.addWidget(one)
        rows.addLayout(row)
        rows.addWidget(self._clear)
        return rows

    def _take_brush(self, kind: str) -> None:
        for name, button in self._brushes.items():
            button.setChecked(name == kind)
        self.brush.emit(kind)

    def _take_preset(self, index: int) -> None:
        self._changed(replace(self._style, **list(PRESETS.values())[index]))

    def _changed(self, style: Style) -> None:
        self.show_style(style)
        self.changed.emit(style)


class SettingsPage(_Scrolled):
    """The camera's and the model's own settings, and the window's. `picking` comes when the screen's colour shall be picked."""

    camera_changed = Signal(object)
    model_changed = Signal(object)
    preferences_changed = Signal(object)
    always_on_changed = Signal(bool)
    shortcuts_changed = Signal(bool)
    picking = Signal(bool)

    def __init__(self, theme: Theme, setup: Setup, preferences: Preferences) -> None:
        super().__init__()
        self._theme = theme
        self._preferences = preferences
        self._section(tr("Window"))
        called = {"language": {"system": tr("System"), **languages()}}
        hidden = [one.name for one in fields(Preferences) if one.name not in shown()]
        form = Form(theme, preferences, leave_out=hidden, shown=called)
        form.changed.connect(self._keep)
        self.column.addWidget(form)
        if sys.platform == "linux":
            tip = tr("Ctrl+Alt+P pauses, Ctrl+Alt+B blurs. Your desktop asks you; not every desktop can do it.")
            self._switch(tr("Keys in every program"), tip, setup.shortcuts, self.shortcuts_changed)
        self._section(tr("Model"))
        self.column.addWidget(self._models(setup.model))
        self._key_rows = QVBoxLayout()
        self.column.addLayout(self._key_rows)
        self.keying: KeyForm | None = None
        self._show_keying(setup.model)
        self._section(tr("Camera"))
        tip = tr("Otherwise the camera's light goes out when no program reads the virtual camera.")
        self._switch(tr("On even while nobody looks"), tip, setup.always_on, self.always_on_changed)
        self._spec_forms = QVBoxLayout()
        self.column.addLayout(self._spec_forms)
        self._camera_group: QWidget | None = None
        self.show_camera(setup.camera)
        about = label(tr("vbg {version}: everything happens on this machine.", version=__version__), "small")
        about.setWordWrap(True)
        self.column.addStretch(1)
        self.column.addWidget(about)

    def show_camera(self, camera: Camera) -> None:
        """Show the camera's own settings, where it has any beside the device."""
        if self._camera_group is not None:
            self._camera_group.hide()
            self._camera_group.deleteLater()
            self._camera_group = None
        if not set(knobs(camera)) - {"device"}:
            return
        group = QWidget()
        rows = QVBoxLayout(group)
        rows.setContentsMargins(0, 0, 0, 0)
        form = Form(self._theme, camera, leave_out=("device",))
        form.changed.connect(self.camera_changed)
        rows.addWidget(form)
        self._spec_forms.addWidget(group)
        self._camera_group = group

    def picked(self, rgb: str) -> None:
        """The screen's colour was picked, or, empty, none was."""
        if self.keying is not None:
            self.keying.picked(rgb)

    def _choose_model(self, model: Model) -> None:
        self._show_keying(model)
        self.model_changed.emit(model)

    def _show_keying(self, model: Model) -> None:
        """The chroma key's own settings, where it is chosen."""
        if self.keying is not None:
            self.picking.emit(False)
            self.keying.hide()
            self.keying.deleteLater()
            self.keying = None
        if isinstance(model, Chroma):
            self.keying = KeyForm(self._theme, model)
            self.keying.changed.connect(self.model_changed)
            self.keying.picking.connect(self.picking)
            self._key_rows.addWidget(self.keying)

    def _section(self, title: str) -> None:
        self.column.addWidget(label(title, "section"))

    def _models(self, model: Model) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(tr("Model"))
        told = {"follow": tr("Follow the person (best)"), "square": tr("Square"), "landscape": tr("Wide (fastest)")}
        told["chroma"] = tr("Green screen (chroma key)")
        built_in = choose.models_built_in()
        names = [name for name in told if name in built_in]
        for name in [*names, *library.names()]:
            combo.addItem(told.get(name, name), name)
        current: Any = model.name if model.name in names else getattr(model, "file", "")
        combo.setCurrentIndex(max(0, combo.findData(current)))
        combo.currentIndexChanged.connect(lambda _: self._choose_model(choose.model(combo.currentData())))
        return combo

    def _switch(self, text: str, tip: str, on: bool, changed: SignalInstance) -> None:
        row = QHBoxLayout()
        switch, title = Switch(self._theme, text), label(text)
        switch.setToolTip(tip)
        title.setBuddy(switch)
        switch.show_state(on)
        switch.toggled.connect(changed)
        row.addWidget(title, 1)
        row.addWidget(switch)
        self.column.addLayout(row)

    def _keep(self, preferences: Preferences) -> None:
        """The form knows the fields that it shows; the others may have changed since."""
        changes = {name: getattr(preferences, name) for name in shown()}
        self._preferences = replace(self._preferences, **changes)
        self.preferences_changed.emit(changes)
