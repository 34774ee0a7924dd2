"""Windows' endpoint volume (Core Audio's IAudioEndpointVolume) through ``pycaw``."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

from kpdesk.domain.media import DeviceKind, VolumeState

_RENDER, _CAPTURE = 0, 1
"""EDataFlow of mmdeviceapi.h."""
_COMMUNICATIONS = 2
"""ERole: the device that Windows gives to calls."""


class WindowsMixer:
    """COM is entered and left with each question: worker threads come and go."""

    def state(self, kind: DeviceKind, device_id: str | None) -> VolumeState:
        """Raises COMError and OSError."""
        with _endpoint(kind, device_id) as volume:
            return VolumeState(level=float(volume.GetMasterVolumeLevelScalar()), muted=bool(volume.GetMute()))

    def raise_to(self, kind: DeviceKind, device_id: str | None, level: float) -> None:
        with _endpoint(kind, device_id) as volume:
            volume.SetMasterVolumeLevelScalar(level, None)
            volume.SetMute(0, None)


@contextlib.contextmanager
def _endpoint(kind: DeviceKind, device_id: str | None) -> Iterator[Any]:
    """Qt's device id is the endpoint's id."""
    comtypes = importlib.import_module("comtypes")
    comtypes.CoInitialize()
    try:
        interface = importlib.import_module("pycaw.api.endpointvolume").IAudioEndpointVolume
        devices = importlib.import_module("pycaw.utils").AudioUtilities.GetDeviceEnumerator()
        if device_id is not None:
            device = devices.GetDevice(device_id)
        else:
            flow = _RENDER if kind is DeviceKind.SPEAKER else _CAPTURE
            device = devices.GetDefaultAudioEndpoint(flow, _COMMUNICATIONS)
        yield device.Activate(interface._iid_, comtypes.CLSCTX_ALL, None).QueryInterface(interface)  # noqa: SLF001
    finally:
        comtypes.CoUninitialize()
