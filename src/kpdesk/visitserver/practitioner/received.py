"""What really arrived at the practitioner: decoded pictures and audible sound, counted."""

from __future__ import annotations

import time
from dataclasses import dataclass

import av
import numpy as np
from aiortc import MediaStreamError, MediaStreamTrack
from numpy.typing import NDArray

from kpdesk.visitserver.practitioner import timecode

AUDIBLE_RMS = 0.003
"""About -50 dBFS: speech is far above, the noise of silence far below."""
_READ_EVERY = 5
"""Every fifth frame is looked at for a timecode."""


@dataclass(slots=True)
class Received:
    """Totals of a visit; a new peer connection adds to them."""

    video_frames: int = 0
    width: int = 0
    height: int = 0
    audio_seconds: float = 0.0
    audible_seconds: float = 0.0
    audio_rms: float = 0.0
    """Of the last second that was audible."""
    timecode: int | None = None
    timecodes_read: int = 0
    last_video_at_s: float | None = None
    """Monotonic."""
    last_audio_at_s: float | None = None

    def as_json(self) -> dict[str, int | float | None]:
        return {
            "video_frames": self.video_frames,
            "width": self.width,
            "height": self.height,
            "audio_seconds": round(self.audio_seconds, 2),
            "audible_seconds": round(self.audible_seconds, 2),
            "audio_rms": round(self.audio_rms, 4),
            "timecode": self.timecode,
            "timecodes_read": self.timecodes_read,
        }

    async def read(self, track: MediaStreamTrack) -> None:
        """Take every frame of a remote track until it ends: what nobody takes piles up in aiortc."""
        try:
            while True:
                frame = await track.recv()
                if isinstance(frame, av.VideoFrame):
                    self.video(frame)
                elif isinstance(frame, av.AudioFrame):
                    self.sound(frame)
        except MediaStreamError:
            return

    def video(self, frame: av.VideoFrame) -> None:
        """Count a decoded picture."""
        self.video_frames += 1
        self.width, self.height = frame.width, frame.height
        self.last_video_at_s = time.monotonic()
        if self.video_frames % _READ_EVERY == 1:
            number = timecode.read(luma_of(frame))
            if number is not None:
                self.timecode = number
                self.timecodes_read += 1

    def sound(self, frame: av.AudioFrame) -> None:
        """Count a decoded block of sound, and how much of it can be heard."""
        seconds = frame.samples / frame.sample_rate
        self.audio_seconds += seconds
        self.last_audio_at_s = time.monotonic()
        samples = frame.to_ndarray().astype(np.float32) / 32768
        rms = float(np.sqrt(np.mean(samples**2)))
        if rms > AUDIBLE_RMS:
            self.audible_seconds += seconds
            weight = min(1.0, seconds)
            self.audio_rms += (rms - self.audio_rms) * weight


def luma_of(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """The brightness of a 4:2:0 frame as height x width, without copying."""
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8)[: plane.line_size * frame.height]
    luma: NDArray[np.uint8] = rows.reshape(frame.height, plane.line_size)[:, : frame.width]
    return luma
