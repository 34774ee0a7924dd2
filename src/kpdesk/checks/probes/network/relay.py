"""One TURN server (RFC 8656), tried as a call would use it: allocate, then relay a real packet and back.

The protocol is aioice's, the same that a call uses; the connection below it is made here, so that the name
on a certificate is checked, a web proxy can be in between, and hostile answers end in "no answer".
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, cast

from aioice import stun
from aioice.turn import TurnClientTcpProtocol, TurnClientUdpProtocol

from kpdesk.checks.probes.network.echo import LARGE_BYTES, SMALL_BYTES, EchoOutcome, EchoTalk
from kpdesk.checks.probes.network.proxy import ProxyRefusedError, SystemProxy
from kpdesk.checks.probes.network.sockets import (
    Address,
    first_of_each_family,
    look_up,
    open_stream,
    side_by_side,
    tls_context,
)
from kpdesk.checks.probes.network.target import IceAddress, Transport
from kpdesk.domain.preflight import PreflightGrant

LOOKUP_TIMEOUT_S: Final = 2.0
CONNECT_TIMEOUT_S: Final = 2.5
"""For TCP and TLS; the first SYN is repeated after 1 s (RFC 6298)."""
ALLOCATE_TIMEOUT_S: Final = 2.5
"""Two round trips with the challenge; UDP requests go out at 0, 0.5 and 1.5 s (RFC 8489 section 6.2.1)."""
BIND_TIMEOUT_S: Final = 1.5
DELETE_TIMEOUT_S: Final = 0.25
LIFETIME_S: Final = 60
"""Of the allocation, should our farewell get lost."""
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


class _Hardened:
    """Mixed into aioice's protocols: whatever a stranger sends, parsing it never raises."""

    def datagram_received(self, data: bytes | str, addr: tuple[str, int]) -> None:
        try:
            super().datagram_received(data, addr)  # type: ignore[misc]
        except Exception:  # struct.error and others: the parser trusts lengths
            return


class _UdpTurn(_Hardened, TurnClientUdpProtocol):
    pass


class _StreamTurn(_Hardened, TurnClientTcpProtocol):
    pass


_Turn = _UdpTurn | _StreamTurn


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
        transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _UdpTurn(_pair(place), server.username, server.credential, LIFETIME_S, 500),
            remote_addr=place[:2],
            family=family,
        )
    except OSError:
        return RelayOutcome(RelayState.UNREACHABLE)
    return await _allocate_and_relay(transport, protocol, grant)


async def _over_stream(
    server: IceAddress, grant: PreflightGrant | None, proxy: SystemProxy | None
) -> RelayOutcome:
    tls = tls_context() if server.transport is Transport.TLS else None
    through = proxy is not None
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            transport, protocol = await open_stream(
                lambda: _StreamTurn(
                    (server.host, server.port), server.username, server.credential, LIFETIME_S, 500
                ),
                server.host,
                server.port,
                proxy=proxy,
                tls=tls,
            )
    except ssl.SSLCertVerificationError:
        return RelayOutcome(RelayState.UNTRUSTED, through_proxy=through)
    except (OSError, UnicodeError, TimeoutError, ProxyRefusedError):
        return RelayOutcome(RelayState.UNREACHABLE, through_proxy=through)
    outcome = await _allocate_and_relay(transport, protocol, grant)
    return RelayOutcome(outcome.state, outcome.seconds, outcome.error, through)


async def _allocate_and_relay(
    transport: asyncio.BaseTransport, protocol: _Turn, grant: PreflightGrant | None
) -> RelayOutcome:
    try:
        try:
            async with asyncio.timeout(ALLOCATE_TIMEOUT_S):
                await protocol.connect()
        except stun.TransactionFailed as error:
            # credentials of an earlier grant have run out by now: that it answers is all that can be seen
            state = RelayState.REFUSED if grant is not None else RelayState.ALLOCATED
            return RelayOutcome(state, error=error.response.error_code)
        except (TimeoutError, OSError, stun.TransactionError):
            return RelayOutcome(RelayState.UNREACHABLE)
        if grant is None:
            return RelayOutcome(RelayState.ALLOCATED)
        return await _relay(protocol, grant)
    finally:
        await _farewell(transport, protocol)


async def _relay(protocol: _Turn, grant: PreflightGrant) -> RelayOutcome:
    """Through the relay to the service's answerer and back."""
    peer = (await answerer(grant)).get(socket.AF_INET)  # a relay's addresses are IPv4 (RFC 8656 7.2)
    if peer is None:
        return RelayOutcome(RelayState.ALLOCATED)
    talk = EchoTalk(grant)
    protocol.receiver = _Listener(talk)
    place = _pair(peer[1])
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
    except (TimeoutError, OSError, stun.TransactionError):
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


async def _farewell(transport: asyncio.BaseTransport, protocol: _Turn) -> None:
    """Give the allocation back, as far as that goes quickly, and close."""
    try:
        if protocol.relayed_address is not None:
            async with asyncio.timeout(DELETE_TIMEOUT_S):
                await protocol.delete()
    except (TimeoutError, OSError, stun.TransactionError):
        pass  # the server forgets it by itself
    finally:
        if protocol.refresh_task is not None:
            protocol.refresh_task.cancel()
        cast("asyncio.Transport | asyncio.DatagramTransport", transport).abort()


def _pair(place: tuple[Any, ...]) -> tuple[str, int]:
    return str(place[0]), int(place[1])
