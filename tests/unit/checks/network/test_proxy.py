"""The system's proxy: chosen as the app chooses it, and a tunnel through proxies of every kind of manners."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from kpdesk.checks.probes.network.certificates import read_certificate, shake_hands
from kpdesk.checks.probes.network.proxy import (
    MAX_ANSWER_BYTES,
    Automatic,
    ProxyRefusedError,
    ProxySettings,
    SystemProxy,
    automatic_settings,
    gnome_automatic,
    parse_proxy,
    scutil_automatic,
    system_proxy,
    windows_automatic,
)
from kpdesk.checks.probes.network.reach import TcpProbe, WebProxyProbe
from kpdesk.checks.probes.network.sockets import open_stream, tls_context
from kpdesk.checks.probes.network.target import NetworkTarget
from kpdesk.checks.thresholds import NetworkThresholds
from kpdesk.domain.preflight import ProbeCode, ProbeName, ProbeResult, ProbeStatus
from kpdesk.services.http import _system_proxy
from tests.helpers.authorities import Authority
from tests.helpers.network_probing import InlineLoop, TcpServer, context, tcp_server

TARGET = NetworkTarget.of("https://visit.clinic.test/fhir")
QUICK = NetworkThresholds(connect_s=1.0)


@pytest.fixture
def no_automatic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpdesk.checks.probes.network.reach.automatic_settings", lambda: Automatic.NO)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://p.test:3128", SystemProxy("p.test", 3128)),
        ("p.test:3128", SystemProxy("p.test", 3128)),
        ("http://p.test", SystemProxy("p.test", 80)),
        ("https://p.test", SystemProxy("p.test", 443, encrypted=True)),
        ("http://me:s%40fe@p.test:1", SystemProxy("p.test", 1, user="me", password="s@fe")),
        ("http://[2001:db8::1]:8080/", SystemProxy("2001:db8::1", 8080)),
        ("socks5://p.test:1080", None),
        ("http://p.test:99999", None),
        ("http://", None),
    ],
)
def test_addresses_of_proxies(address: str, expected: SystemProxy | None) -> None:
    assert parse_proxy(address) == expected


def test_credentials_are_sent_and_not_shown() -> None:
    proxy = SystemProxy("p.test", 3128, user="me", password="s@fe")
    assert proxy.authorization == "Basic bWU6c0BmZQ=="
    assert proxy.url == "http://p.test:3128"
    assert "s@fe" not in repr(proxy)
    assert SystemProxy("p.test", 3128).authorization is None


@pytest.mark.usefixtures("no_automatic")
@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"https_proxy": "http://p.test:3128"},
        {"https_proxy": "p.test:3128"},
        {"all_proxy": "http://p.test:3128"},
        {"http_proxy": "http://p.test:3128"},
        {"https_proxy": "http://p.test:3128", "no_proxy": "clinic.test"},
        {"https_proxy": "http://p.test:3128", "no_proxy": "other.test"},
        {"https_proxy": "http://p.test:3128", "no_proxy": "*"},
    ],
    ids=str,
)
def test_the_way_is_the_one_that_the_app_goes(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    proxy = system_proxy("visit.clinic.test").proxy
    of_app = _system_proxy("https", "visit.clinic.test")

    assert (proxy.url if proxy else None) == (str(of_app).rstrip("/") if of_app else None)


@pytest.mark.usefixtures("no_automatic")
def test_this_computer_is_never_asked_for_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://p.test:3128")
    assert system_proxy("127.0.0.1") == system_proxy("localhost") == ProxySettings()


@pytest.mark.usefixtures("no_automatic")
def test_a_kind_that_is_not_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://p.test:1080")
    assert system_proxy("visit.clinic.test") == ProxySettings(unusable=True)


# --- scripts and discovery --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, Automatic.NO),
        ({"AutoConfigURL": "http://wpad.test/proxy.pac"}, Automatic.SCRIPT),
        ({"DefaultConnectionSettings": bytes((70, 0, 0, 0, 1, 0, 0, 0, 0x09, 0))}, Automatic.DISCOVERY),
        ({"DefaultConnectionSettings": bytes((70, 0, 0, 0, 1, 0, 0, 0, 0x01, 0))}, Automatic.NO),
        ({"DefaultConnectionSettings": b"short"}, Automatic.NO),
        ({"DefaultConnectionSettings": "text"}, Automatic.NO),
    ],
)
def test_windows(settings: dict[str, object], expected: Automatic) -> None:
    assert windows_automatic(settings.get) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<dictionary> {\n  HTTPEnable : 0\n}", Automatic.NO),
        ("  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : http://x/p.pac", Automatic.SCRIPT),
        ("  ProxyAutoConfigEnable : 0\n  ProxyAutoDiscoveryEnable : 1\n", Automatic.DISCOVERY),
        ("  ProxyAutoDiscoveryEnable : 0\n", Automatic.NO),
        ("", Automatic.NO),
    ],
)
def test_macos(text: str, expected: Automatic) -> None:
    assert scutil_automatic(text) is expected


@pytest.mark.parametrize(
    ("mode", "url", "expected"),
    [
        ("'none'\n", "''\n", Automatic.NO),
        ("'manual'\n", "''\n", Automatic.NO),
        ("'auto'\n", "'http://x/p.pac'\n", Automatic.SCRIPT),
        ("'auto'\n", "''\n", Automatic.DISCOVERY),
        ("", "", Automatic.NO),
    ],
)
def test_gnome(mode: str, url: str, expected: Automatic) -> None:
    assert gnome_automatic({"mode": mode, "autoconfig-url": url}.__getitem__) is expected


def test_settings_that_cannot_be_read_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_command: str) -> str:
        raise OSError("no such program")

    monkeypatch.setattr("kpdesk.checks.probes.network.proxy._output", broken)
    assert automatic_settings("darwin") is Automatic.NO


async def test_a_script_is_told_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpdesk.checks.probes.network.reach.automatic_settings", lambda: Automatic.SCRIPT)
    result = await WebProxyProbe(TARGET, InlineLoop()).run(context())
    assert (result.status, result.codes) == (ProbeStatus.PASSED, (ProbeCode.PROXY_AUTOMATIC,))
    assert result.measured("automatic") == "script"


@pytest.mark.usefixtures("no_automatic")
async def test_no_proxy_is_nothing_to_look_at() -> None:
    result = await WebProxyProbe(TARGET, InlineLoop()).run(context())
    assert (result.status, result.codes) == (ProbeStatus.SKIPPED, ())


# --- tunnels ----------------------------------------------------------------------------------------------


def answering(answer: bytes) -> TcpServer:
    """A proxy that says this to whatever it is asked."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        await reader.read()

    return connected


async def never_ending(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A header that goes on and on."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: and more\r\n" * 100)
        await writer.drain()


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One byte now and then, no end of it."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


OK, FAILED = ProbeStatus.PASSED, ProbeStatus.FAILED


@pytest.mark.usefixtures("no_automatic")
@pytest.mark.parametrize(
    ("proxy", "status", "code", "answered"),
    [
        (answering(b"HTTP/1.1 200 Connection established\r\n\r\n"), OK, ProbeCode.PROXY_USED, None),
        (answering(b"HTTP/1.0 200 OK\r\nProxy-Agent: x\r\n\r\n"), OK, ProbeCode.PROXY_USED, None),
        (
            answering(b'HTTP/1.1 407 Sign in\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n'),
            *(FAILED, ProbeCode.PROXY_SIGN_IN, 407),
        ),
        (answering(b"HTTP/1.1 403 Forbidden\r\n\r\n<html>"), FAILED, ProbeCode.PROXY_REFUSES, 403),
        (answering(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"), FAILED, ProbeCode.PROXY_REFUSES, 502),
        (answering(b"HTTP/1.1 abc\r\n\r\n"), FAILED, ProbeCode.PROXY_REFUSES, 0),
        (answering(b"SSH-2.0-OpenSSH_9.2\r\n"), FAILED, ProbeCode.PROXY_REFUSES, 0),
        (answering(b"\x16\x03\x01\x00\x00"), FAILED, ProbeCode.PROXY_REFUSES, 0),
        (never_ending, FAILED, ProbeCode.PROXY_REFUSES, 0),
        (drip, FAILED, ProbeCode.PROXY_UNREACHABLE, None),
        (hang_up, FAILED, ProbeCode.PROXY_UNREACHABLE, None),
    ],
    ids=["200", "200-old", "407", "403", "502", "nonsense", "ssh", "tls", "endless", "drip", "hang-up"],
)
async def test_what_a_proxy_answers(
    proxy: TcpServer,
    status: ProbeStatus,
    code: ProbeCode,
    answered: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kpdesk.checks.probes.network.reach.has_route", lambda: True)
    async with tcp_server(proxy) as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        result = await WebProxyProbe(TARGET, InlineLoop(), thresholds=QUICK).run(context())
    assert (result.status, result.codes) == (status, (code,))
    assert result.measured("status") == answered


@pytest.mark.usefixtures("no_automatic")
async def test_credentials_reach_the_proxy_and_the_host_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[bytes] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await reader.read()

    async with tcp_server(connected) as port:
        monkeypatch.setenv("https_proxy", f"http://me:s%40fe@127.0.0.1:{port}")
        await WebProxyProbe(TARGET, InlineLoop(), thresholds=QUICK).run(context())
    lines = heads[0].split(b"\r\n")
    assert lines[0] == b"CONNECT visit.clinic.test:443 HTTP/1.1"
    assert b"Proxy-Authorization: Basic bWU6c0BmZQ==" in lines


@pytest.mark.usefixtures("no_automatic")
async def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpdesk.checks.probes.network.reach.has_route", lambda: True)
    async with tcp_server(hang_up) as port:
        pass
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
    result = await WebProxyProbe(TARGET, InlineLoop(), thresholds=QUICK).run(context())
    assert (result.status, result.codes) == (FAILED, (ProbeCode.PROXY_UNREACHABLE,))


@pytest.mark.usefixtures("no_automatic")
async def test_behind_a_broken_proxy_nothing_is_said_of_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    below = ProbeResult(ProbeName.WEB_PROXY, FAILED, (ProbeCode.PROXY_SIGN_IN,))
    result = await TcpProbe(TARGET, InlineLoop()).run(context(below))
    assert (result.status, result.codes) == (ProbeStatus.NOT_RUN, (ProbeCode.NEEDS_FAILED,))


async def test_what_comes_through_the_tunnel_is_the_other_sides() -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        writer.write((await reader.readexactly(5)).upper())
        await reader.read()

    class Listener(asyncio.Protocol):
        def __init__(self) -> None:
            self.heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def data_received(self, data: bytes) -> None:
            self.heard.set_result(data)

    async with tcp_server(connected) as port:
        proxy = SystemProxy("127.0.0.1", port)
        transport, listener = await open_stream(Listener, "anywhere.test", 443, proxy=proxy)
        transport.write(b"hello")
        assert await asyncio.wait_for(listener.heard, 5) == b"HELLO"
        transport.abort()


async def test_an_endless_header_is_read_only_so_far() -> None:
    taken = 0

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"y" * 4096)
            await writer.drain()
            taken += 4096

    async with tcp_server(connected) as port:
        with pytest.raises(ProxyRefusedError):
            await open_stream(asyncio.Protocol, "a.test", 443, proxy=SystemProxy("127.0.0.1", port))
    assert taken < 16 * 1024 * 1024
    assert MAX_ANSWER_BYTES == 16 * 1024


async def test_a_proxy_that_is_spoken_to_in_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS to the proxy, and in its tunnel TLS again, each with its own certificate."""
    roots = Authority("Test Public Roots")
    monkeypatch.setenv("SSL_CERT_FILE", str(roots.write(tmp_path / "roots.pem")))

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(4096):
            writer.write(data)

    async def service(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    inner = roots.issue(["visit.clinic.test"]).server_context(tmp_path)
    outer = roots.issue(["localhost"]).server_context(tmp_path)
    async with tcp_server(service, ssl=inner) as service_port:

        async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            behind, forth = await asyncio.open_connection("127.0.0.1", service_port)
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            try:
                await asyncio.gather(pump(reader, forth), pump(behind, writer))
            finally:
                forth.close()

        async with tcp_server(proxy, ssl=outer) as port:
            monkeypatch.setenv("https_proxy", f"https://localhost:{port}")
            shaken = await shake_hands(
                "visit.clinic.test", 443, tls_context(), SystemProxy("localhost", port, encrypted=True), 5.0
            )
    found = read_certificate(shaken.certificate, "visit.clinic.test")
    assert found is not None
    assert found.fits_name
