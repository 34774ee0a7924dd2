"""What the practitioner sends: tracks that all show the same running picture and say the same words.

Each peer connection gets tracks of its own (the encoder changes the frames that it gets, so two must
never share one), cut from one clock: a new connection continues where the old one stood.
"""

from __future__ import annotations

import asyncio
import fractions
import time
from datetime import datetime

import av
import numpy as np
from aiortc import MediaStreamTrack

from kpdesk.visitserver.practitioner.picture import FRAME_RATE, Picture
from kpdesk.visitserver.practitioner.speech import RATE, Speech

SOUND_BLOCK_S = 0.02
_LATE_S = 0.2
"""When we are later than this, what was missed is left out instead of hurried after."""

_VIDEO_CLOCK = 90_000


class Studio:
    """Owns the picture, the speech and the clock that both follow. One event loop."""

    def __init__(self, picture: Picture, speech: Speech) -> None:
        self._picture = picture
        self._speech = speech
        self._began = time.monotonic()
        self._speaking_since: float | None = None
        self.drawing_s = 0.0
        """Processor time spent on pictures so far."""

    def speak(self) -> None:
        """Begin with the first sentence now; later calls change nothing."""
        if self._speaking_since is None:
            self._speaking_since = self.elapsed_s()

    def hush(self) -> None:
        """Say nothing until the next ``speak``."""
        self._speaking_since = None

    def elapsed_s(self) -> float:
        return time.monotonic() - self._began

    def video_frame(self, number: int) -> av.VideoFrame:
        """Frame ``number`` since the start; its time stamp too."""
        began = time.thread_time()
        now = datetime.now().astimezone()
        at_s = number / FRAME_RATE
        since = self._speaking_since
        loudness = self._speech.loudness(at_s - since) if since is not None and at_s >= since else 0.0
        samples = self._picture.draw(number, loudness, (now.hour, now.minute, now.second))
        frame = av.VideoFrame.from_ndarray(samples, format="yuv420p")
        frame.pts = number * (_VIDEO_CLOCK // FRAME_RATE)
        frame.time_base = fractions.Fraction(1, _VIDEO_CLOCK)
        self.drawing_s += time.thread_time() - began
        return frame

    def sound_frame(self, number: int) -> av.AudioFrame:
        """Block ``number`` of 20 ms since the start."""
        count = int(RATE * SOUND_BLOCK_S)
        since = self._speaking_since
        position = -1 if since is None else number * count - int(since * RATE)
        block = self._speech.block(position, count) if position >= 0 else np.zeros(count, np.int16)
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        frame.pts = number * count
        frame.time_base = fractions.Fraction(1, RATE)
        return frame

    def picture_track(self) -> PictureTrack:
        return PictureTrack(self)

    def speech_track(self) -> SpeechTrack:
        return SpeechTrack(self)


class _Pace:
    """Gives the numbers of blocks in step with the studio's clock."""

    def __init__(self, studio: Studio, every_s: float) -> None:
        self._studio = studio
        self._every_s = every_s
        self._next: int | None = None

    async def next(self) -> int:
        now = self._studio.elapsed_s()
        current = int(now / self._every_s)
        number = current if self._next is None else self._next
        if now - number * self._every_s > _LATE_S:
            number = current
        await asyncio.sleep(max(0.0, number * self._every_s - now))
        self._next = number + 1
        return number


class PictureTrack(MediaStreamTrack):
    """Video, 1280x720, 30 frames a second."""

    kind = "video"

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._pace = _Pace(studio, 1 / FRAME_RATE)

    async def recv(self) -> av.VideoFrame:
        return self._studio.video_frame(await self._pace.next())


class SpeechTrack(MediaStreamTrack):
    """Sound, mono, 48 kHz, 20 ms a frame."""

    kind = "audio"

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._pace = _Pace(studio, SOUND_BLOCK_S)

    async def recv(self) -> av.AudioFrame:
        return self._studio.sound_frame(await self._pace.next())
