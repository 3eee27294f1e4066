"""One window per user: a second start raises the first one's."""

from __future__ import annotations

import getpass

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS = 500


class Single(QObject):
    """`raised` comes when another start asked for the window."""

    raised = Signal()

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self._name = name or f"vbg-{getpass.getuser()}"
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._called)

    def first(self) -> bool:
        """Whether this is the first start; if not, the first one has been told."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_WAIT_MS):
            socket.disconnectFromServer()
            return False
        QLocalServer.removeServer(self._name)  # left behind by one that crashed
        self._server.listen(self._name)
        return True

    def close(self) -> None:
        self._server.close()

    def _called(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.disconnected.connect(caller.deleteLater)
            self.raised.emit()
