"""Foreign errors of devices and aiortc become kpdesk's here, once."""

from __future__ import annotations

from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import DeviceHealth, DeviceKind

_MISSING = {
    DeviceKind.CAMERA: ErrorCode.CAMERA_NOT_FOUND,
    DeviceKind.MICROPHONE: ErrorCode.MICROPHONE_NOT_FOUND,
    DeviceKind.SPEAKER: ErrorCode.SPEAKER_NOT_FOUND,
}
_IN_USE = {
    DeviceKind.CAMERA: ErrorCode.CAMERA_IN_USE,
    DeviceKind.MICROPHONE: ErrorCode.MICROPHONE_IN_USE,
    DeviceKind.SPEAKER: ErrorCode.SPEAKER_IN_USE,
}
_FAILED = {
    DeviceKind.CAMERA: ErrorCode.CAMERA_FAILED,
    DeviceKind.MICROPHONE: ErrorCode.MICROPHONE_FAILED,
    DeviceKind.SPEAKER: ErrorCode.SPEAKER_FAILED,
}
_DENIED = {
    DeviceKind.CAMERA: ErrorCode.CAMERA_DENIED,
    DeviceKind.MICROPHONE: ErrorCode.MICROPHONE_DENIED,
}
# PaErrorCode values (portaudio.h).
_PA_INVALID_DEVICE = -9996
_PA_DEVICE_UNAVAILABLE = -9985
_PA_TIMED_OUT = -9987


def missing(kind: DeviceKind) -> DeviceError:
    """There is no such device."""
    return DeviceError(_MISSING[kind], retryable=True)


def denied(kind: DeviceKind) -> DeviceError:
    """The system does not let this program use it."""
    return DeviceError(_DENIED[kind], retryable=True)


def in_use(kind: DeviceKind) -> DeviceError:
    """Another program has it."""
    return DeviceError(_IN_USE[kind], retryable=True)


def failed(kind: DeviceKind) -> DeviceError:
    """It does not work and the system does not say why."""
    return DeviceError(_FAILED[kind], retryable=True)


def from_portaudio(kind: DeviceKind, code: int | None) -> DeviceError:
    """A PaErrorCode (negative) from opening or starting a stream."""
    if code == _PA_INVALID_DEVICE:
        return missing(kind)
    if code in (_PA_DEVICE_UNAVAILABLE, _PA_TIMED_OUT):
        return in_use(kind)
    return failed(kind)


def health_of(error: DeviceError) -> DeviceHealth:
    """What the screen shows for an error of opening."""
    code = error.code
    if code in _MISSING.values():
        return DeviceHealth.MISSING
    if code in _DENIED.values():
        return DeviceHealth.DENIED
    if code in _IN_USE.values():
        return DeviceHealth.IN_USE
    return DeviceHealth.FAILED
