"""The signaling channel over a WebSocket (RFC 6455), kept up through losses.

How soon a loss is noticed decides how long a patient looks at a frozen picture, so the channel
pings by itself every second and gives the path up after 2.8 s of silence. How soon it is back
depends on who is at fault: a service that says "not now" is asked more and more seldom; a network that
does not answer is tried about once a second, and a computer where nobody listens every two seconds,
because such tries reach nobody who could be flooded.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import aiohttp

from kpdesk import __version__
from kpdesk.base.tasks import TaskKeeper
from kpdesk.domain.errors import (
    ConnectivityError,
    ErrorCode,
    InvariantError,
    KpdeskError,
    PayloadError,
    VisitError,
)
from kpdesk.domain.signaling import (
    SUBPROTOCOL,
    Bye,
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
from kpdesk.domain.ticket import JoinTicket
from kpdesk.services._errors import map_network_error, raise_for_trouble
from kpdesk.services._outbox import Outbox
from kpdesk.services.http import HandshakeRefusedError, HttpClient

MAX_BAD_MESSAGES: Final = 5
MAX_UNREAD: Final = 2000
_LAST_WORDS: Final = frozenset({"ended", "window_closed", "replaced"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignalingTimes:
    """Every wait of the channel, in seconds."""

    ping_every_s: float = 1.0
    dead_after_s: float = 2.8
    """Silence after which the path counts as dead; room for one lost packet on a slow line."""
    welcome_s: float = 8.0
    """From the open connection to the server's welcome."""
    connect_s: tuple[float, ...] = (1.5, 1.5, 4.0)
    """For a connection with its encryption, in turn: short, so that a try that began before the network
    came back does not stand in the way of the next; the long one is for a slow satellite."""
    first_connect_s: float = 8.0
    delays_s: tuple[float, ...] = (0.0, 0.3, 1.2, 2.7, 4.8)
    """Before each try after a loss, then ``later_s``."""
    later_s: float = 7.0
    jitter_s: float = 1.0
    """Added to ``later_s`` at random, so that not everybody comes back at once after a restart."""
    far_s: float = 0.5
    """The longest delay while it is the network that does not answer."""
    deaf_s: float = 2.0
    """The longest delay while the connection is refused: nobody listens there."""
    max_asked_s: float = 60.0
    """Of a delay that the service itself asks for (Retry-After)."""


class WebSocketSignaling:
    """Implements ``calls.ports.SignalingChannel``: one connection to one visit."""

    def __init__(
        self,
        http: HttpClient,
        *,
        times: SignalingTimes | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """``jitter``: 0..1."""
        self._http = http
        self._times = times or SignalingTimes()
        self._jitter = jitter
        self._keeper = TaskKeeper("signaling", on_crash=self._crashed)
        self._items: asyncio.Queue[ChannelItem | KpdeskError | None] = asyncio.Queue(MAX_UNREAD + 2)
        self._outbox = Outbox()
        self._sending = asyncio.Lock()
        self._poked = asyncio.Event()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._discarded: set[aiohttp.ClientWebSocketResponse] = set()
        self._ticket: JoinTicket | None = None
        self._resume: str | None = None
        self._last_seq = 0
        self._heard_s = 0.0
        self._beat_s = 0.0
        self._closed = False
        self._finished = False

    # the port

    async def open(self, ticket: JoinTicket) -> None:
        """Connect and say hello, once. Raises ConnectivityError or VisitError."""
        if self._ticket is not None or self._closed:
            raise InvariantError("a signaling channel is opened once")
        self._ticket = ticket
        await self._connect(self._times.first_connect_s)
        self._keeper.spawn(self._run(), name="run")

    async def items(self) -> AsyncIterator[ChannelItem]:
        """Messages in order and losses between them; raises the error that ended the channel."""
        while True:
            item = await self._items.get()
            if item is None:
                return
            if isinstance(item, KpdeskError):
                raise item
            yield item

    async def send(self, message: ClientMessage) -> None:
        """Send now, or when the connection is back; what a newer message replaces is not sent."""
        if self._ticket is None:
            raise InvariantError("send before open")
        if self._finished:
            return
        self._outbox.put(message)
        await self._flush()

    def poke(self) -> None:
        """The network came back, or the computer woke up: do not wait, try now."""
        self._poked.set()

    async def close(self) -> None:
        """Close for good; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._finish(None)
        if self._socket is not None:
            self._discard(self._socket)
        await self._keeper.close()
        await asyncio.gather(*(self._drop(socket) for socket in tuple(self._discarded)))

    def _discard(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Close it, without waiting: a dead path answers no closing handshake."""
        if socket is self._socket:
            self._socket = None
        self._discarded.add(socket)
        if not self._closed:
            self._keeper.spawn(self._drop(socket), name="drop")

    async def _drop(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        await _quietly(socket.close())
        # WORKAROUND(https://github.com/aio-libs/aiohttp, client_ws.py, receive): when the connection is lost
        # in the middle, the socket counts as closed, but its response is never given back
        socket._response.close()
        self._discarded.discard(socket)

    # keeping the connection

    def _over(self) -> bool:
        return self._finished

    async def _run(self) -> None:
        while not self._over():
            await self._read_until_lost()
            if self._over():
                return
            self._emit(ChannelLost())
            resumed = await self._reconnect()
            if resumed is None:
                return
            self._emit(ChannelRestored(resumed))
            await self._flush()

    async def _read_until_lost(self) -> None:
        socket = self._socket
        if socket is None:
            raise InvariantError("reading without a connection")
        beat = self._keeper.spawn(self._beat(socket), name="beat")
        began_s = time.monotonic()
        try:
            await self._read(socket)
        finally:
            beat.cancel()
            self._discard(socket)
        _log.info("signaling lost: close_code=%s after_s=%.1f", socket.close_code, time.monotonic() - began_s)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        bad = 0
        while not self._over():
            left_s = self._heard_s + self._times.dead_after_s - time.monotonic()
            try:
                frame = await socket.receive(timeout=max(left_s, 0.01))
            except TimeoutError:
                if self._is_silent():
                    return
                continue
            self._heard_s = time.monotonic()
            if frame.type is aiohttp.WSMsgType.PING:
                await _quietly(socket.pong(frame.data))
            elif frame.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                try:
                    self._take(frame.data)
                except PayloadError as error:
                    bad += 1
                    _log.warning("message skipped: code=%s reason=%s", error.code, error.params.get("reason"))
                    if bad >= MAX_BAD_MESSAGES:
                        self._finish(ConnectivityError(ErrorCode.SIGNALING_LOST, retryable=True))
            elif frame.type is not aiohttp.WSMsgType.PONG:
                return

    def _is_silent(self) -> bool:
        """Whether the path is dead; gives it one more beat when it was us who stood still."""
        times, now_s = self._times, time.monotonic()
        if now_s - self._beat_s > 2 * times.ping_every_s:
            # a busy moment, a sleeping computer: nothing was asked, so silence says nothing
            self._heard_s = now_s - times.dead_after_s + times.ping_every_s
            return False
        silent_s = now_s - self._heard_s
        if silent_s < times.dead_after_s:
            return False
        _log.info("signaling path silent: for_s=%.1f", silent_s)
        return True

    def _take(self, untrusted: str | bytes) -> None:
        decoded = decode_from_server(untrusted)
        if decoded is None:
            _log.debug("message of a newer protocol ignored")
            return
        if decoded.seq:
            if decoded.seq <= self._last_seq:
                return
            self._last_seq = decoded.seq
        message = decoded.message
        if isinstance(message, Welcome):
            self._resume = message.resume
            return
        if isinstance(message, ErrorMessage) and message.fatal:
            self._finish(fatal_error(message.code))
            return
        self._emit(message)
        if isinstance(message, Bye) and message.reason in _LAST_WORDS:
            self._finish(None)

    async def _beat(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Ping (RFC 6455 section 5.5.2): whoever is there must answer."""
        while not socket.closed:
            self._beat_s = time.monotonic()
            await _quietly(socket.ping())
            await asyncio.sleep(self._times.ping_every_s)

    async def _reconnect(self) -> bool | None:
        """Try until the connection is back; whether it was resumed, or ``None`` when it is over."""
        times, attempt = self._times, 0
        trouble: KpdeskError | None = None
        while not self._over():
            if await self._wait(self._delay(attempt, trouble)):
                attempt = 0
            if self._over():
                return None
            try:
                resumed = await self._connect(times.connect_s[attempt % len(times.connect_s)])
            except ConnectivityError as error:
                trouble = error
                _log.info("signaling attempt %d failed: code=%s", attempt, error.code)
            except PayloadError as error:
                trouble = error
                _log.warning("signaling attempt %d failed: %r", attempt, error)
            except KpdeskError as error:
                self._finish(error)
                return None
            else:
                _log.info("signaling restored: attempt=%d resumed=%s", attempt, resumed)
                return resumed
            attempt += 1
        return None

    def _delay(self, attempt: int, trouble: KpdeskError | None) -> float:
        """Before the next try; ``trouble`` is how the last one ended."""
        times = self._times
        if attempt < len(times.delays_s):
            delay = times.delays_s[attempt]
        else:
            delay = times.later_s + times.jitter_s * self._jitter()
        if trouble is None:
            return delay
        if trouble.code in (ErrorCode.OFFLINE, ErrorCode.SERVICE_TIMED_OUT):
            return min(delay, times.far_s)
        if trouble.code is ErrorCode.SERVICE_UNREACHABLE:
            return min(delay, times.deaf_s)
        asked = trouble.params.get("retry_after", 0.0)
        return max(delay, min(float(asked), times.max_asked_s))

    async def _wait(self, seconds: float) -> bool:
        """Sleep; true when ``poke`` ended it."""
        try:
            async with asyncio.timeout(max(seconds, 0.001)):
                await self._poked.wait()
        except TimeoutError:
            return False
        self._poked.clear()
        return True

    async def _connect(self, connect_timeout_s: float) -> bool:
        """A new connection up to the server's welcome; returns whether it goes on with the old one."""
        ticket = self._ticket
        if ticket is None:
            raise InvariantError("connect without a ticket")
        socket = await self._handshake(ticket, connect_timeout_s)
        try:
            welcome = await self._greet(socket, ticket)
        except BaseException:
            self._discard(socket)
            raise
        if not welcome.resumed:
            self._last_seq = 0
            self._outbox.start_anew()
        self._resume = welcome.resume
        self._heard_s = self._beat_s = time.monotonic()
        self._poked.clear()
        self._socket = socket
        return welcome.resumed

    async def _handshake(
        self, ticket: JoinTicket, connect_timeout_s: float
    ) -> aiohttp.ClientWebSocketResponse:
        try:
            async with asyncio.timeout(connect_timeout_s + self._times.welcome_s):
                return await self._http.websocket(
                    ticket.url, protocols=(SUBPROTOCOL,), connect_timeout_s=connect_timeout_s
                )
        except TimeoutError as error:
            raise map_network_error(error) from error
        except HandshakeRefusedError as refused:
            raise_for_trouble(refused.status, refused.headers)
            if refused.status in (401, 403):
                raise VisitError(ErrorCode.JOIN_REFUSED) from refused
            if refused.status in (404, 410):
                raise VisitError(ErrorCode.VISIT_NOT_FOUND) from refused
            raise ConnectivityError(ErrorCode.SERVICE_UNAVAILABLE, retryable=True) from refused

    async def _greet(self, socket: aiohttp.ClientWebSocketResponse, ticket: JoinTicket) -> Welcome:
        hello = Hello(
            token=ticket.token,
            resume=self._resume,
            last_seq=self._last_seq if self._resume else 0,
            client=f"kpdesk/{__version__}",
        )
        try:
            async with asyncio.timeout(self._times.welcome_s):
                await socket.send_str(encode(hello))
                return await self._welcome(socket)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise map_network_error(error) from error

    @staticmethod
    async def _welcome(socket: aiohttp.ClientWebSocketResponse) -> Welcome:
        while True:
            frame = await socket.receive()
            if frame.type is aiohttp.WSMsgType.PING:
                await socket.pong(frame.data)
            elif frame.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                decoded = decode_from_server(frame.data)
                if decoded is None:
                    continue
                if isinstance(decoded.message, ErrorMessage):
                    raise fatal_error(decoded.message.code)
                if not isinstance(decoded.message, Welcome):
                    raise PayloadError("welcome", reason="something else came first")
                return decoded.message
            elif frame.type is not aiohttp.WSMsgType.PONG:
                raise ConnectivityError(ErrorCode.SERVICE_UNREACHABLE, retryable=True)

    # sending

    async def _flush(self) -> None:
        async with self._sending:
            while (socket := self._socket) is not None and not socket.closed:
                message = self._outbox.first()
                if message is None:
                    return
                try:
                    await socket.send_str(encode(message))
                except (aiohttp.ClientError, OSError):
                    return  # the reader notices the loss; the message stays for the next connection
                self._outbox.done(message)

    # the way to the call

    def _emit(self, item: ChannelItem) -> None:
        if self._finished:
            return
        if self._items.qsize() >= MAX_UNREAD:
            _log.error("signaling flooded: unread=%d", self._items.qsize())
            self._finish(ConnectivityError(ErrorCode.SIGNALING_LOST, retryable=True))
            return
        self._items.put_nowait(item)

    def _finish(self, error: KpdeskError | None) -> None:
        """Nothing more will be read or sent; ``items`` ends, with ``error`` if there is one."""
        if self._finished:
            return
        self._finished = True
        self._poked.set()
        self._items.put_nowait(error)
        if error is not None:
            _log.info("signaling ended: code=%s", error.code)

    def _crashed(self, _task: str, _error: BaseException) -> None:
        self._finish(ConnectivityError(ErrorCode.SIGNALING_LOST, retryable=True))


def fatal_error(code: str) -> KpdeskError:
    """Our error for the code of a fatal ``error`` message."""
    if code == "replaced":
        return VisitError(ErrorCode.JOINED_ELSEWHERE)
    if code == "over":
        return VisitError(ErrorCode.VISIT_OVER)
    if code == "rate_limited":
        return ConnectivityError(ErrorCode.TOO_MANY_REQUESTS, retryable=True)
    return VisitError(ErrorCode.JOIN_REFUSED, retryable=code == "expired")


async def _quietly(action: Awaitable[object]) -> None:
    """Wait for a frame to be sent; that the connection broke is for the reader to find out."""
    try:
        await action
    except (aiohttp.ClientError, OSError, RuntimeError):
        _log.debug("frame not sent: the connection broke")
