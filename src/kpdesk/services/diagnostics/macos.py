"""Facts of macOS, from its own small programs. None of them needs an administrator or asks the person.

The Wi-Fi's name is "<redacted>" to a program without leave for Location Services, and asking for that to
check a line would be too much; ``airport`` is gone since macOS 14.4.
"""

from __future__ import annotations

import json
import plistlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from kpdesk.services.diagnostics.commands import Commands
from kpdesk.services.diagnostics.platform import (
    Interface,
    NetworkState,
    SystemVersion,
    identity_of,
    interfaces,
)

PYTHON_WITH_QT_6_12: Final = (3, 12)
"""pyproject.toml: PySide6 6.12 from this Python on, 6.11 before it."""
VERSION_MIN_QT_6_11: Final = (13, 0)
VERSION_MIN_QT_6_12: Final = (14, 4)
"""Qt 6.11 and 6.12, "Qt for macOS", Supported Configurations."""
PROFILER_TIMEOUT_S: Final = 6.0
"""``system_profiler`` looks around for other networks too: some seconds are usual."""
_TUNNELS: Final = ("utun", "ipsec", "ppp", "tun", "tap", "wg")
_DBM: Final = re.compile(r"\s*(-\d{1,3})\s*dBm")
_GATEWAY: Final = re.compile(r"^\s*gateway:\s*(\S+)\s*$", re.MULTILINE)
_INTERFACE: Final = re.compile(r"^\s*interface:\s*(\S+)\s*$", re.MULTILINE)
_MAC: Final = re.compile(r"\bat ((?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}) on ")
_DOMAIN: Final = re.compile(r"^\s*(?:search domain\[0\]|domain)\s*:\s*(\S+)\s*$", re.MULTILINE)


class MacSystem:
    """Reads below ``root``, which is ``/`` but in tests."""

    name = "macos"

    def __init__(
        self,
        commands: Commands,
        *,
        root: Path = Path("/"),
        interfaces: Callable[[], Mapping[str, Interface]] = interfaces,
        python: tuple[int, int] = (sys.version_info[0], sys.version_info[1]),
    ) -> None:
        """``python``: which one runs, as that decides which Qt there is."""
        self._commands = commands
        self._root = root
        self._interfaces = interfaces
        self._python = python

    def version(self) -> SystemVersion:
        try:
            file = self._root / "System/Library/CoreServices/SystemVersion.plist"
            text = str(plistlib.loads(file.read_bytes())["ProductVersion"])
        except Exception:  # plistlib lets errors of its XML parser through as they are
            text = (self._commands.run("sw_vers", "-productVersion") or "").strip()
        found = re.match(r"(\d+)(?:\.(\d+))?", text)
        if found is None:
            return SystemVersion("", None)
        least = VERSION_MIN_QT_6_12 if self._python >= PYTHON_WITH_QT_6_12 else VERSION_MIN_QT_6_11
        return SystemVersion(text, (int(found[1]), int(found[2] or 0)) >= least)

    def network(self) -> NetworkState:
        here = self._interfaces()
        # macOS keeps some utun of its own, for Continuity and the like: they have link-local addresses
        vpn = any(one.routed and name.startswith(_TUNNELS) for name, one in here.items()) if here else None
        return NetworkState(vpn, self._strength(self._default_route()[0]))

    def network_identity(self) -> str:
        interface, gateway = self._default_route()
        if not interface:
            return ""
        mac = ""
        if gateway and ":" not in gateway:
            found = _MAC.search(self._commands.run("arp", "-n", gateway) or "")
            mac = found[1] if found else ""
        domain = _DOMAIN.search(self._commands.run("scutil", "--dns") or "")
        return identity_of(
            gateway_mac=mac,
            gateway=gateway or interface.rstrip("0123456789"),
            suffix=domain[1].lower() if domain else "",
        )

    def restart_pending(self) -> bool | None:
        """Not known: macOS has no open word for it."""
        return None

    def update_pending(self) -> bool | None:
        """Not known: kpdesk's package has no update of its own yet."""
        return None

    def _default_route(self) -> tuple[str, str]:
        """Interface and gateway; empty when there is none."""
        said = self._commands.run("route", "-n", "get", "default") or ""
        interface, gateway = _INTERFACE.search(said), _GATEWAY.search(said)
        return interface[1] if interface else "", gateway[1].partition("%")[0] if gateway else ""

    def _strength(self, route: str) -> float | None:
        """dBm of the Wi-Fi that is ``route``; below a tunnel, of the one that is connected."""
        below = not route or route.startswith(_TUNNELS)
        said = self._commands.run(
            "system_profiler", "-json", "SPAirPortDataType", timeout_s=PROFILER_TIMEOUT_S
        )
        for name, information in _wifi_networks(said or ""):
            found = _DBM.match(str(information.get("spairport_signal_noise", "")))
            if found and (below or name == route):
                return float(found[1])
        return None


def _wifi_networks(said: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Interface and current network of each. ``awdl0`` (AirDrop) has one without a strength."""
    try:
        report = json.loads(said)
    except ValueError:
        return
    for section in _items(report, "SPAirPortDataType"):
        for interface in _items(section, "spairport_airport_interfaces"):
            current = interface.get("spairport_current_network_information")
            if isinstance(current, dict):
                yield str(interface.get("_name", "")), current


def _items(value: Any, key: str) -> list[dict[str, Any]]:
    """The dictionaries in the list ``value[key]``, whatever else may be there."""
    found = value.get(key) if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
