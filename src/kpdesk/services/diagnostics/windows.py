"""Facts of Windows, from its registry and network interfaces: no program is started, so no window flashes.

Not ``netsh wlan show interfaces``: its words are translated, and since Windows 11 24H2 it makes the system
ask the person for their location.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from kpdesk.services.diagnostics.platform import NetworkState, SystemVersion, identity_of, routable
from kpdesk.services.diagnostics.windows_network import Adapter, AdapterKind

BUILD_MIN: Final = 17763
"""Windows 10 1809: "Qt for Windows", Supported Configurations, of Qt 6.2 to 6.11."""
VERSION_KEY: Final = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
RESTART_KEYS: Final = (
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending",
)
"""They are there while Windows Update, or Windows' own servicing, waits for a restart."""
_VPN_DRIVERS: Final = (
    "vpn",
    "tap-windows",
    "tap-win32",
    "wireguard",
    "wintun",
    "anyconnect",
    "cisco secure client",
    "globalprotect",
    "pangp",
    "fortinet",
    "juniper networks",
    "pulse secure",
    "ivanti secure",
    "check point virtual",
    "sonicwall",
    "zscaler",
    "netskope",
    "tailscale",
    "nordlynx",
)
"""Words in descriptions of adapters that behave like Ethernet; drivers do not translate them."""


class WindowsNetworkReader(Protocol):
    """``windows_network.WindowsNetwork``."""

    def adapters(self) -> tuple[Adapter, ...]: ...

    def hardware_address(self, gateway: str) -> str: ...

    def wifi_dbm(self, adapter: str) -> float | None: ...


class WindowsSystem:
    """Reads the registry and the network of this computer."""

    name = "windows"

    def __init__(self, registry: Any, network: Callable[[], WindowsNetworkReader]) -> None:
        """``registry``: the module ``winreg``, or something with ``OpenKey`` and ``QueryValueEx``.
        ``network`` raises OSError where the libraries are missing."""
        self._registry = registry
        self._open_network = network

    def version(self) -> SystemVersion:
        """``10.0.22631.3155``. From the registry: the answers of the API depend on a program's manifest."""
        build = self._value("CurrentBuildNumber")
        try:
            number = int(build)
        except (TypeError, ValueError):
            return SystemVersion("", None)
        parts = [self._value("CurrentMajorVersionNumber"), self._value("CurrentMinorVersionNumber"), number]
        revision = self._value("UBR")
        # both are missing before Windows 10
        known = [part for part in (*parts, revision) if isinstance(part, int)]
        return SystemVersion(".".join(map(str, known)), number >= BUILD_MIN)

    def network(self) -> NetworkState:
        network, adapters = self._network()
        if network is None:
            return NetworkState()
        vpn = any(one.up and _is_vpn(one) for one in adapters)
        route = _default(adapters)
        carrying = [one for one in adapters if one.up and one.kind == AdapterKind.WIFI and _routed(one)]
        if route is not None and not _is_vpn(route):
            carrying = [one for one in carrying if one.name == route.name]
        return NetworkState(vpn, network.wifi_dbm(carrying[0].name) if len(carrying) == 1 else None)

    def network_identity(self) -> str:
        network, adapters = self._network()
        route = _default(adapters)
        if network is None or route is None:
            return ""
        gateway = route.gateways[0]
        mac = "" if _is_vpn(route) or ":" in gateway else network.hardware_address(gateway)
        return identity_of(gateway_mac=mac, gateway=gateway, suffix=route.dns_suffix.lower())

    def restart_pending(self) -> bool | None:
        found = [self._exists(path) for path in RESTART_KEYS]
        if True in found:
            return True
        return None if None in found else False

    def update_pending(self) -> bool | None:
        """Not known: kpdesk's package has no update of its own yet."""
        return None

    def _network(self) -> tuple[WindowsNetworkReader | None, tuple[Adapter, ...]]:
        try:
            network = self._open_network()
            return network, network.adapters()
        except OSError:
            return None, ()

    def _value(self, name: str) -> Any:
        try:
            with self._registry.OpenKey(self._registry.HKEY_LOCAL_MACHINE, VERSION_KEY) as key:
                return self._registry.QueryValueEx(key, name)[0]
        except OSError:
            return None

    def _exists(self, path: str) -> bool | None:
        try:
            with self._registry.OpenKey(self._registry.HKEY_LOCAL_MACHINE, path):
                return True
        except FileNotFoundError:
            return False
        except OSError:
            return None


def _routed(adapter: Adapter) -> bool:
    return any(routable(address) for address in adapter.addresses)


def _is_vpn(adapter: Adapter) -> bool:
    """PPP, or a tunnel with an IPv4 address (Teredo, ISATAP and 6to4 are tunnels of Windows' own, without
    one), or Ethernet of a driver that is known to be none."""
    if not _routed(adapter):
        return False
    if adapter.kind == AdapterKind.PPP:
        return True
    if adapter.kind in (AdapterKind.TUNNEL, AdapterKind.VIRTUAL):
        return any(":" not in address and routable(address) for address in adapter.addresses)
    description = adapter.description.lower()
    return adapter.kind == AdapterKind.ETHERNET and any(word in description for word in _VPN_DRIVERS)


def _default(adapters: tuple[Adapter, ...]) -> Adapter | None:
    """The one with a gateway and the lowest metric."""
    found = [one for one in adapters if one.up and one.gateways and _routed(one)]
    return min(found, key=lambda one: one.metric, default=None)
