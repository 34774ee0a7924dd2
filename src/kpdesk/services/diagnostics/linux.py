"""Facts of Linux, from ``/proc``, ``/sys`` and ``iw``."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from kpdesk.services.diagnostics.commands import Commands
from kpdesk.services.diagnostics.platform import (
    Interface,
    NetworkState,
    SystemVersion,
    identity_of,
    interfaces,
)

GLIBC_MIN: Final = (2, 35)
"""docs/platforms.md: what kpdesk is built on."""
_TUNNELS: Final = ("tun", "tap", "utun", "wg", "ppp", "ipsec", "tailscale", "nordlynx", "proton", "cscotun")
_RTF_UP: Final = 0x1
_MAX_BYTES: Final = 256 * 1024
_SIGNAL: Final = re.compile(r"^\s*signal:\s*(-\d+)(?:\.\d+)? dBm", re.MULTILINE)
_SSID: Final = re.compile(r"^\s*SSID: (.+)$", re.MULTILINE)


class LinuxSystem:
    """Reads below ``root``, which is ``/`` but in tests."""

    name = "linux"

    def __init__(
        self,
        commands: Commands,
        *,
        root: Path = Path("/"),
        interfaces: Callable[[], Mapping[str, Interface]] = interfaces,
        glibc: Callable[[], str | None] = lambda: os.confstr("CS_GNU_LIBC_VERSION"),
    ) -> None:
        self._commands = commands
        self._root = root
        self._interfaces = interfaces
        self._glibc = glibc

    def version(self) -> SystemVersion:
        values = dict(_assignments(self._text("etc/os-release") or self._text("usr/lib/os-release")))
        text = f"{values.get('ID', '')} {values.get('VERSION_ID', '')}".strip() or platform.release()
        return SystemVersion(text, self._new_enough())

    def _new_enough(self) -> bool | None:
        """By the C library, which is what a built program needs (PEP 600); another one is not known."""
        try:
            found = re.fullmatch(r"glibc (\d+)\.(\d+).*", self._glibc() or "")
        except (ValueError, OSError):
            return None
        return None if found is None else (int(found[1]), int(found[2])) >= GLIBC_MIN

    def network(self) -> NetworkState:
        here = self._interfaces()
        vpn = any(one.routed and self._is_tunnel(name) for name, one in here.items()) if here else None
        wifi = self._carrying_wifi()
        return NetworkState(vpn, self._strength(wifi) if wifi else None)

    def network_identity(self) -> str:
        route = self._default_route()
        if route is None:
            return ""
        interface, gateway = route
        name = ""
        if self._is_wifi(interface):
            found = _SSID.search(self._commands.run("iw", "dev", interface, "link") or "")
            name = found[1].strip() if found else ""
        return identity_of(
            gateway_mac=self._neighbour(interface, gateway),
            wifi_name=name,
            gateway=gateway,
            suffix=self._search_domain(),
        )

    def restart_pending(self) -> bool | None:
        """Debian and Ubuntu leave a file (``unattended-upgrades``, ``update-notifier``); that there is none
        proves nothing, as not every computer has a program that would write it."""
        return True if (self._root / "run/reboot-required").exists() else None

    def update_pending(self) -> bool | None:
        """Not known: asking the package manager takes its lock and an administrator."""
        return None

    # --- interfaces ---------------------------------------------------------------------------------------

    def _is_tunnel(self, name: str) -> bool:
        """By what the kernel says of it; by its name for one that is a plain device."""
        place = self._root / "sys/class/net" / name
        if "DEVTYPE=wireguard" in self._text(f"sys/class/net/{name}/uevent"):
            return True
        return (place / "tun_flags").exists() or name.startswith(_TUNNELS)

    def _is_wifi(self, name: str) -> bool:
        place = self._root / "sys/class/net" / name
        return (place / "phy80211").exists() or (place / "wireless").exists()

    def _carrying_wifi(self) -> str | None:
        """The Wi-Fi of the default route. Below a tunnel, or with no route, the one that is connected."""
        route = self._default_route()
        if route is not None and not self._is_tunnel(route[0]):
            return route[0] if self._is_wifi(route[0]) else None
        connected = [name for name, one in self._interfaces().items() if one.routed and self._is_wifi(name)]
        return connected[0] if len(connected) == 1 else None

    def _strength(self, name: str) -> float | None:
        """dBm: wireless extensions in ``/proc`` (proc(5)), else nl80211 through ``iw``."""
        for line in self._text("proc/net/wireless").splitlines():
            interface, _, rest = line.partition(":")
            if interface.strip() != name:
                continue
            fields = rest.split()
            try:
                level = float(fields[2].rstrip("."))
            except (IndexError, ValueError):
                break
            if level > 63:  # noqa: PLR2004 - an 8-bit number without its sign (linux/wireless.h, IW_QUAL_DBM)
                level -= 256
            if -120 <= level < 0:  # noqa: PLR2004 - 0 is "not given", beyond is nonsense
                return level
        found = _SIGNAL.search(self._commands.run("iw", "dev", name, "link") or "")
        return float(found[1]) if found else None

    # --- routes -------------------------------------------------------------------------------------------

    def _default_route(self) -> tuple[str, str] | None:
        """Interface and gateway with the lowest metric, IPv4 first; the gateway of a tunnel is empty."""
        found: list[tuple[int, str, str]] = []
        for line in self._text("proc/net/route").splitlines()[1:]:
            fields = line.split()
            try:
                name, target, gateway, flags, mask = (fields[index] for index in (0, 1, 2, 3, 7))
                if int(target, 16) == 0 and int(mask, 16) == 0 and int(flags, 16) & _RTF_UP:
                    # the four bytes are in network order, printed as the machine's own number
                    octets = int(gateway, 16).to_bytes(4, "little")
                    address = ".".join(map(str, octets)) if any(octets) else ""
                    found.append((int(fields[6]), name, address))
            except (IndexError, ValueError, OverflowError):
                continue
        if not found:
            found = list(self._default_routes_6())
        return min(found)[1:] if found else None

    def _default_routes_6(self) -> Iterator[tuple[int, str, str]]:
        for line in self._text("proc/net/ipv6_route").splitlines():
            fields = line.split()
            try:
                target, length, gateway, metric, name = (fields[index] for index in (0, 1, 4, 5, 9))
                if int(target, 16) == 0 and int(length, 16) == 0 and name != "lo":
                    yield int(metric, 16), name, gateway if int(gateway, 16) else ""
            except (IndexError, ValueError):
                continue

    def _neighbour(self, interface: str, gateway: str) -> str:
        for line in self._text("proc/net/arp").splitlines()[1:]:
            fields = line.split()
            if len(fields) >= 6 and fields[0] == gateway and fields[5] == interface:  # noqa: PLR2004
                return fields[3]
        return ""

    def _search_domain(self) -> str:
        for line in self._text("etc/resolv.conf").splitlines():
            words = line.split()
            if len(words) > 1 and words[0] in ("search", "domain"):
                return words[1].lower()
        return ""

    def _text(self, path: str) -> str:
        try:
            with (self._root / path).open("rb") as file:
                return file.read(_MAX_BYTES).decode("utf-8", errors="replace")
        except OSError:
            return ""


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    """``KEY="value"`` lines of os-release(5)."""
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and not key.startswith("#"):
            yield key, value.strip("\"'")
