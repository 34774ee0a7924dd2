"""What the network check looks at: the visit service, and the servers that its ticket would name.

No host is contacted that the service's address, the policy or the service's own grant does not name.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self
from urllib.parse import urlsplit

from kpdesk.domain.ticket import IceServer

SIGNALING_PATH: Final = "/signaling"
"""Where kpdesk's own service has its WebSocket (docs/protocol.md)."""
MAX_SERVERS: Final = 3
"""Of one kind that are tried; more would only make the check longer."""

_ICE_URL: Final = re.compile(
    r"(?P<scheme>stuns?|turns?):(?P<host>\[[0-9A-Fa-f:.]+\]|[^:?/\[\]@\s]+)"
    r"(:(?P<port>\d{1,5}))?(\?transport=(?P<transport>\w+))?"
)


class Transport(StrEnum):
    """How a STUN or TURN server is spoken to."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class IceAddress:
    """One server of the ticket, taken apart (RFC 7064, RFC 7065)."""

    relay: bool
    """TURN, not only STUN."""
    host: str
    port: int
    transport: Transport
    username: str | None = field(default=None, repr=False)
    credential: str | None = field(default=None, repr=False)


def ice_address(url: str, username: str | None = None, credential: str | None = None) -> IceAddress | None:
    """The server behind a ``stun:``, ``turn:`` or ``turns:`` address; ``None`` for what kpdesk cannot use
    (DTLS, STUN over TCP) or what is no such address."""
    match = _ICE_URL.fullmatch(url.strip())
    if match is None:
        return None
    scheme, wanted = match["scheme"].lower(), (match["transport"] or "").lower()
    secure = scheme in ("stuns", "turns")
    port = int(match["port"] or (5349 if secure else 3478))
    if not 0 < port < 65536 or wanted not in ("", "udp", "tcp"):
        return None
    if secure:
        transport = Transport.TLS
        if wanted == "udp":
            return None
    else:
        transport = Transport.TCP if wanted == "tcp" else Transport.UDP
    relay = scheme in ("turn", "turns")
    if not relay and transport is not Transport.UDP:
        return None
    return IceAddress(relay, match["host"].strip("[]"), port, transport, username, credential)


def ice_addresses(servers: Iterable[IceServer]) -> tuple[IceAddress, ...]:
    """All usable ones, in their order, each once."""
    found = (ice_address(url, one.username, one.credential) for one in servers for url in one.urls)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def relays(addresses: Iterable[IceAddress], transport: Transport) -> tuple[IceAddress, ...]:
    """The TURN servers that are reached in this way."""
    fitting = [one for one in addresses if one.relay and one.transport is transport]
    return tuple(fitting[:MAX_SERVERS])


def stun_servers(addresses: Iterable[IceAddress]) -> tuple[IceAddress, ...]:
    """Who answers a Binding request over UDP: each STUN server, and each TURN server too (RFC 8656)."""
    fitting = [one for one in addresses if one.transport is Transport.UDP]
    ordered = sorted(fitting, key=lambda one: one.relay)  # stable: STUN servers first, in their order
    by_place: dict[tuple[str, int], IceAddress] = {}
    for one in ordered:
        by_place.setdefault((one.host, one.port), one)
    return tuple(by_place.values())[:MAX_SERVERS]


def is_literal(host: str) -> bool:
    """Whether ``host`` is an address itself, so that no name is looked up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether the address never leaves this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class NetworkTarget:
    """The visit service as the check reaches it."""

    host: str
    port: int
    encrypted: bool
    """False for a service on this very computer alone."""
    websocket_url: str
    """Where a WebSocket is opened. Nothing is said on it but a ping, which every server answers."""
    private_ca: bool = False
    """Policy: the service's certificate comes from the plan's own authority, which is no inspection."""
    expected_issuer: str | None = None
    """Policy: organization (or common name) that issued the service's certificate, in any case of letters."""
    remembered_servers: tuple[IceServer, ...] = ()
    """From policy or an earlier grant: tried when the service cannot be asked for new ones."""

    @classmethod
    def of(
        cls,
        base_url: str,
        *,
        websocket_url: str | None = None,
        private_ca: bool = False,
        expected_issuer: str | None = None,
        remembered_servers: tuple[IceServer, ...] = (),
    ) -> Self:
        """The target for a service's FHIR base address. Raises ValueError for what is no http address."""
        parts = urlsplit(base_url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError("not the address of a service")
        encrypted = parts.scheme == "https"
        port = parts.port or (443 if encrypted else 80)
        place = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        scheme = "wss" if encrypted else "ws"
        return cls(
            parts.hostname,
            port,
            encrypted,
            websocket_url or f"{scheme}://{place}:{port}{SIGNALING_PATH}",
            private_ca,
            expected_issuer,
            remembered_servers,
        )
