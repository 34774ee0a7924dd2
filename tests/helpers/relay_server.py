"""A TURN server (RFC 8656) on loopback that does as it is told: relay, say nothing, refuse, talk nonsense.

async with relay_server(Behaviour(relays=False)) as server:
    server.port  # UDP and TCP
"""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from aioice import stun

Send = Callable[[bytes], None]


@dataclass
class Behaviour:
    """Of the server; it asks for no credentials."""

    relays: bool = True
    refuses: int | None = None
    """STUN error code for Allocate."""
    refuses_peers: bool = False
    nonsense: bytes | None = None
    """What it says instead, whatever it is asked."""
    largest: int = 65535
    """Of what it relays; larger packets are dropped."""
    silent: bool = False
    hangs_up_after: stun.Method | None = None
    """A stream's connection is closed once this was answered."""
    heard: list[stun.Method] = field(default_factory=list)


class _Peer(asyncio.DatagramProtocol):
    """The relayed address."""

    def __init__(self, deliver: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._deliver = deliver
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._deliver(data, addr)


class Allocation:
    """One client."""

    def __init__(self, behaviour: Behaviour, send: Send) -> None:
        self._behaviour = behaviour
        self._send = send
        self._channels: dict[int, tuple[str, int]] = {}
        self.peer: _Peer | None = None

    async def take(self, data: bytes, client: tuple[str, int]) -> None:
        behaviour = self._behaviour
        if behaviour.silent:
            return
        if behaviour.nonsense is not None:
            self._send(behaviour.nonsense)
            return
        if data[0] & 0xC0 == 0x40:
            self._relay(data)
            return
        request = stun.parse_message(data)
        behaviour.heard.append(request.message_method)
        answer = stun.Message(request.message_method, stun.Class.RESPONSE, request.transaction_id)
        if request.message_method == stun.Method.BINDING:
            answer.attributes["XOR-MAPPED-ADDRESS"] = client
        elif request.message_method == stun.Method.ALLOCATE and behaviour.refuses is not None:
            answer.message_class = stun.Class.ERROR
            answer.attributes["ERROR-CODE"] = (behaviour.refuses, "no")
        elif request.message_method == stun.Method.ALLOCATE:
            _, self.peer = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: _Peer(self._deliver), local_addr=("127.0.0.1", 0)
            )
            assert self.peer.transport is not None
            answer.attributes["LIFETIME"] = 600
            answer.attributes["XOR-MAPPED-ADDRESS"] = client
            answer.attributes["XOR-RELAYED-ADDRESS"] = self.peer.transport.get_extra_info("sockname")
        elif request.message_method == stun.Method.CHANNEL_BIND:
            if behaviour.refuses_peers:
                answer.message_class = stun.Class.ERROR
                answer.attributes["ERROR-CODE"] = (403, "no")
            else:
                place = request.attributes["XOR-PEER-ADDRESS"]
                self._channels[request.attributes["CHANNEL-NUMBER"]] = place
        elif request.message_method == stun.Method.REFRESH:
            answer.attributes["LIFETIME"] = 0
        self._send(bytes(answer))

    def _relay(self, data: bytes) -> None:
        channel, length = struct.unpack_from("!HH", data)
        place = self._channels.get(channel)
        if self._behaviour.relays and place is not None and length <= self._behaviour.largest:
            assert self.peer is not None and self.peer.transport is not None
            self.peer.transport.sendto(data[4 : 4 + length], place)

    def _deliver(self, data: bytes, addr: tuple[str, int]) -> None:
        for channel, place in self._channels.items():
            if place == addr:
                padding = b"\0" * (-len(data) % 4)
                self._send(struct.pack("!HH", channel, len(data)) + data + padding)

    def close(self) -> None:
        if self.peer is not None and self.peer.transport is not None:
            self.peer.transport.close()


class RelayServer(asyncio.DatagramProtocol):
    """All clients."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.port = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._allocations: dict[object, Allocation] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        transport = self._transport
        assert transport is not None
        if addr not in self._allocations:
            self._allocations[addr] = Allocation(
                self.behaviour, lambda answer: transport.sendto(answer, addr)
            )
        task = asyncio.ensure_future(self._allocations[addr].take(data, addr))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        allocation = self._allocations[writer] = Allocation(self.behaviour, writer.write)
        try:
            while True:
                head = await reader.readexactly(4)
                kind, length = struct.unpack("!HH", head)
                rest = length + (-length % 4) if kind & 0xC000 == 0x4000 else length + 16
                await allocation.take(
                    head + await reader.readexactly(rest), writer.get_extra_info("peername")
                )
                if self.behaviour.hangs_up_after in self.behaviour.heard:
                    return
        except (asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def close(self) -> None:
        for allocation in self._allocations.values():
            allocation.close()
        if self._transport is not None:
            self._transport.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _listening(behaviour: Behaviour, tls: ssl.SSLContext | None) -> tuple[RelayServer, asyncio.Server]:
    """On one number for UDP and TCP: the one that is free for UDP may be taken for TCP, then another one."""
    loop = asyncio.get_running_loop()
    for _ in range(50):
        server = RelayServer(behaviour)
        transport, _server = await loop.create_datagram_endpoint(
            lambda server=server: server, local_addr=("127.0.0.1", 0)
        )
        try:
            return server, await asyncio.start_server(server.connected, "127.0.0.1", server.port, ssl=tls)
        except OSError:
            transport.close()
            await asyncio.sleep(0)
    raise OSError("no port is free for both")


@asynccontextmanager
async def relay_server(
    behaviour: Behaviour | None = None, *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[RelayServer]:
    """``tls``: its streams are encrypted."""
    server, streams = await _listening(behaviour or Behaviour(), tls)
    try:
        yield server
    finally:
        streams.close()
        await server.close()
        await asyncio.sleep(0)
