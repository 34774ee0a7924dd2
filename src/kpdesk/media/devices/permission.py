"""The system's word on whether kpdesk may use camera and microphone (Qt, GUI thread).

macOS asks the person once and gives black pictures and silence without a yes; Windows and Linux let every
program in, and then the answer is yes. W3C calls the three answers granted, denied and prompt.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCameraPermission, QCoreApplication, QMicrophonePermission, Qt

from kpdesk.domain.media import DeviceKind

_GRANTED, _PROMPT = Qt.PermissionStatus.Granted, Qt.PermissionStatus.Undetermined


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
