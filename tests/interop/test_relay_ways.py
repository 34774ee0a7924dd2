"""A network in which the first relay of the ticket cannot be reached: the call finds the one that can.

The relay is Debian's coturn and takes TLS alone. Packets to its UDP port vanish; its TCP port is taken by
something that says nothing. The call may use a relay and nothing else.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aioice.ice
import pytest

from kpdesk.app.rehearsal import RehearsalCaller, RehearsalDevices
from kpdesk.base.clock import SystemClock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.calls.negotiation import Negotiation
from kpdesk.calls.reconnect import Reconnect
from kpdesk.checks.ports import ProbeContext
from kpdesk.checks.probes.network import order_servers
from kpdesk.checks.probes.rehearsal import RehearsalProbe
from kpdesk.checks.thresholds import RehearsalThresholds
from kpdesk.domain.media import MediaEvent, MediaFlowing, StatsMeasured
from kpdesk.domain.preflight import ProbeCode, ProbeName, ProbeResult, ProbeStatus
from kpdesk.domain.signaling import Answer, ClientMessage, Offer
from kpdesk.domain.ticket import IceServer, JoinTicket
from kpdesk.media import hooks
from kpdesk.media.room import MediaRoom
from kpdesk.services.http import HttpClient
from kpdesk.services.preflight import PreflightService
from kpdesk.services.rehearsal import RehearsalService
from kpdesk.services.signaling import WebSocketSignaling
from kpdesk.visitserver.config import IceConfig, PreflightConfig
from kpdesk.visitserver.rehearsal.rules import RehearsalRules
from tests.fakes.device_watch import FakeDeviceWatch
from tests.helpers.aiortc_peer import Peer
from tests.helpers.authorities import Authority
from tests.helpers.coturn import coturn
from tests.helpers.relay_server import Behaviour, relay_server
from tests.helpers.visit_service import running_visit_service

SECRET = "of this test alone"  # noqa: S105
pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.only_on("linux")]


@dataclass(frozen=True)
class Relay:
    """Where it is, and where it seems to be."""

    tls_port: int
    udp_port: int
    tcp_port: int
    roots: Path

    @property
    def urls(self) -> tuple[str, str, str]:
        return (
            f"turn:127.0.0.1:{self.udp_port}",
            f"turn:127.0.0.1:{self.tcp_port}?transport=tcp",
            f"turns:localhost:{self.tls_port}?transport=tcp",
        )


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    own = tmp_path_factory.mktemp("coturn")
    authority = Authority("Clinic Authority")
    certificate, key = authority.issue(["localhost"]).write(own / "relay")
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent,
        socket.socket() as mute,
        socket.socket() as taken,
    ):
        for one in (silent, mute, taken):
            one.bind(("127.0.0.1", 0))
        mute.listen()
        port = taken.getsockname()[1]
        taken.close()
        options = ["--no-udp", "--no-tcp", "--tls-listening-port", str(port)]
        options += ["--cert", str(certificate), "--pkey", str(key)]
        with coturn(own, SECRET, *options, port=port):
            yield Relay(
                port,
                silent.getsockname()[1],
                mute.getsockname()[1],
                authority.write(own / "system.pem"),
            )


@dataclass
class Call:
    """The media and the negotiation of a call, and a peer of plain aiortc for each offer."""

    servers: tuple[IceServer, ...]
    events: list[MediaEvent] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)
    offers: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.room = MediaRoom(loop.call_soon_threadsafe, make_watch=FakeDeviceWatch().make)
        self.room.subscribe(self._hear)
        now = datetime.now(UTC)
        later = now + timedelta(hours=1)
        ticket = JoinTicket("test", "", "", "", later, now, later, self.servers, relay_only=True)
        self.keeper = TaskKeeper("test")
        self.negotiation = Negotiation(self.room, ticket, self._send, SystemClock(), first_generation=1)
        self.reconnect = Reconnect(self.negotiation, self.keeper)

    def _hear(self, event: MediaEvent) -> None:
        self.events.append(event)
        if isinstance(event, MediaFlowing):
            self.reconnect.flowing(event.generation)

    async def _send(self, message: ClientMessage) -> None:
        if isinstance(message, Offer):
            self.offers.append(message.generation)
            self.keeper.spawn(self._answer(message), name="answer")

    async def _answer(self, offer: Offer) -> None:
        peer = Peer()
        self.peers.append(peer)
        sdp = await peer.answer(offer.sdp)
        await self.negotiation.answer(Answer(sdp=sdp, generation=offer.generation))

    async def connect(self) -> float:
        """Seconds until sound or picture arrives; then the way that it takes is looked at."""
        began_s = time.monotonic()
        self.reconnect.start(held=False)
        await until(lambda: any(isinstance(one, MediaFlowing) for one in self.events))
        seconds = time.monotonic() - began_s
        await until(lambda: any(isinstance(one, StatsMeasured) for one in self.events))
        ways = {one.stats.candidate_type for one in self.events if isinstance(one, StatsMeasured)}
        assert ways == {"relay"}
        return seconds

    async def close(self) -> None:
        self.reconnect.stop()
        await self.negotiation.close()
        await self.room.close_devices()
        await self.room.close()
        await self.keeper.close()
        for peer in self.peers:
            await peer.close()


async def until(happened: Callable[[], bool], seconds: float = 45) -> None:
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.02)


def servers_of(*urls: str) -> tuple[IceServer, ...]:
    """With credentials as docs/protocol.md has them."""
    name = f"{int(time.time()) + 600}:anna"
    password = base64.b64encode(hmac.digest(SECRET.encode(), name.encode(), "sha1")).decode()
    return (IceServer(urls, name, password),)


_BLOCKED = (ProbeStatus.WARNING, (ProbeCode.TURN_UNREACHABLE,))
FOUND = {
    ProbeName.TURN_UDP: ProbeResult(ProbeName.TURN_UDP, *_BLOCKED),
    ProbeName.TURN_TCP: ProbeResult(ProbeName.TURN_TCP, *_BLOCKED),
    ProbeName.TURN_TLS: ProbeResult(ProbeName.TURN_TLS, ProbeStatus.PASSED),
}
"""What a check finds here."""


@pytest.fixture(autouse=True)
async def here(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The system trusts the relay's authority, and both ends stay on this computer."""
    hooks.install()
    monkeypatch.setenv("SSL_CERT_FILE", str(relay.roots))
    monkeypatch.setenv("SSL_CERT_DIR", str(relay.roots.parent / "none"))
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_which: ["127.0.0.1"])
    yield


async def test_while_the_patient_waits_the_call_finds_the_relay_that_works(relay: Relay) -> None:
    call = Call(servers_of(*relay.urls))
    try:
        await call.negotiation.prepare()
        seconds = await call.connect()
        assert call.offers == [3]  # the first offer that went out
        assert seconds < 10
    finally:
        await call.close()


async def test_it_finds_it_as_well_when_nobody_had_to_wait(relay: Relay) -> None:
    call = Call(servers_of(*relay.urls))
    try:
        seconds = await call.connect()
        assert call.offers == [3]
        assert seconds < 2 * hooks.RELAY_TIMEOUT_S + 10
    finally:
        await call.close()


async def test_what_the_check_found_saves_the_search(relay: Relay) -> None:
    call = Call(order_servers(servers_of(*relay.urls), FOUND))
    try:
        await call.connect()
        assert call.offers == [1]
        assert call.negotiation.last_generation == 1
    finally:
        await call.close()


async def test_a_relay_that_gives_an_address_and_carries_nothing_is_left_too(relay: Relay) -> None:
    """Only the attempt shows that; the next one takes the other relay."""
    async with relay_server(Behaviour(relays=False)) as server:
        call = Call(servers_of(f"turn:127.0.0.1:{server.port}", relay.urls[2]))
        try:
            await call.connect()
            assert call.offers[0] == 1
            assert call.offers[-1] == 2
        finally:
            await call.close()


@pytest.mark.parametrize("checked", [True, False])
async def test_the_practice_call_takes_the_way_that_a_visit_takes(relay: Relay, checked: bool) -> None:
    """With what the check found at once, by itself after the relay over UDP said nothing."""
    urls = relay.urls if checked else (relay.urls[0], relay.urls[2])
    settings = PreflightConfig(port=0, rehearsal=RehearsalRules(at_once=1))
    http, clock = HttpClient(), SystemClock()
    async with running_visit_service(ice=IceConfig((), urls, SECRET), preflight=settings) as service:
        try:
            caller = RehearsalCaller(
                RehearsalService(http, clock, service.fhir_base_url, relay_only=True),
                lambda: WebSocketSignaling(http),
                RehearsalDevices,
                order_ice=(lambda servers: order_servers(servers, FOUND)) if checked else None,
            )
            grants = PreflightService(http, clock, service.fhir_base_url, relay_only=True)
            result = await RehearsalProbe(
                grants, caller, RehearsalThresholds(connect_s=8.0, media_s=3.0)
            ).run(ProbeContext({}, lambda _fraction, _figures: None))
        finally:
            await http.close()
    assert not {ProbeCode.REHEARSAL_NO_CONNECTION, ProbeCode.REHEARSAL_REFUSED} & set(result.codes), result
    assert result.measured("path") == "relay"
    returned = result.measured("pictures_returned")
    assert isinstance(returned, int)
    assert returned > 5
