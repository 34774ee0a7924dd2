"""One TURN server (RFC 8656), tried as a call would use it: allocate, then relay a real packet and back."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from aioice import stun

from kpdesk.checks.probes.network.echo import LARGE_BYTES, SMALL_BYTES, EchoOutcome, EchoTalk
from kpdesk.checks.probes.network.proxy import ProxyRefusedError, SystemProxy
from kpdesk.checks.probes.network.sockets import (
    Address,
    first_of_each_family,
    look_up,
    side_by_side,
)
from kpdesk.checks.probes.network.target import IceAddress, Transport
from kpdesk.checks.probes.network.turn import (
    ALLOCATE_TIMEOUT_S,
    NO_TURN,
    Turn,
    farewell,
    open_stream_to,
    open_udp,
    pair,
)
from kpdesk.domain.preflight import PreflightGrant

LOOKUP_TIMEOUT_S: Final = 2.0
BIND_TIMEOUT_S: Final = 1.5
RELAYED_SIZES: Final = (SMALL_BYTES, LARGE_BYTES)


class RelayState(StrEnum):
    """How far it went, from nothing to everything."""

    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    """The certificate was not accepted."""
    REFUSED = "refused"
    ALLOCATED = "allocated"
    """It answers, but there was nobody to whom a packet could be relayed."""
    SILENT = "silent"
    """Allocated, but nothing was relayed."""
    SMALL_ONLY = "small_only"
    OPEN = "open"


_ORDER: Final = {state: rank for rank, state in enumerate(RelayState)}


@dataclass(frozen=True, slots=True)
class RelayOutcome:
    """What came of trying one TURN server."""

    state: RelayState
    seconds: float | None = None
    """Round trip of the relayed packet."""
    error: int | None = None
    """STUN error code, if it refused."""
    through_proxy: bool = False

    @property
    def is_open(self) -> bool:
        return self.state in (RelayState.OPEN, RelayState.SMALL_ONLY)

    def better_than(self, other: RelayOutcome | None) -> bool:
        return other is None or _ORDER[self.state] > _ORDER[other.state]


@dataclass(slots=True)
class _Listener(asyncio.DatagramProtocol):
    """Hands on what the relay delivers."""

    talk: EchoTalk = field(repr=False)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self.talk.received(data)


async def try_relay(
    server: IceAddress, grant: PreflightGrant | None, proxy: SystemProxy | None = None
) -> RelayOutcome:
    """Try one server, over IPv4 and IPv6 at once where it has both; the better outcome counts.

    ``proxy``: the connection goes through its tunnel (TCP and TLS only).
    """
    if server.transport is not Transport.UDP:
        return await _over_stream(server, grant, proxy)
    try:
        async with asyncio.timeout(LOOKUP_TIMEOUT_S):
            addresses = await look_up(server.host, server.port, datagram=True)
    except (OSError, UnicodeError, TimeoutError):
        return RelayOutcome(RelayState.UNREACHABLE)
    best: RelayOutcome | None = None
    async with side_by_side("turn") as keeper:
        tries = [
            keeper.spawn(_over_udp(server, address, grant), name=address[0].name)
            for address in first_of_each_family(addresses)
        ]
        for one in asyncio.as_completed(tries):
            outcome = await one
            best = outcome if outcome.better_than(best) else best
            if outcome.state is RelayState.OPEN:
                break
    return best or RelayOutcome(RelayState.UNREACHABLE)


async def _over_udp(server: IceAddress, address: Address, grant: PreflightGrant | None) -> RelayOutcome:
    family, place = address
    try:
        transport, protocol = await open_udp(server, place, family)
    except OSError:
        return RelayOutcome(RelayState.UNREACHABLE)
    return await _allocate_and_relay(transport, protocol, grant)


async def _over_stream(
    server: IceAddress, grant: PreflightGrant | None, proxy: SystemProxy | None
) -> RelayOutcome:
    through = proxy is not None
    try:
        transport, protocol = await open_stream_to(server, proxy)
    except ssl.SSLCertVerificationError:
        return RelayOutcome(RelayState.UNTRUSTED, through_proxy=through)
    except (OSError, UnicodeError, TimeoutError, ProxyRefusedError):
        return RelayOutcome(RelayState.UNREACHABLE, through_proxy=through)
    outcome = await _allocate_and_relay(transport, protocol, grant)
    return RelayOutcome(outcome.state, outcome.seconds, outcome.error, through)


async def _allocate_and_relay(
    transport: asyncio.BaseTransport, protocol: Turn, grant: PreflightGrant | None
) -> RelayOutcome:
    try:
        try:
            async with asyncio.timeout(ALLOCATE_TIMEOUT_S):
                await protocol.connect()
        except stun.TransactionFailed as error:
            # credentials of an earlier grant have run out by now: that it answers is all that can be seen
            state = RelayState.REFUSED if grant is not None else RelayState.ALLOCATED
            return RelayOutcome(state, error=error.response.error_code)
        except NO_TURN:
            return RelayOutcome(RelayState.UNREACHABLE)
        if grant is None:
            return RelayOutcome(RelayState.ALLOCATED)
        return await _relay(protocol, grant)
    finally:
        await farewell(transport, protocol)


async def _relay(protocol: Turn, grant: PreflightGrant) -> RelayOutcome:
    """Through the relay to the service's answerer and back."""
    peer = (await answerer(grant)).get(socket.AF_INET)  # a relay's addresses are IPv4 (RFC 8656 7.2)
    if peer is None:
        return RelayOutcome(RelayState.ALLOCATED)
    talk = EchoTalk(grant)
    protocol.receiver = _Listener(talk)
    place = pair(peer[1])
    try:
        async with asyncio.timeout(BIND_TIMEOUT_S):
            await protocol.send_data(b"", place)  # binds the channel; an empty datagram is nothing to relay

        async def send(data: bytes) -> None:
            if protocol.transport.is_closing():
                raise ConnectionResetError("the relay hung up")
            await protocol.send_data(data, place)

        outcome = await talk.talk(send, RELAYED_SIZES)
    except stun.TransactionFailed as error:
        return RelayOutcome(RelayState.SILENT, error=error.response.error_code)
    except NO_TURN:
        return RelayOutcome(RelayState.SILENT)
    return relayed(outcome)


def relayed(outcome: EchoOutcome) -> RelayOutcome:
    """What the relayed packets say."""
    if not outcome.any:
        return RelayOutcome(RelayState.SILENT)
    state = RelayState.SMALL_ONLY if outcome.small_only else RelayState.OPEN
    return RelayOutcome(state, outcome.seconds)


async def answerer(grant: PreflightGrant) -> dict[socket.AddressFamily, Address]:
    """Where the service's UDP answerer is, one address of each family."""
    try:
        async with asyncio.timeout(LOOKUP_TIMEOUT_S):
            addresses = await look_up(grant.udp_host, grant.udp_port, datagram=True)
    except (OSError, UnicodeError, TimeoutError):
        return {}
    return {address[0]: address for address in first_of_each_family(addresses)}
