"""One visit from the practitioner's side: from the offer until the patient has gone."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine
from typing import Any, Final

from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain import signaling as s
from kpdesk.domain.errors import PayloadError
from kpdesk.visitserver.practitioner.link import PracticeSession
from kpdesk.visitserver.practitioner.peer import Peer, close_later
from kpdesk.visitserver.practitioner.received import Received
from kpdesk.visitserver.practitioner.replies import reply
from kpdesk.visitserver.practitioner.studio import Studio

TAKE_OVER_S: Final = 2.0
"""How long an old connection lives on beside the one that replaces it."""
_REPLY_AFTER_S: Final = 1.5
_MAX_EARLY_CANDIDATES: Final = 64
_log = logging.getLogger(__name__)

Send = Callable[[s.ClientMessage], Coroutine[Any, Any, None]]
Say = Callable[..., None]


class RobotVisit:
    """Owns the peer connections of one room. The patient offers; we answer, generation by generation."""

    def __init__(
        self,
        room: str,
        session: PracticeSession,
        studio: Studio,
        received: Received,
        send: Send,
        say: Say,
        *,
        language: str,
    ) -> None:
        """``say(event, **fields)`` reports; fields carry no personal data."""
        self.room = room
        self.received = received
        self.seen_in_call = False
        """The service has shown this room as being in a call."""
        self.forgotten = False
        """The service has lost our place in this room: say again that the patient is admitted."""
        self._session = session
        self._studio = studio
        self._send = send
        self._say = say
        self._language = language
        self._keeper = TaskKeeper("practitioner-visit")
        self._peer: Peer | None = None
        self._any_generation = True
        """The next offer may carry any number: a patient who starts anew counts from 1 again."""
        self._negotiating = asyncio.Lock()
        self._early: list[s.Candidate] = []
        self._chat_lines = 0
        self._closed = False
        self._connected = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether sound and picture have a way now."""
        return self._peer is not None and self._peer.state == "connected"

    async def once_connected(self) -> None:
        """Wait for the first connection."""
        await self._connected.wait()

    async def on_message(self, message: Any) -> None:
        """A message of this room."""
        match message:
            case s.Offer(sdp, generation):
                await self._on_offer(sdp, generation)
            case s.Candidate():
                await self._on_candidate(message)
            case s.Chat(sender=sender) if sender is None or sender.value == "patient":
                self._keeper.spawn(self._reply(), name="reply")
            case s.MediaState(microphone, camera):
                self._say("patient_media", microphone=microphone, camera=camera)

    async def patient_joined(self) -> None:
        """The patient's connection is back, of the same program or of a new one."""
        self._any_generation = True
        await self.say_media()

    async def say_media(self) -> None:
        """Tell the patient that we send both."""
        await self._send(s.MediaState(microphone=True, camera=True, room=self.room))

    async def admit(self) -> None:
        """Let the patient in, for the first time or again: then their generations start anew."""
        self._any_generation = True
        self.seen_in_call = self.forgotten = False
        await self._send(s.Admit(room=self.room))
        await self.say_media()

    async def close(self) -> None:
        """The visit is over; safe to call twice."""
        self._closed = True
        peer, self._peer = self._peer, None
        await self._keeper.close()
        if peer is not None:
            await peer.close()

    async def _on_offer(self, sdp: str, generation: int) -> None:
        async with self._negotiating:
            old = self._peer
            stale = old is not None and not self._any_generation and generation <= old.generation
            if self._closed or stale:
                _log.info("an offer of an old generation is left alone: generation=%d", generation)
                return
            peer = Peer(
                generation,
                self._studio,
                self.received,
                self._session.ice_servers,
                self._on_state,
                relay_only=self._session.relay_only,
            )
            self._peer = peer
            self._any_generation = False
            early, self._early = self._early, []
            for candidate in early:
                if candidate.generation == generation:
                    await peer.add_candidate(candidate)
            try:
                answer = await peer.answer(sdp)
            except PayloadError as error:
                _log.warning("offer refused: reason=%s", error.params.get("reason"))
                self._peer = old
                await peer.close()
                return
            if old is not None:
                self._keeper.spawn(close_later(old, TAKE_OVER_S), name="close-old")
            if await self._closed_meanwhile(peer):
                return
            self._studio.speak()
            await self._send(s.Answer(answer, generation, room=self.room))
            self._say("answered", generation=generation)

    async def _closed_meanwhile(self, peer: Peer) -> bool:
        if self._closed:
            await peer.close()
        return self._closed

    async def _on_candidate(self, message: s.Candidate) -> None:
        peer = self._peer
        if peer is not None and message.generation == peer.generation:
            await peer.add_candidate(message)
        if peer is None or self._any_generation or message.generation > peer.generation:
            self._early = [*self._early, message][-_MAX_EARLY_CANDIDATES:]

    def _on_state(self, generation: int, state: str) -> None:
        peer = self._peer
        if self._closed or peer is None or peer.generation != generation:
            return
        self._say("connection", generation=generation, state=state)
        if state == "connected":
            self._connected.set()
        elif state == "failed":
            self._keeper.spawn(self._send(s.Renegotiate(room=self.room)), name="renegotiate")

    async def _reply(self) -> None:
        number = self._chat_lines
        self._chat_lines += 1
        await asyncio.sleep(_REPLY_AFTER_S)
        text = reply(self._language, number)
        await self._send(s.Chat(id=uuid.uuid4().hex, text=text, room=self.room))
