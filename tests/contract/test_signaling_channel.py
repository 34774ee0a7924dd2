"""What every ``calls.ports.SignalingChannel`` keeps to: the WebSocket one, and its stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Protocol

import pytest

from kpdesk.calls.ports import SignalingChannel
from kpdesk.domain import signaling as s
from kpdesk.domain.errors import ErrorCode, InvariantError, KpdeskError, VisitError
from kpdesk.domain.ticket import JoinTicket
from kpdesk.services.http import HttpClient
from kpdesk.services.signaling import SignalingTimes, WebSocketSignaling
from tests.fakes.signaling import FakeSignalingChannel
from tests.helpers.signaling_server import ScriptedSignaling


class OtherSide(Protocol):
    """The channel's server, as a test plays it."""

    channel: SignalingChannel
    ticket: JoinTicket

    async def say(self, *messages: s.ServerMessage) -> None: ...

    async def lose(self) -> None: ...

    async def restore(self, *, resumed: bool) -> None: ...

    async def end(self) -> None:
        """Another device of the same patient has joined."""
        ...

    async def heard(self, count: int) -> list[s.ClientMessage]:
        """The first ``count`` messages that arrived."""
        ...


class RealSide:
    def __init__(self, server: ScriptedSignaling, http: HttpClient) -> None:
        times = replace(SignalingTimes(), delays_s=(0.0, 0.02), later_s=0.02, jitter_s=0.0)
        self.channel: SignalingChannel = WebSocketSignaling(http, times=times)
        self.server = server
        self.ticket = server.ticket

    async def say(self, *messages: s.ServerMessage) -> None:
        await self.server.say(*messages)

    async def lose(self) -> None:
        self.server.refuse_status = 503
        await self.server.drop()

    async def restore(self, *, resumed: bool) -> None:
        self.server.forget = not resumed
        self.server.refuse_status = None

    async def end(self) -> None:
        await self.server.say(s.ErrorMessage("replaced", fatal=True))

    async def heard(self, count: int) -> list[s.ClientMessage]:
        await self.server.until(lambda server: len(server.received) >= count)
        return self.server.received


class PlayedSide:
    def __init__(self, ticket: JoinTicket) -> None:
        self.fake = FakeSignalingChannel()
        self.channel: SignalingChannel = self.fake
        self.ticket = ticket

    async def say(self, *messages: s.ServerMessage) -> None:
        self.fake.push(*messages)

    async def lose(self) -> None:
        self.fake.lose()

    async def restore(self, *, resumed: bool) -> None:
        self.fake.restore(resumed=resumed)

    async def end(self) -> None:
        self.fake.fail(VisitError(ErrorCode.JOINED_ELSEWHERE))

    async def heard(self, count: int) -> list[s.ClientMessage]:
        assert len(self.fake.sent) >= count
        return self.fake.sent


@pytest.fixture(params=["websocket", "fake"])
async def side(request: pytest.FixtureRequest) -> AsyncIterator[OtherSide]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(ScriptedSignaling())
        http = HttpClient()
        stack.push_async_callback(http.close)
        made: OtherSide = (
            RealSide(server, http) if request.param == "websocket" else PlayedSide(server.ticket)
        )
        stack.push_async_callback(made.channel.close)
        yield made


async def take(channel: SignalingChannel, count: int) -> list[s.ChannelItem]:
    found: list[s.ChannelItem] = []
    async with asyncio.timeout(5):
        async for item in channel.items():
            found.append(item)
            if len(found) == count:
                break
    return found


async def test_messages_come_in_order(side: OtherSide) -> None:
    await side.channel.open(side.ticket)
    await side.say(s.Waiting(practice_told=True), s.Late(5), s.Late(0))
    assert await take(side.channel, 3) == [s.Waiting(practice_told=True), s.Late(5), s.Late(0)]


async def test_messages_arrive_in_order(side: OtherSide) -> None:
    await side.channel.open(side.ticket)
    await side.channel.send(s.Arrive())
    await side.channel.send(s.Chat(id="1", text="hello"))
    assert await side.heard(2) == [s.Arrive(), s.Chat(id="1", text="hello")]


@pytest.mark.parametrize("resumed", [True, False])
async def test_a_loss_and_a_return_are_told(side: OtherSide, resumed: bool) -> None:
    await side.channel.open(side.ticket)
    await side.lose()
    assert await take(side.channel, 1) == [s.ChannelLost()]
    await side.channel.send(s.Chat(id="1", text="are you there"))
    await side.restore(resumed=resumed)
    assert await take(side.channel, 1) == [s.ChannelRestored(resumed)]
    assert await side.heard(1) == [s.Chat(id="1", text="are you there")]
    await side.say(s.Late(5))
    assert await take(side.channel, 1) == [s.Late(5)]


async def test_of_states_that_wait_only_the_newest_is_sent(side: OtherSide) -> None:
    await side.channel.open(side.ticket)
    await side.lose()
    await take(side.channel, 1)
    for on in (True, False):
        await side.channel.send(s.MediaState(microphone=on, camera=on))
    await side.restore(resumed=True)
    await take(side.channel, 1)
    assert await side.heard(1) == [s.MediaState(microphone=False, camera=False)]


async def test_after_a_new_start_an_old_offer_is_not_sent(side: OtherSide) -> None:
    await side.channel.open(side.ticket)
    await side.lose()
    await take(side.channel, 1)
    await side.channel.send(s.Offer(sdp="v=0", generation=1))
    await side.channel.send(s.Chat(id="1", text="x"))
    await side.restore(resumed=False)
    await take(side.channel, 1)
    assert await side.heard(1) == [s.Chat(id="1", text="x")]


async def test_the_end_is_raised_after_what_came_before(side: OtherSide) -> None:
    await side.channel.open(side.ticket)
    await side.say(s.Late(5))
    await side.end()
    seen = []
    with pytest.raises(VisitError) as caught:
        async for item in side.channel.items():
            seen.append(item)
    assert seen == [s.Late(5)]
    assert caught.value.code is ErrorCode.JOINED_ELSEWHERE


async def test_closing_ends_the_items(side: OtherSide) -> None:
    await side.channel.open(side.ticket)
    await side.channel.close()
    assert [item async for item in side.channel.items()] == []


async def test_closing_twice_and_sending_afterwards_do_nothing(side: OtherSide) -> None:
    await side.channel.open(side.ticket)
    await side.channel.close()
    await side.channel.close()
    await side.channel.send(s.Bye())


async def test_closing_before_opening(side: OtherSide) -> None:
    await side.channel.close()
    with pytest.raises(InvariantError):
        await side.channel.open(side.ticket)


async def test_opened_once(side: OtherSide) -> None:
    await side.channel.open(side.ticket)
    with pytest.raises(InvariantError):
        await side.channel.open(side.ticket)


async def test_sending_before_opening_is_our_bug(side: OtherSide) -> None:
    with pytest.raises(InvariantError):
        await side.channel.send(s.Arrive())


async def test_a_refused_ticket(side: OtherSide) -> None:
    if isinstance(side, RealSide):
        side.server.refuse_status = 403
    else:
        side.channel = FakeSignalingChannel(open_error=VisitError(ErrorCode.JOIN_REFUSED))
    with pytest.raises(KpdeskError) as caught:
        await side.channel.open(side.ticket)
    assert caught.value.code is ErrorCode.JOIN_REFUSED
