"""One peer connection of the practitioner: answers an offer, sends picture and speech, counts what comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiortc import (
    MediaStreamTrack,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError

from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.signaling import Candidate
from kpdesk.domain.ticket import IceServer
from kpdesk.visitserver.peer_connections import UNUSABLE, add_candidate, configuration
from kpdesk.visitserver.practitioner.received import Received
from kpdesk.visitserver.practitioner.studio import Studio

_MAX_EARLY_CANDIDATES = 64


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
        self._connection = RTCPeerConnection(configuration(ice_servers, relay_only=relay_only))
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
        except UNUSABLE as error:
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
        await add_candidate(self._connection, message)

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
