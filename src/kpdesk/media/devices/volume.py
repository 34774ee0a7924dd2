"""The system's own mixer: how loud a speaker or microphone is set, and whether it is muted.

Each system has its way: PulseAudio (and PipeWire behind the same door), Windows' endpoint volume, and the
volume settings of macOS. What cannot be known is ``None``; nothing here raises. All of it blocks, so it runs
on a worker thread.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import Protocol, TypeVar

from kpdesk.domain.media import DeviceKind, DeviceLists, VolumeState

ANSWER_S = 3.0
"""A mixer that takes longer (a sound server that hangs) tells nothing."""
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Mixer(Protocol):
    """One system's way. Blocks, and may raise whatever its library raises."""

    def state(self, kind: DeviceKind, device_id: str | None) -> VolumeState: ...

    def raise_to(self, kind: DeviceKind, device_id: str | None, level: float) -> None: ...


class MixerVolume:
    """Implements ``checks.ports.SystemVolume`` over a mixer."""

    def __init__(self, mixer: Mixer | None) -> None:
        """``None``: this system tells nothing."""
        self._mixer = mixer

    async def state(self, kind: DeviceKind, device_id: str | None) -> VolumeState:
        """Never raises: what cannot be known is ``None``."""
        mixer = self._mixer
        if mixer is None or kind is DeviceKind.CAMERA:
            return VolumeState()
        found = await _answer(lambda: mixer.state(kind, device_id))
        return found or VolumeState()

    async def raise_to(self, kind: DeviceKind, device_id: str | None, level: float) -> bool:
        """Unmute and set the level (0..1), because the person asked for it. Whether it was done: the mixer is
        asked again, since some take the order and stay as they are."""
        mixer = self._mixer
        if mixer is None or kind is DeviceKind.CAMERA:
            return False
        wanted = min(1.0, max(0.0, level))

        def raised() -> VolumeState:
            mixer.raise_to(kind, device_id, wanted)
            return mixer.state(kind, device_id)

        found = await _answer(raised)
        return found is not None and found.muted is not True and (found.level or 0.0) >= wanted - 0.1


def system_volume(lists: Callable[[], DeviceLists]) -> MixerVolume:
    """This system's mixer. ``lists``: the devices as they are now."""
    if sys.platform == "win32":
        from kpdesk.media.devices.volume_windows import WindowsMixer

        return MixerVolume(WindowsMixer())
    if sys.platform == "darwin":
        from kpdesk.media.devices.volume_macos import MacMixer

        return MixerVolume(MacMixer(lists))
    from kpdesk.media.devices.volume_linux import PulseMixer

    return MixerVolume(PulseMixer())


async def _answer(ask: Callable[[], T]) -> T | None:
    try:
        return await asyncio.wait_for(asyncio.to_thread(_tried, ask), ANSWER_S)
    except TimeoutError:
        _log.info("mixer does not tell: it takes too long")
        return None


def _tried(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except Exception as error:  # each library has its own errors, and none of them matters to the person
        _log.info("mixer does not tell: error=%s", type(error).__name__)
        return None
