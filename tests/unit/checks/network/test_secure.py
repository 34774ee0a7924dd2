"""Certificates and WebSockets, with servers on loopback."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import pytest
from aiohttp import WSMsgType, web
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.checks.probes.network.certificates import (
    MAX_ISSUER_CHARACTERS,
    Presented,
    fits_name,
    name_of,
    read_certificate,
)
from kpdesk.checks.probes.network.secure import (
    TlsProbe,
    WebSocketProbe,
    judge_refused_upgrade,
    judge_trusted,
    judge_untrusted,
)
from kpdesk.checks.probes.network.target import NetworkTarget
from kpdesk.domain.preflight import ProbeCode, ProbeName, ProbeResult, ProbeStatus
from kpdesk.domain.signaling import SUBPROTOCOL
from tests.helpers.authorities import Authority, Issued
from tests.helpers.network_probing import InlineLoop, TcpServer, context, tcp_server

DAY = timedelta(days=1)
PASSED, WARNING, FAILED = ProbeStatus.PASSED, ProbeStatus.WARNING, ProbeStatus.FAILED
TARGET = NetworkTarget.of("https://visit.clinic.test/fhir")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("Test Public Roots")


@pytest.fixture
def trusted(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system trusts it, and so does the public list."""
    path = authority.write(tmp_path / "roots.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setattr(certifi, "where", lambda: str(path))
    return path


async def says_nothing(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


def target_at(port: int, **more: bool | str) -> NetworkTarget:
    return NetworkTarget.of(f"https://localhost:{port}/fhir", **more)  # type: ignore[arg-type]


async def look_at(issued: Issued, folder: Path, **more: bool | str) -> ProbeResult:
    async with tcp_server(says_nothing, ssl=issued.server_context(folder)) as port:
        return await TlsProbe(target_at(port, **more), InlineLoop()).run(context())


# --- certificates on the wire -----------------------------------------------------------------------------


@pytest.mark.usefixtures("trusted")
async def test_a_good_certificate(authority: Authority, tmp_path: Path) -> None:
    result = await look_at(authority.issue(["localhost"]), tmp_path)
    assert (result.status, result.codes) == (PASSED, ())
    assert result.measured("issuer") == "Test Public Roots"
    assert result.measured("version") == "TLSv1.3"


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("issue", "codes", "not_yet"),
    [
        ({"names": ["localhost"], "valid_to": -DAY}, (ProbeCode.TLS_EXPIRED,), False),
        ({"names": ["localhost"], "valid_from": DAY}, (ProbeCode.TLS_EXPIRED,), True),
        ({"names": ["other.test"]}, (ProbeCode.TLS_WRONG_NAME,), False),
        (
            {"names": ["other.test"], "valid_to": -DAY},
            (ProbeCode.TLS_WRONG_NAME, ProbeCode.TLS_EXPIRED),
            False,
        ),
        ({"names": ["localhost"], "self_signed": True}, (ProbeCode.TLS_UNTRUSTED,), False),
    ],
    ids=["expired", "not-yet", "other-name", "both", "self-signed"],
)
async def test_bad_certificates(
    issue: dict[str, object],
    codes: tuple[ProbeCode, ...],
    not_yet: bool,
    authority: Authority,
    tmp_path: Path,
) -> None:
    result = await look_at(authority.issue(**issue), tmp_path)  # type: ignore[arg-type]
    assert (result.status, result.codes) == (FAILED, codes)
    assert result.measured("not_yet_valid") is not_yet


@pytest.mark.usefixtures("trusted")
async def test_an_authority_that_nobody_knows(tmp_path: Path) -> None:
    result = await look_at(Authority("Somebody").issue(["localhost"]), tmp_path)
    assert (result.status, result.codes) == (FAILED, (ProbeCode.TLS_UNTRUSTED,))
    assert result.measured("issuer") == "Somebody"


@pytest.mark.usefixtures("trusted")
async def test_another_than_the_expected_issuer(authority: Authority, tmp_path: Path) -> None:
    """Policy knows who issues the service's certificates: whoever else does, inspects."""
    stranger = Authority("Mercy Hospital Web Gateway").issue(["localhost"])
    result = await look_at(stranger, tmp_path, expected_issuer="Test Public Roots")
    assert result.codes == (ProbeCode.TLS_INSPECTED, ProbeCode.TLS_UNTRUSTED)
    result = await look_at(authority.issue(["localhost"]), tmp_path, expected_issuer="test public roots")
    assert (result.status, result.codes) == (PASSED, ())


async def test_trusted_by_the_system_alone_is_inspection(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real public list does not know our authority; the system was made to trust it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.write(tmp_path / "roots.pem")))
    result = await look_at(authority.issue(["localhost"]), tmp_path)
    assert (result.status, result.codes) == (WARNING, (ProbeCode.TLS_INSPECTED,))
    assert result.measured("issuer") == "Test Public Roots"
    result = await look_at(authority.issue(["localhost"]), tmp_path, private_ca=True)
    assert (result.status, result.codes) == (PASSED, ())


async def hangs_up(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    return


async def speaks_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(16)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 50)
    await writer.drain()


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("server", [hangs_up, speaks_http, says_nothing])
async def test_no_tls_at_all(server: TcpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpdesk.checks.probes.network.secure.TLS_TIMEOUT_S", 0.5)
    async with tcp_server(server) as port:
        result = await TlsProbe(target_at(port), InlineLoop()).run(context())
    assert (result.status, result.codes) == (FAILED, (ProbeCode.TLS_BLOCKED,))


async def test_on_this_computer_nothing_is_encrypted() -> None:
    result = await TlsProbe(NetworkTarget.of("http://127.0.0.1:1/fhir"), InlineLoop()).run(context())
    assert (result.status, result.codes) == (ProbeStatus.SKIPPED, ())


# --- certificates on the table ----------------------------------------------------------------------------


def presented(issuer: str = "Somebody", **changes: bool) -> Presented:
    facts = {"self_signed": False, "expired": False, "not_yet_valid": False, "fits_name": True}
    return Presented(issuer, **{**facts, **changes})


@pytest.mark.parametrize(
    ("issuer", "public", "private", "expected", "inspected"),
    [
        ("R11", True, False, None, False),
        ("Mercy", False, False, None, True),
        ("Mercy", None, False, None, False),  # could not be found out: no accusation
        ("The Plan", False, True, None, False),
        ("The Plan, Inc.", False, False, "the plan", False),
        ("Mercy", False, True, "the plan", True),
        ("Mercy", True, False, "the plan", True),
    ],
)
def test_who_vouches(
    issuer: str, public: bool | None, private: bool, expected: str | None, inspected: bool
) -> None:
    target = NetworkTarget.of("https://v.test", private_ca=private, expected_issuer=expected)
    status, codes, _ = judge_trusted(target, presented(issuer), "TLSv1.3", 0.1, public=public)
    assert (status, codes) == ((WARNING, (ProbeCode.TLS_INSPECTED,)) if inspected else (PASSED, ()))


@pytest.mark.parametrize(
    ("shown", "certificate", "portal", "codes"),
    [
        (None, False, False, (ProbeCode.TLS_BLOCKED,)),
        (None, False, True, (ProbeCode.CAPTIVE_PORTAL, ProbeCode.TLS_BLOCKED)),
        (None, True, False, (ProbeCode.TLS_UNTRUSTED,)),
        (presented(), True, False, (ProbeCode.TLS_UNTRUSTED,)),
        (presented("Zscaler Inc."), True, False, (ProbeCode.TLS_INSPECTED, ProbeCode.TLS_UNTRUSTED)),
        (presented("Zscaler Inc.", self_signed=True), True, False, (ProbeCode.TLS_UNTRUSTED,)),
        (presented(fits_name=False), True, True, (ProbeCode.CAPTIVE_PORTAL, ProbeCode.TLS_WRONG_NAME)),
    ],
)
def test_why_it_is_not_safe(
    shown: Presented | None, certificate: bool, portal: bool, codes: tuple[ProbeCode, ...]
) -> None:
    found = judge_untrusted(TARGET, shown, certificate=certificate, portal=portal)
    assert found[:2] == (FAILED, codes)


@pytest.mark.parametrize(
    ("host", "patterns", "fits"),
    [
        ("visit.clinic.test", ["visit.clinic.test"], True),
        ("Visit.Clinic.Test.", ["visit.clinic.TEST"], True),
        ("visit.clinic.test", ["*.clinic.test"], True),
        ("a.visit.clinic.test", ["*.clinic.test"], False),
        ("clinic.test", ["*.clinic.test"], False),
        ("clinic.test", ["*.test"], False),
        ("visit.clinic.test", ["v*.clinic.test"], False),
        ("visit.clinic.test", ["*"], False),
        ("visit.clinic.test", [], False),
    ],
)
def test_names_of_certificates(host: str, patterns: list[str], fits: bool) -> None:
    assert fits_name(host, patterns) is fits


def test_addresses_in_certificates(authority: Authority) -> None:
    issued = authority.issue(["127.0.0.1", "visit.clinic.test"])
    for host, fits in (("127.0.0.1", True), ("127.0.0.2", False), ("visit.clinic.test", True)):
        found = read_certificate(issued.der, host)
        assert found is not None
        assert found.fits_name is fits


def test_what_the_clock_makes_of_it(authority: Authority) -> None:
    der = authority.issue(["v.test"]).der
    now = datetime.now(UTC)
    for offset, expired, not_yet in (
        (timedelta(), False, False),
        (999 * DAY, True, False),
        (-99 * DAY, False, True),
    ):
        found = read_certificate(der, "v.test", now + offset)
        assert found is not None
        assert (found.expired, found.not_yet_valid) == (expired, not_yet)


@given(st.binary(max_size=400))
def test_nonsense_is_no_certificate(untrusted: bytes) -> None:
    assert read_certificate(untrusted, "v.test") is None


def test_a_cut_certificate_is_none(authority: Authority) -> None:
    der = authority.issue(["v.test"]).der
    for length in range(0, len(der), 7):
        assert read_certificate(der[:length], "v.test") is None


@pytest.mark.parametrize(
    ("organization", "shown"),
    [
        ("Mercy", "Mercy"),
        ("Mercy\x1b[31m\r\nHospital", "Mercy [31m Hospital"),
        ("x" * 64, "x" * 64),
        ("\u202eMercy", "Mercy"),
    ],
)
def test_a_name_is_harmless_in_a_report(organization: str, shown: str) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)])
    assert name_of(name) == shown
    assert len(name_of(name)) <= MAX_ISSUER_CHARACTERS


def test_without_an_organization_the_common_name_counts() -> None:
    assert name_of(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gateway")])) == "Gateway"
    assert name_of(x509.Name([])) == ""


# --- WebSockets -------------------------------------------------------------------------------------------


@asynccontextmanager
async def web_server(handler: object) -> AsyncIterator[NetworkTarget]:
    app = web.Application()
    app.router.add_get("/signaling", handler)  # type: ignore[arg-type]
    runner = web.AppRunner(app, shutdown_timeout=0.1, handle_signals=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield NetworkTarget.of(f"http://127.0.0.1:{runner.addresses[0][1]}/fhir")
    finally:
        await runner.cleanup()


async def open_to_all(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(protocols=(SUBPROTOCOL,))
    await socket.prepare(request)
    async for message in socket:
        assert message.type is not WSMsgType.TEXT, "the check says nothing"
    return socket


async def test_a_ping_comes_back() -> None:
    async with web_server(open_to_all) as target:
        result = await WebSocketProbe(target, InlineLoop()).run(context())
    assert (result.status, result.codes) == (PASSED, ())


@pytest.mark.parametrize(
    ("status", "readable", "code"),
    [
        (404, True, ProbeCode.WEBSOCKET_BLOCKED),
        (404, False, ProbeCode.SERVICE_REFUSES),
        (403, False, ProbeCode.SERVICE_REFUSES),
        (503, False, ProbeCode.SERVICE_REFUSES),
        (400, False, ProbeCode.WEBSOCKET_BLOCKED),
        (426, False, ProbeCode.WEBSOCKET_BLOCKED),
        (502, False, ProbeCode.WEBSOCKET_BLOCKED),
        (200, False, ProbeCode.WEBSOCKET_BLOCKED),
    ],
)
def test_whose_refusal_it_is(status: int, readable: bool, code: ProbeCode) -> None:
    assert judge_refused_upgrade(status, readable=readable)[:2] == (FAILED, (code,))


async def test_a_page_instead_of_a_socket() -> None:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="welcome")

    async with web_server(page) as target:
        result = await WebSocketProbe(target, InlineLoop()).run(context())
    assert (result.status, result.codes) == (FAILED, (ProbeCode.WEBSOCKET_BLOCKED,))
    assert result.measured("status") == 200


async def test_frames_that_are_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The handshake passes, as through some proxies; nothing follows it."""

    async def deaf(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=(SUBPROTOCOL,), autoping=False)
        await socket.prepare(request)
        await asyncio.sleep(30)
        return socket

    monkeypatch.setattr("kpdesk.checks.probes.network.secure.WEBSOCKET_TIMEOUT_S", 0.5)
    async with web_server(deaf) as target:
        result = await WebSocketProbe(target, InlineLoop()).run(context())
    assert (result.status, result.codes) == (FAILED, (ProbeCode.WEBSOCKET_BLOCKED,))


async def test_a_socket_that_closes_at_once() -> None:
    async def closing(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=(SUBPROTOCOL,), autoping=False)
        await socket.prepare(request)
        await socket.close()
        return socket

    async with web_server(closing) as target:
        result = await WebSocketProbe(target, InlineLoop()).run(context())
    assert (result.status, result.codes) == (FAILED, (ProbeCode.WEBSOCKET_BLOCKED,))
    assert result.measured("upgraded") is True


def raw(answer: bytes) -> TcpServer:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        while answer:
            writer.write(answer)
            await writer.drain()
            await asyncio.sleep(0)

    return connected


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 101 Switching Protocols\r\n\r\n", b"X-More: and more\r\n" * 4000],
    ids=["hang-up", "nonsense", "bare-101", "endless"],
)
async def test_hostile_answers_end_in_blocked(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpdesk.checks.probes.network.secure.WEBSOCKET_TIMEOUT_S", 2.0)
    async with tcp_server(raw(answer)) as port:
        target = NetworkTarget.of(f"http://127.0.0.1:{port}/fhir")
        result = await WebSocketProbe(target, InlineLoop()).run(context())
    assert (result.status, result.codes) == (FAILED, (ProbeCode.WEBSOCKET_BLOCKED,))


async def test_without_tls_there_is_no_websocket() -> None:
    below = ProbeResult(ProbeName.TLS, FAILED, (ProbeCode.TLS_EXPIRED,))
    result = await WebSocketProbe(TARGET, InlineLoop()).run(context(below))
    assert (result.status, result.codes) == (ProbeStatus.NOT_RUN, (ProbeCode.NEEDS_FAILED,))


def test_the_reading_context_is_used_for_reading_alone() -> None:
    from kpdesk.checks.probes.network.certificates import public_context, reading_context, system_context

    assert reading_context().verify_mode is ssl.CERT_NONE
    assert public_context().verify_mode is ssl.CERT_REQUIRED
    assert system_context().verify_mode is ssl.CERT_REQUIRED
    assert system_context().check_hostname
