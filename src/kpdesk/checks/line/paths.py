"""The ways on which a call could travel, opened for the probe: directly, or through a TURN server."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from kpdesk.checks.line.client import ProbeClient, ProbeRefusedError
from kpdesk.checks.probes.network.sockets import look_up
from kpdesk.checks.probes.network.target import IceAddress, Transport
from kpdesk.checks.probes.network.turn import (
    ALLOCATE_TIMEOUT_S,
    CONNECT_TIMEOUT_S,
    NO_TURN,
    Turn,
    farewell,
    open_stream_to,
    open_udp,
    pair,
)
from kpdesk.domain.preflight import PreflightGrant

LOOKUP_TIMEOUT_S: Final = 2.0
BUFFER_BYTES: Final = 1024 * 1024
"""The system may give less: what comes while the loop is busy waits there."""


class NoPathError(Exception):
    """This way does not lead to the service."""


class _Receiver(asyncio.DatagramProtocol):
    """Hands on what arrives; errors of single datagrams are losses, which is what is measured."""

    client: ProbeClient | None = None

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        if self.client is not None:
            self.client.received(data)


@asynccontextmanager
async def direct_path(grant: PreflightGrant) -> AsyncIterator[ProbeClient]:
    """UDP straight to the service, the address proven. Raises NoPathError."""
    opened: list[asyncio.DatagramTransport] = []
    try:
        for family, place in await _addresses(grant):
            client = await _direct_client(grant, family, place, opened)
            if client is not None:
                yield client
                return
        raise NoPathError
    finally:
        for transport in opened:
            transport.abort()


async def _addresses(grant: PreflightGrant) -> tuple[tuple[socket.AddressFamily, tuple[Any, ...]], ...]:
    try:
        async with asyncio.timeout(LOOKUP_TIMEOUT_S):
            return await look_up(grant.udp_host, grant.udp_port, datagram=True)
    except (OSError, UnicodeError, TimeoutError) as error:
        raise NoPathError from error


async def _direct_client(
    grant: PreflightGrant,
    family: socket.AddressFamily,
    place: tuple[Any, ...],
    opened: list[asyncio.DatagramTransport],
) -> ProbeClient | None:
    receiver = _Receiver()
    try:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: receiver, remote_addr=place[:2], family=family
        )
    except OSError:
        return None
    opened.append(transport)
    _widen(transport)
    receiver.client = client = ProbeClient(grant, transport.sendto)
    try:
        await client.prove()
    except ProbeRefusedError:
        return None
    return client


def _widen(transport: asyncio.BaseTransport) -> None:
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)


# --- through a relay --------------------------------------------------------------------------------------


@asynccontextmanager
async def relay_path(server: IceAddress, grant: PreflightGrant) -> AsyncIterator[ProbeClient]:
    """Through this TURN server, the relay's address proven. Raises NoPathError."""
    peer = next((place for family, place in await _addresses(grant) if family is socket.AF_INET), None)
    if peer is None:
        raise NoPathError  # a relay gives IPv4 addresses unless asked otherwise
    transport, protocol = await _connected(server)
    try:
        place = pair(peer)
        channel = await _bound(protocol, place)
        receiver = _Receiver()
        protocol.receiver = receiver

        def send(data: bytes) -> None:
            # as aioice's send_data, without a task for each packet; the channel outlives the measurement
            protocol._send(struct.pack("!HH", channel, len(data)) + data)

        receiver.client = client = ProbeClient(grant, send)
        try:
            await client.prove()
        except ProbeRefusedError as error:
            raise NoPathError from error
        yield client
    finally:
        await farewell(transport, protocol)


async def _connected(server: IceAddress) -> tuple[asyncio.BaseTransport, Turn]:
    try:
        if server.transport is not Transport.UDP:
            return await open_stream_to(server)
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            transport, protocol = await open_udp(server, (server.host, server.port))
        _widen(transport)
        return transport, protocol
    except (OSError, UnicodeError, TimeoutError) as error:
        raise NoPathError from error


async def _bound(protocol: Turn, place: tuple[str, int]) -> int:
    """The number of a channel to the service."""
    try:
        async with asyncio.timeout(ALLOCATE_TIMEOUT_S):
            await protocol.connect()
            await protocol.send_data(b"", place)
    except NO_TURN as error:
        raise NoPathError from error
    return protocol.peer_to_channel[place]
