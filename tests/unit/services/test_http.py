"""The way to HTTP: certificates, limits, redirects, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import errno
import gzip
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from yarl import URL

from kpdesk import __version__
from kpdesk.domain.errors import ConnectivityError, ErrorCode, PayloadError
from kpdesk.services import _errors
from kpdesk.services import http as http_module
from kpdesk.services._errors import map_network_error, retry_after_s
from kpdesk.services.http import HttpClient, is_loopback, safe_url, same_origin


class Site:
    """Answers with what it was asked."""

    def __init__(self) -> None:
        self.seen: list[web.Request] = []
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._any)
        self.server = TestServer(app)
        self.answers: dict[str, Any] = {}

    async def _any(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        answer = self.answers.get(request.path)
        if answer is None:
            return web.json_response({"authorization": request.headers.get("Authorization")})
        found: web.StreamResponse = await answer(request) if callable(answer) else answer
        return found

    def url(self, path: str = "/") -> str:
        return str(self.server.make_url(path))

    def redirect(self, to: str, status: int = 302) -> Any:
        async def handler(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status, headers={"Location": to})

        return handler


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    await made.server.start_server(access_log=None, shutdown_timeout=0.1)
    yield made
    await made.server.close()


@pytest.fixture
async def http() -> AsyncIterator[HttpClient]:
    client = HttpClient()
    yield client
    await client.close()


# --- where to -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "https://plan.example/fhir",
        "http://127.0.0.1:8080/",
        "http://[::1]/",
        "http://localhost/",
        "http://127.9.9.9/",
    ],
)
def test_addresses_that_may_be_asked(address: str) -> None:
    assert safe_url(address) == URL(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://plan.example/",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "http://[::ffff:10.0.0.1]/",
        "ftp://127.0.0.1/",
        "wss://plan.example/",
        "https://user@plan.example/",
        "https://user:word@plan.example/",
        "https://",
        "plan.example",
        "",
        "https://[",
        "https://plan.example:99999/",
    ],
)
def test_addresses_that_may_not(address: str) -> None:
    with pytest.raises(PayloadError):
        safe_url(address)


def test_this_computer() -> None:
    assert is_loopback(URL("http://127.0.0.1/"))
    assert not is_loopback(URL("http://128.0.0.1/"))


def test_origins() -> None:
    assert same_origin(URL("https://a/x"), URL("https://a:443/y"))
    for other in ("http://a/", "https://b/", "https://a:8443/"):
        assert not same_origin(URL("https://a/"), URL(other))


async def test_nothing_goes_out_in_the_clear(http: HttpClient) -> None:
    with pytest.raises(PayloadError):
        await http.request("GET", "http://plan.example/")


# --- requests -----------------------------------------------------------------------------------------------


async def test_a_request(site: Site, http: HttpClient) -> None:
    answer = await http.request("GET", site.url(), bearer="abc")
    assert answer.ok
    assert answer.json_object("test") == {"authorization": "Bearer abc"}
    assert site.seen[0].headers["User-Agent"] == f"kpdesk/{__version__}"
    assert answer.date is not None
    assert abs(answer.date - datetime.now(UTC)) < timedelta(seconds=5)
    assert "abc" not in repr(answer)


async def test_no_cookie_is_kept(site: Site, http: HttpClient) -> None:
    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(headers={"Set-Cookie": "session=1; Path=/"})

    site.answers["/cookie"] = handler
    await http.request("GET", site.url("/cookie"))
    await http.request("GET", site.url())
    assert "Cookie" not in site.seen[1].headers


async def test_no_netrc_is_read(
    site: Site, http: HttpClient, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password s3cret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    answer = await http.request("GET", site.url())
    assert answer.json_object("test") == {"authorization": None}


async def test_this_computer_is_never_asked_through_a_proxy(
    site: Site, http: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert (await http.request("GET", site.url())).ok


async def test_the_systems_proxy_is_used(
    site: Site, http: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy is asked with CONNECT; this one does not know how, and nothing else is tried."""
    asked = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConnectivityError) as caught:
        await http.request("GET", "https://plan.example/")
    server.close()
    await server.wait_closed()
    assert caught.value.code is ErrorCode.SERVICE_UNREACHABLE
    assert asked == [b"CONNECT plan.example:443 HTTP/1.1\r\n"]


@pytest.mark.parametrize(
    ("proxies", "expected"),
    [
        ({"https": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        ({"https": "proxy.example:3128"}, "http://proxy.example:3128"),
        ({"all": "http://proxy.example"}, "http://proxy.example"),
        ({"http": "http://proxy.example"}, None),
        ({}, None),
    ],
)
def test_proxies(proxies: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.getproxies", lambda: proxies)
    found = http_module._system_proxy("wss", "plan.example")
    assert found == (URL(expected) if expected else None)


# --- redirects ----------------------------------------------------------------------------------------------


async def test_a_redirect_within_the_origin(site: Site, http: HttpClient) -> None:
    site.answers["/old"] = site.redirect("/new")
    answer = await http.request("GET", site.url("/old"), bearer="abc")
    assert answer.url.path == "/new"
    assert answer.json_object("test") == {"authorization": "Bearer abc"}


async def test_a_token_goes_to_no_other_origin(site: Site, http: HttpClient) -> None:
    other = site.url("/new").replace("127.0.0.1", "localhost")
    site.answers["/old"] = site.redirect(other)
    with pytest.raises(PayloadError):
        await http.request("GET", site.url("/old"), bearer="abc")
    assert len(site.seen) == 1
    assert (await http.request("GET", site.url("/old"))).ok


@pytest.mark.parametrize("target", ["http://plan.example/", "file:///etc/passwd", "https://["])
async def test_a_redirect_out_of_safety(site: Site, http: HttpClient, target: str) -> None:
    site.answers["/old"] = site.redirect(target)
    with pytest.raises(PayloadError):
        await http.request("GET", site.url("/old"))


async def test_a_circle_of_redirects(site: Site, http: HttpClient) -> None:
    site.answers["/old"] = site.redirect("/old")
    with pytest.raises(PayloadError):
        await http.request("GET", site.url("/old"))
    assert len(site.seen) == 6


async def test_a_form_is_sent_nowhere_else(site: Site, http: HttpClient) -> None:
    site.answers["/token"] = site.redirect("/other", status=307)
    answer = await http.request("POST", site.url("/token"), form={"code": "secret"})
    assert answer.status == 307
    assert len(site.seen) == 1


# --- limits -------------------------------------------------------------------------------------------------


async def test_a_large_answer_is_cut_off(site: Site, http: HttpClient) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
        except (ConnectionError, asyncio.CancelledError):
            return response

    site.answers["/endless"] = endless
    with pytest.raises(PayloadError) as caught:
        await http.request("GET", site.url("/endless"), max_bytes=100_000)
    assert caught.value.code is ErrorCode.PAYLOAD_TOO_LARGE


async def test_a_small_answer_that_unpacks_large_is_cut_off(site: Site, http: HttpClient) -> None:
    async def bomb(_: web.Request) -> web.StreamResponse:
        return web.Response(body=gzip.compress(b"0" * 20_000_000), headers={"Content-Encoding": "gzip"})

    site.answers["/bomb"] = bomb
    with pytest.raises(PayloadError) as caught:
        await http.request("GET", site.url("/bomb"), max_bytes=100_000)
    assert caught.value.code is ErrorCode.PAYLOAD_TOO_LARGE


async def test_a_slow_answer_is_given_up(site: Site, http: HttpClient) -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    site.answers["/slow"] = slow
    with pytest.raises(ConnectivityError) as caught:
        await http.request("GET", site.url("/slow"), timeout_s=0.05)
    assert caught.value.code is ErrorCode.SERVICE_TIMED_OUT
    assert caught.value.retryable


# --- what goes wrong ----------------------------------------------------------------------------------------


async def test_nobody_listens(http: HttpClient, unused_tcp_port: int) -> None:
    with pytest.raises(ConnectivityError) as caught:
        await http.request("GET", f"http://127.0.0.1:{unused_tcp_port}/")
    assert caught.value.code is ErrorCode.SERVICE_UNREACHABLE


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (b"", ConnectivityError),
        (b"SSH-2.0-OpenSSH\r\n", PayloadError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", ConnectivityError),
    ],
)
async def test_what_is_no_answer(http: HttpClient, said: bytes, kind: type[Exception]) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(kind):
        await http.request("GET", f"http://127.0.0.1:{port}/")
    server.close()
    await server.wait_closed()


def certificate(tmp_path: Any, host: str, *, days: int = 1) -> tuple[str, str]:
    """A self-signed certificate and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")


@pytest.mark.only_on("linux")
@pytest.mark.parametrize(
    ("host", "days", "trusted", "good"),
    [
        ("localhost", 1, True, True),
        ("localhost", 1, False, False),
        ("localhost", -1, True, False),
        ("plan.example", 1, True, False),
    ],
)
async def test_certificates(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, host: str, days: int, trusted: bool, good: bool
) -> None:
    """Of strangers, expired, of another host: refused. What the system trusts: accepted."""
    cert, key = certificate(tmp_path, host, days=days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", cert)

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response({})

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    await web.SockSite(runner, listener, ssl_context=context).start()
    http = HttpClient()
    try:
        if good:
            assert (await http.request("GET", f"https://localhost:{port}/")).ok
        else:
            with pytest.raises(ConnectivityError) as caught:
                await http.request("GET", f"https://localhost:{port}/")
            assert caught.value.code is ErrorCode.TLS_FAILED
            assert not caught.value.retryable
    finally:
        await http.close()
        await runner.cleanup()


@pytest.mark.parametrize(
    ("error", "route", "expected"),
    [
        (OSError(errno.ENETUNREACH, ""), True, ErrorCode.OFFLINE),
        (OSError(10051, ""), True, ErrorCode.OFFLINE),
        (ConnectionRefusedError(), True, ErrorCode.SERVICE_UNREACHABLE),
        (socket.gaierror(socket.EAI_NONAME, ""), True, ErrorCode.SERVICE_UNREACHABLE),
        (socket.gaierror(socket.EAI_NONAME, ""), False, ErrorCode.OFFLINE),
        (socket.gaierror(socket.EAI_AGAIN, ""), True, ErrorCode.OFFLINE),
        (aiohttp.ServerDisconnectedError(), True, ErrorCode.SERVICE_UNREACHABLE),
        (aiohttp.ClientPayloadError(), True, ErrorCode.SERVICE_UNREACHABLE),
        (TimeoutError(), True, ErrorCode.SERVICE_TIMED_OUT),
        (aiohttp.ServerTimeoutError(), True, ErrorCode.SERVICE_TIMED_OUT),
        (ssl.SSLError(1, ""), True, ErrorCode.TLS_FAILED),
        (aiohttp.InvalidURL("x"), True, ErrorCode.PAYLOAD_MALFORMED),
    ],
)
def test_errors_of_others(
    error: BaseException, route: bool, expected: ErrorCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_errors, "has_route", lambda: route)
    assert map_network_error(error).code is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("-5", 0.0),
        ("99999999", 3600.0),
        ("Tue, 24 Nov 2026 18:01:00 GMT", 60.0),
        ("Tue, 24 Nov 2026 17:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, expected: float | None) -> None:
    assert retry_after_s(header, datetime(2026, 11, 24, 18, 0, tzinfo=UTC)) == expected


async def test_a_closed_client_says_so(site: Site, http: HttpClient) -> None:
    await http.request("GET", site.url())
    await http.close()
    await http.close()
    with pytest.raises(RuntimeError, match="closed"):
        await http.request("GET", site.url())
