"""Offers, answers and generations: one peer connection after the other over the same tracks.

The patient always offers. Every new peer connection is a new ``generation``; an older one stays
open until the newer carries sound or picture, so a path that comes back by itself is not lost.

Each is given one relay of the ticket (``calls.ice``). One that gives no address is left for the next at
once, as a rule while the patient waits; one that gave an address and then carried nothing, with the next
attempt. The one that worked is kept for the rest of the visit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kpdesk.base.clock import Clock
from kpdesk.calls.ice import has_relay, ice_ways, relay_transport
from kpdesk.calls.ports import CallMedia
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.media import IceCandidate, LocalCandidateFound
from kpdesk.domain.signaling import Answer, Candidate, ClientMessage, Offer
from kpdesk.domain.ticket import JoinTicket

PREPARED_OFFER_LIFE_S = 25.0
"""A NAT may forget the mapping behind a server-reflexive candidate after 30 s (RFC 4787 REQ-5 asks
for two minutes, home routers keep less)."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Prepared:
    generation: int
    sdp: str
    made_at_s: float


class Negotiation:
    """Owned by one visit; GUI thread."""

    def __init__(
        self,
        media: CallMedia,
        ticket: JoinTicket,
        send: Callable[[ClientMessage], Awaitable[None]],
        clock: Clock,
        *,
        first_generation: int,
    ) -> None:
        self._media = media
        self._ticket = ticket
        self._send = send
        self._clock = clock
        self._last = first_generation - 1
        self._open: set[int] = set()
        self._answered: set[int] = set()
        self._prepared: _Prepared | None = None
        self._making = asyncio.Lock()
        """One offer is made at a time: whoever needs one while it is prepared waits for that one."""
        self._ways = ice_ways(ticket.ice_servers)
        self._way = 0
        self._way_of: dict[int, int] = {}
        """By generation that is open."""
        self._all_ways_failed = False

    @property
    def last_generation(self) -> int:
        """The newest generation ever used."""
        return self._last

    def is_open(self, generation: int) -> bool:
        """Whether that peer connection still lives."""
        return generation in self._open

    async def prepare(self) -> None:
        """Gather candidates ahead of the admission; replaces an offer that grew old."""
        async with self._making:
            if self._prepared is not None and self._fresh(self._prepared):
                return
            old, self._prepared = self._prepared, None
            if old is not None:
                await self._close(old.generation)
            made = await self._create_with_relay()
            self._prepared = made if made.generation in self._open else None

    async def offer(self) -> int:
        """Send an offer, the prepared one if it is fresh; returns its generation."""
        async with self._making:
            prepared, self._prepared = self._prepared, None
            if prepared is not None and not self._fresh(prepared):
                await self._close(prepared.generation)
                prepared = None
            if prepared is None:
                prepared = await self._create_with_relay()
        await self._send(Offer(sdp=prepared.sdp, generation=prepared.generation))
        return prepared.generation

    async def answer(self, message: Answer) -> None:
        """Apply an answer once; one that cannot be used closes its peer connection and raises
        PayloadError."""
        if message.generation not in self._open or message.generation in self._answered:
            return
        self._answered.add(message.generation)
        try:
            await self._media.accept_answer(message.generation, message.sdp)
        except PayloadError:
            await self._close(message.generation)
            raise

    async def remote_candidate(self, message: Candidate) -> None:
        """Hand a trickled candidate to its peer connection."""
        if message.generation not in self._open:
            return
        candidate = (
            IceCandidate(message.candidate, message.sdp_mid, message.sdp_mline_index)
            if message.candidate
            else None
        )
        await self._media.add_candidate(message.generation, candidate)

    async def local_candidate(self, event: LocalCandidateFound) -> None:
        """Trickle one of ours."""
        if event.generation not in self._open:
            return
        found = event.candidate
        await self._send(
            Candidate(
                generation=event.generation,
                candidate=found.candidate if found else "",
                sdp_mid=found.sdp_mid if found else None,
                sdp_mline_index=found.sdp_mline_index if found else None,
            )
        )

    async def keep_only(self, generation: int) -> None:
        """``generation`` carries the call: close every other peer connection."""
        self._prepared = None
        for other in sorted(self._open - {generation}):
            await self._close(other)

    async def abandon(self, generation: int) -> None:
        """Give up one attempt that brought nothing. If it was answered, its relay is not to be trusted."""
        if generation in self._answered:
            self._leave_way(self._way_of.get(generation))
        await self._close(generation)

    async def close(self) -> None:
        """Close every peer connection."""
        self._prepared = None
        for generation in sorted(self._open):
            await self._close(generation)

    def _fresh(self, prepared: _Prepared) -> bool:
        if not self._ticket.ice_servers:
            return True
        return self._clock.monotonic_s() - prepared.made_at_s < PREPARED_OFFER_LIFE_S

    async def _create_with_relay(self) -> _Prepared:
        """An offer with a relayed candidate, if any way gives one; each is tried once, in a circle.

        Costs up to ``media.hooks.GATHER_TIMEOUT_S`` for each relay that does not answer. When none did, the
        search is not repeated: a direct path may still be there, and must not wait for it again and again.
        """
        tries = 1 if self._all_ways_failed else len(self._ways)
        while True:
            way = self._way
            made = await self._create(way)
            found = has_relay(made.sdp)
            if found or relay_transport(self._ways[way]) == "none":
                self._all_ways_failed = self._all_ways_failed and not found
                return made
            self._leave_way(way)
            tries -= 1
            if tries == 0:
                self._all_ways_failed = True
                return made
            if made.generation not in self._open:
                return made  # the visit ended, or another path carries it
            await self._close(made.generation)

    def _leave_way(self, way: int | None) -> None:
        """The next offer is made with another relay, unless that was decided already."""
        if way is None or way != self._way or len(self._ways) < 2:
            return
        self._way = (way + 1) % len(self._ways)
        left, taken = (relay_transport(self._ways[one]) for one in (way, self._way))
        _log.info("relay left for the next: left=%s taken=%s", left, taken)

    async def _create(self, way: int) -> _Prepared:
        self._last += 1
        generation = self._last
        self._open.add(generation)
        self._way_of[generation] = way
        try:
            sdp = await self._media.create_offer(
                generation, self._ways[way], relay_only=self._ticket.relay_only
            )
        except BaseException:
            await self._close(generation)
            raise
        return _Prepared(generation, sdp, self._clock.monotonic_s())

    async def _close(self, generation: int) -> None:
        self._open.discard(generation)
        self._answered.discard(generation)
        self._way_of.pop(generation, None)
        if self._prepared is not None and self._prepared.generation == generation:
            self._prepared = None
        await self._media.close_peer(generation)
        _log.debug("peer closed: generation=%d", generation)
