"""The lower rungs: is the service's name known, which way leads to it, does its port answer."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import re
import secrets
import socket
import time
from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import urlsplit

from kpdesk.checks.ports import ProbeContext
from kpdesk.checks.probes.network.proxy import (
    Automatic,
    ProxyRefusedError,
    ProxySettings,
    SystemProxy,
    automatic_settings,
    system_proxy,
)
from kpdesk.checks.probes.network.rung import (
    NEEDS_FAILED,
    Finding,
    Rung,
    any_broken,
    failed,
    milliseconds,
    passed,
    skipped,
    warned,
)
from kpdesk.checks.probes.network.sockets import (
    NO_ROUTE,
    Address,
    dial,
    first_of_each_family,
    has_route,
    in_thread,
    look_up,
    open_stream,
    side_by_side,
)
from kpdesk.checks.probes.network.target import NetworkTarget, is_literal, is_loopback
from kpdesk.domain.preflight import Measurement, ProbeCode, ProbeName, Unit

LOOKUP_TIMEOUT_S: Final = 3.0
"""Longer than a resolver needs that asks a second server at once; glibc itself waits 5 s for the first."""
DIRECT_TIMEOUT_S: Final = 0.6
"""For the connection beside a proxy, which is only told: nobody needs it."""
INVENTED_WAIT_S: Final = 0.5
"""How much longer the name that cannot exist may take than the service's."""
OTHER_FAMILY_S: Final = 0.3
PORTAL_TIMEOUT_S: Final = 1.2
PORTAL_PORT: Final = 80
MAX_HEAD_BYTES: Final = 8 * 1024
_HEAD: Final = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r].*?\r\n\r\n", re.DOTALL)
_LOCATION: Final = re.compile(rb"\r\nlocation:[ \t]*([^\r\n]{1,2048})", re.IGNORECASE)


# --- name lookup ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lookup:
    """What came of asking for a name."""

    addresses: tuple[Address, ...] = ()
    seconds: float = 0.0
    answered: bool = True
    """False when the resolver said nothing at all."""
    invented: frozenset[str] = frozenset()
    """Addresses of a name that cannot exist (RFC 6761 section 6.4), if the resolver makes some up."""

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(str(place[0]) for _family, place in self.addresses)

    @property
    def hijacked(self) -> bool:
        """The service has the same address as a name that does not exist."""
        return bool(self.addresses) and self.hosts <= self.invented


async def ask_resolver(host: str, port: int, timeout_s: float = LOOKUP_TIMEOUT_S) -> Lookup:
    """Look the service up, and beside it a name that cannot exist."""
    started_s = time.monotonic()
    never = f"kpdesk-{secrets.token_hex(6)}.invalid."
    async with side_by_side("lookup") as keeper:
        invented = keeper.spawn(_addresses(never, port, timeout_s), name="invented")
        found = await _addresses(host, port, timeout_s)
        seconds = time.monotonic() - started_s
        await asyncio.wait([invented], timeout=INVENTED_WAIT_S if found else 0.0)
        made_up = invented.result() if invented.done() else None
    return Lookup(
        found or (),
        seconds,
        found is not None,
        frozenset(str(place[0]) for _family, place in made_up or ()),
    )


async def _addresses(host: str, port: int, timeout_s: float) -> tuple[Address, ...] | None:
    """``None`` when nobody answered, empty when there is no such name."""
    try:
        async with asyncio.timeout(timeout_s):
            return await look_up(host, port)
    except TimeoutError:
        return None
    except socket.gaierror as error:
        return None if error.errno in (socket.EAI_AGAIN, 11002) else ()
    except (OSError, UnicodeError):
        return ()


def judge_lookup(lookup: Lookup, *, route: bool, through_proxy: bool, slow_s: float) -> Finding:
    """What a lookup means. Behind a proxy it is the proxy that must know the name."""
    families = {family for family, _place in lookup.addresses}
    figures = (
        milliseconds("duration", lookup.seconds),
        Measurement("ipv4", socket.AF_INET in families),
        Measurement("ipv6", socket.AF_INET6 in families),
        Measurement("answered", lookup.answered),
        Measurement("invents_names", bool(lookup.invented)),
    )
    if not lookup.addresses:
        if not route:
            return failed(ProbeCode.NETWORK_NONE, measurements=figures)
        if through_proxy:
            return warned(ProbeCode.NAME_NOT_FOUND, measurements=figures)
        return failed(ProbeCode.NAME_NOT_FOUND, measurements=figures)
    if lookup.hijacked:
        return failed(ProbeCode.NAME_HIJACKED, measurements=figures)
    if lookup.seconds > slow_s:
        return warned(ProbeCode.NAME_LOOKUP_SLOW, measurements=figures)
    return passed(*figures)


class NameLookupProbe(Rung):
    """Does the system's resolver know the service, soon, and does it tell the truth?"""

    name: ClassVar[ProbeName] = ProbeName.NAME_LOOKUP

    async def _look(self, context: ProbeContext) -> Finding:
        target = self._target
        if is_literal(target.host):
            return skipped()
        settings = await self._on_loop(proxy_of(target))
        lookup = await self._on_loop(ask_resolver(target.host, target.port))
        status, codes, measurements = judge_lookup(
            lookup,
            route=has_route() or is_loopback(target.host),
            through_proxy=settings.proxy is not None,
            slow_s=self._thresholds.name_lookup_slow_s,
        )
        if ProbeCode.NAME_HIJACKED in codes:
            portal: bool = await self._on_loop(is_portal(target))
            codes = (ProbeCode.CAPTIVE_PORTAL, *codes) if portal else codes
        return status, codes, measurements


# --- the web proxy ----------------------------------------------------------------------------------------


async def proxy_of(target: NetworkTarget) -> ProxySettings:
    """The system's settings for the way to the service."""
    return await in_thread(system_proxy, target.host, "https" if target.encrypted else "http")


class WebProxyProbe(Rung):
    """Is there a proxy to go through, and does it let us?"""

    name: ClassVar[ProbeName] = ProbeName.WEB_PROXY

    async def _look(self, context: ProbeContext) -> Finding:
        settings = await self._on_loop(proxy_of(self._target))
        automatic = await self._on_loop(in_thread(automatic_settings))
        figures: tuple[Measurement, ...] = ()
        if automatic is not Automatic.NO:
            figures = (Measurement("automatic", automatic.value, Unit.TEXT),)
        if settings.proxy is None:
            if automatic is not Automatic.NO:
                return passed(*figures, codes=(ProbeCode.PROXY_AUTOMATIC,))
            if settings.unusable:
                return warned(ProbeCode.PROXY_REFUSES, measurements=(Measurement("unusable", True),))
            return skipped()
        return await self._on_loop(self._tunnel(settings.proxy, figures))

    async def _tunnel(self, proxy: SystemProxy, figures: tuple[Measurement, ...]) -> Finding:
        started_s = time.monotonic()
        try:
            async with asyncio.timeout(self._thresholds.connect_s):
                transport, _ = await open_stream(
                    asyncio.Protocol, self._target.host, self._target.port, proxy=proxy
                )
        except ProxyRefusedError as error:
            code = ProbeCode.PROXY_SIGN_IN if error.status == 407 else ProbeCode.PROXY_REFUSES
            return failed(code, measurements=(*figures, Measurement("status", error.status)))
        except (OSError, TimeoutError):
            code = ProbeCode.PROXY_UNREACHABLE if has_route() else ProbeCode.NETWORK_NONE
            return failed(code, measurements=figures)
        transport.abort()
        return passed(
            milliseconds("duration", time.monotonic() - started_s), *figures, codes=(ProbeCode.PROXY_USED,)
        )


# --- TCP --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dialled:
    """How one family's connection went."""

    seconds: float | None = None
    """Until it stood; ``None`` when it did not."""
    refused: bool = False
    no_route: bool = False


async def dial_each_family(addresses: tuple[Address, ...], timeout_s: float) -> dict[int, Dialled]:
    """Try both families at the same time; once one stands, the other has as long again and a bit."""
    async with side_by_side("tcp") as keeper:
        tasks = {
            address[0]: keeper.spawn(_dial(address, timeout_s), name=address[0].name)
            for address in first_of_each_family(addresses)
        }
        pending = set(tasks.values())
        limit_s: float | None = None
        while pending:
            done, pending = await asyncio.wait(pending, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                break
            times = [seconds for task in done if (seconds := task.result().seconds) is not None]
            if times:
                limit_s = OTHER_FAMILY_S + max(times)
        return {family: task.result() if task.done() else Dialled() for family, task in tasks.items()}


async def _dial(address: Address, timeout_s: float) -> Dialled:
    started_s = time.monotonic()
    try:
        async with asyncio.timeout(timeout_s):
            sock = await dial([address])
    except TimeoutError:
        return Dialled()
    except OSError as error:
        return Dialled(refused=error.errno in (errno.ECONNREFUSED, 10061), no_route=error.errno in NO_ROUTE)
    sock.close()
    return Dialled(time.monotonic() - started_s)


def judge_dialled(found: dict[int, Dialled], *, route: bool) -> Finding:
    """What the connections mean: IPv6 is not blamed when IPv4 works."""
    figures: list[Measurement] = []
    for family, label in ((socket.AF_INET, "ipv4"), (socket.AF_INET6, "ipv6")):
        one = found.get(family)
        if one is not None:
            figures.append(Measurement(label, one.seconds is not None))
    times = [one.seconds for one in found.values() if one.seconds is not None]
    if times:
        return passed(milliseconds("duration", min(times)), *figures)
    if not route:
        return failed(ProbeCode.NETWORK_NONE, measurements=figures)
    if any(one.refused for one in found.values()):
        return failed(ProbeCode.TCP_REFUSED, measurements=figures)
    return failed(ProbeCode.TCP_BLOCKED, measurements=figures)


class TcpProbe(Rung):
    """Does the service's port take connections, on the way that kpdesk goes?"""

    name: ClassVar[ProbeName] = ProbeName.TCP
    after: ClassVar[frozenset[ProbeName]] = frozenset({ProbeName.NAME_LOOKUP, ProbeName.WEB_PROXY})

    async def _look(self, context: ProbeContext) -> Finding:
        target = self._target
        settings = await self._on_loop(proxy_of(target))
        if settings.proxy is not None:
            # the tunnel of the rung below is this connection; the direct one is for the firewall table
            if any_broken(context.results, ProbeName.WEB_PROXY):
                return NEEDS_FAILED
            _, trouble, _ = await self._on_loop(self._directly(DIRECT_TIMEOUT_S))
            return passed(Measurement("through_proxy", True), Measurement("direct", not trouble))
        if any_broken(context.results, ProbeName.NAME_LOOKUP):
            return NEEDS_FAILED
        status, codes, measurements = await self._on_loop(self._directly(self._thresholds.connect_s))
        if codes:
            portal: bool = await self._on_loop(is_portal(target))
            codes = (ProbeCode.CAPTIVE_PORTAL, *codes) if portal else codes
        return status, codes, measurements

    async def _directly(self, timeout_s: float) -> Finding:
        target = self._target
        try:
            async with asyncio.timeout(LOOKUP_TIMEOUT_S):
                addresses = await look_up(target.host, target.port)
        except (OSError, UnicodeError, TimeoutError):
            return failed(ProbeCode.NAME_NOT_FOUND)
        found = await dial_each_family(addresses, timeout_s)
        return judge_dialled(found, route=has_route() or is_loopback(target.host))


# --- sign-on pages ----------------------------------------------------------------------------------------


class _HeadProtocol(asyncio.Protocol):
    """Reads the head of an HTTP answer, no more of it than ``MAX_HEAD_BYTES``."""

    def __init__(self) -> None:
        self.head: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data[:MAX_HEAD_BYTES]
        if not self.head.done() and (b"\r\n\r\n" in self._buffer or len(self._buffer) >= MAX_HEAD_BYTES):
            self.head.set_result(self._buffer)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.head.done():
            self.head.set_result(self._buffer)


async def is_portal(target: NetworkTarget) -> bool:
    """Whether somebody else answers plain HTTP in the service's name, as the sign-on page of a guest network
    does (RFC 8910, RFC 6585 section 6). Only the service's own name is asked for."""
    if is_loopback(target.host) or not target.encrypted:
        return False
    try:
        async with asyncio.timeout(PORTAL_TIMEOUT_S):
            transport, protocol = await open_stream(_HeadProtocol, target.host, PORTAL_PORT)
            try:
                request = f"GET / HTTP/1.1\r\nHost: {target.host}\r\nConnection: close\r\n\r\n"
                transport.write(request.encode("ascii"))
                return leads_elsewhere(await protocol.head, target.host)
            finally:
                transport.abort()
    except (OSError, TimeoutError, UnicodeError):
        return False


def leads_elsewhere(head: bytes, host: str) -> bool:
    """Whether this answer to plain HTTP is somebody else's: 511, or a redirect to another host."""
    match = _HEAD.match(head)
    if match is None:
        return False
    status = int(match[1])
    if status == 511:
        return True
    location = _LOCATION.search(head)
    if status not in (301, 302, 303, 307, 308) or location is None:
        return False
    try:
        other = urlsplit(location[1].decode("latin-1").strip()).hostname
    except ValueError:
        return False
    return other is not None and not _same_site(other, host.lower())


def _same_site(other: str, host: str) -> bool:
    """``www.`` and other names within the service's own domain are the service itself."""
    if other == host:
        return True
    try:
        ipaddress.ip_address(other)
    except ValueError:
        own = host.split(".", 1)[-1]
        return "." in own and (other == own or other.endswith("." + own))
    return False
