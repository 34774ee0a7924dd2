"""What the wizard of the check needs, without any device."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from kpdesk.domain.errors import DeviceError
from kpdesk.domain.media import (
    Device,
    DeviceChoice,
    DeviceKind,
    DeviceLists,
    MicrophoneLevel,
    VolumeState,
)
from kpdesk.domain.preflight import PreflightReport
from tests.fakes.call import FakePictureSource

CAMERA = Device(DeviceKind.CAMERA, "c1", "Integrated Camera", is_default=True)
USB_CAMERA = Device(DeviceKind.CAMERA, "c2", "USB Camera")
MICROPHONE = Device(DeviceKind.MICROPHONE, "m1", "Built-in microphone", is_default=True)
HEADSET = Device(DeviceKind.MICROPHONE, "m2", "Headset")
SPEAKER = Device(DeviceKind.SPEAKER, "s1", "Speakers", is_default=True)
LISTS = DeviceLists((CAMERA, USB_CAMERA), (MICROPHONE, HEADSET), (SPEAKER,))


class FakeCheckDevices:
    """``kpdesk.ui.ports.CheckDevices``."""

    def __init__(self, lists: DeviceLists = LISTS) -> None:
        self.lists = lists
        self.choice = DeviceChoice()
        self._listeners: list[Callable[[], None]] = []

    def choose(self, choice: DeviceChoice) -> None:
        self.choice = choice
        self._tell()

    def plug(self, lists: DeviceLists) -> None:
        self.lists = lists
        self._tell()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


class FakePreview:
    """``kpdesk.ui.ports.CameraPreview``."""

    def __init__(self) -> None:
        self.pictures = FakePictureSource()
        self.shown: list[str | None] = []
        """Each camera that was opened."""
        self.open = False
        self.error: DeviceError | None = None

    async def open_preview(self, device_id: str | None) -> Device:
        await asyncio.sleep(0.01)
        if self.error is not None:
            raise self.error
        self.shown.append(device_id)
        self.open = True
        return CAMERA

    async def close_preview(self) -> None:
        self.open = False


class FakeLevels:
    """``kpdesk.ui.ports.MicrophoneLevels``."""

    def __init__(self) -> None:
        self.opened: list[str | None] = []
        self.on_level: Callable[[MicrophoneLevel], None] | None = None

    async def open(self, microphone_id: str | None, on_level: Callable[[MicrophoneLevel], None]) -> None:
        await asyncio.sleep(0.01)
        self.opened.append(microphone_id)
        self.on_level = on_level

    async def close(self) -> None:
        self.on_level = None


class FakePlayback:
    """``kpdesk.ui.ports.VoicePlayback``."""

    def __init__(self) -> None:
        self.available = False
        self.played = 0
        self.playing = False

    async def play(self, speaker_id: str | None) -> None:
        self.playing = True
        try:
            await asyncio.sleep(4)
            self.played += 1
        finally:
            self.playing = False


class FakeVolume:
    """``kpdesk.checks.ports.SystemVolume``."""

    def __init__(self) -> None:
        self.raised: list[tuple[DeviceKind, str | None, float]] = []
        self.obeys = True

    async def state(self, kind: DeviceKind, device_id: str | None) -> VolumeState:
        return VolumeState()

    async def raise_to(self, kind: DeviceKind, device_id: str | None, level: float) -> bool:
        self.raised.append((kind, device_id, level))
        return self.obeys


class FakeForms:
    """``kpdesk.ui.ports.ReportForms``."""

    def code(self, report: PreflightReport) -> str:
        return "DKRX-PPYH-LCTQ"

    def text(self, report: PreflightReport) -> str:
        return f"Check of this computer: {report.status.value}"

    def html(self, report: PreflightReport) -> str:
        return f"<h1>Check of this computer</h1><p>{report.status.value}</p>"

    def json(self, report: PreflightReport) -> str:
        return f'{{\n  "status": "{report.status.value}"\n}}'

    def pdf(self, report: PreflightReport) -> bytes:
        return b"%PDF-1.7"


class FakeSaver:
    """``kpdesk.ui.ports.ReportSaver``."""

    def __init__(self) -> None:
        self.saved: dict[Path, bytes] = {}
        self.copied: list[str] = []
        self.works = True

    async def write(self, path: Path, content: bytes) -> bool:
        if self.works:
            self.saved[path] = content
        return self.works

    def copy(self, text: str) -> None:
        self.copied.append(text)
