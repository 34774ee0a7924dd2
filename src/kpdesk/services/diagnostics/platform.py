"""What each system's reader answers, and the rules about networks that they share."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SystemVersion:
    """Of the operating system."""

    text: str
    supported: bool | None
    """``None`` when it cannot be told."""


@dataclass(frozen=True, slots=True)
class NetworkState:
    """The network that carries the traffic."""

    vpn_active: bool | None = None
    wifi_dbm: float | None = None
    wifi_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface as psutil has it."""

    name: str
    up: bool
    addresses: tuple[str, ...] = field(default=(), repr=False)
    """IPv4 and IPv6, without zone."""

    @property
    def routed(self) -> bool:
        """Up, with an address that others than its direct neighbour can reach."""
        return self.up and any(routable(address) for address in self.addresses)


class Platform(Protocol):
    """One operating system. Methods block for up to some seconds and never raise."""

    @property
    def name(self) -> str:
        """``windows``, ``macos`` or ``linux``."""
        ...

    def version(self) -> SystemVersion: ...

    def network(self) -> NetworkState: ...

    def network_identity(self) -> str:
        """See ``checks.ports.NetworkIdentity``."""
        ...

    def restart_pending(self) -> bool | None: ...

    def update_pending(self) -> bool | None:
        """Of kpdesk: whether the system's own way of installing has a newer one."""
        ...


def routable(address: str) -> bool:
    """Not loopback, not link-local (169.254/16, fe80::/10), not "none yet"."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified)


def interfaces() -> Mapping[str, Interface]:
    """Those of this computer, by name. Empty when the system does not tell."""
    import socket

    import psutil

    try:
        states = psutil.net_if_stats()
        addresses = psutil.net_if_addrs()
    except (OSError, RuntimeError):  # an interface that goes while it is read
        return {}
    return {
        name: Interface(
            name,
            state.isup,
            tuple(
                one.address.partition("%")[0]
                for one in addresses.get(name, ())
                if one.family in (socket.AF_INET, socket.AF_INET6)
            ),
        )
        for name, state in states.items()
    }


def identity_of(*, gateway_mac: str = "", wifi_name: str = "", gateway: str = "", suffix: str = "") -> str:
    """The strongest name that there is: the router's own number, else the Wi-Fi, else address and domain.

    The number tells two homes apart in which both routers are 192.168.1.1. Only one is taken, so that what
    is sometimes not known does not make it another network.
    """
    mac = _plain_mac(gateway_mac)
    if mac:
        return f"gateway {mac}"
    if wifi_name:
        return f"wifi {wifi_name}"
    if gateway or suffix:
        return f"route {gateway} {suffix}".rstrip()
    return ""


def _plain_mac(text: str) -> str:
    """``0:1a:2b:3:4:5`` and ``00-1A-2B-03-04-05`` alike; empty for none at all."""
    parts = text.strip().lower().replace("-", ":").split(":")
    try:
        number = bytes(int(part, 16) for part in parts)
    except ValueError:
        return ""
    if len(number) != 6 or not any(number) or number == b"\xff" * 6:  # noqa: PLR2004 - EUI-48
        return ""
    return number.hex(":")
