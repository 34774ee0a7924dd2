"""The one way to HTTP: certificates of the system, limits on time and size, and care with tokens."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import ssl
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
import truststore
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from kpdesk import __version__
from kpdesk.domain.errors import ErrorCode, PayloadError
from kpdesk.services._errors import network_errors
from kpdesk.services._json import JsonObject, load_object

USER_AGENT: Final = f"kpdesk/{__version__}"
TIMEOUT_S: Final = 20.0
CONNECT_TIMEOUT_S: Final = 8.0
CLOSE_TIMEOUT_S: Final = 1.0
MAX_BODY_BYTES: Final = 4 * 1024 * 1024
MAX_REDIRECTS: Final = 5
MAX_WEBSOCKET_BYTES: Final = 1024 * 1024
"""What one frame may hold at all; what a message may hold is for its protocol to say."""
_PROXY_KEPT_S: Final = 60.0
_CHUNK: Final = 64 * 1024

_log = logging.getLogger(__name__)


def is_loopback(url: URL) -> bool:
    """Whether the address never leaves this computer."""
    host = url.host or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def safe_url(untrusted: str | URL, *, schemes: tuple[str, str] = ("https", "http")) -> URL:
    """The address, if it is encrypted or stays on this computer; raises PayloadError otherwise.

    ``schemes``: the encrypted one and its plain sister, for WebSocket ``("wss", "ws")``.
    """
    try:
        url = URL(untrusted)
        host, port = url.host, url.port
    except (ValueError, TypeError) as error:
        raise PayloadError("address", reason="not an address") from error
    if not host or port is None or url.user is not None or url.password is not None:
        raise PayloadError("address", reason="not an address")
    encrypted, plain = schemes
    if url.scheme == encrypted or (url.scheme == plain and is_loopback(url)):
        return url
    raise PayloadError("address", reason="not encrypted")


def same_origin(one: URL, other: URL) -> bool:
    """RFC 6454 section 5: scheme, host and port."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole answer. ``body`` is not for the log."""

    status: int
    url: URL = field(repr=False)
    headers: CIMultiDictProxy[str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json_object(self, what: str) -> JsonObject:
        """The body as a JSON object; raises PayloadError."""
        return load_object(self.body, what)

    @property
    def date(self) -> datetime | None:
        """The service's own clock (RFC 9110 section 6.6.1)."""
        try:
            moment = parsedate_to_datetime(self.headers.get("Date", ""))
        except (ValueError, TypeError, OverflowError):
            return None
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


class HttpClient:
    """One connection pool for the whole app; opened at its first use on the running loop.

    System proxies are used, but aiohttp's ``trust_env`` is not: it would also send what a ``.netrc``
    holds, and it would ask a proxy for this very computer.
    """

    def __init__(self, *, user_agent: str = USER_AGENT, timeout_s: float = TIMEOUT_S) -> None:
        self._user_agent = user_agent
        self._timeout_s = timeout_s
        self._connector: aiohttp.TCPConnector | None = None
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[tuple[str, str], tuple[float, URL | None]] = {}
        self._closed = False

    async def request(
        self,
        method: str,
        url: str | URL,
        *,
        bearer: str | None = None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json_body: Any = None,
        max_bytes: int = MAX_BODY_BYTES,
        timeout_s: float | None = None,
    ) -> HttpResponse:
        """Send and read the whole answer.

        Redirects are followed for GET only, and with a token only within the same origin: SMART App
        Launch, "app SHOULD NOT blindly follow such references and send along its access_token".
        Raises ConnectivityError; PayloadError for an answer over ``max_bytes`` or not HTTP.
        """
        sent = CIMultiDict(headers or {})
        if bearer is not None:
            sent["Authorization"] = f"Bearer {bearer}"
        target = safe_url(url)
        with network_errors():
            async with asyncio.timeout(timeout_s or self._timeout_s):
                for _ in range(MAX_REDIRECTS + 1):
                    answer = await self._once(method, target, sent, form, json_body, max_bytes)
                    following = self._redirect(method, answer, carries_token=bearer is not None)
                    if following is None:
                        return answer
                    target = following
        raise PayloadError("http", reason="too many redirects")

    async def _once(
        self,
        method: str,
        url: URL,
        headers: CIMultiDict[str],
        form: Mapping[str, str] | None,
        json_body: Any,
        max_bytes: int,
    ) -> HttpResponse:
        proxy = await self._proxy(url)
        async with self._open_session().request(
            method,
            url,
            headers=headers,
            data=form,
            json=json_body,
            allow_redirects=False,
            proxy=proxy,
        ) as response:
            body = await _read(response, max_bytes)
            return HttpResponse(response.status, response.url, response.headers, body)

    @staticmethod
    def _redirect(method: str, answer: HttpResponse, *, carries_token: bool) -> URL | None:
        location = answer.headers.get("Location")
        if method != "GET" or answer.status not in (301, 302, 303, 307, 308) or not location:
            return None
        try:
            target = safe_url(answer.url.join(URL(location)))
        except ValueError as error:
            raise PayloadError("http", reason="redirect to nowhere") from error
        if carries_token and not same_origin(target, answer.url):
            raise PayloadError("http", reason="redirect with a token to another origin")
        return target

    async def websocket(
        self, url: str | URL, *, protocols: Sequence[str], connect_timeout_s: float = CONNECT_TIMEOUT_S
    ) -> aiohttp.ClientWebSocketResponse:
        """An open WebSocket (RFC 6455). Pings are for the caller to answer: it wants to see them.

        ``connect_timeout_s`` is for the connection with its encryption. Raises ConnectivityError, or
        HandshakeRefusedError when the service answers with a status instead.
        """
        target = safe_url(url, schemes=("wss", "ws"))
        proxy = await self._proxy(target)
        self._open_session()
        # a session of its own, on the same pool, because the time to connect is set on sessions only
        session = aiohttp.ClientSession(
            connector=self._connector,
            connector_owner=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout_s),
            headers={"User-Agent": self._user_agent},
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        try:
            with network_errors():
                try:
                    return await session.ws_connect(
                        target,
                        protocols=tuple(protocols),
                        autoping=False,
                        timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_TIMEOUT_S),
                        max_msg_size=MAX_WEBSOCKET_BYTES,
                        proxy=proxy,
                    )
                except aiohttp.WSServerHandshakeError as error:
                    raise HandshakeRefusedError(error.status, error.headers or {}) from None
        finally:
            session.detach()

    async def _proxy(self, url: URL) -> URL | None:
        """The system's proxy for ``url``. Asked on a worker thread: Windows may look names up."""
        if is_loopback(url):
            return None
        key = (url.scheme, url.host or "")
        kept = self._proxies.get(key)
        if kept is None or time.monotonic() - kept[0] > _PROXY_KEPT_S:
            kept = (time.monotonic(), await asyncio.to_thread(_system_proxy, *key))
            self._proxies[key] = kept
        return kept[1]

    def _open_session(self) -> aiohttp.ClientSession:
        if self._closed:
            raise RuntimeError("the HTTP client is closed")
        if self._session is None:
            self._connector = aiohttp.TCPConnector(ssl=_tls_context(), limit_per_host=6)
            self._session = aiohttp.ClientSession(
                connector=self._connector,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT_S),
                headers={"User-Agent": self._user_agent},
                cookie_jar=aiohttp.DummyCookieJar(),
                raise_for_status=False,
            )
        return self._session

    async def close(self) -> None:
        """Close every connection; safe to call twice."""
        self._closed = True
        if self._session is not None:
            await self._session.close()


class HandshakeRefusedError(Exception):
    """The service answered a WebSocket handshake with a status of its own."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(f"handshake refused: status={status}")
        self.status = status
        self.headers = headers


def _tls_context() -> ssl.SSLContext:
    """The system's own trust, so that a plan's or an employer's certificate authority counts."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _system_proxy(scheme: str, host: str) -> URL | None:
    proxies = urllib.request.getproxies()
    wanted = {"wss": "https", "ws": "http"}.get(scheme, scheme)
    address = proxies.get(wanted) or proxies.get("all")
    if not address or urllib.request.proxy_bypass(host):
        return None
    try:
        url = URL(address if "://" in address else f"http://{address}")
    except ValueError:
        _log.warning("system proxy ignored: not an address")
        return None
    if url.scheme not in ("http", "https"):
        _log.warning("system proxy ignored: scheme=%s", url.scheme)
        return None
    return url


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """The body, unpacked, but never more than ``max_bytes`` of it."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > max_bytes:
            response.close()
            raise PayloadError("http", code=ErrorCode.PAYLOAD_TOO_LARGE, reason="answer too large")
    return bytes(body)
