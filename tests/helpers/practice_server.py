"""A practice whose every word a test decides: the sign-in of a practitioner, and their signaling."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from kpdesk.domain.people import Role
from kpdesk.domain.signaling import (
    SUBPROTOCOL,
    ClientMessage,
    Hello,
    ServerMessage,
    Welcome,
    decode_from_client,
    encode,
)

KEY = "one-time-key"


class ScriptedPractice:
    """Use as ``async with``. Remembers what the practitioner says."""

    def __init__(self) -> None:
        self.received: list[ClientMessage] = []
        """Without the hellos."""
        self.hellos: list[Hello] = []
        self.session_answer: Any = None
        """Instead of the good answer of ``POST /practice/session``."""
        self.session_status = 200
        self.first_answer: str | None = None
        """Sent instead of a welcome."""
        self.forget = False
        """Do not resume the next connection."""
        self._seq = 0
        self._changed = asyncio.Event()
        self._socket: web.WebSocketResponse | None = None
        app = web.Application()
        app.router.add_post("/practice/session", self._on_session)
        app.router.add_get("/signaling", self._on_socket)
        self._server = TestServer(app)

    async def __aenter__(self) -> ScriptedPractice:
        await self._server.start_server(access_log=None, shutdown_timeout=0.1)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def base_url(self) -> str:
        return str(self._server.make_url("/"))

    async def say(self, *messages: ServerMessage) -> None:
        assert self._socket is not None
        for message in messages:
            self._seq += 1
            await self._socket.send_str(encode(message, seq=self._seq))

    async def raw(self, text: str) -> None:
        assert self._socket is not None
        await self._socket.send_str(text)

    async def drop(self) -> None:
        """Cut the connection without a word, and wait for the next."""
        count = len(self.hellos)
        socket, self._socket = self._socket, None
        assert socket is not None
        request = socket._req
        if request is not None and request.transport is not None:
            request.transport.abort()
        await self.until(lambda: len(self.hellos) > count and self._socket is not None)

    def said(self, kind: type[Any]) -> list[Any]:
        return [message for message in self.received if isinstance(message, kind)]

    async def until(self, condition: Callable[[], Any], timeout_s: float = 5.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def _on_session(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body != {"key": KEY}:
            return web.json_response({"title": "no"}, status=401)
        good = {"url": str(self._server.make_url("/signaling").with_scheme("ws")), "token": "session"}
        answer = good | {"ice_servers": []} if self.session_answer is None else self.session_answer
        return web.json_response(answer, status=self.session_status)

    async def _on_socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=(SUBPROTOCOL,))
        await socket.prepare(request)
        hello = decode_from_client(await socket.receive_str())
        assert hello is not None
        assert isinstance(hello.message, Hello)
        self.hellos.append(hello.message)
        if self.first_answer is not None:
            await socket.send_str(self.first_answer)
            await socket.close()
            return socket
        resumed = hello.message.resume is not None and not self.forget
        if not resumed:
            self._seq = 0
        await socket.send_str(encode(Welcome("p1", Role.PRACTITIONER, "resume", resumed=resumed)))
        self._socket = socket
        self._changed.set()
        with contextlib.suppress(ConnectionError):
            async for frame in socket:
                if frame.type is WSMsgType.TEXT and (decoded := decode_from_client(frame.data)):
                    self.received.append(decoded.message)
                    self._changed.set()
        return socket
