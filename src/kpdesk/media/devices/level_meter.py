"""The microphone's level while nothing else listens to it: the meter of the check."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import numpy as np

from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.media import MicrophoneLevel
from kpdesk.media.audio_processing import WebRtcAudioProcessor, dbfs
from kpdesk.media.devices.check_sound import CheckSound, OpenRecording
from kpdesk.media.ring import BLOCK, RATE_HZ, Samples
from kpdesk.media.sound_loop import LEVEL_EVERY_S, VOICE_PROBABILITY

_log = logging.getLogger(__name__)


class LevelMeter:
    """Implements ``ui.ports.MicrophoneLevels``. A recording and a call may run beside it."""

    def __init__(self, sound: CheckSound) -> None:
        self._sound = sound
        self._keeper = TaskKeeper("level-meter")
        self._task: asyncio.Task[None] | None = None

    async def open(self, microphone_id: str | None, on_level: Callable[[MicrophoneLevel], None]) -> None:
        """Listen to this microphone, instead of the one before; returns when it is open, or when somebody
        has opened another or closed it meanwhile. Raises DeviceError."""
        await self.close()
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = self._keeper.spawn(self._listen(microphone_id, on_level, opened), name="listen")
        self._task = task
        try:
            await opened
        except asyncio.CancelledError:
            task.cancel()
            raise

    async def close(self) -> None:
        """Release the microphone; returns when it is free."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _listen(
        self,
        microphone_id: str | None,
        on_level: Callable[[MicrophoneLevel], None],
        opened: asyncio.Future[None],
    ) -> None:
        try:
            processor = await asyncio.to_thread(WebRtcAudioProcessor)
            async with self._sound.recording(microphone_id) as recording:
                if not opened.done():
                    opened.set_result(None)
                await _measure(recording, processor, on_level)
        except Exception as error:
            if opened.done():
                raise
            opened.set_exception(error)  # who opens it is told, and nobody else
        finally:
            if not opened.done():
                opened.set_result(None)


async def _measure(
    recording: OpenRecording, processor: WebRtcAudioProcessor, on_level: Callable[[MicrophoneLevel], None]
) -> None:
    quiet = np.zeros(BLOCK, np.int16)
    heard: list[Samples] = []
    count, voice = 0, 0.0
    async for block in recording.blocks():
        heard.append(block)
        count += block.size
        for start in range(0, block.size, BLOCK):
            processor.process(block[start : start + BLOCK], quiet)
            voice = max(voice, processor.speech_probability)
        if count >= LEVEL_EVERY_S * RATE_HZ:
            raw = np.concatenate(heard).astype(np.float64)
            rms, peak = float(np.sqrt(np.mean(raw**2))), float(np.max(np.abs(raw)))
            on_level(MicrophoneLevel(dbfs(rms), dbfs(peak), voice > VOICE_PROBABILITY))
            heard, count, voice = [], 0, 0.0
