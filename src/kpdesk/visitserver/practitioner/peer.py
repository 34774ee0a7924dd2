"""One peer connection of the practitioner: answers an offer, sends picture and speech, counts what comes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.sdp import candidate_from_sdp

from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.signaling import Candidate
from kpdesk.domain.ticket import IceServer
from kpdesk.visitserver.practitioner.received import Received
from kpdesk.visitserver.practitioner.studio import Studio

_MAX_EARLY_CANDIDATES = 64
_log = logging.getLogger(__name__)


class Peer:
    """Belongs to one generation of one room."""

    def __init__(
        self,
        generation: int,
        studio: Studio,
        received: Received,
        ice_servers: tuple[IceServer, ...],
        on_state: Callable[[int, str], None],
        *,
        relay_only: bool = False,
    ) -> None:
        """``on_state(generation, state)`` gets the states of W3C RTCPeerConnectionState."""
        self.generation = generation
        self._studio = studio
        self._received = received
        self._on_state = on_state
        self._keeper = TaskKeeper(f"practitioner-peer-{generation}")
        self._early: list[Candidate] = []
        self._described = False
        servers = [RTCIceServer(list(one.urls), one.username, one.credential) for one in ice_servers]
        self._connection = RTCPeerConnection(
            RTCConfiguration(
                iceServers=servers,  # never None: that would mean aiortc's own public server
                iceTransportPolicy=RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL,
                bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
            )
        )
        self._connection.on("track", self._on_track)
        self._connection.on("connectionstatechange", self._on_change)

    @property
    def state(self) -> str:
        return str(self._connection.connectionState)

    async def answer(self, sdp: str) -> str:
        """The answer to the patient's offer, gathered. Raises PayloadError for an unusable offer."""
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
            self._connection.addTrack(self._studio.speech_track())
            self._connection.addTrack(self._studio.picture_track())
            answer = await self._connection.createAnswer()
            await self._connection.setLocalDescription(answer)
        except (ValueError, AssertionError, IndexError, KeyError) as error:
            raise PayloadError("offer", reason="unusable session description") from error
        except (InvalidAccessError, InvalidStateError, OperationError) as error:
            raise PayloadError("offer", reason="cannot be answered") from error
        self._described = True
        early, self._early = self._early, []
        for candidate in early:
            await self.add_candidate(candidate)
        return str(self._connection.localDescription.sdp)

    async def add_candidate(self, message: Candidate) -> None:
        """A candidate of the patient; unusable ones are ignored, as browsers do."""
        if not self._described:
            if len(self._early) < _MAX_EARLY_CANDIDATES:
                self._early.append(message)
            return
        if self.state == "closed":
            return
        if not message.candidate:
            await self._connection.addIceCandidate(None)
            return
        try:
            candidate = candidate_from_sdp(message.candidate.removeprefix("candidate:"))
        except (AssertionError, ValueError, IndexError):
            _log.debug("a candidate cannot be read")
            return
        candidate.sdpMid = message.sdp_mid
        candidate.sdpMLineIndex = message.sdp_mline_index
        if candidate.sdpMid is None and candidate.sdpMLineIndex is None:
            candidate.sdpMLineIndex = 0
        try:
            await self._connection.addIceCandidate(candidate)
        except (ValueError, InvalidStateError, ConnectionError):
            _log.debug("a candidate cannot be used")

    async def close(self) -> None:
        """Stop sending and receiving; safe to call twice."""
        await self._connection.close()
        await self._keeper.close()

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._keeper.spawn(self._received.read(track), name=f"read-{track.kind}")

    def _on_change(self) -> None:
        self._on_state(self.generation, self.state)


async def close_later(peer: Peer, after_s: float) -> None:
    """Close an old connection once the new one has had time to take over."""
    await asyncio.sleep(after_s)
    await peer.close()
