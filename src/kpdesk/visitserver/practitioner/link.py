"""The practitioner's way to the visit service: one sign-in, then a WebSocket that is kept up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

import aiohttp

from kpdesk import __version__
from kpdesk.domain.errors import ConnectivityError, ErrorCode, IdentityError, KpdeskError, PayloadError
from kpdesk.domain.signaling import (
    MAX_MESSAGE_BYTES,
    SUBPROTOCOL,
    ChannelItem,
    ChannelLost,
    ChannelRestored,
    ClientMessage,
    ErrorMessage,
    Hello,
    Welcome,
    decode_from_server,
    encode,
)
from kpdesk.domain.ticket import IceServer

_HTTP_TIMEOUT: Final = aiohttp.ClientTimeout(total=15)
_WELCOME_S: Final = 10.0
_DELAYS_S: Final = (0.2, 0.5, 1.0, 2.0, 4.0)
_MAX_UNSENT: Final = 100
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PracticeSession:
    """What signing in to the practice gives."""

    url: str = field(repr=False)
    token: str = field(repr=False)
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False


async def open_session(http: aiohttp.ClientSession, base_url: str, key: str) -> PracticeSession:
    """Spend the one-time key (docs/protocol.md, "The practice").

    Raises IdentityError when the key is not good, ConnectivityError when the service cannot be reached,
    PayloadError for an answer that is not ours.
    """
    address = urljoin(base_url.rstrip("/") + "/", "practice/session")
    try:
        async with http.post(address, json={"key": key}, timeout=_HTTP_TIMEOUT) as response:
            if response.status in (400, 401, 403):
                raise IdentityError(ErrorCode.SIGN_IN_REFUSED)
            if response.status != 200:
                raise ConnectivityError(ErrorCode.SERVICE_UNAVAILABLE, retryable=True, status=response.status)
            untrusted = await response.json()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ConnectivityError(ErrorCode.SERVICE_UNREACHABLE, retryable=True) from error
    except ValueError as error:
        raise PayloadError("practice session", reason="not JSON") from error
    return session_from_json(untrusted, address)


def session_from_json(untrusted: object, address: str) -> PracticeSession:
    """Read the service's answer; ``address`` is where it came from."""
    if not isinstance(untrusted, dict):
        raise PayloadError("practice session", reason="not an object")
    url, token = untrusted.get("url"), untrusted.get("token")
    if not isinstance(url, str) or not isinstance(token, str) or not token:
        raise PayloadError("practice session", reason="url or token is missing")
    servers = untrusted.get("ice_servers", [])
    if not isinstance(servers, list):
        raise PayloadError("practice session", reason="ice_servers is no list")
    return PracticeSession(
        url=urljoin(address, url),
        token=token,
        ice_servers=tuple(_ice_server(one) for one in servers),
        relay_only=untrusted.get("relay_only") is True,
    )


def _ice_server(untrusted: object) -> IceServer:
    """W3C RTCIceServer: ``urls`` is a string or a list of them."""
    urls = untrusted.get("urls") if isinstance(untrusted, dict) else None
    urls = [urls] if isinstance(urls, str) else urls
    if not isinstance(untrusted, dict) or not isinstance(urls, list) or not urls:
        raise PayloadError("practice session", reason="ice server without urls")
    texts = tuple(url for url in urls if isinstance(url, str))
    username, credential = untrusted.get("username"), untrusted.get("credential")
    return IceServer(
        texts,
        username if isinstance(username, str) else None,
        credential if isinstance(credential, str) else None,
    )


class PracticeLink:
    """One practitioner's signaling connection, continued after a loss. One event loop."""

    def __init__(self, http: aiohttp.ClientSession, session: PracticeSession) -> None:
        self._http = http
        self._session = session
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._unsent: list[ClientMessage] = []
        self._resume: str | None = None
        self._last_seq = 0
        self._closed = False

    async def items(self) -> AsyncIterator[ChannelItem]:
        """Messages in order, losses between them; the first is the service's welcome.

        Ends after ``close``. Raises IdentityError when the service does not want us (any more), and
        ConnectivityError when the very first connection fails.
        """
        tries = 0
        while not self._closed:
            try:
                welcome = await self._connect()
            except ConnectivityError:
                if self._resume is None:
                    raise
                await asyncio.sleep(_DELAYS_S[min(tries, len(_DELAYS_S) - 1)])
                tries += 1
                continue
            again = self._resume is not None
            if not welcome.resumed:
                self._last_seq = 0
            self._resume = welcome.resume
            tries = 0
            yield ChannelRestored(welcome.resumed) if again else welcome
            await self._flush()
            async for item in self._read():
                yield item
            if not self._closed:
                yield ChannelLost()

    async def send(self, message: ClientMessage) -> None:
        """Send now, or when the connection is back."""
        self._unsent = [*self._unsent, message][-_MAX_UNSENT:]
        await self._flush()

    async def close(self) -> None:
        """Close for good; safe to call twice."""
        self._closed = True
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.close()

    async def _flush(self) -> None:
        while self._unsent and self._socket is not None and not self._socket.closed:
            message = self._unsent[0]
            try:
                await self._socket.send_str(encode(message))
            except (ConnectionError, aiohttp.ClientError):
                return
            if self._unsent and self._unsent[0] is message:
                del self._unsent[0]

    async def _connect(self) -> Welcome:
        try:
            socket = await self._http.ws_connect(
                self._session.url,
                protocols=(SUBPROTOCOL,),
                max_msg_size=MAX_MESSAGE_BYTES * 4,
                heartbeat=5.0,
                timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
            )
        except aiohttp.WSServerHandshakeError as error:
            if error.status in (401, 403):
                raise IdentityError(ErrorCode.SIGN_IN_EXPIRED) from error
            raise ConnectivityError(ErrorCode.SERVICE_UNAVAILABLE, retryable=True) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ConnectivityError(ErrorCode.SERVICE_UNREACHABLE, retryable=True) from error
        try:
            return await self._greet(socket)
        except BaseException:
            await socket.close()
            raise

    async def _greet(self, socket: aiohttp.ClientWebSocketResponse) -> Welcome:
        hello = Hello(
            self._session.token,
            resume=self._resume,
            last_seq=self._last_seq,
            client=f"kpdesk-practitioner/{__version__}",
        )
        try:
            async with asyncio.timeout(_WELCOME_S):
                await socket.send_str(encode(hello))
                while True:
                    decoded = decode_from_server(await socket.receive_str())
                    if decoded is None:
                        continue
                    if isinstance(decoded.message, Welcome):
                        self._socket = socket
                        return decoded.message
                    if isinstance(decoded.message, ErrorMessage) and decoded.message.fatal:
                        raise _refusal(decoded.message)
        except (TypeError, TimeoutError, ConnectionError, aiohttp.ClientError) as error:
            # receive_str raises TypeError when the socket was closed instead
            raise ConnectivityError(ErrorCode.SIGNALING_LOST, retryable=True) from error

    async def _read(self) -> AsyncIterator[ChannelItem]:
        socket = self._socket
        if socket is None:
            return
        async for frame in socket:
            if frame.type is not aiohttp.WSMsgType.TEXT:
                continue
            try:
                decoded = decode_from_server(frame.data)
            except PayloadError as error:
                _log.info("the service sent a malformed message: %s", error.params.get("reason"))
                continue
            if decoded is None or 0 < decoded.seq <= self._last_seq:
                continue
            self._last_seq = decoded.seq or self._last_seq
            message = decoded.message
            if isinstance(message, ErrorMessage) and message.fatal:
                self._closed = True
                await socket.close()
                raise _refusal(message)
            yield message
        self._socket = None


def _refusal(message: ErrorMessage) -> KpdeskError:
    if message.code in ("unauthorized", "expired"):
        return IdentityError(ErrorCode.SIGN_IN_EXPIRED)
    if message.code == "replaced":
        return IdentityError(ErrorCode.SIGN_IN_REFUSED)
    return ConnectivityError(ErrorCode.SERVICE_UNAVAILABLE, retryable=False)
