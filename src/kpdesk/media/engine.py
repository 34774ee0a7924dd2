"""One peer connection: offer, answer, candidates, what it sends and what it receives (media thread)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpsender import RTCRtpSender
from aiortc.sdp import candidate_from_sdp

from kpdesk.base.tasks import TaskKeeper
from kpdesk.base.threads import media_thread
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.media import (
    IceCandidate,
    MediaEvent,
    MediaFlowing,
    MediaStalled,
    PeerChanged,
    PeerState,
    StatsMeasured,
)
from kpdesk.domain.ticket import IceServer
from kpdesk.media import hooks
from kpdesk.media.pictures import PictureBox
from kpdesk.media.receive import AudioReceiver, VideoReceiver
from kpdesk.media.sound_loop import SoundLoop
from kpdesk.media.stats import StatsCollector
from kpdesk.media.tracks import CameraHub, CameraTrack, MicrophoneTrack

STALL_S = 2.5
TICK_S = 0.05
STATS_EVERY_S = 1.0
MAX_EARLY_CANDIDATES = 64
_UNUSABLE = (ValueError, AssertionError, IndexError, KeyError, TypeError, AttributeError)
_log = logging.getLogger(__name__)


class PeerEngine:
    """Belongs to one generation."""

    def __init__(
        self,
        generation: int,
        ice_servers: tuple[IceServer, ...],
        *,
        relay_only: bool,
        camera: CameraHub,
        sound: SoundLoop,
        pictures: PictureBox,
        epoch_s: float,
        emit: Callable[[MediaEvent], None],
    ) -> None:
        hooks.install()
        self.generation = generation
        self._sound = sound
        self._pictures = pictures
        self._emit = emit
        self._keeper = TaskKeeper(f"peer-{generation}")
        self._early: list[IceCandidate | None] = []
        self._described = False
        self._closed = False
        self._flowing: set[str] = set()
        self._stalled = False
        servers = [RTCIceServer(list(one.urls), one.username, one.credential) for one in ice_servers]
        self._connection = RTCPeerConnection(
            RTCConfiguration(
                iceServers=servers,  # never None: that would mean aiortc's own public server
                iceTransportPolicy=RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL,
                bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
            )
        )
        self._connection.on("connectionstatechange", self._on_state)
        self._microphone = MicrophoneTrack(sound, epoch_s)
        self._camera = CameraTrack(camera, epoch_s)
        audio = self._connection.addTransceiver(self._microphone, "sendrecv")
        video = self._connection.addTransceiver(self._camera, "sendrecv")
        _prefer(audio, "audio", ("audio/opus",))
        _prefer(video, "video", ("video/VP8", "video/rtx"))
        assert isinstance(audio.receiver, AudioReceiver)  # noqa: S101 - hooks.install() saw to it
        assert isinstance(video.receiver, VideoReceiver)  # noqa: S101
        self._audio = audio.receiver
        self._video = video.receiver
        self._stats = StatsCollector(
            self._connection, self._audio, self._video, self._camera, sound, pictures
        )
        sound.add_source(self._audio.jitter)

    @media_thread
    async def offer(self) -> str:
        """Gather and return the session description (RFC 8829)."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return str(self._connection.localDescription.sdp)

    @media_thread
    async def answer(self, offer: str) -> str:
        """The other role, for a rehearsal: take an offer, return the answer."""
        await self._set_remote(offer, "offer")
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        await self._flush()
        return str(self._connection.localDescription.sdp)

    @media_thread
    async def accept(self, answer: str) -> None:
        """Raises PayloadError for an answer that cannot be used."""
        await self._set_remote(answer, "answer")
        await self._flush()

    @media_thread
    async def add_candidate(self, candidate: IceCandidate | None) -> None:
        """A trickled candidate; one that cannot be read is ignored, as browsers do."""
        if not self._described:
            if len(self._early) < MAX_EARLY_CANDIDATES:
                self._early.append(candidate)
            return
        if self._closed:
            return
        try:
            if candidate is None:
                await self._connection.addIceCandidate(None)
                return
            parsed = candidate_from_sdp(candidate.candidate.removeprefix("candidate:"))
            parsed.sdpMid = candidate.sdp_mid
            parsed.sdpMLineIndex = candidate.sdp_mline_index
            if parsed.sdpMid is None and parsed.sdpMLineIndex is None:
                parsed.sdpMLineIndex = 0
            await self._connection.addIceCandidate(parsed)
        except (*_UNUSABLE, InvalidStateError, ConnectionError):
            _log.debug("a candidate cannot be used: generation=%d", self.generation)

    @media_thread
    async def close(self) -> None:
        """Close for good; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        await self._keeper.close()
        self._sound.remove_source(self._audio.jitter)
        self._microphone.stop()
        self._camera.stop()
        await self._connection.close()

    async def _set_remote(self, sdp: str, kind: str) -> None:
        if "\na=crypto:" in sdp:  # RFC 8827 section 6.5: keys never travel in signaling
            raise PayloadError(kind, reason="SDES keys are refused")
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, kind))
        except (*_UNUSABLE, InvalidAccessError, InvalidStateError, OperationError) as error:
            raise PayloadError(kind, reason="unusable session description") from error
        for transceiver in self._connection.getTransceivers():
            if transceiver.kind == "video":
                self._keeper.spawn(self._read_video(transceiver.receiver.track), name="read-video")
        self._keeper.spawn(self._watch(), name="watch")

    async def _flush(self) -> None:
        self._described = True
        early, self._early = self._early, []
        for candidate in early:
            await self.add_candidate(candidate)

    def _on_state(self) -> None:
        state = self._connection.connectionState
        if state == "new" or self._closed:
            return
        _log.info("peer: generation=%d state=%s", self.generation, state)
        self._emit(PeerChanged(self.generation, PeerState(state)))

    async def _read_video(self, track: Any) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                frame = await track.recv()
                while not track._queue.empty():  # noqa: SLF001 - unbounded: only the newest is painted
                    newer = track._queue.get_nowait()  # noqa: SLF001
                    self._stats.frame_decoded(frame)
                    if newer is None:
                        return
                    frame = newer
                self._stats.frame_decoded(frame)
                self._flows("video")
                await loop.run_in_executor(None, self._pictures.offer, frame)
        except MediaStreamError:
            return

    async def _watch(self) -> None:
        """Flow, stall and figures. Nothing from the other side for 2.5 s while connected is a stall."""
        measured_at = now = time.monotonic()
        connected_at: float | None = None
        while True:
            due = now + TICK_S
            await asyncio.sleep(due - time.monotonic())
            now = time.monotonic()
            self._stats.loop_lag_s = max(self._stats.loop_lag_s, now - due)
            if connected_at is None and self._connection.connectionState == "connected":
                connected_at = now
            if self._audio.packets:
                self._flows("audio")
            last = max(
                self._audio.last_packet_s or 0.0, self._video.last_packet_s or 0.0, connected_at or 0.0
            )
            if last and not self._stalled and now - last > STALL_S:
                self._stalled = True
                self._flowing.clear()
                self._emit(MediaStalled(self.generation, now - last))
            elif self._stalled and now - last < 2 * TICK_S:
                self._stalled = False
                self._flowing.clear()
                self._flows("audio")
            if now - measured_at >= STATS_EVERY_S:
                measured_at = now
                if last:
                    self._emit(StatsMeasured(self.generation, await self._stats.measure()))

    def _flows(self, kind: str) -> None:
        if kind in self._flowing or self._stalled:
            return
        self._flowing.add(kind)
        self._emit(MediaFlowing(self.generation, kind))


def _prefer(transceiver: Any, kind: str, wanted: tuple[str, ...]) -> None:
    """Offer only these codecs: what we have a receiver for, and no patents."""
    codecs = [codec for codec in RTCRtpSender.getCapabilities(kind).codecs if codec.mimeType in wanted]
    transceiver.setCodecPreferences(codecs)
