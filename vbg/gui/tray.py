"""The tray's icon and menu, where there is a tray: never the only way to anything."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from vbg.backgrounds import ALL, Background
from vbg.gui.tr import tr


class Tray:
    """blur and pause get whether they are on; choose gets a background."""

    def __init__(
        self,
        icon: QIcon,
        show: Callable[[], object],
        blur: Callable[[bool], object],
        pause: Callable[[bool], object],
        choose: Callable[[Background], object],
        quit_all: Callable[[], object],
    ) -> None:
        self._menu = QMenu()
        self._menu.addAction(tr("Show vbg"), show)
        self._menu.addSeparator()
        self._blur = self._checkable(tr("Blur the room"), blur)
        self._pause = self._checkable(tr("Pause"), pause)
        backgrounds = self._menu.addMenu(tr("Backgrounds"))
        for one in ALL:
            _offer(backgrounds, one, choose)
        self._menu.addSeparator()
        self._menu.addAction(tr("Quit"), quit_all)
        self._icon = QSystemTrayIcon(icon)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(lambda why: show() if why == QSystemTrayIcon.ActivationReason.Trigger else None)
        self._icon.show()

    @staticmethod
    def there() -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable()

    def tell(self, line: str, blurred: bool, paused: bool) -> None:
        """Show what is going on."""
        self._icon.setToolTip(f"vbg: {line}")
        for action, on in ((self._blur, blurred), (self._pause, paused)):
            action.setChecked(on)

    def close(self) -> None:
        self._icon.hide()

    def _checkable(self, text: str, action: Callable[[bool], object]) -> QAction:
        made = QAction(text, self._menu, checkable=True)
        made.triggered.connect(action)
        self._menu.addAction(made)
        return made


def _offer(menu: QMenu, one: Background, choose: Callable[[Background], object]) -> None:
    menu.addAction(tr(one.title), lambda: choose(one))
