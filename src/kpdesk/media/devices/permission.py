"""The system's word on whether kpdesk may use camera and microphone (Qt, GUI thread).

macOS asks the person once and gives black pictures and silence without a yes; Windows and Linux let every
program in, and then the answer is yes. W3C calls the three answers granted, denied and prompt.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCameraPermission, QCoreApplication, QMicrophonePermission, Qt

from kpdesk.domain.media import DeviceKind, Permission

_GRANTED, _PROMPT = Qt.PermissionStatus.Granted, Qt.PermissionStatus.Undetermined
_MAC_PAGE: Final = "x-apple.systempreferences:com.apple.preference.security?"
_PAGES: Final = {
    ("win32", DeviceKind.CAMERA): "ms-settings:privacy-webcam",
    ("win32", DeviceKind.MICROPHONE): "ms-settings:privacy-microphone",
    ("darwin", DeviceKind.CAMERA): _MAC_PAGE + "Privacy_Camera",
    ("darwin", DeviceKind.MICROPHONE): _MAC_PAGE + "Privacy_Microphone",
}


def allowed(kind: DeviceKind) -> bool | None:
    """``None`` while the person has not been asked. A speaker needs no permission."""
    app = QCoreApplication.instance()
    if app is None or kind is DeviceKind.SPEAKER:
        return True
    status = (
        app.checkPermission(QCameraPermission())
        if kind is DeviceKind.CAMERA
        else app.checkPermission(QMicrophonePermission())
    )
    return None if status is _PROMPT else status is _GRANTED


def ask(kind: DeviceKind, answered: Callable[[], None]) -> None:
    """Let the system ask the person; ``answered`` is called when there is an answer, be it no."""
    app = QCoreApplication.instance()
    if app is None:
        answered()
    elif kind is DeviceKind.CAMERA:
        app.requestPermission(QCameraPermission(), app, lambda _permission: answered())
    else:
        app.requestPermission(QMicrophonePermission(), app, lambda _permission: answered())


async def state(
    kind: DeviceKind, *, ask_person: bool, denied: Callable[[DeviceKind], bool] = lambda _kind: False
) -> Permission:
    """The answer in W3C's words. ``ask_person``: let the system ask, and wait for the answer. ``denied``: the
    privacy switch of a system that Qt does not ask (``holders``); it may take a moment."""
    if await asyncio.to_thread(denied, kind):
        return Permission.DENIED
    answer = allowed(kind)
    if answer is None and ask_person:
        answered = asyncio.get_running_loop().create_future()
        ask(kind, lambda: None if answered.done() else answered.set_result(None))
        await answered
        answer = allowed(kind)
    if answer is None:
        return Permission.PROMPT
    return Permission.GRANTED if answer else Permission.DENIED


def settings_url(kind: DeviceKind, platform: str = sys.platform) -> str | None:
    """Address of the system's page on which leave is given; ``None`` where there is none.

    Windows: https://learn.microsoft.com/windows/uwp/launch-resume/launch-settings-app.
    """
    return _PAGES.get((platform, kind))
