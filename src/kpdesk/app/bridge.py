"""The one way from the media thread to the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

_log = logging.getLogger(__name__)


class MediaBridge(QObject):
    """Runs a callable on the thread that made the bridge. Carries frozen events, never frames."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._closed = False
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def deliver(self, call: Callable[[], None]) -> None:
        """Any thread. After ``close`` the call is dropped."""
        if not self._closed:
            self._posted.emit(call)

    def close(self) -> None:
        """Deliver nothing more."""
        self._closed = True

    @Slot(object)
    def _run(self, call: Callable[[], None]) -> None:
        if self._closed:
            return
        call()
