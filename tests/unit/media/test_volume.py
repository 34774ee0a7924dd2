"""The mixers of Windows and macOS as they were seen to answer; Linux' own is asked in the contract tests."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import types
from collections.abc import Sequence

import pytest

from kpdesk.domain.media import Device, DeviceKind, DeviceLists, VolumeState
from kpdesk.media.devices import volume
from kpdesk.media.devices.volume import MixerVolume
from kpdesk.media.devices.volume_macos import MacMixer
from kpdesk.media.devices.volume_windows import WindowsMixer

SPEAKER, MICROPHONE, CAMERA = DeviceKind.SPEAKER, DeviceKind.MICROPHONE, DeviceKind.CAMERA
LISTS = DeviceLists(
    speakers=(Device(SPEAKER, "in", "Built-in", is_default=True), Device(SPEAKER, "hdmi", "Screen"))
)


# --- any mixer --------------------------------------------------------------------------------------------


class Stubborn:
    """Takes the order and stays as it is."""

    def state(self, _kind: DeviceKind, _device_id: str | None) -> VolumeState:
        return VolumeState(0.1, muted=True)

    def raise_to(self, _kind: DeviceKind, _device_id: str | None, _level: float) -> None:
        return None


class Broken(Stubborn):
    def state(self, _kind: DeviceKind, _device_id: str | None) -> VolumeState:
        raise RuntimeError("no server")


async def test_what_was_not_done_is_not_said_to_be() -> None:
    assert not await MixerVolume(Stubborn()).raise_to(SPEAKER, None, 0.5)


@pytest.mark.parametrize("mixer", [None, Broken()])
async def test_a_mixer_that_cannot_tell(mixer: Broken | None) -> None:
    mixed = MixerVolume(mixer)
    assert await mixed.state(SPEAKER, None) == VolumeState()
    assert not await mixed.raise_to(SPEAKER, None, 0.5)


async def test_a_camera_has_no_volume() -> None:
    assert await MixerVolume(Stubborn()).state(CAMERA, None) == VolumeState()


async def test_a_mixer_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(Stubborn):
        def state(self, kind: DeviceKind, device_id: str | None) -> VolumeState:
            asyncio.run(asyncio.sleep(0.3))
            return super().state(kind, device_id)

    monkeypatch.setattr(volume, "ANSWER_S", 0.02)
    assert await MixerVolume(Slow()).state(SPEAKER, None) == VolumeState()


# --- macOS ------------------------------------------------------------------------------------------------


class Osascript:
    """Says what the system's program says, and remembers its orders."""

    def __init__(self, said: str) -> None:
        self.said = said
        self.orders: list[str] = []

    def __call__(self, lines: Sequence[str]) -> str:
        self.orders += lines
        for line in lines:
            if line.startswith("set volume output volume "):
                self.said = f"output volume:{line.split()[-1]}, input volume:75, output muted:true\n"
            elif line == "set volume without output muted":
                self.said = self.said.replace("muted:true", "muted:false")
        return self.said


@pytest.mark.parametrize(
    ("said", "kind", "state"),
    [
        (
            "output volume:56, input volume:75, alert volume:100, output muted:false\n",
            SPEAKER,
            VolumeState(0.56, muted=False),
        ),
        (
            "output volume:0, input volume:75, alert volume:100, output muted:true\n",
            SPEAKER,
            VolumeState(0.0, muted=True),
        ),
        (
            "output volume:56, input volume:75, alert volume:100, output muted:false\n",
            MICROPHONE,
            VolumeState(0.75),
        ),
        (
            "output volume:missing value, input volume:missing value, alert volume:100,"
            " output muted:missing value\n",
            SPEAKER,
            VolumeState(),
        ),
        ("input volume:missing value\n", MICROPHONE, VolumeState()),
    ],
)
def test_macos_tells(said: str, kind: DeviceKind, state: VolumeState) -> None:
    assert MacMixer(lambda: LISTS, Osascript(said)).state(kind, None) == state


async def test_macos_raises() -> None:
    said = Osascript("output volume:0, input volume:75, output muted:true\n")
    mixed = MixerVolume(MacMixer(lambda: LISTS, said))
    assert await mixed.raise_to(SPEAKER, "in", 0.5)
    assert said.orders[:2] == ["set volume output volume 50", "set volume without output muted"]


async def test_macos_knows_the_default_device_alone() -> None:
    said = Osascript("output volume:0, input volume:75, output muted:true\n")
    mixed = MixerVolume(MacMixer(lambda: LISTS, said))
    assert await mixed.state(SPEAKER, "hdmi") == VolumeState()
    assert not await mixed.raise_to(SPEAKER, "hdmi", 0.5)
    assert said.orders == []


async def test_macos_without_its_program() -> None:
    def missing(_lines: Sequence[str]) -> str:
        raise subprocess.TimeoutExpired("osascript", 3)

    assert await MixerVolume(MacMixer(lambda: LISTS, missing)).state(SPEAKER, None) == VolumeState()


# --- Windows ----------------------------------------------------------------------------------------------


class Endpoint:
    """IAudioEndpointVolume of one device."""

    _iid_ = "5CDF2C82-841E-4546-9722-0CF74078229A"

    def __init__(self) -> None:
        self.level, self.mute = 0.0, 1

    def GetMasterVolumeLevelScalar(self) -> float:  # noqa: N802 - as Windows has it
        return self.level

    def SetMasterVolumeLevelScalar(self, level: float, _context: None) -> None:  # noqa: N802
        self.level = level

    def GetMute(self) -> int:  # noqa: N802
        return self.mute

    def SetMute(self, mute: int, _context: None) -> None:  # noqa: N802
        self.mute = mute

    def Activate(self, iid: str, context: int, _parameters: None) -> Endpoint:  # noqa: N802
        assert (iid, context) == (self._iid_, 23)
        return self

    def QueryInterface(self, interface: type[Endpoint]) -> Endpoint:  # noqa: N802
        assert interface is Endpoint
        return self


class Enumerator:
    """IMMDeviceEnumerator."""

    def __init__(self) -> None:
        self.by_id = {"{0.0.0.00000000}.{desk}": Endpoint()}
        self.defaults = {(0, 2): Endpoint(), (1, 2): Endpoint()}

    def GetDevice(self, device_id: str) -> Endpoint:  # noqa: N802
        if device_id not in self.by_id:
            raise OSError("element not found")
        return self.by_id[device_id]

    def GetDefaultAudioEndpoint(self, flow: int, role: int) -> Endpoint:  # noqa: N802
        return self.defaults[flow, role]


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Enumerator:
    """comtypes and pycaw with the calls that were recorded from them."""
    devices = Enumerator()
    depth: list[int] = []
    comtypes = types.ModuleType("comtypes")
    endpointvolume = types.ModuleType("pycaw.api.endpointvolume")
    utils = types.ModuleType("pycaw.utils")
    for module, names in (
        (
            comtypes,
            {"CLSCTX_ALL": 23, "CoInitialize": lambda: depth.append(1), "CoUninitialize": depth.pop},
        ),
        (endpointvolume, {"IAudioEndpointVolume": Endpoint}),
        (utils, {"AudioUtilities": types.SimpleNamespace(GetDeviceEnumerator=lambda: devices)}),
    ):
        vars(module).update(names)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(sys.modules, "pycaw", types.ModuleType("pycaw"))
    monkeypatch.setitem(sys.modules, "pycaw.api", types.ModuleType("pycaw.api"))
    return devices


@pytest.mark.parametrize("device_id", [None, "{0.0.0.00000000}.{desk}"])
async def test_windows_tells_and_raises(windows: Enumerator, device_id: str | None) -> None:
    mixed = MixerVolume(WindowsMixer())
    assert await mixed.state(SPEAKER, device_id) == VolumeState(0.0, muted=True)
    assert await mixed.raise_to(SPEAKER, device_id, 0.5)
    assert await mixed.state(SPEAKER, device_id) == VolumeState(0.5, muted=False)


async def test_windows_keeps_microphone_and_speaker_apart(windows: Enumerator) -> None:
    mixed = MixerVolume(WindowsMixer())
    assert await mixed.raise_to(MICROPHONE, None, 0.8)
    assert (await mixed.state(MICROPHONE, None)).level == 0.8
    assert (await mixed.state(SPEAKER, None)).level == 0.0


async def test_windows_without_that_device(windows: Enumerator) -> None:
    assert await MixerVolume(WindowsMixer()).state(SPEAKER, "gone") == VolumeState()
