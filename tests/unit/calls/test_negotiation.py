"""One relay after the other, until one carries the call."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kpdesk.base.tasks import TaskKeeper
from kpdesk.calls import reconnect
from kpdesk.calls.join import JoinVisit
from kpdesk.calls.negotiation import PREPARED_OFFER_LIFE_S, Negotiation
from kpdesk.calls.reconnect import Reconnect
from kpdesk.domain.signaling import Answer, ClientMessage, Offer
from kpdesk.domain.ticket import IceServer, JoinTicket
from tests.fakes.call_media import FakeCallMedia
from tests.fakes.clock import FakeClock
from tests.fakes.signaling import FakeSignalingChannel
from tests.fakes.visits import FakeVisitGateway
from tests.helpers.visits import APPOINTMENT, START

UDP = "turn:relay.clinic.test:3478"
TCP = "turn:relay.clinic.test:3478?transport=tcp"
TLS = "turns:relay.clinic.test:443?transport=tcp"


class Table:
    """A negotiation whose relays are alive or dead."""

    def __init__(self, *urls: str, dead: tuple[str, ...] = ()) -> None:
        self.clock = FakeClock()
        self.media = FakeCallMedia()
        self.media.dead_relays |= set(dead)
        self.sent: list[ClientMessage] = []
        now = datetime(2026, 1, 1, tzinfo=UTC)
        ticket = JoinTicket(
            "kpdesk-signaling-1",
            "ws://127.0.0.1:9/",
            "token",
            "room",
            now,
            now,
            now + timedelta(hours=1),
            tuple(IceServer((url,), "anna", "secret") for url in urls),
        )
        self.negotiation = Negotiation(self.media, ticket, self._send, self.clock, first_generation=1)

    async def _send(self, message: ClientMessage) -> None:
        self.sent.append(message)

    @property
    def tried(self) -> list[str]:
        """The relay of each peer connection, in their order."""
        return [servers[-1].urls[0] for _, servers, _ in self.media.offers_asked]

    @property
    def offered(self) -> list[int]:
        return [one.generation for one in self.sent if isinstance(one, Offer)]


async def test_a_relay_that_works_is_the_only_one_tried() -> None:
    table = Table(UDP, TCP, TLS)
    await table.negotiation.prepare()
    assert await table.negotiation.offer() == 1
    assert (table.tried, table.offered, table.media.peers) == ([UDP], [1], [1])


async def test_while_the_patient_waits_the_relay_that_works_is_found() -> None:
    table = Table(UDP, TCP, TLS, dead=(UDP, TCP))
    await table.negotiation.prepare()
    assert table.tried == [UDP, TCP, TLS]
    assert table.media.peers == [3]  # what did not work is closed
    assert await table.negotiation.offer() == 3
    assert table.offered == [3]


async def test_without_a_wait_it_is_found_before_the_first_offer() -> None:
    table = Table(UDP, TLS, dead=(UDP,))
    assert await table.negotiation.offer() == 2
    assert (table.tried, table.offered, table.media.peers) == ([UDP, TLS], [2], [2])


async def test_the_way_that_was_found_is_kept_for_the_next_generation() -> None:
    table = Table(UDP, TCP, TLS, dead=(UDP, TCP))
    await table.negotiation.offer()
    await table.negotiation.offer()
    assert table.tried == [UDP, TCP, TLS, TLS]


async def test_where_no_relay_works_the_offer_goes_out_all_the_same_and_the_search_ends() -> None:
    table = Table(UDP, TCP, TLS, dead=(UDP, TCP, TLS))
    assert await table.negotiation.offer() == 3
    assert table.tried == [UDP, TCP, TLS]
    assert await table.negotiation.offer() == 4
    assert table.tried[3:] == [UDP]  # one each, from now on
    table.media.dead_relays.clear()
    assert await table.negotiation.offer() == 5
    assert table.tried[4:] == [TCP]


async def test_no_relay_in_the_ticket_means_no_search() -> None:
    table = Table("stun:relay.clinic.test")
    assert await table.negotiation.offer() == 1
    assert len(table.media.offers_asked) == 1


async def test_an_answered_attempt_that_carried_nothing_takes_its_relay_with_it() -> None:
    """The relay gave an address and then let nothing through."""
    table = Table(UDP, TCP, TLS)
    first = await table.negotiation.offer()
    await table.negotiation.answer(Answer(sdp="answer", generation=first))
    await table.negotiation.abandon(first)
    await table.negotiation.offer()
    assert table.tried == [UDP, TCP]


async def test_an_attempt_that_nobody_answered_says_nothing_about_its_relay() -> None:
    table = Table(UDP, TCP, TLS)
    await table.negotiation.abandon(await table.negotiation.offer())
    await table.negotiation.offer()
    assert table.tried == [UDP, UDP]


async def test_an_older_attempt_does_not_speak_against_the_way_of_now() -> None:
    table = Table(UDP, TCP, TLS)
    first, second = await table.negotiation.offer(), await table.negotiation.offer()
    for generation in (first, second):
        await table.negotiation.answer(Answer(sdp="answer", generation=generation))
        await table.negotiation.abandon(generation)
    await table.negotiation.offer()
    assert table.tried == [UDP, UDP, TCP]


async def test_an_offer_wanted_while_it_is_prepared_waits_for_that_one() -> None:
    table = Table(UDP, TLS, dead=(UDP,))
    await asyncio.gather(table.negotiation.prepare(), table.negotiation.offer())
    assert (table.tried, table.offered, table.media.peers) == ([UDP, TLS], [2], [2])


async def test_a_visit_that_ends_while_relays_are_tried_leaves_nothing_open() -> None:
    table = Table(UDP, TCP, TLS, dead=(UDP, TCP, TLS))
    preparing = asyncio.get_running_loop().create_task(table.negotiation.prepare())
    while not table.media.peers:
        await asyncio.sleep(0)
    await table.negotiation.close()
    await preparing
    assert table.media.peers == []
    assert table.tried == [UDP]


async def test_a_prepared_offer_that_grew_old_is_made_again_with_the_way_that_worked() -> None:
    table = Table(UDP, TLS, dead=(UDP,))
    await table.negotiation.prepare()
    table.clock.advance(PREPARED_OFFER_LIFE_S + 1)
    await table.negotiation.prepare()
    assert table.tried == [UDP, TLS, TLS]
    assert table.media.peers == [3]


async def test_attempts_go_from_relay_to_relay_until_one_carries_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reconnect, "ATTEMPT_S", 0.03)
    monkeypatch.setattr(reconnect, "DELAYS_S", (0.0, 0.005))
    monkeypatch.setattr(reconnect, "LATER_DELAY_S", 0.01)
    table = Table(UDP, TCP, TLS)
    keeper = TaskKeeper("test")
    attempts = Reconnect(table.negotiation, keeper)
    attempts.start(held=False)
    try:
        async with asyncio.timeout(10):
            while TLS not in table.tried:
                for generation in table.offered:
                    await table.negotiation.answer(Answer(sdp="answer", generation=generation))
                await asyncio.sleep(0.001)
            attempts.flowing(table.negotiation.last_generation)
            while attempts.running:
                await asyncio.sleep(0.001)
    finally:
        await keeper.close()
    assert list(dict.fromkeys(table.tried)) == [UDP, TCP, TLS]


async def test_what_a_check_found_puts_the_tickets_servers_in_order() -> None:
    servers = (IceServer((UDP,), "anna", "secret"), IceServer((TLS,), "anna", "secret"))
    gateway = FakeVisitGateway(FakeClock(START), ice_servers=servers)
    for order, expected in ((None, servers), (lambda given: given[::-1], servers[::-1])):
        join = JoinVisit(gateway, FakeSignalingChannel, order_ice=order)
        assert (await join(APPOINTMENT)).ticket.ice_servers == expected
