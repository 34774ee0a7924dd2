"""POST /preflight and the UDP probe beside it, over real sockets."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from kpdesk.checks.line.client import ProbeClient
from kpdesk.checks.line.paths import direct_path
from kpdesk.checks.line.trains import Train
from kpdesk.domain.preflight import PreflightGrant
from kpdesk.domain.probe_packets import Kind, decode, encode
from kpdesk.services.preflight import decode_grant
from kpdesk.visitserver.config import ConfigError, IceConfig, PreflightConfig, ServerConfig
from kpdesk.visitserver.probing.answerer import ProbeAnswerer, bind_udp
from kpdesk.visitserver.probing.limits import ProbeLimits
from kpdesk.visitserver.probing.sessions import ProbeSessions
from tests.helpers.visit_service import VisitServiceUnderTest, running_visit_service


async def ask(service: VisitServiceUnderTest) -> tuple[int, Any, Any]:
    async with service.http.post(f"{service.base_url}/preflight", json={}) as answer:
        return answer.status, await answer.read(), answer.headers


@asynccontextmanager
async def granted(**changes: Any) -> AsyncIterator[tuple[VisitServiceUnderTest, PreflightGrant]]:
    async with running_visit_service(**changes) as service:
        status, body, _ = await ask(service)
        assert status == 200, body
        yield service, decode_grant(body)


# --- the grant ----------------------------------------------------------------------------------------------


async def test_anybody_may_ask() -> None:
    async with granted() as (service, grant):
        assert grant.udp_host == "127.0.0.1"
        assert grant.udp_port == service.server.port, "the number of the service's own port, which is free"
        assert (grant.max_kbps, grant.max_seconds) == (25_000, 10.0)
        assert grant.ice_servers == ()
        assert not grant.relay_only
        assert abs((grant.server_time - service.clock.now()).total_seconds()) < 5
        assert (grant.expires_at - grant.server_time).total_seconds() == 120


async def test_relay_credentials_of_a_grant_live_for_minutes() -> None:
    ice = IceConfig(("stun:relay.example",), ("turn:relay.example",), "secret", relay_only=True)
    async with granted(ice=ice) as (service, grant):
        assert grant.relay_only
        stun, turn = grant.ice_servers
        assert stun.urls == ("stun:relay.example",)
        assert turn.username is not None
        assert int(turn.username.partition(":")[0]) - service.clock.now().timestamp() <= 600
        assert turn.credential


async def test_others_reach_it_by_another_name() -> None:
    settings = PreflightConfig(port=0, public_host="probe.plan.example", public_port=3479)
    async with granted(preflight=settings) as (_, grant):
        assert (grant.udp_host, grant.udp_port) == ("probe.plan.example", 3479)


async def test_a_service_may_leave_it_out() -> None:
    async with running_visit_service(preflight=PreflightConfig(enabled=False)) as service:
        status, body, _ = await ask(service)
        assert status == 404
        assert b"not_offered" in body
        assert service.server.service.probe is None


async def test_too_many_grants_from_one_address() -> None:
    settings = PreflightConfig(grants_per_address=(2, 60.0))
    async with running_visit_service(preflight=settings) as service:
        assert [(await ask(service))[0] for _ in range(3)] == [200, 200, 429]
        status, _, headers = await ask(service)
        assert (status, int(headers["Retry-After"])) == (429, 30)
        service.clock.push(31)
        assert (await ask(service))[0] == 200


async def test_too_many_sessions_at_once() -> None:
    settings = PreflightConfig(probe=ProbeLimits(sessions=1))
    async with running_visit_service(preflight=settings) as service:
        assert (await ask(service))[0] == 200
        status, body, headers = await ask(service)
        assert status == 429
        assert b"rate_limited" in body
        assert 100 < int(headers["Retry-After"]) <= 120


async def test_a_get_is_no_question() -> None:
    async with running_visit_service() as service:
        assert (await service.get("/preflight"))[0] == 405


@pytest.mark.parametrize(
    "settings",
    [
        PreflightConfig(port=70_000),
        PreflightConfig(public_port=-1),
        PreflightConfig(probe=ProbeLimits(max_kbps=1)),
    ],
)
def test_settings_that_make_no_sense(settings: PreflightConfig) -> None:
    with pytest.raises(ConfigError):
        ServerConfig(preflight=settings).check()


# --- the port -----------------------------------------------------------------------------------------------


def test_a_port_that_is_taken() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with bind_udp("127.0.0.1", None, port) as other:
            assert other.getsockname()[1] != port
        with pytest.raises(OSError):
            bind_udp("127.0.0.1", port, 0)


def test_the_answerer_ends_with_its_thread() -> None:
    answerer = ProbeAnswerer(ProbeSessions(ProbeLimits()), bind_udp("127.0.0.1", 0, 0))
    answerer.start()
    assert "kpdesk-visit-probe" in {thread.name for thread in threading.enumerate()}
    answerer.close()
    answerer.close()
    assert "kpdesk-visit-probe" not in {thread.name for thread in threading.enumerate()}


async def test_an_echo_and_noise() -> None:
    async with granted() as (service, grant):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.setblocking(False)
            client.connect((grant.udp_host, grant.udp_port))
            loop = asyncio.get_running_loop()
            for noise in (b"", b"x" * 1400, encode(bytes(32), Kind.ECHO, grant.session)):
                client.send(noise)
            client.send(encode(grant.token, Kind.ECHO, grant.session, sequence=5, size=1200))
            async with asyncio.timeout(5):
                answer = decode(await loop.sock_recv(client, 2048), grant.token)
            assert (answer.kind, answer.sequence, answer.size) == (Kind.ECHO_REPLY, 5, 1200)
        probe = service.server.service.probe
        assert probe is not None
        assert probe.sessions.ignored == 3


async def test_trains_both_ways_at_once() -> None:
    async with granted() as (_, grant), direct_path(grant) as line:
        assert isinstance(line, ProbeClient)
        train = Train(kbps=2000, size=1000, packets=60)
        came = await line.exchange(train, train, echo_every_s=0.1)
        assert came.up is not None
        assert came.down is not None
        assert len(came.up.passages) == len(came.down.passages) == 60
        assert came.up.loss == came.down.loss == 0
        assert len(came.round_trips_s) == 2
        assert max(came.round_trips_s) < 2


async def test_a_session_that_is_over_is_not_answered() -> None:
    settings = PreflightConfig(probe=ProbeLimits(lifetime_s=0.001))
    async with granted(preflight=settings) as (_, grant):
        await asyncio.sleep(0.05)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.1)
            client.connect((grant.udp_host, grant.udp_port))
            client.send(encode(grant.token, Kind.ECHO, grant.session))
            with pytest.raises(TimeoutError):
                await asyncio.to_thread(client.recv, 2048)
