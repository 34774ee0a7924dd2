"""The tracks that are sent. They outlive cameras, microphones and peer connections.

A frame is never shared: the encoder writes into the frame that it gets, so each track prepares its
own (https://github.com/aiortc/aiortc/issues/275 is what a shared ``pict_type`` does).
"""

from __future__ import annotations

import asyncio
import fractions
import threading
import time
from collections.abc import Callable

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, VideoReformatter

from kpdesk.base.latest import LatestFrame
from kpdesk.media.ring import BLOCK, RATE_HZ
from kpdesk.media.sound_loop import MicrophoneTap, SoundLoop

VIDEO_CLOCK = 90_000
MAX_WIDTH, MAX_HEIGHT = 1280, 720
MIN_INTERVAL_S = 1 / 31
OFF_INTERVAL_S = 1.0
"""A black frame a second keeps the path and the other side's decoder alive while the camera is off."""


class CameraHub:
    """Hands each camera frame to every consumer's own one-slot box. ``put`` on any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taps: tuple[Callable[[av.VideoFrame], None], ...] = ()

    def put(self, frame: av.VideoFrame) -> None:
        for tap in self._taps:
            tap(frame)

    def add(self, tap: Callable[[av.VideoFrame], None]) -> None:
        with self._lock:
            self._taps = (*self._taps, tap)

    def remove(self, tap: Callable[[av.VideoFrame], None]) -> None:
        with self._lock:
            self._taps = tuple(one for one in self._taps if one != tap)


class CameraTrack(MediaStreamTrack):  # type: ignore[misc,unused-ignore]
    """The camera as one peer connection sends it: at most 1280x720 at 30 frames a second, I420."""

    kind = "video"

    def __init__(self, hub: CameraHub, epoch_s: float) -> None:
        """``epoch_s``: the monotonic zero of this call's timestamps, shared with the microphone."""
        super().__init__()
        self.frames_sent = 0
        self.size = (0, 0)
        self._hub = hub
        self._epoch_s = epoch_s
        self._box: LatestFrame[av.VideoFrame] = LatestFrame()
        self._media_loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._reformatter = VideoReformatter()
        self._sent_at_s = 0.0
        self._black: av.VideoFrame | None = None
        hub.add(self._offer)

    @property
    def taken_at_s(self) -> float:
        """Monotonic instant at which the last frame went to the encoder."""
        return self._sent_at_s

    def stop(self) -> None:
        self._hub.remove(self._offer)
        super().stop()

    async def recv(self) -> av.VideoFrame:
        if self.readyState != "live":
            raise MediaStreamError
        frame = await self._next()
        if frame is None:
            prepared = self._black_frame()
        else:
            prepared = await self._media_loop.run_in_executor(None, self._prepare, frame)
        now = time.monotonic()
        self._sent_at_s = now
        prepared.pts = int((now - self._epoch_s) * VIDEO_CLOCK)
        prepared.time_base = fractions.Fraction(1, VIDEO_CLOCK)
        prepared.pict_type = PictureType.NONE
        self.frames_sent += 1
        self.size = (prepared.width, prepared.height)
        return prepared

    def _offer(self, frame: av.VideoFrame) -> None:
        self._box.put(frame)
        if not self._media_loop.is_closed():
            self._media_loop.call_soon_threadsafe(self._wake.set)

    async def _next(self) -> av.VideoFrame | None:
        early = self._sent_at_s + MIN_INTERVAL_S - time.monotonic()
        if early > 0:
            await asyncio.sleep(early)
        while True:
            self._wake.clear()
            frame = self._box.take()
            if frame is not None:
                return frame
            try:
                await asyncio.wait_for(self._wake.wait(), OFF_INTERVAL_S)
            except TimeoutError:
                return None

    def _prepare(self, frame: av.VideoFrame) -> av.VideoFrame:
        scale = min(1.0, MAX_WIDTH / frame.width, MAX_HEIGHT / frame.height)
        width, height = (max(2, int(side * scale) // 2 * 2) for side in (frame.width, frame.height))
        prepared = self._reformatter.reformat(
            frame,
            width,
            height,
            "yuv420p",
            dst_color_range=ColorRange.MPEG,  # VP8 has no other (RFC 6386 section 9.2); MJPEG cameras do
        )
        if prepared is frame:
            prepared = av.VideoFrame.from_ndarray(frame.to_ndarray(), format="yuv420p")
        return prepared

    def _black_frame(self) -> av.VideoFrame:
        width, height = self.size if self.size[0] else (640, 360)
        planes = np.full((height * 3 // 2, width), 128, np.uint8)
        planes[:height] = 16
        return av.VideoFrame.from_ndarray(planes, format="yuv420p")


class MicrophoneTrack(MediaStreamTrack):  # type: ignore[misc,unused-ignore]
    """The cleaned microphone, 20 ms at a time; silence when it is muted or missing."""

    kind = "audio"

    def __init__(self, sound: SoundLoop, epoch_s: float) -> None:
        super().__init__()
        self._sound = sound
        self._media_loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._tap = MicrophoneTap(self._wake_up)
        self._pts = int((time.monotonic() - epoch_s) * RATE_HZ)
        self._begun = False
        sound.add_tap(self._tap)

    def stop(self) -> None:
        self._sound.remove_tap(self._tap)
        super().stop()

    async def recv(self) -> av.AudioFrame:
        blocks = self._tap.blocks
        if not self._begun:
            # what was captured before there was anybody to send it to; sent in one burst, the other side
            # would take it for jitter and play everything 200 ms late for some seconds
            self._begun = True
            while len(blocks) > 2:  # noqa: PLR2004 - 20 ms
                blocks.popleft()
        while len(blocks) < 2:  # noqa: PLR2004 - 20 ms
            if self.readyState != "live":
                raise MediaStreamError
            self._wake.clear()
            if len(blocks) < 2:  # noqa: PLR2004 - one may have come before the clear
                await self._wake.wait()
        samples = np.concatenate((blocks.popleft(), blocks.popleft()))
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        frame.pts = self._pts
        frame.time_base = fractions.Fraction(1, RATE_HZ)
        self._pts += 2 * BLOCK
        return frame

    def _wake_up(self) -> None:
        if not self._media_loop.is_closed():
            self._media_loop.call_soon_threadsafe(self._wake.set)
