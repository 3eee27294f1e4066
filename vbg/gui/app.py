"""Puts the window together: `run` is what `vbg` without a command does where there is a screen."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from vbg import memory
from vbg.gui import autostart, environment, icons, preferences, tr
from vbg.gui.loading import Loaded, Loader
from vbg.gui.single import Single
from vbg.gui.theme import Theme
from vbg.gui.window import Window


def run(minimised: bool = False) -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    environment.tidy()
    memory.one_heap()
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication([sys.argv[0]])
    app.setApplicationName("vbg")
    app.setDesktopFileName("vbg")
    app.setWindowIcon(icons.app_icon())
    app.setQuitOnLastWindowClosed(False)
    single = Single()
    if not single.first():
        return 0
    house = House(app, preferences.load(preferences.path()))
    single.raised.connect(house.show)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: house.quit())
    awake = QTimer(interval=250)  # lets Python see a signal while Qt waits for events
    awake.timeout.connect(lambda: None)
    awake.start()
    house.open(minimised)
    code = app.exec()
    house.close()
    single.close()
    return code


class House(QObject):
    """The app: theme, language and preferences, the window and its desk, the tray."""

    def __init__(self, app: QApplication, kept: preferences.Preferences) -> None:
        super().__init__()
        self._app, self.preferences = app, kept
        self.theme = Theme(app, kept.theme, kept.motion)
        self._words = self._speak()
        self.loaded: Loaded | None = None
        self._closed = False
        self.desk: Any = None
        self._tray: Any = None
        self._saver = QTimer(self, singleShot=True, interval=600)
        self._saver.timeout.connect(self._save)
        self.window = self._made_window()
        self.loader = Loader(_import_furniture)
        self.loader.loaded.connect(self._take)
        self.loader.failed.connect(lambda why: self.window.preview.say("warn", tr.tr("vbg cannot start"), tr.heard(why)))

    def open(self, minimised: bool = False) -> None:
        """Show the window, then load what is heavy."""
        if minimised or self.preferences.start_minimised:
            self.window.showMinimized()
        else:
            self.window.show()
        QTimer.singleShot(0, self.loader.start)

    def show(self) -> None:
        """Bring the window to the front."""
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def leave(self) -> None:
        """The user closed the window."""
        if self._tray is not None and self.preferences.keep_running:
            self.window.hide()
        else:
            self.quit()

    def quit(self) -> None:
        self.window.hide()
        self._app.quit()

    def close(self) -> None:
        """Save everything and end the session."""
        self._closed = True
        self._prefer({"geometry": bytes(self.window.saveGeometry().toBase64().data()).decode()})
        self._saver.stop()
        self._save()
        if self._tray is not None:
            self._tray.close()
        if self.desk is not None:
            self.desk.close()
        loaded = self.loaded or self.loader.wait()
        if loaded is not None:
            if loaded.service is not None:
                loaded.service.close()
            loaded.engine.stop()
            loaded.watch.close()
            loaded.library.close()

    def _take(self, loaded: Loaded) -> None:
        if not self._closed:
            self.loaded = loaded
            self._furnish()

    def _furnish(self) -> None:
        """A desk for the window, and the tray."""
        from vbg.gui.desk import Desk
        from vbg.gui.tray import Tray

        assert self.loaded is not None
        desk = self.desk = Desk(self.window, self.loaded, self.preferences)
        desk.preferences_changed.connect(self._prefer)
        if Tray.there():
            self._tray = Tray(icons.app_icon(), self.show, desk.blur, desk.pause, desk.choose, self.quit)
            desk.told.connect(self._tell_tray)

    def _tell_tray(self, state: Any, said: Any) -> None:
        from vbg.effects.blur import Blur

        if self._tray is not None and self.loaded is not None:
            self._tray.tell(said.line, isinstance(self.loaded.engine.look.effect, Blur), state.paused)

    def _prefer(self, changes: dict[str, Any]) -> None:
        before, self.preferences = self.preferences, replace(self.preferences, **changes)
        self.theme.wish(self.preferences.theme, self.preferences.motion)
        if self.preferences.start_at_login != before.start_at_login:
            try:
                autostart.set_to(self.preferences.start_at_login)
            except OSError as e:
                self.window.notice.say(f"{e}")
        self._saver.start()
        if self.preferences.language != before.language:
            QTimer.singleShot(0, self._rebuild)

    def _save(self) -> None:
        from vbg.errors import SettingsError

        try:
            preferences.save(preferences.path(), self.preferences)
        except SettingsError as e:
            self.window.notice.say(tr.heard(f"{e}"))

    def _speak(self) -> list[Any]:
        code = tr.code_for(self.preferences.language)
        self._app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if code == "ar" else Qt.LayoutDirection.LeftToRight)
        return tr.install(self._app, code)

    def _rebuild(self) -> None:
        """Another language: the same session in a new window."""
        for one in self._words:
            self._app.removeTranslator(one)
        self._words = self._speak()
        old, desk = self.window, self.desk
        geometry: QByteArray = old.saveGeometry()
        if desk is not None:
            desk.close()
        if self._tray is not None:
            self._tray.close()
            self._tray = None
        self.window = self._made_window()
        self.window.restoreGeometry(geometry)
        self.window.show()
        if self.loaded is not None:
            self._furnish()
        old.hide()
        old.deleteLater()

    def _made_window(self) -> Window:
        window = Window(self.theme, self.preferences.mirror)
        window.leaving.connect(self.leave)
        if self.preferences.geometry:
            window.restoreGeometry(QByteArray.fromBase64(self.preferences.geometry.encode()))
        return window


def _import_furniture() -> None:
    """What `_furnish` needs: heavy, and not needed for the first paint."""
    from vbg.gui import desk, tray  # noqa: F401
