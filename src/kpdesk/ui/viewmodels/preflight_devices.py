"""Which device the page of the moment holds: the camera's picture, the microphone's level, the playback.

Pages change faster than devices open; the newest wish wins, and each change waits for the one before.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from enum import Enum, auto

from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.errors import DeviceError
from kpdesk.domain.media import MicrophoneLevel
from kpdesk.ui.ports import CameraPreview, CheckDevices, MicrophoneLevels, VoicePlayback

_log = logging.getLogger(__name__)


class Wish(Enum):
    """What may be open beside the probes."""

    NOTHING = auto()
    PREVIEW = auto()
    LEVELS = auto()
    PLAYBACK = auto()


class PageDevices:
    """Opens what ``wish`` says and closes the rest."""

    def __init__(
        self,
        keeper: TaskKeeper,
        devices: CheckDevices,
        preview: CameraPreview,
        levels: MicrophoneLevels,
        playback: VoicePlayback,
        *,
        on_level: Callable[[MicrophoneLevel], None],
        on_change: Callable[[], None],
        on_played: Callable[[], None],
    ) -> None:
        """``on_played``: the playback has ended by itself."""
        self._keeper, self._devices = keeper, devices
        self._preview, self._levels, self._playback = preview, levels, playback
        self._on_level, self._on_change, self._on_played = on_level, on_change, on_played
        self._task: asyncio.Task[None] | None = None
        self._wish = Wish.NOTHING
        self.previewed = False
        """Whether the camera's picture is there."""

    @property
    def playing(self) -> bool:
        return self._wish is Wish.PLAYBACK

    @property
    def can_play(self) -> bool:
        return self._playback.available

    def wish(self, wish: Wish) -> None:
        """From now on. The same wish again takes up another choice of device."""
        self._wish = wish
        before = self._task
        if before is not None:
            before.cancel()
        self._task = self._keeper.spawn(self._settle(wish, before), name=f"devices-{wish.name.lower()}")

    async def free_microphone(self) -> None:
        """A probe wants it."""
        if self._wish in (Wish.LEVELS, Wish.PLAYBACK):
            self.wish(Wish.NOTHING)
        if self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """Release everything; the keeper has been closed."""
        self.previewed = False
        await self._preview.close_preview()
        await self._levels.close()

    async def _settle(self, wish: Wish, before: asyncio.Task[None] | None) -> None:
        if before is not None and not before.done():
            await asyncio.wait([before])
        if wish is not Wish.PREVIEW:
            self.previewed = False
            await self._preview.close_preview()
        if wish is not Wish.LEVELS:
            await self._levels.close()
        try:
            match wish:
                case Wish.PREVIEW:
                    await self._preview.open_preview(self._devices.choice.camera_id)
                    self.previewed = True
                case Wish.LEVELS:
                    await self._levels.open(self._devices.choice.microphone_id, self._on_level)
                case Wish.PLAYBACK:
                    await self._playback.play(self._devices.choice.speaker_id)
        except DeviceError as error:  # the probe of it says so on the screen
            self.previewed = False
            _log.info("device not opened: wish=%s code=%s", wish.name.lower(), error.code)
        if wish is Wish.PLAYBACK and self._wish is wish:
            self._wish = Wish.NOTHING
            self._on_played()
        self._on_change()
