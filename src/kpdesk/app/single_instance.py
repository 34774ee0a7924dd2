"""One kpdesk per person and profile folder: a second start raises the first and ends."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

CONNECT_TIMEOUT_MS = 500
MAX_MESSAGE_BYTES = 4096

_log = logging.getLogger(__name__)


class SingleInstance(QObject):
    """A local socket that only this person may open (Unix socket or named pipe)."""

    def __init__(self, profile_directory: Path, on_raise: Callable[[str], None]) -> None:
        """``on_raise(message)``: another start asks for the window; ``message`` is its deep link or ""."""
        super().__init__()
        digest = hashlib.sha256(str(profile_directory.resolve()).encode()).hexdigest()[:16]
        self._name = f"kpdesk-{digest}"
        self._on_raise = on_raise
        self._server: QLocalServer | None = None

    def raise_other(self, message: str) -> bool:
        """Ask a running kpdesk to show itself; false when there is none."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(CONNECT_TIMEOUT_MS):
            return False
        socket.write(message.encode()[:MAX_MESSAGE_BYTES] + b"\n")
        socket.waitForBytesWritten(CONNECT_TIMEOUT_MS)
        socket.disconnectFromServer()
        return True

    def listen(self) -> bool:
        """Become the first; a socket that a crashed kpdesk left behind is removed."""
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not server.listen(self._name):
            QLocalServer.removeServer(self._name)
            if not server.listen(self._name):
                _log.warning("single instance: cannot listen: %s", server.errorString())
                return False
        server.newConnection.connect(self._accept)
        self._server = server
        return True

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _accept(self) -> None:
        server = self._server
        socket = server.nextPendingConnection() if server is not None else None
        if socket is None:
            return

        def read() -> None:
            if not socket.canReadLine():
                if socket.bytesAvailable() > MAX_MESSAGE_BYTES:
                    socket.abort()
                return
            data = bytes(socket.readLine(MAX_MESSAGE_BYTES).data())
            socket.disconnectFromServer()
            self._on_raise(data.decode("utf-8", "replace").strip())

        socket.readyRead.connect(read)
        socket.disconnected.connect(socket.deleteLater)
        if socket.bytesAvailable():
            read()
