"""The WebSocket channel against a server that breaks in every way, on short times."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from kpdesk.domain import signaling as s
from kpdesk.domain.errors import ConnectivityError, ErrorCode, InvariantError, KpdeskError, VisitError
from kpdesk.services.http import HttpClient
from kpdesk.services.signaling import SignalingTimes, WebSocketSignaling, fatal_error
from tests.helpers.lateness import Lateness
from tests.helpers.log_rules import LogWatch
from tests.helpers.signaling_server import ScriptedSignaling

SHORT = SignalingTimes(
    ping_every_s=0.05,
    dead_after_s=0.2,
    welcome_s=0.5,
    connect_s=(0.2,),
    delays_s=(0.0, 0.02, 0.04),
    later_s=0.05,
    jitter_s=0.0,
    far_s=0.02,
)
LOGGER = "kpdesk.services.signaling"


@pytest.fixture
async def server() -> AsyncIterator[ScriptedSignaling]:
    async with ScriptedSignaling() as running:
        yield running


@asynccontextmanager
async def channel_to(
    server: ScriptedSignaling, times: SignalingTimes = SHORT, *, opened: bool = True
) -> AsyncIterator[WebSocketSignaling]:
    http = HttpClient()
    channel = WebSocketSignaling(http, times=times, jitter=lambda: 0.0)
    try:
        if opened:
            await channel.open(server.ticket)
        yield channel
    finally:
        await channel.close()
        await http.close()


async def take(channel: WebSocketSignaling, count: int) -> list[s.ChannelItem]:
    found: list[s.ChannelItem] = []
    async with asyncio.timeout(5):
        async for item in channel.items():
            found.append(item)
            if len(found) == count:
                break
    return found


async def end_of(channel: WebSocketSignaling) -> KpdeskError | None:
    try:
        async with asyncio.timeout(5):
            async for _ in channel.items():
                pass
    except KpdeskError as error:
        return error
    return None


def lates(*minutes: int) -> list[s.ChannelItem]:
    return [s.Late(number) for number in minutes]


async def test_says_hello_first(server: ScriptedSignaling) -> None:
    async with channel_to(server):
        [hello] = server.hellos
    assert (hello.token, hello.version, hello.resume, hello.last_seq) == ("ticket", 1, None, 0)
    assert hello.client.startswith("kpdesk/")


async def test_a_broken_connection_is_continued_without_doubles(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel:
        await server.say(s.Late(1), s.Late(2))
        assert await take(channel, 2) == lates(1, 2)
        await server.drop()
        assert await take(channel, 2) == [s.ChannelLost(), s.ChannelRestored(resumed=True)]
        await server.say(s.Late(3))
        assert await take(channel, 1) == lates(3)
    assert server.hellos[1].resume == "resume-token"
    assert server.hellos[1].last_seq == 2


async def test_what_was_said_meanwhile_comes_after_the_return(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel:
        server.refuse_status = 503
        await server.drop()
        assert await take(channel, 1) == [s.ChannelLost()]
        server._kept.append((1, s.Late(9)))
        server._seq = 1
        server.refuse_status = None
        assert await take(channel, 2) == [s.ChannelRestored(resumed=True), *lates(9)]


async def test_a_forgetful_server_starts_from_the_beginning(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel:
        await server.say(s.Late(1), s.Late(2))
        await take(channel, 2)
        server.forget = True
        await server.drop()
        assert await take(channel, 2) == [s.ChannelLost(), s.ChannelRestored(resumed=False)]
        await server.say(s.Late(3))
        assert await take(channel, 1) == lates(3)


async def test_messages_wait_for_the_connection(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel:
        server.refuse_status = 503
        await server.drop()
        await take(channel, 1)
        await channel.send(s.MediaState(microphone=True, camera=True))
        await channel.send(s.Chat(id="1", text="hello"))
        await channel.send(s.MediaState(microphone=False, camera=True))
        server.refuse_status = None
        await server.until(lambda server: len(server.received) == 2)
    assert server.received == [s.Chat(id="1", text="hello"), s.MediaState(microphone=False, camera=True)]


async def test_order_of_many_messages_holds(server: ScriptedSignaling) -> None:
    lines = [s.Chat(id=str(number), text="x") for number in range(40)]
    async with channel_to(server) as channel:
        await asyncio.gather(*(channel.send(line) for line in lines))
        await server.until(lambda server: len(server.received) == 40)
    assert server.received == lines


async def test_a_silent_path_is_given_up(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel, Lateness() as late:
        await server.until(lambda server: server.pings >= 2)
        began, late.seconds = time.monotonic(), 0.0
        server.freeze()
        assert await take(channel, 1) == [s.ChannelLost()]
        took, late_s = time.monotonic() - began, late.seconds
        server.thaw()
        assert await take(channel, 1) == [s.ChannelRestored(resumed=True)]
    assert 0.1 < took < 0.6 + 2 * late_s  # a pause of our own puts it off, and comes on top


async def test_a_dead_path_is_noticed_within_three_seconds(server: ScriptedSignaling) -> None:
    """The times that a real call has."""
    async with channel_to(server, SignalingTimes()) as channel, Lateness() as late:
        await server.until(lambda server: server.pings >= 1)
        began, late.seconds = time.monotonic(), 0.0
        server.freeze()
        assert await take(channel, 1) == [s.ChannelLost()]
        took, late_s = time.monotonic() - began, late.seconds
        server.thaw()
    assert 1.5 < took < 3.2 + 2 * late_s


async def test_a_pause_of_our_own_is_no_loss(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel:
        await server.until(lambda server: server.pings >= 1)
        time.sleep(0.5)  # noqa: ASYNC251 - the loop itself stands still, server and client alike
        await server.say(s.Late(1))
        assert await take(channel, 1) == lates(1)
    assert server.connections == 1


async def test_poke_does_not_wait(server: ScriptedSignaling) -> None:
    patient = replace(SHORT, delays_s=(30.0,), later_s=30.0)
    async with channel_to(server, patient) as channel:
        await server.drop()
        assert await take(channel, 1) == [s.ChannelLost()]
        channel.poke()
        assert await take(channel, 1) == [s.ChannelRestored(resumed=True)]


async def test_a_refusing_service_is_asked_more_and_more_seldom(server: ScriptedSignaling) -> None:
    channel = WebSocketSignaling(HttpClient(), jitter=lambda: 0.5)

    def waits(code: ErrorCode, **params: float) -> list[float]:
        trouble = ConnectivityError(code, retryable=True, **params)
        return [channel._delay(attempt, trouble) for attempt in range(8)]

    assert waits(ErrorCode.SERVICE_UNAVAILABLE) == [0.0, 0.3, 1.2, 2.7, 4.8, 7.5, 7.5, 7.5]
    assert max(waits(ErrorCode.SERVICE_UNREACHABLE)) == 2.0
    assert max(waits(ErrorCode.OFFLINE)) == max(waits(ErrorCode.SERVICE_TIMED_OUT)) == 0.5
    assert waits(ErrorCode.TOO_MANY_REQUESTS, retry_after=30.0) == [30.0] * 8
    assert waits(ErrorCode.SERVICE_UNAVAILABLE, retry_after=9999.0) == [60.0] * 8
    assert channel._delay(0, None) == 0.0


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("unauthorized", ErrorCode.JOIN_REFUSED),
        ("expired", ErrorCode.JOIN_REFUSED),
        ("version", ErrorCode.JOIN_REFUSED),
        ("anything new", ErrorCode.JOIN_REFUSED),
        ("replaced", ErrorCode.JOINED_ELSEWHERE),
        ("over", ErrorCode.VISIT_OVER),
        ("rate_limited", ErrorCode.TOO_MANY_REQUESTS),
    ],
)
async def test_fatal_errors_end_the_channel(
    server: ScriptedSignaling, code: str, expected: ErrorCode
) -> None:
    async with channel_to(server) as channel:
        await server.say(s.Late(1), s.ErrorMessage(code, fatal=True), s.Late(2))
        error = await end_of(channel)
        assert error is not None and error.code is expected
        await channel.send(s.Arrive())
    assert fatal_error(code).code is expected
    assert server.connections == 1
    assert server.received == []


async def test_an_error_that_is_not_fatal_is_only_told(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel:
        await server.say(s.ErrorMessage("not_allowed"), s.Late(1))
        assert await take(channel, 2) == [s.ErrorMessage("not_allowed"), *lates(1)]


async def test_the_end_of_the_visit_is_not_reconnected(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel:
        await server.say(s.Bye("ended"))
        await server.drop()
        assert await take(channel, 1) == [s.Bye("ended")]
        assert await end_of(channel) is None
    assert server.connections == 1


async def test_a_restarting_server_is_waited_for(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel:
        await server.say(s.Bye("restart"))
        await server.drop()
        assert await take(channel, 3) == [s.Bye("restart"), s.ChannelLost(), s.ChannelRestored(resumed=True)]


@pytest.mark.parametrize("bad", ["{", "[]", '{"type":"late"}', "x" * (s.MAX_MESSAGE_BYTES + 1), b"\xff\xfe"])
async def test_a_bad_message_is_skipped(
    server: ScriptedSignaling, bad: str | bytes, expect_log: LogWatch
) -> None:
    expect_log(LOGGER, logging.WARNING, "message skipped")
    async with channel_to(server) as channel:
        await server.raw(bad)
        await server.say(s.Late(1))
        assert await take(channel, 1) == lates(1)
    assert server.connections == 1


async def test_five_bad_messages_are_too_many(server: ScriptedSignaling, expect_log: LogWatch) -> None:
    expect_log(LOGGER, logging.WARNING, "message skipped")
    async with channel_to(server) as channel:
        for _ in range(5):
            await server.raw("{")
        error = await end_of(channel)
    assert error is not None and error.code is ErrorCode.SIGNALING_LOST


async def test_messages_of_a_newer_protocol_are_ignored(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel:
        for _ in range(20):
            await server.raw(json.dumps({"type": "hologram", "seq": 0}))
        await server.say(s.Late(1))
        assert await take(channel, 1) == lates(1)


async def test_a_flood_that_nobody_reads_ends_the_channel(
    server: ScriptedSignaling, expect_log: LogWatch
) -> None:
    expect_log(LOGGER, logging.ERROR, "flooded")
    async with channel_to(server) as channel:
        for _ in range(2100):
            await server.raw(s.encode(s.Late(1)))
        async with asyncio.timeout(5):
            while not channel._finished:
                await asyncio.sleep(0.01)
        error = await end_of(channel)
    assert error is not None and error.code is ErrorCode.SIGNALING_LOST


# --- opening ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, ErrorCode.JOIN_REFUSED),
        (403, ErrorCode.JOIN_REFUSED),
        (404, ErrorCode.VISIT_NOT_FOUND),
        (429, ErrorCode.TOO_MANY_REQUESTS),
        (500, ErrorCode.SERVICE_UNAVAILABLE),
        (400, ErrorCode.SERVICE_UNAVAILABLE),
    ],
)
async def test_a_refused_handshake(server: ScriptedSignaling, status: int, expected: ErrorCode) -> None:
    server.refuse_status = status
    async with channel_to(server, opened=False) as channel:
        with pytest.raises(KpdeskError) as caught:
            await channel.open(server.ticket)
    assert caught.value.code is expected


async def test_a_refused_hello(server: ScriptedSignaling) -> None:
    server.first_answer = s.encode(s.ErrorMessage("expired", fatal=True))
    async with channel_to(server, opened=False) as channel:
        with pytest.raises(VisitError) as caught:
            await channel.open(server.ticket)
    assert caught.value.code is ErrorCode.JOIN_REFUSED
    assert server.connections == 1


async def test_a_silent_server_times_out(server: ScriptedSignaling) -> None:
    server.freeze()
    async with channel_to(server, replace(SHORT, first_connect_s=0.1), opened=False) as channel:
        with pytest.raises(ConnectivityError) as caught:
            await channel.open(server.ticket)
    assert caught.value.code is ErrorCode.SERVICE_TIMED_OUT


async def test_nobody_there(server: ScriptedSignaling, unused_tcp_port: int) -> None:
    ticket = replace(server.ticket, url=f"ws://127.0.0.1:{unused_tcp_port}/")
    async with channel_to(server, opened=False) as channel:
        with pytest.raises(ConnectivityError) as caught:
            await channel.open(ticket)
    assert caught.value.code is ErrorCode.SERVICE_UNREACHABLE


async def test_a_service_that_comes_back_on_another_day_refuses(server: ScriptedSignaling) -> None:
    """The resume token is forgotten and the ticket has ended: the call must ask for a new one."""
    async with channel_to(server) as channel:
        server.first_answer = s.encode(s.ErrorMessage("expired", fatal=True))
        await server.drop()
        error = await end_of(channel)
    assert error is not None and error.code is ErrorCode.JOIN_REFUSED


async def test_a_channel_is_opened_once(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel:
        with pytest.raises(InvariantError):
            await channel.open(server.ticket)


async def test_closing_while_it_reconnects_ends_at_once(server: ScriptedSignaling) -> None:
    async with channel_to(server, replace(SHORT, delays_s=(30.0,))) as channel:
        await server.drop()
        await take(channel, 1)
        async with asyncio.timeout(10):
            await channel.close()
            await channel.close()
        assert await end_of(channel) is None


async def test_closing_in_the_middle_of_a_handshake(server: ScriptedSignaling) -> None:
    async with channel_to(server) as channel:
        server.freeze()
        await server.drop()
        await take(channel, 1)
        await server.until(lambda server: server.connections == 2)
        async with asyncio.timeout(10):
            await channel.close()
