"""A patient with as little of kpdesk as can be: the signaling channel, and plain aiortc for the rest.

It tells a fault of the service or the practitioner from one of kpdesk's own media.
"""

from __future__ import annotations

import asyncio
import contextlib
import fractions
import importlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import aiortc.codecs
import aiortc.rtcrtpreceiver
import aiortc.rtcrtpsender
import av
import numpy as np
import pytest
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.sdp import candidate_from_sdp

from kpdesk.base.tasks import TaskKeeper
from kpdesk.calls.ports import SignalingChannel
from kpdesk.domain import signaling as s
from kpdesk.domain.ticket import JoinTicket
from kpdesk.visitserver.practitioner import timecode
from kpdesk.visitserver.practitioner.received import Received, luma_of
from tests.helpers.patterns import read_y4m
from tests.helpers.sound import Samples, read_wav


class Witness(Received):
    """Keeps what it saw and heard, so that a test can look at it."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: list[int] = []
        """Timecodes of the pictures, in the order in which they were decoded."""
        self.blocks: list[Samples] = []
        """Sound, mono, 48 kHz."""

    def video(self, frame: av.VideoFrame) -> None:
        super().video(frame)
        number = timecode.read(luma_of(frame))
        if number is not None:
            self.numbers.append(number)

    def sound(self, frame: av.AudioFrame) -> None:
        super().sound(frame)
        channels = len(frame.layout.channels)
        samples = frame.to_ndarray().reshape(-1, channels).astype(np.float32) / np.float32(32768)
        self.blocks.append(samples.mean(axis=1))

    def heard(self, seconds: float) -> Samples:
        """The last so many seconds."""
        sound = np.concatenate(self.blocks) if self.blocks else np.zeros(0, np.float32)
        return sound[-int(seconds * 48_000) :]


class _FileTrack(MediaStreamTrack):
    """Blocks of a recording that loops, in step with the clock; time stamps never go back."""

    def __init__(self, every_s: float) -> None:
        super().__init__()
        self._every_s = every_s
        self._began: float | None = None
        self._number = -1

    async def _next(self) -> int:
        if self._began is None:
            self._began = time.monotonic()
        self._number += 1
        await asyncio.sleep(max(0.0, self._began + self._number * self._every_s - time.monotonic()))
        return self._number


class FileCamera(_FileTrack):
    kind = "video"

    def __init__(self, path: Path) -> None:
        super().__init__(1 / 30)
        self._frames, _, _ = read_y4m(path)

    async def recv(self) -> av.VideoFrame:
        number = await self._next()
        samples = np.ascontiguousarray(self._frames[number % len(self._frames)])
        frame = av.VideoFrame.from_ndarray(samples, format="yuv420p")
        frame.pts, frame.time_base = number * 3000, fractions.Fraction(1, 90_000)
        return frame


class FileMicrophone(_FileTrack):
    """A mono recording at 48 kHz."""

    kind = "audio"

    def __init__(self, path: Path) -> None:
        super().__init__(0.02)
        samples, rate = read_wav(path)
        assert rate == 48_000
        whole = (samples[: len(samples) // 960 * 960] * 32767).astype(np.int16)
        self._blocks = whole.reshape(-1, 1, 960)

    async def recv(self) -> av.AudioFrame:
        number = await self._next()
        block = self._blocks[number % len(self._blocks)]
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, number * 960, fractions.Fraction(1, 48_000)
        return frame


class BarePatient:
    """One patient in one visit."""

    def __init__(self, channel: SignalingChannel, ticket: JoinTicket, camera: Path, microphone: Path) -> None:
        self.received = Witness()
        self.messages: list[s.ChannelItem] = []
        self.connection: RTCPeerConnection | None = None
        self.generation = 0
        self._answered = 0
        self._channel = channel
        self._ticket = ticket
        self._camera = camera
        self._microphone = microphone
        self._keeper = TaskKeeper("bare-patient")
        self._tracks: list[MediaStreamTrack] = []
        self._early: list[s.Candidate] = []
        self._changed = asyncio.Event()

    async def arrive(self) -> None:
        await self._channel.open(self._ticket)
        self._keeper.spawn(self._read(), name="read")
        await self._channel.send(s.Arrive())

    async def until(self, condition: Callable[[], Any], timeout_s: float = 20.0, what: str = "") -> None:
        """Wait for something to be true of this patient."""
        try:
            async with asyncio.timeout(timeout_s):
                while not condition():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            state = self.connection.connectionState if self.connection else "none"
            kinds = [type(one).__name__ for one in self.messages]
            raise TimeoutError(
                f"no {what or 'luck'} in {timeout_s:.0f} s: connection {state}, messages {kinds}"
            ) from None

    def got(self, kind: type[Any]) -> list[Any]:
        return [message for message in self.messages if isinstance(message, kind)]

    async def until_seen_and_heard(self, timeout_s: float = 20.0) -> None:
        """A second of pictures with numbers, two seconds of sound that can be heard."""
        seen, heard = len(self.received.numbers), self.received.audible_seconds
        await self.until(lambda: len(self.received.numbers) >= seen + 20, timeout_s, "pictures")
        await self.until(lambda: self.received.audible_seconds >= heard + 2, timeout_s, "sound")

    async def send(self, message: s.ClientMessage) -> None:
        await self._channel.send(message)

    async def offer(self) -> None:
        """A new peer connection with the next generation; the old one is closed."""
        await self._drop()
        self.generation += 1
        servers = [
            RTCIceServer(list(one.urls), one.username, one.credential) for one in self._ticket.ice_servers
        ]
        connection = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self.connection = connection
        connection.on("track", self._on_track)
        self._tracks = [FileMicrophone(self._microphone), FileCamera(self._camera)]
        for track in self._tracks:
            connection.addTrack(track)
        await connection.setLocalDescription(await connection.createOffer())
        await self._channel.send(s.Offer(connection.localDescription.sdp, self.generation))

    async def leave(self) -> None:
        await self._channel.send(s.Bye("left"))
        await self.close()

    async def close(self) -> None:
        await self._keeper.close()
        await self._drop()
        await self._channel.close()

    async def _drop(self) -> None:
        connection, self.connection = self.connection, None
        self._early.clear()
        tracks, self._tracks = self._tracks, []
        for track in tracks:
            track.stop()
        if connection is not None:
            await connection.close()

    async def _read(self) -> None:
        async for item in self._channel.items():
            self.messages.append(item)
            match item:
                case s.Admitted() | s.Renegotiate():
                    await self.offer()
                    await self._channel.send(s.MediaState(microphone=True, camera=True))
                case s.Answer(sdp, generation) if self.connection and generation == self.generation:
                    await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
                    self._answered = generation
                    early, self._early = self._early, []
                    for candidate in early:
                        await self._add(candidate)
                case s.Candidate(generation=generation) if generation == self.generation:
                    await self._add(item)

    async def _add(self, message: s.Candidate) -> None:
        assert self.connection is not None
        if self._answered != self.generation:
            self._early.append(message)
            return
        if not message.candidate:
            await self.connection.addIceCandidate(None)
            return
        candidate = candidate_from_sdp(message.candidate.removeprefix("candidate:"))
        candidate.sdpMid, candidate.sdpMLineIndex = message.sdp_mid, message.sdp_mline_index
        await self.connection.addIceCandidate(candidate)

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._keeper.spawn(self.received.read(track), name=f"read-{track.kind}")


@contextlib.contextmanager
def stock_aiortc() -> Iterator[None]:
    """aiortc as its authors made it: kpdesk's media room changes it for the whole process."""
    with pytest.MonkeyPatch.context() as patch:
        connections: Any = importlib.import_module("aiortc.rtcpeerconnection")
        patch.setattr(connections, "RTCRtpReceiver", aiortc.rtcrtpreceiver.RTCRtpReceiver)
        patch.setattr(aiortc.rtcrtpsender, "get_encoder", aiortc.codecs.get_encoder)
        yield


@contextlib.asynccontextmanager
async def bare_patient(
    channel: SignalingChannel, ticket: JoinTicket, camera: Path, microphone: Path
) -> AsyncIterator[BarePatient]:
    """A patient who has arrived."""
    with stock_aiortc():
        patient = BarePatient(channel, ticket, camera, microphone)
        try:
            await patient.arrive()
            yield patient
        finally:
            await patient.close()
