"""Join tickets and refusals, given by a service that means well or not."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpdesk.domain.appointment import Appointment, VirtualService
from kpdesk.domain.errors import (
    ConnectivityError,
    ErrorCode,
    IdentityError,
    KpdeskError,
    PayloadError,
    VisitError,
)
from kpdesk.domain.signaling import PROVIDER
from kpdesk.domain.ticket import IceServer
from kpdesk.services.http import HttpClient
from kpdesk.services.visits import VisitService, decode_ticket
from tests.fakes.appointments import FakeAppointments
from tests.fakes.clock import FakeClock
from tests.fakes.identity import FakeIdentity
from tests.helpers.log_rules import LogWatch
from tests.helpers.smart_server import SmartServer, answering, stuck
from tests.helpers.visits import APPOINTMENT

CLOCK = FakeClock()
TICKET: dict[str, Any] = {
    "provider": PROVIDER,
    "url": "wss://plan.example/signaling",
    "token": "ticket-token",
    "room": "room-1",
    "expires_at": "2026-11-24T18:02:00+00:00",
    "opens_at": "2026-11-24T18:15:00+00:00",
    "closes_at": "2026-11-24T19:30:00+00:00",
    "ice_servers": [
        {"urls": ["stun:plan.example"]},
        {"urls": "turn:plan.example", "username": "u", "credential": "c"},
    ],
    "relay_only": False,
}
JOIN = "/visits/1/join"


def ticket(**changes: Any) -> bytes:
    return json.dumps(
        {name: value for name, value in {**TICKET, **changes}.items() if value is not None}
    ).encode()


# --- the ticket ---------------------------------------------------------------------------------------------


def test_a_ticket() -> None:
    found = decode_ticket(ticket(), CLOCK)
    assert (found.provider, found.url, found.token, found.room) == (
        PROVIDER,
        "wss://plan.example/signaling",
        "ticket-token",
        "room-1",
    )
    assert found.expires_at == datetime(2026, 11, 24, 18, 2, tzinfo=UTC)
    assert found.opens_at == datetime(2026, 11, 24, 18, 15, tzinfo=UTC)
    assert found.closes_at == datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
    assert found.ice_servers == (
        IceServer(("stun:plan.example",)),
        IceServer(("turn:plan.example",), "u", "c"),
    )
    assert not found.relay_only
    for secret in ("ticket-token", "room-1", "plan.example/signaling"):
        assert secret not in repr(found)


def test_other_spellings() -> None:
    body = json.dumps(
        {
            **{name: TICKET[name] for name in ("provider", "url", "token", "room")},
            "iceServers": TICKET["ice_servers"],
            "expiresAt": TICKET["expires_at"],
            "window": {"from": TICKET["opens_at"], "to": TICKET["closes_at"]},
            "relayOnly": False,
            "something": {"new": [1, 2, 3]},
        }
    ).encode()
    assert decode_ticket(body, CLOCK) == decode_ticket(ticket(), CLOCK)


def test_a_bare_ticket_is_short() -> None:
    bare = ticket(expires_at=None, opens_at=None, closes_at=None, ice_servers=None, relay_only=None)
    found = decode_ticket(bare, CLOCK)
    assert found.expires_at - CLOCK.now() == timedelta(minutes=2)
    assert found.ice_servers == ()


@pytest.mark.parametrize(
    "url",
    [
        "ws://plan.example/",
        "https://plan.example/",
        "wss://",
        "javascript:1",
        "wss://u:p@plan.example/",
        "",
        7,
        None,
    ],
)
def test_signaling_is_encrypted(url: Any) -> None:
    with pytest.raises(PayloadError):
        decode_ticket(ticket(url=url), CLOCK)


def test_signaling_on_this_computer() -> None:
    assert decode_ticket(ticket(url="ws://127.0.0.1:8080/s"), CLOCK).url == "ws://127.0.0.1:8080/s"


@pytest.mark.parametrize(
    "changes",
    [
        {"token": "two words"},
        {"token": None},
        {"room": ""},
        {"provider": 1},
        {"expires_at": "soon"},
        {"opens_at": "2026-11-24T18:00:00"},
    ],
)
def test_a_ticket_that_makes_no_sense(changes: dict[str, Any]) -> None:
    with pytest.raises(PayloadError):
        decode_ticket(ticket(**changes), CLOCK)


def test_ice_servers_that_make_no_sense_are_left_out() -> None:
    servers = [
        7,
        {},
        {"urls": []},
        {"urls": ["https://evil.example", 5, "stun:good.example"]},
        {"url": "turns:old.example", "username": 7},
    ]
    found = decode_ticket(ticket(ice_servers=servers), CLOCK)
    assert found.ice_servers == (IceServer(("stun:good.example",)), IceServer(("turns:old.example",)))
    many = decode_ticket(ticket(ice_servers=[{"urls": "stun:a"}] * 99), CLOCK)
    assert len(many.ice_servers) == 16


def test_the_organization_wants_the_relay() -> None:
    assert decode_ticket(ticket(), CLOCK, relay_only=True).relay_only
    assert decode_ticket(ticket(relay_only=True), CLOCK).relay_only


anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=10), st.sampled_from(["ws://", "stun:x"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["urls", "from", "to", "username"]), inner, max_size=3),
    ),
    max_leaves=8,
)


@settings(max_examples=80)
@given(
    st.dictionaries(st.sampled_from([*TICKET, "iceServers", "window", "expiresAt"]), anything), st.booleans()
)
def test_no_ticket_raises_anything_but_payload_error(changes: dict[str, Any], based: bool) -> None:
    body = json.dumps({**(TICKET if based else {}), **changes}).encode()
    try:
        found = decode_ticket(body, CLOCK)
    except PayloadError:
        return
    assert found.url.startswith(("wss://", "ws://127."))


# --- asking -------------------------------------------------------------------------------------------------


@dataclass
class World:
    server: SmartServer
    identity: FakeIdentity
    http: HttpClient

    @property
    def appointment(self) -> Appointment:
        return replace(APPOINTMENT, virtual_service=VirtualService(f"{self.server.issuer}{JOIN}"))

    def service(self, **options: Any) -> VisitService:
        return VisitService(self.http, self.identity, CLOCK, **options)

    async def refused(self, appointment: Appointment | None = None, **options: Any) -> KpdeskError:
        with pytest.raises(KpdeskError) as caught:
            await self.service(**options).request_join(appointment or self.appointment)
        return caught.value


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(SmartServer())
        http = HttpClient()
        stack.push_async_callback(http.close)
        server.replies[JOIN] = answering(200, TICKET)
        yield World(server, FakeIdentity(fhir_base_url=server.fhir_base_url, signed_in=True), http)


async def test_asking_for_a_ticket(world: World) -> None:
    seen = []

    async def watch(request: Any) -> Any:
        seen.append((request.method, request.headers["Authorization"]))
        return await answering(200, TICKET)(request)

    world.server.replies[JOIN] = watch
    found = await world.service().request_join(world.appointment)
    assert found.token == "ticket-token"
    assert seen == [("POST", "Bearer token-0")]


def problem(code: str, **members: str) -> dict[str, str]:
    return {"type": f"https://kpdesk.example/problems/{code}", "code": code, **members}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, problem("too_early"), ErrorCode.TOO_EARLY),
        (410, problem("over"), ErrorCode.VISIT_OVER),
        (410, problem("cancelled"), ErrorCode.VISIT_CANCELLED),
        (403, problem("not_yours"), ErrorCode.NOT_YOURS),
        (404, problem("not_found"), ErrorCode.VISIT_NOT_FOUND),
        (409, problem("no_link"), ErrorCode.VISIT_HAS_NO_LINK),
        (403, {"type": "https://plan.example/problems/too-early"}, ErrorCode.TOO_EARLY),
        (404, None, ErrorCode.VISIT_NOT_FOUND),
        (403, None, ErrorCode.JOIN_REFUSED),
        (403, [], ErrorCode.JOIN_REFUSED),
        (403, problem("something new"), ErrorCode.JOIN_REFUSED),
        (302, None, ErrorCode.JOIN_REFUSED),
        (503, None, ErrorCode.SERVICE_UNAVAILABLE),
        (429, None, ErrorCode.TOO_MANY_REQUESTS),
    ],
)
async def test_refusals(world: World, status: int, body: Any, expected: ErrorCode) -> None:
    world.server.replies[JOIN] = answering(status, body)
    assert (await world.refused()).code is expected


async def test_too_early_says_when(world: World) -> None:
    world.server.replies[JOIN] = answering(403, problem("too_early", opens_at="2026-11-24T10:15:00-08:00"))
    error = await world.refused()
    assert isinstance(error, VisitError)
    assert error.retryable
    assert error.params == {"opens_at": "2026-11-24T18:15:00+00:00"}


async def test_too_early_without_a_time(world: World) -> None:
    world.server.replies[JOIN] = answering(403, problem("too_early", opens_at="soon"))
    assert (await world.refused()).params == {}


async def test_a_ticket_that_is_not_understood(world: World, expect_log: LogWatch) -> None:
    expect_log("kpdesk.services.visits", logging.WARNING, "not understood")
    world.server.replies[JOIN] = answering(200, {})
    assert (await world.refused()).code is ErrorCode.SERVICE_UNAVAILABLE


async def test_a_service_that_is_down(world: World) -> None:
    appointment = world.appointment
    await world.server.stop()
    assert (await world.refused(appointment)).code is ErrorCode.SERVICE_UNREACHABLE


async def test_a_service_that_hangs(world: World) -> None:
    world.server.replies[JOIN] = stuck
    await world.http.close()
    world.http = HttpClient(timeout_s=0.05)
    error = await world.refused()
    await world.http.close()
    assert error.code is ErrorCode.SERVICE_TIMED_OUT


async def test_a_patient_whose_tokens_are_refused(world: World) -> None:
    world.server.replies[JOIN] = answering(401)
    error = await world.refused()
    assert isinstance(error, IdentityError)
    assert error.code is ErrorCode.SIGN_IN_EXPIRED
    assert world.identity.tokens_given == ["token-0", "token-1"]


@pytest.mark.parametrize(
    "address", ["https://other-vendor.example/meeting/1", "http://127.0.0.1:1/visits/1/join", "nonsense", ""]
)
async def test_the_token_goes_to_no_other_service(world: World, address: str) -> None:
    appointment = replace(APPOINTMENT, virtual_service=VirtualService(address))
    assert (await world.refused(appointment)).code is ErrorCode.VISIT_HAS_NO_LINK
    assert world.server.requests == []
    assert world.identity.tokens_given == []


async def test_no_link(world: World) -> None:
    assert (
        await world.refused(replace(APPOINTMENT, virtual_service=None))
    ).code is ErrorCode.VISIT_HAS_NO_LINK


async def test_a_visit_service_beside_the_fhir_server(world: World) -> None:
    base = f"{world.server.issuer}/gateway"
    world.server.replies["/gateway/visits/appointment-1/join"] = answering(200, TICKET)
    foreign = replace(APPOINTMENT, virtual_service=VirtualService("https://other.example/x"))
    found = await world.service(service_base=base).request_join(foreign)
    assert found.token == "ticket-token"


async def test_an_appointment_from_the_disk_is_read_again(world: World) -> None:
    fresh = FakeAppointments(at_service=[world.appointment])
    cached = replace(APPOINTMENT, virtual_service=VirtualService(""))
    found = await world.service(addresses=fresh).request_join(cached)
    assert found.token == "ticket-token"
    assert (await world.refused(cached)).code is ErrorCode.VISIT_HAS_NO_LINK


async def test_without_a_network(world: World) -> None:
    world.identity.token_error = ConnectivityError(ErrorCode.OFFLINE, retryable=True)
    assert (await world.refused()).code is ErrorCode.OFFLINE
