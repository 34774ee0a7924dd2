"""A connection to a TURN server (RFC 8656), for whoever wants a packet relayed: opened, hardened, given back.

The protocol is aioice's, the same that a call uses; the connection below it is made here, so that the name
on a certificate is checked, a web proxy can be in between, and hostile answers end in "no answer".
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Final, cast

from aioice import stun
from aioice.turn import TurnClientTcpProtocol, TurnClientUdpProtocol

from kpdesk.checks.probes.network.proxy import SystemProxy
from kpdesk.checks.probes.network.sockets import open_stream, tls_context
from kpdesk.checks.probes.network.target import IceAddress, Transport

CONNECT_TIMEOUT_S: Final = 2.5
"""For TCP and TLS; the first SYN is repeated after 1 s (RFC 6298)."""
ALLOCATE_TIMEOUT_S: Final = 2.5
"""Two round trips with the challenge; UDP requests go out at 0, 0.5 and 1.5 s (RFC 8489 section 6.2.1)."""
FAREWELL_S: Final = 0.25
LIFETIME_S: Final = 60
"""Of the allocation, should our farewell get lost."""
CHANNEL_LIFE_S: Final = 500
NO_TURN: Final = (TimeoutError, OSError, stun.TransactionError)
"""What a request to a TURN server raises when it is refused or not answered."""


class _Hardened:
    """Mixed into aioice's protocols: whatever a stranger sends, parsing it never raises."""

    def datagram_received(self, data: bytes | str, addr: tuple[str, int]) -> None:
        try:
            super().datagram_received(data, addr)  # type: ignore[misc]
        except Exception:  # struct.error, UnicodeDecodeError and others: the parser trusts lengths and texts
            return


class UdpTurn(_Hardened, TurnClientUdpProtocol):
    """Over UDP."""


class StreamTurn(_Hardened, TurnClientTcpProtocol):
    """Over TCP or TLS."""


Turn = UdpTurn | StreamTurn


async def open_udp(
    server: IceAddress, place: tuple[Any, ...], family: socket.AddressFamily = socket.AF_UNSPEC
) -> tuple[asyncio.DatagramTransport, UdpTurn]:
    """``place``: address and port of ``server``. Nothing is sent yet. Raises OSError."""
    remote = pair(place)
    return await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: UdpTurn(remote, server.username, server.credential, LIFETIME_S, CHANNEL_LIFE_S),
        remote_addr=place[:2],
        family=family,
    )


async def open_stream_to(
    server: IceAddress, proxy: SystemProxy | None = None
) -> tuple[asyncio.BaseTransport, StreamTurn]:
    """Over TCP or TLS, as the server's address says, through the tunnel of ``proxy`` if there is one. Raises
    TimeoutError, OSError (ssl.SSLError among them), UnicodeError and ProxyRefusedError."""
    place = (server.host, server.port)
    async with asyncio.timeout(CONNECT_TIMEOUT_S):
        return await open_stream(
            lambda: StreamTurn(place, server.username, server.credential, LIFETIME_S, CHANNEL_LIFE_S),
            *place,
            proxy=proxy,
            tls=tls_context() if server.transport is Transport.TLS else None,
        )


async def farewell(transport: asyncio.BaseTransport, protocol: Turn) -> None:
    """Give the allocation back, as far as that goes quickly, and close."""
    try:
        if protocol.relayed_address is not None:
            async with asyncio.timeout(FAREWELL_S):
                await protocol.delete()
    except NO_TURN:
        pass  # the server forgets it by itself
    finally:
        if protocol.refresh_task is not None:
            protocol.refresh_task.cancel()
        cast("asyncio.Transport | asyncio.DatagramTransport", transport).abort()


def pair(place: tuple[Any, ...]) -> tuple[str, int]:
    """Address and port alone: IPv6 places have two numbers more."""
    return str(place[0]), int(place[1])
