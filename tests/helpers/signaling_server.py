"""A signaling server whose every word and silence a test decides."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from kpdesk.domain.people import Role
from kpdesk.domain.signaling import (
    PROVIDER,
    SUBPROTOCOL,
    ClientMessage,
    Hello,
    ServerMessage,
    Welcome,
    decode_from_client,
    encode,
)
from kpdesk.domain.ticket import JoinTicket


class ScriptedSignaling:
    """Greets, remembers, repeats; breaks when told to. Use as ``async with``."""

    def __init__(self) -> None:
        self.received: list[ClientMessage] = []
        """Without the hellos."""
        self.hellos: list[Hello] = []
        self.pings = 0
        self.connections = 0
        self.first_answer: str | None = None
        """Sent instead of a welcome."""
        self.refuse_status: int | None = None
        """Answer handshakes with this status."""
        self.frozen = False
        """Take connections and say nothing at all, as a path that has died."""
        self.forget = False
        """Do not resume the next connection."""
        self._seq = 0
        self._kept: list[tuple[int, ServerMessage]] = []
        self._sockets: list[web.WebSocketResponse] = []
        self._arrived = asyncio.Event()
        self._thaw = asyncio.Event()
        app = web.Application()
        app.router.add_get("/signaling", self._on_socket)
        self._server = TestServer(app)

    async def __aenter__(self) -> ScriptedSignaling:
        await self._server.start_server(access_log=None, shutdown_timeout=0.1)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.thaw()
        await self.drop()
        await self._server.close()

    @property
    def ticket(self) -> JoinTicket:
        now = datetime.now(UTC)
        return JoinTicket(
            provider=PROVIDER,
            url=str(self._server.make_url("/signaling").with_scheme("ws")),
            token="ticket",
            room="room",
            expires_at=now + timedelta(minutes=2),
            opens_at=now,
            closes_at=now + timedelta(hours=1),
        )

    # what the test does

    async def say(self, *messages: ServerMessage) -> None:
        """Say it in order; kept for whoever comes back."""
        for message in messages:
            self._seq += 1
            self._kept.append((self._seq, message))
            await self.raw(encode(message, seq=self._seq))

    async def raw(self, text: str | bytes) -> None:
        for socket in self._sockets:
            if isinstance(text, bytes):
                await socket.send_bytes(text)
            else:
                await socket.send_str(text)

    async def drop(self) -> None:
        """Cut every connection without a word."""
        for socket in self._sockets:
            request = socket._req
            if request is not None and request.transport is not None:
                request.transport.abort()
        await asyncio.sleep(0)

    def freeze(self) -> None:
        self.frozen = True
        self._thaw.clear()

    def thaw(self) -> None:
        self.frozen = False
        self._thaw.set()

    async def until(self, condition: Callable[[ScriptedSignaling], Any], timeout_s: float = 5.0) -> None:
        """Wait until something has arrived that makes ``condition`` true."""
        async with asyncio.timeout(timeout_s):
            while not condition(self):
                self._arrived.clear()
                await self._arrived.wait()

    # what the client sees

    async def _on_socket(self, request: web.Request) -> web.StreamResponse:
        self.connections += 1
        self._arrived.set()
        if self.refuse_status is not None:
            return web.Response(status=self.refuse_status)
        if self.frozen:
            await self._thaw.wait()
        socket = web.WebSocketResponse(protocols=(SUBPROTOCOL,), autoping=False, timeout=0.1)
        await socket.prepare(request)
        with contextlib.suppress(ConnectionError):
            async for frame in socket:
                if self.frozen:
                    await self._thaw.wait()
                if frame.type is WSMsgType.PING:
                    self.pings += 1
                    await socket.pong(frame.data)
                elif frame.type is WSMsgType.TEXT:
                    await self._on_text(socket, frame.data)
                self._arrived.set()
        return socket

    async def _on_text(self, socket: web.WebSocketResponse, text: str) -> None:
        decoded = decode_from_client(text)
        assert decoded is not None
        if not isinstance(decoded.message, Hello):
            self.received.append(decoded.message)
            return
        hello = decoded.message
        self.hellos.append(hello)
        if self.first_answer is not None:
            await socket.send_str(self.first_answer)
            return
        resumed = hello.resume is not None and not self.forget
        if not resumed:
            self._kept.clear()
            self._seq = 0
        welcome = Welcome(participant="p", role=Role.PATIENT, resume="resume-token", resumed=resumed)
        await socket.send_str(encode(welcome))
        # one message more than was asked for, as a server may that counts generously
        for seq, message in self._kept:
            if seq >= hello.last_seq:
                await socket.send_str(encode(message, seq=seq))
        self._sockets[:] = [socket]
