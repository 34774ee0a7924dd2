"""Names, sockets and streams for the rungs: looked up off the loop, both families, through a proxy or not."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import aiohappyeyeballs

from kpdesk.base.tasks import TaskKeeper
from kpdesk.checks.probes.network.proxy import SystemProxy, TunnelProtocol

T = TypeVar("T")
ProtocolT = TypeVar("ProtocolT", bound=asyncio.Protocol)

Address = tuple[socket.AddressFamily, tuple[Any, ...]]
"""Family and what ``connect`` takes."""
ATTEMPT_DELAY_S: Final = 0.25
"""Before the next address is tried beside the last one: RFC 8305 section 5."""
_NOWHERE: Final = (
    (socket.AF_INET, ("192.0.2.1", 9)),  # RFC 5737
    (socket.AF_INET6, ("2001:db8::1", 9)),  # RFC 3849
)
"""Addresses that belong to nobody. Only the routing table is asked; nothing is sent."""
NO_ROUTE: Final = frozenset({errno.ENETUNREACH, errno.ENETDOWN, 10051, 10050})
"""The system's own numbers, and Windows' (WSAENETUNREACH, WSAENETDOWN)."""


@asynccontextmanager
async def side_by_side(owner: str) -> AsyncIterator[TaskKeeper]:
    """Tasks that end with the block, whatever they are doing then."""
    keeper = TaskKeeper(f"network-{owner}")
    try:
        yield keeper
    finally:
        await keeper.close()


async def in_thread(function: Callable[..., T], *args: object) -> T:
    """The result of a blocking function. Unlike an executor's, its thread holds up nobody: a resolver that
    gets no answer keeps one for half a minute, also when the program wants to end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result: T | None = None
        failure: Exception | None = None
        try:
            result = function(*args)
        except Exception as error:
            failure = error
        try:
            loop.call_soon_threadsafe(settle, result, failure)
        except RuntimeError:
            return  # the loop was closed meanwhile: nobody waits

    threading.Thread(target=work, name="network-lookup", daemon=True).start()
    return await future


async def look_up(host: str, port: int, *, datagram: bool = False) -> tuple[Address, ...]:
    """Addresses of ``host`` in the system's order. Raises socket.gaierror."""
    kind = socket.SOCK_DGRAM if datagram else socket.SOCK_STREAM
    found = await in_thread(socket.getaddrinfo, host, port, socket.AF_UNSPEC, kind)
    wanted = (socket.AF_INET, socket.AF_INET6)
    return tuple(dict.fromkeys((one[0], one[4]) for one in found if one[0] in wanted))


def first_of_each_family(addresses: Sequence[Address]) -> tuple[Address, ...]:
    """At most one IPv4 and one IPv6 address, the system's choice first."""
    return tuple({family: (family, place) for family, place in reversed(addresses)}.values())[::-1]


def has_route() -> bool:
    """Whether this computer knows a way out at all."""
    for family, place in _NOWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect(place)
        except OSError:
            continue
        return True
    return False


async def dial(addresses: Sequence[Address]) -> socket.socket:
    """A connected socket, the first that comes about (RFC 8305). Raises OSError."""
    infos = [(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place) for family, place in addresses]
    return await aiohappyeyeballs.start_connection(infos, happy_eyeballs_delay=ATTEMPT_DELAY_S, interleave=1)


async def open_stream(
    factory: Callable[[], ProtocolT],
    host: str,
    port: int,
    *,
    proxy: SystemProxy | None = None,
    tls: ssl.SSLContext | None = None,
) -> tuple[asyncio.Transport, ProtocolT]:
    """A connection to ``host``, through the proxy if there is one, encrypted if ``tls`` is given.

    Raises OSError (socket.gaierror and ssl.SSLError among them) or ProxyRefusedError. No time limit: that
    is for the caller to set. Whatever was opened is closed when it fails or is cancelled.
    """
    place = (host, port) if proxy is None else (proxy.host, proxy.port)
    sock = await dial(await look_up(*place))
    try:
        if proxy is None:
            return await _wrapped(factory, sock, tls, host)
    except BaseException:
        sock.close()
        raise
    return await _tunnelled(factory, sock, proxy, host, port, tls)


async def _wrapped(
    factory: Callable[[], ProtocolT], sock: socket.socket, tls: ssl.SSLContext | None, host: str
) -> tuple[asyncio.Transport, ProtocolT]:
    loop = asyncio.get_running_loop()
    return await loop.create_connection(
        factory, sock=sock, ssl=tls, server_hostname=host if tls is not None else None
    )


async def _tunnelled(
    factory: Callable[[], ProtocolT],
    sock: socket.socket,
    proxy: SystemProxy,
    host: str,
    port: int,
    tls: ssl.SSLContext | None,
) -> tuple[asyncio.Transport, ProtocolT]:
    try:
        outer = tls_context() if proxy.encrypted else None
        transport, tunnel = await _wrapped(TunnelProtocol, sock, outer, proxy.host)
    except BaseException:
        sock.close()
        raise
    try:
        await tunnel.ask(transport, proxy, host, port)
        protocol = factory()
        if tls is None:
            transport.set_protocol(protocol)
            protocol.connection_made(transport)
            return transport, protocol
        inner = await asyncio.get_running_loop().start_tls(transport, protocol, tls, server_hostname=host)
        if inner is None:
            raise ConnectionResetError("closed while the encryption was set up")
        protocol.connection_made(inner)
        return inner, protocol
    except BaseException:
        transport.abort()
        raise


def tls_context() -> ssl.SSLContext:
    """The system's own trust, as ``services.http`` has it."""
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
