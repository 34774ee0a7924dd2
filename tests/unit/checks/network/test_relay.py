"""STUN, TURN and packets there and back, with a relay on loopback that does as it is told."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from aioice import stun

from kpdesk.checks.probes.network import echo, relay
from kpdesk.checks.probes.network.echo import SIZES, EchoOutcome, EchoTalk
from kpdesk.checks.probes.network.media import echo_directly
from kpdesk.checks.probes.network.proxy import SystemProxy
from kpdesk.checks.probes.network.relay import RelayOutcome, RelayState, relayed, try_relay
from kpdesk.checks.probes.network.stun import StunOutcome, ask_stun
from kpdesk.checks.probes.network.target import IceAddress, Transport
from kpdesk.domain.preflight import PreflightGrant
from kpdesk.domain.probe_packets import Kind, decode, encode
from tests.helpers.authorities import Authority
from tests.helpers.network_probing import tcp_server
from tests.helpers.relay_server import Behaviour, relay_server

WAYS = (Transport.UDP, Transport.TCP)


def server_at(port: int, transport: Transport = Transport.UDP, host: str = "127.0.0.1") -> IceAddress:
    return IceAddress(True, host, port, transport, "user", "secret")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits less for what never comes; what does come has time enough on a busy machine."""
    monkeypatch.setattr(echo, "RETRY_DELAYS_S", (0.05, 0.05))
    monkeypatch.setattr(echo, "LAST_WAIT_S", 0.8)
    monkeypatch.setattr("kpdesk.checks.probes.network.stun.TIMEOUT_S", 0.4)


# --- echoes -----------------------------------------------------------------------------------------------


async def test_all_sizes_come_back(grant: PreflightGrant) -> None:
    outcome = await echo_directly(grant)
    assert outcome is not None
    assert outcome.all
    assert not outcome.small_only
    assert outcome.seconds is not None and 0 < outcome.seconds < 5


@pytest.mark.usefixtures("impatient")
async def test_nobody_answers(grant: PreflightGrant) -> None:
    async with silent_udp() as port:
        assert await echo_directly(replace(grant, udp_port=port)) == EchoOutcome()


@asynccontextmanager
async def silent_udp() -> AsyncIterator[int]:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


async def test_an_answerer_without_an_address(grant: PreflightGrant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "LOOKUP_TIMEOUT_S", 0.2)
    assert await echo_directly(replace(grant, udp_host="nobody.invalid")) is None


@pytest.mark.usefixtures("impatient")
async def test_only_what_answers_our_own_packets_counts(grant: PreflightGrant) -> None:
    talk = EchoTalk(grant)
    sent: list[bytes] = []

    async def send(data: bytes) -> None:
        sent.append(data)
        request = decode(data, grant.token)
        for answer in (
            b"",
            b"nonsense",
            data,  # our own, sent back
            encode(grant.token, Kind.ECHO_REPLY, grant.session, sequence=request.sequence + 999, size=1200),
            encode(grant.token, Kind.ECHO_REPLY, b"another!", sequence=request.sequence, size=1200),
            encode(b"x" * 32, Kind.ECHO_REPLY, grant.session, sequence=request.sequence, size=1200),
            encode(grant.token, Kind.PROVEN, grant.session, sequence=request.sequence, size=1200),
        ):
            talk.received(answer)

    assert await talk.talk(send) == EchoOutcome()
    assert len(sent) == 3 * len(SIZES)
    assert [len(one) for one in sent[: len(SIZES)]] == list(SIZES)


@pytest.mark.usefixtures("impatient")
async def test_a_shortened_answer_is_none(grant: PreflightGrant) -> None:
    talk = EchoTalk(grant)

    async def send(data: bytes) -> None:
        sequence = decode(data, grant.token).sequence
        talk.received(encode(grant.token, Kind.ECHO_REPLY, grant.session, sequence=sequence, size=100))

    outcome = await talk.talk(send)
    assert outcome.sizes == {100}
    assert outcome.small_only


@pytest.mark.usefixtures("impatient")
async def test_a_lost_packet_is_sent_again(grant: PreflightGrant) -> None:
    talk = EchoTalk(grant)
    lost: set[int] = set()

    async def send(data: bytes) -> None:
        if len(data) not in lost:
            lost.add(len(data))
            return
        sequence = decode(data, grant.token).sequence
        talk.received(encode(grant.token, Kind.ECHO_REPLY, grant.session, sequence=sequence, size=len(data)))

    assert (await talk.talk(send)).all


# --- STUN -------------------------------------------------------------------------------------------------


async def test_a_server_that_answers() -> None:
    async with relay_server() as server:
        outcome = await ask_stun(server_at(server.port))
    assert outcome.seconds is not None
    assert outcome.nat is False


@asynccontextmanager
async def stun_saying(*answers: bytes | stun.Message) -> AsyncIterator[int]:
    """A server that gives these answers; messages get the request's transaction."""

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast("asyncio.DatagramTransport", transport)

        def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
            for answer in answers:
                if isinstance(answer, stun.Message):
                    answer.transaction_id = data[8:20]
                self.transport.sendto(bytes(answer), addr)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        Server, local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


def message(kind: stun.Class, method: stun.Method = stun.Method.BINDING, **attributes: Any) -> stun.Message:
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    return stun.Message(method, kind, attributes=named)


SEEN = ("203.0.113.9", 40000)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "answers",
    [
        (b"",),
        (b"\x00",),
        (b"nonsense of some length, longer than a header",),
        (bytes(20),),
        (struct.pack("!HHI12s", 0x0101, 4, 0x2112A442, b"t" * 12) + b"\x80\x28\x00\x00",),
        (message(stun.Class.RESPONSE),),  # no address in it
        (message(stun.Class.ERROR, ERROR_CODE=(500, "no")),),
        (message(stun.Class.RESPONSE, stun.Method.ALLOCATE, XOR_MAPPED_ADDRESS=SEEN),),
        (message(stun.Class.REQUEST),),
        (b"\x01\x01" + b"\xff" * 1400,),
    ],
    ids=["empty", "byte", "text", "zeros", "bad-fingerprint", "bare", "error", "other", "request", "long"],
)
async def test_garbage_is_no_answer(answers: tuple[bytes | stun.Message, ...]) -> None:
    async with stun_saying(*answers) as port:
        assert (await ask_stun(server_at(port))).seconds is None


@pytest.mark.usefixtures("impatient")
async def test_another_transactions_answer_is_passed_over() -> None:
    stray = message(stun.Class.RESPONSE, XOR_MAPPED_ADDRESS=SEEN)
    async with stun_saying(bytes(stray)) as port:
        assert (await ask_stun(server_at(port))).seconds is None


@pytest.mark.parametrize("attribute", ["XOR_MAPPED_ADDRESS", "MAPPED_ADDRESS"])
async def test_another_address_than_ours_is_a_nat(attribute: str) -> None:
    garbage = b"nonsense before the answer"
    async with stun_saying(garbage, message(stun.Class.RESPONSE, **{attribute: SEEN})) as port:
        outcome = await ask_stun(server_at(port))
    assert outcome.nat is True
    assert "203.0.113.9" not in repr(outcome)


async def test_a_stun_server_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpdesk.checks.probes.network.stun.LOOKUP_TIMEOUT_S", 0.2)
    assert await ask_stun(server_at(1, host="nobody.invalid")) == StunOutcome(found=False)


# --- TURN -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", WAYS)
async def test_a_relay_that_relays(transport: Transport, grant: PreflightGrant) -> None:
    behaviour = Behaviour()
    async with relay_server(behaviour) as server:
        outcome = await try_relay(server_at(server.port, transport), grant)
        assert outcome.state is RelayState.OPEN
        assert outcome.seconds is not None
        methods = [one for one in behaviour.heard if one is not stun.Method.BINDING]
    assert methods == [stun.Method.ALLOCATE, stun.Method.CHANNEL_BIND, stun.Method.REFRESH]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("transport", WAYS)
@pytest.mark.parametrize(
    ("behaviour", "state", "error"),
    [
        (Behaviour(relays=False), RelayState.SILENT, None),
        (Behaviour(refuses_peers=True), RelayState.SILENT, 403),
        (Behaviour(refuses=401), RelayState.REFUSED, 401),
        (Behaviour(refuses=403), RelayState.REFUSED, 403),
        (Behaviour(refuses=486), RelayState.REFUSED, 486),
        (Behaviour(refuses=508), RelayState.REFUSED, 508),
        (Behaviour(largest=600), RelayState.SMALL_ONLY, None),
        (Behaviour(silent=True), RelayState.UNREACHABLE, None),
        (Behaviour(nonsense=b"\x01\x03\x00\x08nonsense"), RelayState.UNREACHABLE, None),
        (Behaviour(nonsense=b"\xff" * 2000), RelayState.UNREACHABLE, None),
        (Behaviour(nonsense=b"\x40\x00\xff\xff" + b"x" * 1000), RelayState.UNREACHABLE, None),
    ],
    ids=["silent", "no-peers", "401", "403", "486", "508", "small", "deaf", "nonsense", "ff", "channel"],
)
async def test_relays_that_do_not(
    behaviour: Behaviour,
    state: RelayState,
    error: int | None,
    transport: Transport,
    grant: PreflightGrant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if state is RelayState.UNREACHABLE:
        monkeypatch.setattr(relay, "ALLOCATE_TIMEOUT_S", 0.4)
    async with relay_server(behaviour) as server:
        outcome = await try_relay(server_at(server.port, transport), grant)
    assert (outcome.state, outcome.error) == (state, error)


@pytest.mark.usefixtures("impatient")
async def test_an_attribute_of_a_wrong_length_is_no_crash(
    grant: PreflightGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aioice unpacks numbers without looking at their length."""
    monkeypatch.setattr(relay, "ALLOCATE_TIMEOUT_S", 0.4)
    bad = (
        struct.pack("!HHI12s", 0x0103, 8, 0x2112A442, b"t" * 12) + struct.pack("!HH", 0x000D, 2) + b"\0\1\0\0"
    )
    async with relay_server(Behaviour(nonsense=bad)) as server:
        for transport in WAYS:
            outcome = await try_relay(server_at(server.port, transport), grant)
            assert outcome.state is RelayState.UNREACHABLE


async def test_a_stream_without_end_is_cut_off(
    grant: PreflightGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "ALLOCATE_TIMEOUT_S", 0.5)

    async def flood(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"\x00\x00\xff\xff" * 1000)
            await writer.drain()

    began_s = time.monotonic()
    async with tcp_server(flood) as port:
        outcome = await try_relay(server_at(port, Transport.TCP), grant)
    assert outcome.state is RelayState.UNREACHABLE
    assert time.monotonic() - began_s < 10


async def test_nobody_there(grant: PreflightGrant) -> None:
    async with tcp_server(lambda _r, _w: asyncio.sleep(0)) as port:
        pass
    assert (await try_relay(server_at(port, Transport.TCP), grant)).state is RelayState.UNREACHABLE


@pytest.mark.parametrize("refuses", [None, 401])
async def test_without_an_answerer_nothing_good_is_said(refuses: int | None) -> None:
    """Nor is the relay blamed for credentials that ran out since the last grant."""
    async with relay_server(Behaviour(refuses=refuses)) as server:
        outcome = await try_relay(server_at(server.port), None)
    assert outcome.state is RelayState.ALLOCATED
    assert not outcome.is_open


async def test_a_relay_with_a_strangers_certificate(grant: PreflightGrant, tmp_path: Path) -> None:
    issued = Authority("Somebody").issue(["localhost"])
    async with tcp_server(lambda reader, _writer: reader.read(), ssl=issued.server_context(tmp_path)) as port:
        outcome = await try_relay(server_at(port, Transport.TLS, "localhost"), grant)
    assert outcome.state is RelayState.UNTRUSTED


async def test_a_relay_through_a_proxy(grant: PreflightGrant) -> None:
    asked: list[bytes] = []
    async with relay_server() as server:

        async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            behind, relay_side = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            try:
                await asyncio.gather(pump(reader, relay_side), pump(behind, writer))
            finally:
                relay_side.close()

        async with tcp_server(proxy) as port:
            # only the proxy can find this host
            hidden = IceAddress(True, "relay.inside.test", 443, Transport.TCP, "user", "secret")
            outcome = await try_relay(hidden, grant, SystemProxy("127.0.0.1", port))
    assert (outcome.state, outcome.through_proxy) == (RelayState.OPEN, True)
    assert asked[0].startswith(b"CONNECT relay.inside.test:443 HTTP/1.1\r\n")


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)


@pytest.mark.usefixtures("impatient")
async def test_a_relay_that_hangs_up_in_the_middle(grant: PreflightGrant) -> None:
    """Nothing is written to a connection that is gone: asyncio would complain of it in the log."""
    async with relay_server(Behaviour(hangs_up_after=stun.Method.CHANNEL_BIND)) as server:
        outcome = await try_relay(server_at(server.port, Transport.TCP), grant)
    assert outcome.state is RelayState.SILENT


async def test_a_proxy_that_refuses_the_relay(grant: PreflightGrant) -> None:
    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    async with tcp_server(proxy) as port:
        outcome = await try_relay(server_at(1, Transport.TCP), grant, SystemProxy("127.0.0.1", port))
    assert outcome == RelayOutcome(RelayState.UNREACHABLE, through_proxy=True)


def test_what_relayed_packets_say() -> None:
    assert relayed(EchoOutcome(frozenset(SIZES), 0.1)).state is RelayState.OPEN
    assert relayed(EchoOutcome(frozenset({100}), 0.1)).state is RelayState.SMALL_ONLY
    assert relayed(EchoOutcome()).state is RelayState.SILENT


def test_the_outcome_that_came_furthest_is_the_better_one() -> None:
    states = list(RelayState)
    for worse, better in pairwise(states):
        assert RelayOutcome(better).better_than(RelayOutcome(worse))
        assert not RelayOutcome(worse).better_than(RelayOutcome(better))
    assert RelayOutcome(RelayState.UNREACHABLE).better_than(None)
