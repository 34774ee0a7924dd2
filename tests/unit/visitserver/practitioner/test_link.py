from __future__ import annotations

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from kpdesk.domain import signaling as s
from kpdesk.domain.errors import ConnectivityError, ErrorCode, IdentityError, PayloadError
from kpdesk.visitserver.practitioner.link import PracticeLink, open_session, session_from_json
from tests.helpers.practice_server import KEY, ScriptedPractice


async def opened(http: aiohttp.ClientSession, practice: ScriptedPractice) -> PracticeLink:
    return PracticeLink(http, await open_session(http, practice.base_url, KEY))


async def test_a_wrong_key_is_refused() -> None:
    async with ScriptedPractice() as practice, aiohttp.ClientSession() as http:
        with pytest.raises(IdentityError) as caught:
            await open_session(http, practice.base_url, "wrong")
        assert caught.value.code is ErrorCode.SIGN_IN_REFUSED


async def test_a_service_that_is_not_there() -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(ConnectivityError) as caught:
            await open_session(http, f"http://127.0.0.1:{unused_port()}", KEY)
        assert caught.value.code is ErrorCode.SERVICE_UNREACHABLE


async def test_a_service_in_trouble() -> None:
    async with ScriptedPractice() as practice, aiohttp.ClientSession() as http:
        practice.session_status = 503
        with pytest.raises(ConnectivityError):
            await open_session(http, practice.base_url, KEY)


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"url": 1, "token": "t"},
        {"url": "ws://127.0.0.1/s", "token": ""},
        {"url": "ws://127.0.0.1/s", "token": "t", "ice_servers": "stun:x"},
        {"url": "ws://127.0.0.1/s", "token": "t", "ice_servers": [{"urls": []}]},
        {"url": "ws://127.0.0.1/s", "token": "t", "ice_servers": [None]},
    ],
)
def test_malformed_sessions_are_refused(answer: object) -> None:
    with pytest.raises(PayloadError):
        session_from_json(answer, "http://127.0.0.1:1/practice/session")


def test_sessions_are_read() -> None:
    session = session_from_json(
        {
            "url": "ws://127.0.0.1:9/signaling",
            "token": "secret-token",
            "ice_servers": [{"urls": "stun:s"}, {"urls": ["turn:t"], "username": "u", "credential": "c"}],
            "relay_only": True,
        },
        "http://127.0.0.1:1/practice/session",
    )
    assert session.url == "ws://127.0.0.1:9/signaling"
    assert [server.urls for server in session.ice_servers] == [("stun:s",), ("turn:t",)]
    assert session.ice_servers[1].credential == "c"
    assert session.relay_only
    assert "secret-token" not in repr(session)


async def test_messages_come_in_order_and_once() -> None:
    async with ScriptedPractice() as practice, aiohttp.ClientSession() as http:
        link = await opened(http, practice)
        items = link.items()
        assert isinstance(await anext(items), s.Welcome)
        reading = anext(items)
        await practice.say(s.Late(1), s.Late(2))
        assert await reading == s.Late(1)
        assert await anext(items) == s.Late(2)
        await practice.raw(s.encode(s.Late(2), seq=2))
        await practice.raw("{}")
        await practice.raw('{"type":"of-a-later-version"}')
        await practice.say(s.Late(3))
        assert await anext(items) == s.Late(3)
        await link.close()


async def test_a_lost_connection_is_continued() -> None:
    async with ScriptedPractice() as practice, aiohttp.ClientSession() as http:
        link = await opened(http, practice)
        seen: list[s.ChannelItem] = []

        async for item in link.items():
            seen.append(item)
            match item:
                case s.Welcome():
                    await practice.until(lambda: practice._socket is not None)
                    await practice.say(s.Late(1))
                case s.Late(1):
                    practice._socket._req.transport.abort()  # type: ignore[union-attr]
                case s.ChannelLost():
                    await link.send(s.Admit(room="r"))
                case s.ChannelRestored():
                    assert item.resumed
                    break
        assert [type(item) for item in seen] == [s.Welcome, s.Late, s.ChannelLost, s.ChannelRestored]
        assert practice.hellos[1].resume == "resume"
        assert practice.hellos[1].last_seq == 1
        await link.send(s.RunningLate(5))
        await practice.until(lambda: len(practice.received) == 2)
        assert practice.received == [s.Admit(room="r"), s.RunningLate(5)]
        await link.close()


async def test_a_fatal_refusal_ends_it() -> None:
    async with ScriptedPractice() as practice, aiohttp.ClientSession() as http:
        practice.first_answer = s.encode(s.ErrorMessage("unauthorized", fatal=True))
        link = await opened(http, practice)
        with pytest.raises(IdentityError):
            async for _ in link.items():
                pass


async def test_a_fatal_error_later_ends_it() -> None:
    async with ScriptedPractice() as practice, aiohttp.ClientSession() as http:
        link = await opened(http, practice)
        items = link.items()
        await anext(items)
        await practice.until(lambda: practice._socket is not None)
        await practice.say(s.ErrorMessage("expired", fatal=True))
        with pytest.raises(IdentityError) as caught:
            await anext(items)
        assert caught.value.code is ErrorCode.SIGN_IN_EXPIRED
