"""Names, ports and sign-on pages."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import Any

import pytest

from kpdesk.checks.probes.network import reach
from kpdesk.checks.probes.network.reach import (
    Dialled,
    Lookup,
    NameLookupProbe,
    TcpProbe,
    ask_resolver,
    dial_each_family,
    is_portal,
    judge_dialled,
    judge_lookup,
    leads_elsewhere,
)
from kpdesk.checks.probes.network.sockets import Address, first_of_each_family, in_thread
from kpdesk.checks.probes.network.target import NetworkTarget
from kpdesk.domain.preflight import ProbeCode, ProbeName, ProbeResult, ProbeStatus
from tests.helpers.network_probing import InlineLoop, context, tcp_server

V4, V6 = socket.AF_INET, socket.AF_INET6
TARGET = NetworkTarget.of("https://visit.clinic.test/fhir")


def four(host: str) -> Address:
    return V4, (host, 443)


def six(host: str) -> Address:
    return V6, (host, 443, 0, 0)


# --- looking up -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lookup", "route", "proxied", "status", "codes"),
    [
        (Lookup((four("203.0.113.1"),), 0.1), True, False, "passed", ()),
        (Lookup((four("203.0.113.1"),), 1.1), True, False, "warning", (ProbeCode.NAME_LOOKUP_SLOW,)),
        (Lookup((), 0.1), True, False, "failed", (ProbeCode.NAME_NOT_FOUND,)),
        (Lookup((), 3.0, answered=False), True, False, "failed", (ProbeCode.NAME_NOT_FOUND,)),
        (Lookup((), 0.1), True, True, "warning", (ProbeCode.NAME_NOT_FOUND,)),
        (Lookup((), 0.1), False, True, "failed", (ProbeCode.NETWORK_NONE,)),
        (
            Lookup((four("10.0.0.1"),), 0.1, invented=frozenset({"10.0.0.1"})),
            *(True, False, "failed", (ProbeCode.NAME_HIJACKED,)),
        ),
        # a provider that answers unknown names with its own page, but ours rightly: not our trouble
        (Lookup((four("203.0.113.1"),), 0.1, invented=frozenset({"10.0.0.1"})), True, False, "passed", ()),
        (
            Lookup((four("203.0.113.1"), four("10.0.0.1")), 0.1, invented=frozenset({"10.0.0.1"})),
            *(True, False, "passed", ()),
        ),
    ],
)
def test_what_a_lookup_means(
    lookup: Lookup, route: bool, proxied: bool, status: str, codes: tuple[ProbeCode, ...]
) -> None:
    found = judge_lookup(lookup, route=route, through_proxy=proxied, slow_s=1.0)
    assert (found[0].value, found[1]) == (status, codes)


class Resolver:
    """``socket.getaddrinfo`` with a table; what is in ``waits`` is answered when the test says so."""

    def __init__(self, names: dict[str, list[str]], error: int = socket.EAI_NONAME) -> None:
        self.names = names
        self.error = error
        self.asked: list[str] = []
        self.waits: threading.Event | None = None

    def __call__(self, host: str, port: int, *_: Any) -> list[Any]:
        self.asked.append(host)
        if self.waits is not None:
            self.waits.wait(10)
        found = self.names.get(host) or (self.names.get("*") or [])
        if not found:
            raise socket.gaierror(self.error, "not known")
        return [
            (
                V6 if ":" in one else V4,
                socket.SOCK_STREAM,
                6,
                "",
                (one, port, 0, 0) if ":" in one else (one, port),
            )
            for one in found
        ]


def use(monkeypatch: pytest.MonkeyPatch, resolver: Resolver) -> Resolver:
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return resolver


async def test_a_lookup_asks_for_the_service_and_for_a_name_that_cannot_exist(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolver = use(monkeypatch, Resolver({"visit.clinic.test": ["203.0.113.1", "2001:db8::1"]}))
    lookup = await ask_resolver("visit.clinic.test", 443)
    assert lookup.hosts == {"203.0.113.1", "2001:db8::1"}
    assert lookup.answered
    assert not lookup.hijacked
    other = [name for name in resolver.asked if name != "visit.clinic.test"]
    assert len(other) == 1
    assert other[0].endswith(".invalid.")


async def test_a_resolver_that_knows_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Resolver({"*": ["10.0.0.1"]}))
    assert (await ask_resolver("visit.clinic.test", 443)).hijacked


async def test_a_resolver_that_says_nothing_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = use(monkeypatch, Resolver({}))
    resolver.waits = threading.Event()
    began_s = time.monotonic()
    lookup = await ask_resolver("visit.clinic.test", 443, timeout_s=0.05)
    assert (lookup.addresses, lookup.answered) == ((), False)
    assert time.monotonic() - began_s < 5
    resolver.waits.set()


@pytest.mark.parametrize(("error", "answered"), [(socket.EAI_NONAME, True), (socket.EAI_AGAIN, False)])
async def test_no_such_name_is_an_answer_try_again_is_none(
    error: int, answered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Resolver({}, error))
    assert (await ask_resolver("visit.clinic.test", 443)).answered is answered


async def test_an_address_is_not_looked_up() -> None:
    result = await NameLookupProbe(NetworkTarget.of("https://203.0.113.1/fhir"), InlineLoop()).run(context())
    assert (result.status, result.codes) == (ProbeStatus.SKIPPED, ())


async def test_what_a_thread_raises_comes_out() -> None:
    def broken() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await in_thread(broken)


async def test_a_thread_that_nobody_waits_for_any_more_disturbs_nobody() -> None:
    free = threading.Event()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await in_thread(free.wait, 5)
    free.set()
    await asyncio.sleep(0.05)


# --- connecting -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "route", "status", "codes"),
    [
        ({V4: Dialled(0.02)}, True, "passed", ()),
        ({V4: Dialled(0.02), V6: Dialled()}, True, "passed", ()),
        ({V4: Dialled(), V6: Dialled(0.02)}, True, "passed", ()),
        ({V4: Dialled()}, True, "failed", (ProbeCode.TCP_BLOCKED,)),
        ({V4: Dialled(refused=True)}, True, "failed", (ProbeCode.TCP_REFUSED,)),
        ({V4: Dialled(), V6: Dialled(refused=True)}, True, "failed", (ProbeCode.TCP_REFUSED,)),
        ({V4: Dialled(), V6: Dialled(no_route=True)}, True, "failed", (ProbeCode.TCP_BLOCKED,)),
        ({V4: Dialled(no_route=True)}, False, "failed", (ProbeCode.NETWORK_NONE,)),
    ],
)
def test_what_connections_mean(
    found: dict[int, Dialled], route: bool, status: str, codes: tuple[ProbeCode, ...]
) -> None:
    result = judge_dialled(found, route=route)
    assert (result[0].value, result[1]) == (status, codes)


def test_one_address_of_each_family() -> None:
    addresses = (six("2001:db8::1"), six("2001:db8::2"), four("203.0.113.1"), four("203.0.113.2"))
    assert set(first_of_each_family(addresses)) == {six("2001:db8::1"), four("203.0.113.1")}
    assert first_of_each_family(()) == ()


async def _listens(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    return


async def test_a_port_that_listens_and_one_that_does_not() -> None:
    async with tcp_server(_listens) as port:
        found = await dial_each_family(((V4, ("127.0.0.1", port)),), 5.0)
        assert found[V4].seconds is not None
    found = await dial_each_family(((V4, ("127.0.0.1", port)),), 5.0)
    assert found[V4] == Dialled(refused=True)


async def test_one_family_that_works_does_not_wait_for_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    async def dial(address: Address, timeout_s: float) -> Dialled:
        if address[0] is V6:
            await asyncio.sleep(timeout_s)
            return Dialled()
        return Dialled(0.01)

    monkeypatch.setattr(reach, "_dial", dial)
    began_s = time.monotonic()
    found = await dial_each_family((six("2001:db8::1"), four("203.0.113.1")), 30.0)
    assert found == {V6: Dialled(), V4: Dialled(0.01)}
    assert time.monotonic() - began_s < 10


async def test_the_rung_on_loopback() -> None:
    async with tcp_server(_listens) as port:
        probe = TcpProbe(NetworkTarget.of(f"http://127.0.0.1:{port}/fhir"), InlineLoop())
        result = await probe.run(context())
        assert result.status is ProbeStatus.PASSED
        assert result.measured("ipv4") is True
    result = await probe.run(context())
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (ProbeCode.TCP_REFUSED,))


async def test_without_a_name_there_is_no_port() -> None:
    below = ProbeResult(ProbeName.NAME_LOOKUP, ProbeStatus.FAILED, (ProbeCode.NAME_NOT_FOUND,))
    result = await TcpProbe(TARGET, InlineLoop()).run(context(below))
    assert (result.status, result.codes) == (ProbeStatus.NOT_RUN, (ProbeCode.NEEDS_FAILED,))


# --- sign-on pages ----------------------------------------------------------------------------------------


def redirect(location: str, status: str = "302 Found") -> bytes:
    return f"HTTP/1.1 {status}\r\nServer: x\r\nLocation: {location}\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("head", "elsewhere"),
    [
        (redirect("http://login.guest.test/"), True),
        (redirect("http://10.0.0.1/login?to=visit.clinic.test"), True),
        (redirect("http://login.guest.test/", "307 Temporary Redirect"), True),
        (b"HTTP/1.1 511 Network Authentication Required\r\n\r\n", True),
        (redirect("https://visit.clinic.test/", "301 Moved Permanently"), False),
        (redirect("https://www.clinic.test/"), False),
        (redirect("https://clinic.test/"), False),
        (redirect("/home"), False),
        (redirect("http://[broken/"), False),
        (redirect("https://evil-clinic.test/"), True),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>", False),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", False),
        (b"HTTP/1.1 302 Found\r\n\r\n", False),
        (b"HTTP/1.1 302 Found\r\nLocation: http://login.gu", False),  # cut off
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", False),
        (b"", False),
    ],
)
def test_who_answers_in_the_services_name(head: bytes, elsewhere: bool) -> None:
    assert leads_elsewhere(head, "visit.clinic.test") is elsewhere


async def test_a_sign_on_page_is_asked_for_in_the_services_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[bytes] = []

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(redirect("http://login.guest.test/"))
        await reader.read()

    async with tcp_server(page) as port:
        use(monkeypatch, Resolver({"visit.clinic.test": ["127.0.0.1"]}))
        monkeypatch.setattr(reach, "PORTAL_PORT", port)
        assert await is_portal(TARGET)
    assert heads[0].startswith(b"GET / HTTP/1.1\r\nHost: visit.clinic.test\r\n")


async def test_a_page_without_end_is_read_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\n")
        while True:
            writer.write(b"X: y\r\n" * 500)
            await writer.drain()

    async with tcp_server(endless) as port:
        use(monkeypatch, Resolver({"visit.clinic.test": ["127.0.0.1"]}))
        monkeypatch.setattr(reach, "PORTAL_PORT", port)
        assert not await is_portal(TARGET)


async def test_this_computer_has_no_sign_on_page() -> None:
    assert not await is_portal(NetworkTarget.of("http://127.0.0.1:8443/fhir"))
