"""Leave to be checked: how it is asked for, remembered, and read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from kpdesk.domain.errors import ConnectivityError, ErrorCode, IdentityError, PayloadError
from kpdesk.domain.ticket import IceServer
from kpdesk.services.http import HttpClient
from kpdesk.services.preflight import FAILURE_KEPT_S, PreflightService, decode_grant
from tests.fakes.clock import DEFAULT_NOW, FakeClock
from tests.fakes.identity import FakeIdentity

GRANT: dict[str, Any] = {
    "token": "ab" * 32,
    "session": "cd" * 8,
    "udp_host": "plan.example",
    "udp_port": 8443,
    "server_time": DEFAULT_NOW.isoformat(),
    "expires_at": (DEFAULT_NOW + timedelta(minutes=2)).isoformat(),
    "max_kbps": 25000,
    "max_seconds": 10,
    "ice_servers": [{"urls": ["turn:plan.example"], "username": "u", "credential": "c"}],
    "relay_only": False,
    "rehearsal": True,
}


def body(**changes: Any) -> bytes:
    return json.dumps(
        {name: value for name, value in {**GRANT, **changes}.items() if value is not None}
    ).encode()


class Plan:
    """A service that answers as told, and counts."""

    def __init__(self) -> None:
        self.answer: Callable[[web.Request], Awaitable[web.Response]] = self.grants
        self.requests: list[web.Request] = []
        self.url = ""

    async def grants(self, _request: web.Request) -> web.Response:
        return web.Response(body=body(), content_type="application/json")

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        return await self.answer(request)


@asynccontextmanager
async def plan() -> AsyncIterator[tuple[Plan, HttpClient]]:
    it = Plan()
    app = web.Application()
    app.router.add_post("/preflight", it.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    it.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    http = HttpClient()
    try:
        yield it, http
    finally:
        await http.close()
        await runner.cleanup()


# --- the grant ----------------------------------------------------------------------------------------------


def test_a_grant() -> None:
    found = decode_grant(body())
    assert (found.token, found.session) == (bytes.fromhex("ab" * 32), bytes.fromhex("cd" * 8))
    assert (found.udp_host, found.udp_port) == ("plan.example", 8443)
    assert (found.max_kbps, found.max_seconds) == (25_000, 10.0)
    assert found.expires_at - found.server_time == timedelta(minutes=2)
    assert found.ice_servers == (IceServer(("turn:plan.example",), "u", "c"),)
    assert found.rehearsal
    assert not found.relay_only
    assert "abab" not in repr(found)
    assert "\\xab" not in repr(found)


def test_what_may_be_missing() -> None:
    found = decode_grant(body(ice_servers=None, relay_only=None, rehearsal=None))
    assert (found.ice_servers, found.relay_only, found.rehearsal) == ((), False, False)


def test_the_organization_wants_the_relay() -> None:
    assert decode_grant(body(), relay_only=True).relay_only


@pytest.mark.parametrize(
    "changes",
    [
        {"token": "ab"},
        {"token": "zz" * 32},
        {"token": None},
        {"session": 7},
        {"udp_host": None},
        {"udp_host": "a b"},
        {"udp_host": "http://evil/"},
        {"udp_port": 0},
        {"udp_port": "8443"},
        {"udp_port": True},
        {"max_kbps": -1},
        {"max_seconds": 1e9},
        {"expires_at": None},
        {"server_time": "now"},
        {"expires_at": GRANT["server_time"]},
    ],
    ids=str,
)
def test_a_grant_that_makes_no_sense(changes: dict[str, Any]) -> None:
    with pytest.raises(PayloadError):
        decode_grant(body(**changes))


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=70)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(list(GRANT)), anything))
def test_no_grant_raises_anything_but_payload_error(changes: dict[str, Any]) -> None:
    try:
        found = decode_grant(json.dumps({**GRANT, **changes}).encode())
    except (PayloadError, OverflowError) as error:
        assert isinstance(error, PayloadError)
        return
    assert 0 < found.udp_port < 65536


# --- asking -------------------------------------------------------------------------------------------------


async def test_it_is_asked_once_and_remembered_while_it_lives() -> None:
    clock = FakeClock()
    async with plan() as (service, http):
        grants = PreflightService(http, clock, f"{service.url}/fhir")
        first = await grants.grant()
        clock.advance(90)
        assert await grants.grant() == first
        assert len(service.requests) == 1
        clock.advance(15)
        await grants.grant()
        assert len(service.requests) == 2


async def test_the_way_the_clock_is_wrong() -> None:
    clock = FakeClock(now=DEFAULT_NOW + timedelta(seconds=300))
    async with plan() as (service, http):
        found = await PreflightService(http, clock, service.url).grant()
    assert (found.clock_error_s, found.clock_doubt_s) == (300.0, 0.0)


async def test_a_slow_answer_makes_the_clock_error_doubtful() -> None:
    clock = FakeClock()

    async with plan() as (service, http):

        async def slow(request: web.Request) -> web.Response:
            clock.advance(4)
            return await service.grants(request)

        service.answer = slow
        found = await PreflightService(http, clock, service.url).grant()
    assert (found.clock_error_s, found.clock_doubt_s) == (2.0, 2.0)


async def test_a_patient_who_is_signed_in_shows_it() -> None:
    async with plan() as (service, http):
        await PreflightService(http, FakeClock(), service.url).grant()
        await PreflightService(http, FakeClock(), service.url, identity=FakeIdentity(signed_in=True)).grant()
        expired = FakeIdentity(signed_in=True)
        expired.token_error = IdentityError(ErrorCode.SIGN_IN_EXPIRED)
        await PreflightService(http, FakeClock(), service.url, identity=expired).grant()
    sent = [request.headers.get("Authorization") for request in service.requests]
    assert sent == [None, "Bearer token-0", None]


async def test_another_host_by_policy() -> None:
    async with plan() as (service, http):
        grants = PreflightService(http, FakeClock(), "https://fhir.example/r4", service_base=service.url)
        assert (await grants.grant()).udp_port == 8443


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, ErrorCode.TOO_MANY_REQUESTS), (503, ErrorCode.SERVICE_UNAVAILABLE)],
)
async def test_not_now(status: int, code: ErrorCode) -> None:
    async with plan() as (service, http):

        async def refuse(_request: web.Request) -> web.Response:
            return web.Response(status=status)

        service.answer = refuse
        with pytest.raises(ConnectivityError) as caught:
            await PreflightService(http, FakeClock(), service.url).grant()
    assert caught.value.code is code


@pytest.mark.parametrize("status", [302, 400, 401, 404, 405])
async def test_a_service_that_has_no_such_thing(status: int) -> None:
    async with plan() as (service, http):

        async def refuse(_request: web.Request) -> web.Response:
            return web.Response(status=status)

        service.answer = refuse
        with pytest.raises(PayloadError):
            await PreflightService(http, FakeClock(), service.url).grant()


async def test_probes_that_wait_fail_together() -> None:
    clock = FakeClock()
    async with plan() as (service, http):

        async def refuse(_request: web.Request) -> web.Response:
            return web.Response(status=503)

        service.answer = refuse
        grants = PreflightService(http, clock, service.url)
        for _ in range(3):
            with pytest.raises(ConnectivityError):
                await grants.grant()
        assert len(service.requests) == 1
        clock.advance(FAILURE_KEPT_S)
        service.answer = service.grants
        await grants.grant()


async def test_nothing_is_asked_in_the_clear() -> None:
    http = HttpClient()
    with pytest.raises(PayloadError):
        await PreflightService(http, FakeClock(), "http://plan.example/fhir").grant()
    await http.close()
