"""Small servers that a network may have and a visit may suffer from: run as a program of their own.

    python -m tests.helpers.network_servers FOLDER

A resolver, one that lies, one that is slow; a sign-on page; web servers with bad certificates; one that takes
connections and says nothing; and a TLS-inspecting proxy, with and without WebSocket. ``FOLDER`` has the
certificates (``network_world`` wrote them). Prints ``ready``.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
import struct
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import cast

from tests.helpers.authorities import Authority

SERVICE_NAME = "visit.clinic.test"
TURN_NAME = "turn.clinic.test"
PROXY_NAME = "proxy.clinic.test"
SERVICE = "10.99.0.1"
TURN = "10.99.0.2"
PROXY = "10.99.0.3"
TURN_DENYING = "10.99.0.5"
TURN_STRANGE = "10.99.0.6"
RESOLVER = "10.99.0.53"
LYING_RESOLVER = "10.99.0.54"
SLOW_RESOLVER = "10.99.0.55"
NOBODY = "10.99.0.57"
INSPECTOR = "10.99.0.66"
VENDOR_INSPECTOR = "10.99.0.67"
STRIPPER = "10.99.0.68"
EXPIRED = "10.99.0.71"
WRONG_NAME = "10.99.0.72"
MUTE = "10.99.0.73"
SELF_SIGNED = "10.99.0.74"
PORTAL = "10.99.0.80"
ADDRESSES = (
    *(SERVICE, TURN, PROXY, TURN_DENYING, TURN_STRANGE, RESOLVER, LYING_RESOLVER, SLOW_RESOLVER, NOBODY),
    *(INSPECTOR, VENDOR_INSPECTOR, STRIPPER, EXPIRED, WRONG_NAME, MUTE, SELF_SIGNED, PORTAL),
)

NAMES = {SERVICE_NAME: SERVICE, TURN_NAME: TURN, PROXY_NAME: PROXY}
SLOW_S = 1.3
Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


# --- a resolver -------------------------------------------------------------------------------------------


class Resolver(asyncio.DatagramProtocol):
    """Answers A questions (RFC 1035) from a table, or all of them alike; everything else is empty."""

    def __init__(self, names: Mapping[str, str], *, for_all: str | None = None, delay_s: float = 0.0) -> None:
        self._names = names
        self._for_all = for_all
        self._delay_s = delay_s
        self._asked: set[bytes] = set()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) <= 12:
            return
        # what was asked before is known: the delay is that of the resolver behind this one
        delay_s = 0.0 if data[12:] in self._asked else self._delay_s
        self._asked.add(data[12:])
        asyncio.get_running_loop().call_later(delay_s, self._send, answer(data, self._find), addr)

    def _send(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport is not None
        self._transport.sendto(data, addr)

    def _find(self, name: str) -> str | None:
        return self._for_all or self._names.get(name)


def answer(question: bytes, find: Callable[[str], str | None]) -> bytes:
    """The answer to one question: an address, none of this type, or NXDOMAIN."""
    labels, place = [], 12
    while question[place]:
        labels.append(question[place + 1 : place + 1 + question[place]].decode("ascii").lower())
        place += 1 + question[place]
    kind = struct.unpack_from("!H", question, place + 1)[0]
    end = place + 5
    address = find(".".join(labels))
    record = b""
    if address is not None and kind == 1:
        record = struct.pack("!HHHIH", 0xC00C, 1, 1, 5, 4) + socket.inet_aton(address)
    flags = 0x8580 | (0 if address is not None else 3)
    return struct.pack("!2sHHHHH", question[:2], flags, 1, bool(record), 0, 0) + question[12:end] + record


# --- things that answer TCP -------------------------------------------------------------------------------


async def sign_on_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends everybody to its own page, as the gate of a guest network does."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(
        b"HTTP/1.1 302 Found\r\nLocation: http://login.guest.test/welcome\r\n"
        b"Content-Length: 0\r\nConnection: close\r\n\r\n"
    )
    await writer.drain()


async def plain_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(4096)


async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes everything, says nothing."""
    while await reader.read(4096):
        pass


# --- the inspecting proxy ---------------------------------------------------------------------------------


class Inspector:
    """Opens TLS with certificates of its own authority and speaks with the real service behind it."""

    def __init__(self, authority: Authority, roots: Path, folder: Path, *, strips_upgrade: bool) -> None:
        self.context = authority.issue([SERVICE_NAME]).server_context(folder)
        self._upstream = ssl.create_default_context(cafile=str(roots))
        self._strips_upgrade = strips_upgrade

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, service = await asyncio.open_connection(
            SERVICE, 443, ssl=self._upstream, server_hostname=SERVICE_NAME
        )
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if self._strips_upgrade:
                head = re.sub(rb"(?im)^(upgrade|connection):[^\r]*\r\n", b"", head)
            service.write(head)
            await service.drain()
            await _first_of(_pump(reader, service), _pump(behind, writer))
        finally:
            service.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(16 * 1024):
        writer.write(data)
        await writer.drain()


async def _first_of(*ways: Awaitable[None]) -> None:
    tasks = [asyncio.ensure_future(way) for way in ways]
    _, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _politely(connected: Connected) -> Connected:
    """Whatever the client does, its connection is closed and nothing is printed."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await connected(reader, writer)
        writer.close()

    return one


async def serve(folder: Path) -> None:
    """Start them all."""
    loop = asyncio.get_running_loop()
    for place, resolver in (
        (RESOLVER, Resolver(NAMES)),
        (LYING_RESOLVER, Resolver({}, for_all=PORTAL)),
        (SLOW_RESOLVER, Resolver(NAMES, delay_s=SLOW_S)),
    ):
        await loop.create_datagram_endpoint(lambda made=resolver: made, local_addr=(place, 53))  # type: ignore[misc]
    for place, name in ((EXPIRED, "expired"), (WRONG_NAME, "wrong"), (SELF_SIGNED, "self")):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
        await asyncio.start_server(_politely(plain_page), place, 443, ssl=context)
    await asyncio.start_server(_politely(mute), MUTE, 443)
    await asyncio.start_server(_politely(sign_on_page), PORTAL, 80)
    for place, organization, strips in (
        (INSPECTOR, "Mercy Hospital Web Gateway", False),
        (VENDOR_INSPECTOR, "Fortinet", False),
        (STRIPPER, "Mercy Hospital Web Gateway", True),
    ):
        authority = Authority(organization)
        authority.write(folder / f"inspector-{place}.pem")
        inspector = Inspector(authority, folder / "public.pem", folder, strips_upgrade=strips)
        await asyncio.start_server(_politely(inspector.connected), place, 443, ssl=inspector.context)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
