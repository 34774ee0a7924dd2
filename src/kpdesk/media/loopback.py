"""A call with ourselves: two peer engines in one process, picture and sound both ways."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import av
import numpy as np

from kpdesk.domain.media import MediaEvent, StatsMeasured, TransportStats
from kpdesk.media.engine import PeerEngine
from kpdesk.media.pictures import PictureBox
from kpdesk.media.ring import SampleRing
from kpdesk.media.sound_loop import SoundLoop
from kpdesk.media.thread import MediaThread
from kpdesk.media.tracks import CameraHub

FRAME_RATE = 15
_TONE_HZ = 440


@dataclass(frozen=True, slots=True)
class LoopbackResult:
    """What each side decoded."""

    video_frames: tuple[int, int]
    sound_level: tuple[float, float]
    """RMS of the received tone, 0..1."""
    size: tuple[int, int]

    @property
    def ok(self) -> bool:
        """Picture and sound came through both ways."""
        return min(self.video_frames) > 0 and min(self.sound_level) > 0.01  # noqa: PLR2004 - -40 dBFS


class _Side:
    """One end: its camera, its sound loop, its peer connection."""

    def __init__(self) -> None:
        self.hub = CameraHub()
        self.microphone = SampleRing(48_000)
        self.sound = SoundLoop(self.microphone, SampleRing(24_000))
        self.sound.microphone_open = True
        self.stats: TransportStats | None = None
        self.level = 0.0
        self.peer = PeerEngine(
            1,
            (),
            relay_only=False,
            camera=self.hub,
            sound=self.sound,
            pictures=PictureBox(),
            epoch_s=time.monotonic(),
            emit=self._on_event,
        )

    def _on_event(self, event: MediaEvent) -> None:
        if isinstance(event, StatsMeasured):
            self.stats = event.stats
            self.level = max(self.level, event.stats.audio_level)


async def local_call(seconds: float = 3.0) -> LoopbackResult:
    """Call, talk for ``seconds``, hang up. Runs on its own media thread; any asyncio loop may wait."""
    thread = MediaThread()
    try:
        return await thread.call(_call(seconds))
    finally:
        await thread.stop()


async def _call(seconds: float) -> LoopbackResult:
    one, two = _Side(), _Side()
    one.sound.start()
    two.sound.start()
    try:
        answer = await two.peer.answer(await one.peer.offer())
        await one.peer.accept(answer)
        await _feed((one, two), seconds)
    finally:
        await one.peer.close()
        await two.peer.close()
        one.sound.stop()
        two.sound.stop()
    first, second = one.stats, two.stats
    return LoopbackResult(
        (first.frames_decoded if first else 0, second.frames_decoded if second else 0),
        (one.level, two.level),
        (first.frame_width, first.frame_height) if first else (0, 0),
    )


async def _feed(sides: tuple[_Side, ...], seconds: float) -> None:
    """A moving picture and a warbling tone, which the noise suppressor takes for a voice."""
    began = time.monotonic()
    sent = 0
    rng = np.random.default_rng(7)
    while (elapsed := time.monotonic() - began) < seconds:
        picture = np.full((360, 640, 3), 60, np.uint8)
        left = int(elapsed * 200) % 560
        picture[100:260, left : left + 80] = (40, 160, 220)
        for side in sides:
            side.hub.put(av.VideoFrame.from_ndarray(picture, format="rgb24"))
        due = int(elapsed * 48_000)
        times = np.arange(sent, due) / 48_000
        envelope = 0.5 + 0.5 * np.sin(2 * np.pi * 4 * times)
        tone = np.sin(2 * np.pi * _TONE_HZ * times + 3 * np.sin(2 * np.pi * 5 * times))
        samples = 9000 * envelope * (tone + 0.3 * rng.standard_normal(len(times)))
        for side in sides:
            side.microphone.write(np.clip(samples, -32000, 32000).astype(np.int16))
        sent = due
        await asyncio.sleep(1 / FRAME_RATE)
