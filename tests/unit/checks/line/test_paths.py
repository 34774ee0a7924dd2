"""The ways to the service, opened over real sockets: directly, and through a relay that behaves or not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aioice import stun

from kpdesk.checks.line import client, paths
from kpdesk.checks.line.paths import NoPathError, direct_path, relay_path
from kpdesk.checks.line.trains import Train
from kpdesk.checks.probes.network.target import IceAddress, Transport
from kpdesk.domain.preflight import PreflightGrant
from kpdesk.visitserver.probing.answerer import ProbeAnswerer, bind_udp
from kpdesk.visitserver.probing.limits import ProbeLimits
from kpdesk.visitserver.probing.sessions import ProbeSessions
from tests.helpers.link_model import Link
from tests.helpers.relay_server import Behaviour, RelayServer, relay_server
from tests.helpers.udp_relay import UdpRelay

TRAIN = Train(kbps=1600, size=1000, packets=40)
RELAYED = [Transport.UDP, Transport.TCP]


@pytest.fixture
async def grant() -> AsyncIterator[PreflightGrant]:
    """Leave of an answerer on loopback."""
    answerer = ProbeAnswerer(ProbeSessions(ProbeLimits()), bind_udp("127.0.0.1", 0, 0))
    answerer.start()
    leave = answerer.open_session("test")
    now = datetime.now(UTC)
    yield PreflightGrant(
        token=leave.token,
        session=leave.session,
        udp_host="127.0.0.1",
        udp_port=answerer.port,
        expires_at=now + timedelta(minutes=2),
        server_time=now,
        max_kbps=25_000,
        max_seconds=10.0,
    )
    answerer.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For ways that lead nowhere: how long that is waited for matters to nobody here."""
    monkeypatch.setattr(paths, "ALLOCATE_TIMEOUT_S", 0.4)
    monkeypatch.setattr(client, "PROOF_TIMEOUT_S", 0.4)


def address(server: RelayServer, transport: Transport) -> IceAddress:
    return IceAddress(True, "127.0.0.1", server.port, transport, "user", "word")


async def test_the_direct_path(grant: PreflightGrant) -> None:
    async with direct_path(grant) as line:
        came = await line.exchange(TRAIN, None)
    assert came.up is not None
    assert came.up.loss == 0
    assert came.down is None


async def test_nobody_there(grant: PreflightGrant) -> None:
    with pytest.raises(NoPathError):
        async with direct_path(replace(grant, udp_host="does-not-exist.invalid")):
            pytest.fail("opened")


@pytest.mark.usefixtures("impatient")
async def test_a_service_with_another_token(grant: PreflightGrant) -> None:
    with pytest.raises(NoPathError):
        async with asyncio.timeout(10), direct_path(replace(grant, token=bytes(32))):
            pytest.fail("opened")


@pytest.mark.parametrize("transport", RELAYED)
async def test_through_a_relay(grant: PreflightGrant, transport: Transport) -> None:
    async with relay_server() as server:
        async with relay_path(address(server, transport), grant) as line:
            came = await line.exchange(TRAIN, TRAIN, echo_every_s=0.1)
        assert stun.Method.REFRESH in server.behaviour.heard, "the allocation is given back"
    assert came.up is not None
    assert came.down is not None
    assert came.up.loss == came.down.loss == 0
    assert came.round_trips_s


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("transport", RELAYED)
@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(refuses=403),
        Behaviour(refuses_peers=True),
        Behaviour(relays=False),
        Behaviour(nonsense=b"\x01\x13\x00\x00\x21\x12\xa4\x42" + bytes(12)),
        Behaviour(hangs_up_after=stun.Method.ALLOCATE, silent=False),
    ],
    ids=["refuses", "refuses peers", "does not relay", "nonsense", "hangs up"],
)
async def test_a_relay_that_is_no_way(
    grant: PreflightGrant, behaviour: Behaviour, transport: Transport
) -> None:
    if behaviour.hangs_up_after is not None and transport is Transport.UDP:
        behaviour = Behaviour(refuses=508)
    async with relay_server(replace(behaviour, heard=[])) as server:
        with pytest.raises(NoPathError):
            async with asyncio.timeout(10), relay_path(address(server, transport), grant):
                pytest.fail("opened")


async def test_a_relay_that_is_not_there(grant: PreflightGrant) -> None:
    async with relay_server() as server:
        gone = address(server, Transport.TCP)
    with pytest.raises(NoPathError):
        async with relay_path(gone, grant):
            pytest.fail("opened")


async def test_a_line_that_loses(grant: PreflightGrant) -> None:
    """What is reported is what the relay did, packet by packet."""
    lossy, late = Link(loss=0.2), Link(delay_s=0.02, loss=0.1)
    with UdpRelay((grant.udp_host, grant.udp_port), up=lossy, down=late, seed=4) as relay:
        through = replace(grant, udp_host=relay.address[0], udp_port=relay.address[1])
        async with direct_path(through) as line:
            came = await line.exchange(TRAIN, TRAIN)
        assert came.up is not None
        assert came.down is not None
        for outcome, fates, kind in (
            (came.up, relay.fates(up=True), 0x04),
            (came.down, relay.fates(up=False), 0x84),
        ):
            passed = {fate.head[16:20] for fate in fates if fate.head[5] == kind and fate.held_s is not None}
            assert {one.sequence.to_bytes(4, "big") for one in outcome.passages} == passed
            assert 0 < outcome.loss < 0.5
