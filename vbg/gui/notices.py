"""What the bars over the preview say: what is wrong, what could be better, what is missing. Never a modal box."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from vbg.gui.engine import State
from vbg.gui.health import Health
from vbg.gui.tr import heard, tr
from vbg.gui.window import Window

_THANKS_MS = 1500
_NO_DRIVER = {"driver-missing", "driver-not-loaded", "driver-no-device"}


class Notices(QObject):
    """`retry` comes when the user wants to try again, `welcomed` when they put the first run's bar away."""

    retry = Signal()
    welcomed = Signal()

    def __init__(self, window: Window, welcomed: bool) -> None:
        super().__init__(window)
        self._window, self._welcomed = window, welcomed
        self._dismissed = self._hint = self._help = self._mending = ""
        self._page = 0
        self.health = Health()
        if not welcomed:
            self.health.start()
        self.retry_button = window.fault.add(tr("Retry"), self._try_again, primary=True)
        self.copy_help = window.fault.add(tr("Copy command"), lambda: self._copy(self.copy_help, self._help))
        self.copy_mending = window.welcome.add(
            tr("Copy command"), lambda: self._copy(self.copy_mending, self._mending), primary=True
        )
        self.next_finding = window.welcome.add(tr("Next ({number} of {count})", number=1, count=1), self._turn)
        window.fault.closed.connect(self._fault_closed)
        window.welcome.closed.connect(self._welcome_closed)

    def tell(self, state: State) -> None:
        """Show what there is to say about this state, and take away what is over."""
        self._tell_fault(state)
        guided = state.status.room.capturing  # that stands large over the preview
        self._tell_hint("" if guided else heard(state.status.notice or state.status.hint))
        self._tell_of_machine(state.driver_missing)

    def mention(self, text: str) -> None:
        """Something that went wrong by the way; it stays until the user puts it away."""
        self._window.notice.say(heard(text))

    def _tell_fault(self, state: State) -> None:
        fault = heard(state.failure or state.output_fault or state.status.fault)
        if not fault:
            self._dismissed = ""
            self._window.fault.say("")
        elif fault != self._dismissed:
            self._help = command_in(state.hint)
            self.copy_help.setVisible(bool(self._help))
            self._window.fault.say(fault)

    def _tell_hint(self, hint: str) -> None:
        if hint != self._hint:
            self._hint = hint
            self._window.notice.say(hint)

    def _tell_of_machine(self, driver_missing: bool) -> None:
        """One thing that must be mended at a time, with its command."""
        findings = [] if self._welcomed else self.health.serious(driver_missing)
        if not findings:
            self._window.welcome.say("")
            return
        number = self._page % len(findings)
        one = findings[number]
        self._mending = one.command
        self.copy_mending.setVisible(bool(one.command))
        self.next_finding.setVisible(len(findings) > 1)
        self.next_finding.setText(tr("Next ({number} of {count})", number=number + 1, count=len(findings)))
        if one.code in _NO_DRIVER:
            text = tr("One thing is missing: the virtual camera driver, so that Zoom, Teams or Meet can see this picture.")
        else:
            text = html.escape(heard(one.what), quote=False)
        command = html.escape(one.command, quote=False)
        self._window.welcome.say(f"{text}<br><code>{command}</code>" if command else text)

    def _fault_closed(self) -> None:
        self._dismissed = self._window.fault.text

    def _welcome_closed(self) -> None:
        self._welcomed = True
        self.welcomed.emit()

    def _turn(self) -> None:
        self._page += 1

    def _copy(self, button: QPushButton, command: str) -> None:
        """Into the clipboard, and say so on the button for a moment."""
        QGuiApplication.clipboard().setText(command)
        button.setText(tr("Copied"))
        QTimer.singleShot(_THANKS_MS, button, lambda: button.setText(tr("Copy command")))

    def _try_again(self) -> None:
        self._dismissed = ""
        self._window.fault.say("")
        self.retry.emit()


def command_in(hint: str) -> str:
    """The command for the shell that stands in a hint, between backticks; empty where there is none."""
    found = re.search(r"`(sudo [^`]+)`", hint)
    return found[1] if found else ""
