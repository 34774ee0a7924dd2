"""A sound card, its mixer and a person, as a test says; no time passes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping

import numpy as np
import numpy.typing as npt

from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import Device, DeviceKind, Permission, VolumeState

Samples = npt.NDArray[np.int16]
RATE_HZ = 48_000
SPEAKERS = (
    Device(DeviceKind.SPEAKER, "built-in-speaker", "Built-in speaker", is_default=True),
    Device(DeviceKind.SPEAKER, "headset-speaker", "Headset"),
)
MICROPHONES = (
    Device(DeviceKind.MICROPHONE, "built-in-mic", "Built-in microphone", is_default=True),
    Device(DeviceKind.MICROPHONE, "headset-mic", "Headset"),
    Device(DeviceKind.MICROPHONE, "desk-mic", "Desk microphone"),
    Device(DeviceKind.MICROPHONE, "camera-mic", "Camera microphone"),
)
_MISSING = {
    DeviceKind.MICROPHONE: ErrorCode.MICROPHONE_NOT_FOUND,
    DeviceKind.SPEAKER: ErrorCode.SPEAKER_NOT_FOUND,
}


class FakeRecording:
    """``kpdesk.checks.ports.Recording``: blocks of 20 ms from a sound that repeats."""

    def __init__(self, device: Device, samples: Samples, breaks: DeviceError | None) -> None:
        self.device = device
        self._samples = samples
        self._breaks = breaks

    async def blocks(self) -> AsyncIterator[Samples]:
        block = RATE_HZ // 50
        at = 0
        while True:
            await asyncio.sleep(0)
            if self._breaks is not None and at >= RATE_HZ:
                raise self._breaks
            yield np.take(self._samples, np.arange(at, at + block), mode="wrap")
            at += block


class FakeSound:
    """``kpdesk.checks.ports.Sound``."""

    def __init__(
        self,
        heard: Mapping[str, Samples] | None = None,
        *,
        speakers: tuple[Device, ...] = SPEAKERS,
        microphones: tuple[Device, ...] = MICROPHONES,
        granted: Permission = Permission.GRANTED,
        errors: Mapping[str, DeviceError] | None = None,
        breaks: DeviceError | None = None,
        loops: bool = True,
        room: Callable[[Samples], tuple[Samples, int]] | None = None,
    ) -> None:
        """``heard``: what each microphone gives, by id, silence else. ``errors``: of devices that do not
        open, by id. ``room``: what comes back of what is played, and where that began."""
        self._heard = heard or {}
        self._devices = {DeviceKind.SPEAKER: speakers, DeviceKind.MICROPHONE: microphones}
        self._granted = granted
        self._errors = errors or {}
        self._breaks = breaks
        self._room = room
        self.loops = loops
        self.asked: list[bool] = []
        self.played: list[tuple[Samples, str | None]] = []
        self.opened: list[str] = []
        self.open_now: set[str] = set()

    def devices(self, kind: DeviceKind) -> tuple[Device, ...]:
        return self._devices[kind]

    async def permission(self, *, ask: bool) -> Permission:
        self.asked.append(ask)
        return self._granted

    @contextlib.asynccontextmanager
    async def recording(self, microphone_id: str | None) -> AsyncIterator[FakeRecording]:
        device = self._found(DeviceKind.MICROPHONE, microphone_id)
        self.opened.append(device.id)
        self.open_now.add(device.id)
        try:
            samples = self._heard.get(device.id, np.zeros(RATE_HZ, np.int16))
            yield FakeRecording(device, samples, self._breaks)
        finally:
            self.open_now.discard(device.id)

    async def play(self, samples: Samples, speaker_id: str | None) -> None:
        self._found(DeviceKind.SPEAKER, speaker_id)
        await asyncio.sleep(0)
        self.played.append((samples.copy(), speaker_id))

    async def play_and_record(
        self,
        samples: Samples,
        speaker_id: str | None,
        microphone_id: str | None,
        *,
        before_s: float,
        after_s: float,
    ) -> tuple[Samples, int]:
        self._found(DeviceKind.SPEAKER, speaker_id)
        device = self._found(DeviceKind.MICROPHONE, microphone_id)
        await self.play(np.repeat(samples[:, np.newaxis], 2, axis=1), speaker_id)
        if self._room is not None:
            return self._room(samples)
        began = round(before_s * RATE_HZ)
        count = began + samples.size + round(after_s * RATE_HZ)
        return np.resize(self._heard.get(device.id, np.zeros(1, np.int16)), count), began

    def _found(self, kind: DeviceKind, device_id: str | None) -> Device:
        listed = self.devices(kind)
        wanted = [one for one in listed if one.is_default or len(listed) == 1]
        if device_id is not None:
            wanted = [one for one in listed if one.id == device_id]
        if not wanted:
            raise DeviceError(_MISSING[kind], retryable=True)
        error = self._errors.get(wanted[0].id)
        if error is not None:
            raise error
        return wanted[0]


class FakeVolume:
    """``kpdesk.checks.ports.SystemVolume``."""

    def __init__(self, level: float | None = 0.7, *, muted: bool | None = False) -> None:
        self.states = {kind: VolumeState(level, muted) for kind in DeviceKind}
        self.asked: list[tuple[DeviceKind, str | None]] = []

    async def state(self, kind: DeviceKind, device_id: str | None) -> VolumeState:
        self.asked.append((kind, device_id))
        return self.states[kind]

    async def raise_to(self, kind: DeviceKind, device_id: str | None, level: float) -> bool:
        if self.states[kind].level is None:
            return False
        self.states[kind] = VolumeState(level, muted=False)
        return True


class FakeListener:
    """``kpdesk.checks.ports.Listener``: a person with one answer."""

    def __init__(self, answer: bool | None) -> None:
        self._answer = answer
        self.asked = 0

    async def heard(self) -> bool | None:
        await asyncio.sleep(0)
        self.asked += 1
        return self._answer


class FakeMicrophoneHolders:
    """``kpdesk.checks.ports.DeviceHolders``: programs that hold the microphone."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def programs(self, kind: DeviceKind) -> tuple[str, ...]:
        return self._names if kind is DeviceKind.MICROPHONE else ()
