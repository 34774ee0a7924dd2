"""Which cameras, microphones and speakers there are, and when that changes (Qt Multimedia, GUI thread)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QObject
from PySide6.QtMultimedia import QAudioDevice, QCameraDevice, QMediaDevices

from kpdesk.domain.media import Device, DeviceKind, DeviceLists


class DeviceWatch(QObject):
    """``lists`` is always current; ``on_change`` follows hot-plug and a new system default."""

    def __init__(self, on_change: Callable[[DeviceLists], None]) -> None:
        super().__init__()
        self._on_change = on_change
        self._media = QMediaDevices(self)
        self.lists = read_devices()
        self._media.videoInputsChanged.connect(self._changed)
        self._media.audioInputsChanged.connect(self._changed)
        self._media.audioOutputsChanged.connect(self._changed)

    def close(self) -> None:
        """Listen no more."""
        for signal in (
            self._media.videoInputsChanged,
            self._media.audioInputsChanged,
            self._media.audioOutputsChanged,
        ):
            signal.disconnect(self._changed)

    def _changed(self) -> None:
        lists = read_devices()
        if lists != self.lists:
            self.lists = lists
            self._on_change(lists)


def read_devices() -> DeviceLists:
    """The lists as Qt sees them now."""
    camera_default = QMediaDevices.defaultVideoInput().id()
    microphone_default = QMediaDevices.defaultAudioInput().id()
    speaker_default = QMediaDevices.defaultAudioOutput().id()
    return DeviceLists(
        cameras=tuple(
            _device(DeviceKind.CAMERA, one, default=camera_default) for one in QMediaDevices.videoInputs()
        ),
        microphones=tuple(
            _device(DeviceKind.MICROPHONE, one, default=microphone_default)
            for one in QMediaDevices.audioInputs()
        ),
        speakers=tuple(
            _device(DeviceKind.SPEAKER, one, default=speaker_default) for one in QMediaDevices.audioOutputs()
        ),
    )


def _device(kind: DeviceKind, one: QCameraDevice | QAudioDevice, *, default: QByteArray) -> Device:
    identity = one.id()
    return Device(
        kind,
        bytes(identity.data()).decode("utf-8", "replace"),
        one.description(),
        is_default=identity == default,
    )
