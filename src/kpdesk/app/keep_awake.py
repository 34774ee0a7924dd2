"""Keeps the screen on and the computer awake while a patient waits or talks.

Windows: SetThreadExecutionState. macOS: ``caffeinate``. Linux: the desktop's ScreenSaver service.
Where none of them works the visit goes on; the system may then dim the screen.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from typing import Protocol

_log = logging.getLogger(__name__)


class KeepAwake(Protocol):
    """Asked for by the call window."""

    def hold(self) -> None:
        """Stay awake from now on; safe to call twice."""
        ...

    def release(self) -> None:
        """Back to normal; safe to call twice."""
        ...


class WindowsKeepAwake:
    """https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-setthreadexecutionstate"""

    CONTINUOUS = 0x80000000
    SYSTEM_REQUIRED = 0x00000001
    DISPLAY_REQUIRED = 0x00000002

    def __init__(self, set_state: object | None = None) -> None:
        """``set_state``: the Windows function, or a recorder in tests."""
        if set_state is None:
            import ctypes

            set_state = ctypes.windll.kernel32.SetThreadExecutionState  # type: ignore[attr-defined,unused-ignore]
        self._set_state = set_state

    def hold(self) -> None:
        self._set_state(self.CONTINUOUS | self.SYSTEM_REQUIRED | self.DISPLAY_REQUIRED)  # type: ignore[operator]

    def release(self) -> None:
        self._set_state(self.CONTINUOUS)  # type: ignore[operator]


class CaffeinateKeepAwake:
    """``caffeinate -d -i`` for as long as it runs; ends with this process (``-w``)."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def hold(self) -> None:
        if self._process is None:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)  # noqa: S603

    def release(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(timeout=2)


class ScreenSaverKeepAwake:
    """org.freedesktop.ScreenSaver on the session bus."""

    SERVICE = "org.freedesktop.ScreenSaver"

    def __init__(self) -> None:
        self._cookie: int | None = None

    def hold(self) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusInterface, QDBusMessage

        if self._cookie is not None:
            return
        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        reply = QDBusInterface(self.SERVICE, "/ScreenSaver", self.SERVICE, bus).call(
            "Inhibit", "kpdesk", "video visit"
        )
        if reply.type() is QDBusMessage.MessageType.ReplyMessage and reply.arguments():
            self._cookie = int(reply.arguments()[0])

    def release(self) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusInterface

        cookie, self._cookie = self._cookie, None
        if cookie is None:
            return
        bus = QDBusConnection.sessionBus()
        QDBusInterface(self.SERVICE, "/ScreenSaver", self.SERVICE, bus).call("UnInhibit", cookie)


def system_keep_awake() -> KeepAwake:
    """The one for this system."""
    if sys.platform == "win32":
        return WindowsKeepAwake()
    if sys.platform == "darwin":
        import os

        path = shutil.which("caffeinate") or "/usr/bin/caffeinate"
        return CaffeinateKeepAwake((path, "-d", "-i", "-w", str(os.getpid())))
    return ScreenSaverKeepAwake()
