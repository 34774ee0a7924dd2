"""The other side of a call in plain aiortc, with its own receivers, in the test's process and loop."""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction

import aiortc.rtcpeerconnection
import av
import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpreceiver import RTCRtpReceiver

from tests.helpers.opus_stream import voice
from tests.helpers.patterns import luma_of, read, stamp

WIDTH, HEIGHT, RATE = 640, 360, 15


class NumberedPicture(MediaStreamTrack):
    """A grey picture with a number that grows."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._began_s = time.monotonic()
        self.number = 0

    async def recv(self) -> av.VideoFrame:
        if self.readyState != "live":
            raise MediaStreamError
        self.number += 1
        await asyncio.sleep(max(0.0, self._began_s + self.number / RATE - time.monotonic()))
        planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        luma = planes[:HEIGHT].copy()
        stamp(luma, self.number)
        planes[:HEIGHT] = luma
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = self.number * 90_000 // RATE, Fraction(1, 90_000)
        return frame


class Voice(MediaStreamTrack):
    """A voice without pauses."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._began_s = time.monotonic()
        self._sound = voice(2.0)
        self._at = 0

    async def recv(self) -> av.AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        await asyncio.sleep(max(0.0, self._began_s + self._at / 48_000 - time.monotonic()))
        block = np.take(self._sound, range(self._at, self._at + 960), mode="wrap")
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1).astype(np.int16), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, self._at, Fraction(1, 48_000)
        self._at += 960
        return frame


class Peer:
    """Answers one offer; counts what it decodes."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self.picture, self.voice = NumberedPicture(), Voice()
        self.numbers: list[int] = []
        self.frames = 0
        self.sound: list[np.ndarray[tuple[int], np.dtype[np.int16]]] = []
        self.black_frames = 0
        self._readers: list[asyncio.Task[None]] = []
        self.connection.on("track", self._read)

    async def answer(self, offer: str) -> str:
        ours = aiortc.rtcpeerconnection.RTCRtpReceiver
        aiortc.rtcpeerconnection.RTCRtpReceiver = RTCRtpReceiver  # this side stays as aiortc made it
        try:
            await self.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        finally:
            aiortc.rtcpeerconnection.RTCRtpReceiver = ours
        self.connection.addTrack(self.voice)
        self.connection.addTrack(self.picture)
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return str(self.connection.localDescription.sdp)

    def heard(self) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """All sound, mono at 48 kHz, -1..1."""
        whole = np.concatenate(self.sound) if self.sound else np.zeros(0, np.int16)
        return (whole / 32768).astype(np.float32)

    async def close(self) -> None:
        await self.connection.close()
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    def _read(self, track: MediaStreamTrack) -> None:
        self._readers.append(asyncio.create_task(self._take(track)))

    async def _take(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, av.VideoFrame):
                self.frames += 1
                luma = luma_of(frame)
                self.black_frames += bool(luma.mean() < 20)
                number = read(luma)
                if number is not None:
                    self.numbers.append(number)
            elif isinstance(frame, av.AudioFrame):
                self.sound.append(frame.to_ndarray().reshape(-1, 2).mean(axis=1).astype(np.int16))
