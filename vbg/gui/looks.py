"""The user's presets: whole looks, background and outline, by name, in a button's menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QInputDialog, QToolButton

from vbg.gui.tr import tr
from vbg.settings import Look


class Looks(QObject):
    """`chosen` comes with a Look, `changed` with all of them when one was saved, renamed or removed."""

    chosen = Signal(object)
    changed = Signal(object)

    def __init__(self, button: QToolButton, looks: dict[str, Look]) -> None:
        super().__init__(button)
        self._button, self._looks = button, dict(looks)
        self.current: Callable[[], Look] = Look
        button.menu().aboutToShow.connect(self._fill)
        self._fill()

    def save(self, name: str) -> None:
        """Keep the look of now under `name`."""
        if name.strip():
            self._looks[name.strip()] = self.current()
            self.changed.emit(self._looks)

    def rename(self, old: str, new: str) -> None:
        """Its place in the order stays. A name that another one has is not taken."""
        new = new.strip()
        if new and new not in self._looks:
            self._looks = {new if name == old else name: look for name, look in self._looks.items()}
            self.changed.emit(self._looks)

    def remove(self, name: str) -> None:
        del self._looks[name]
        self.changed.emit(self._looks)

    def _fill(self) -> None:
        menu = self._button.menu()
        menu.clear()
        now, group = self.current(), QActionGroup(menu)
        for name, look in self._looks.items():
            action = menu.addAction(name, partial(self.chosen.emit, look))
            action.setCheckable(True)
            action.setChecked(look == now)
            group.addAction(action)
        if self._looks:
            menu.addSeparator()
        menu.addAction(tr("Save this look as a preset"), self._ask_name)
        current = next((name for name, look in self._looks.items() if look == now), "")
        if current:
            menu.addAction(tr("Rename {name}", name=current), lambda: self._ask_new_name(current))
            menu.addAction(tr("Remove {name}", name=current), lambda: self.remove(current))

    def _ask_name(self) -> None:
        self._ask(tr("Save this look as a preset"), "", self.save)

    def _ask_new_name(self, old: str) -> None:
        self._ask(tr("Rename {name}", name=old), old, lambda new: self.rename(old, new))

    def _ask(self, title: str, text: str, take: Callable[[str], object]) -> None:
        dialog = QInputDialog(self._button.window())
        dialog.setWindowTitle(title)
        dialog.setLabelText(tr("Name"))
        dialog.setTextValue(text)
        dialog.textValueSelected.connect(take)
        dialog.open()
