"""A choice among the windows that are open now."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox

from vbg.effects.window import titles
from vbg.gui.tr import tr


class Titles(QComboBox):
    """Its data are titles; empty is the window on top. It is filled anew whenever it is opened."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self.show_title(title)

    def show_title(self, title: str) -> None:
        """Fill it, and show that this one is chosen; nothing is emitted."""
        blocked = self.blockSignals(True)
        self.clear()
        self.addItem(tr("The one on top"), "")
        for one in dict.fromkeys([*titles(), *filter(None, [title])]):
            self.addItem(one, one)
        self.setCurrentIndex(self.findData(title))
        self.blockSignals(blocked)

    def showPopup(self) -> None:  # noqa: N802  # Qt's name
        self.show_title(self.currentData() or "")
        super().showPopup()
