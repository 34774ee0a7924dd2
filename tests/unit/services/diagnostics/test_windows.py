"""Windows: a recorded registry and recorded adapters (see ``recorded``: written after documentation)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kpdesk.services.diagnostics.platform import NetworkState, SystemVersion
from kpdesk.services.diagnostics.windows import RESTART_KEYS, VERSION_KEY, WindowsSystem
from kpdesk.services.diagnostics.windows_network import Adapter, AdapterKind

DENIED = PermissionError(5, "Access is denied")
WIN_11 = {
    "CurrentBuildNumber": "22631",
    "CurrentMajorVersionNumber": 10,
    "CurrentMinorVersionNumber": 0,
    "DisplayVersion": "23H2",
    "UBR": 3155,
}


class RecordedRegistry:
    """``winreg`` with what ``reg export`` shows."""

    HKEY_LOCAL_MACHINE = 1

    def __init__(self, keys: dict[str, dict[str, Any] | OSError]) -> None:
        self.keys = keys

    def OpenKey(self, key: int, sub_key: str) -> Any:  # noqa: N802
        found = self.keys.get(sub_key)
        if found is None:
            raise FileNotFoundError(2, "The system cannot find the file specified")
        if isinstance(found, OSError):
            raise found
        return RecordedKey(found)

    def QueryValueEx(self, key: Any, name: str) -> tuple[Any, int]:  # noqa: N802
        if name not in key.values:
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return key.values[name], 1


class RecordedKey:
    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def __enter__(self) -> RecordedKey:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class RecordedNetwork:
    """``WindowsNetworkReader``."""

    def __init__(
        self, *adapters: Adapter, macs: dict[str, str] | None = None, dbm: float | None = None
    ) -> None:
        self.found = adapters
        self.macs = macs or {}
        self.dbm = dbm
        self.asked_wifi: list[str] = []

    def adapters(self) -> tuple[Adapter, ...]:
        return self.found

    def hardware_address(self, gateway: str) -> str:
        return self.macs.get(gateway, "")

    def wifi_dbm(self, adapter: str) -> float | None:
        self.asked_wifi.append(adapter)
        return self.dbm


WIFI = Adapter(
    "{WIFI}",
    "Intel(R) Wi-Fi 6 AX201 160MHz",
    AdapterKind.WIFI,
    True,
    35,
    ("192.168.1.20", "fe80::1"),
    ("192.168.1.1",),
    "fritz.box",
)
CABLE = Adapter(
    "{CABLE}",
    "Realtek PCIe GbE Family Controller",
    AdapterKind.ETHERNET,
    True,
    25,
    ("192.168.1.21",),
    ("192.168.1.1",),
)
TEREDO = Adapter(
    "{TEREDO}",
    "Microsoft Teredo Tunneling Adapter",
    AdapterKind.TUNNEL,
    True,
    75,
    ("2001:0:2851:782c:3c11:1::1",),
)


def tunnel(kind: AdapterKind, description: str, *addresses: str, up: bool = True) -> Adapter:
    return Adapter("{VPN}", description, kind, up, 5, addresses)


def windows(
    network: RecordedNetwork | OSError, keys: dict[str, dict[str, Any] | OSError] | None = None
) -> WindowsSystem:
    def opened() -> RecordedNetwork:
        if isinstance(network, OSError):
            raise network
        return network

    return WindowsSystem(RecordedRegistry(keys or {}), opened)


# --- version and restart ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "version"),
    [
        (WIN_11, SystemVersion("10.0.22631.3155", True)),
        (WIN_11 | {"CurrentBuildNumber": "17763"}, SystemVersion("10.0.17763.3155", True)),
        (WIN_11 | {"CurrentBuildNumber": "17134"}, SystemVersion("10.0.17134.3155", False)),
        ({"CurrentVersion": "6.1", "CurrentBuildNumber": "7601"}, SystemVersion("7601", False)),
        ({"CurrentBuildNumber": "many"}, SystemVersion("", None)),
        ({}, SystemVersion("", None)),
        (DENIED, SystemVersion("", None)),
    ],
)
def test_version(values: dict[str, Any] | OSError, version: SystemVersion) -> None:
    assert windows(RecordedNetwork(), {VERSION_KEY: values}).version() == version


@pytest.mark.parametrize("key", RESTART_KEYS)
def test_a_restart_is_wanted(key: str) -> None:
    assert windows(RecordedNetwork(), {key: {}}).restart_pending() is True


def test_no_restart_is_wanted() -> None:
    assert windows(RecordedNetwork()).restart_pending() is False


def test_whether_a_restart_is_wanted_cannot_be_read() -> None:
    assert windows(RecordedNetwork(), {RESTART_KEYS[0]: DENIED}).restart_pending() is None
    assert (
        windows(RecordedNetwork(), {RESTART_KEYS[0]: DENIED, RESTART_KEYS[1]: {}}).restart_pending() is True
    )
    assert windows(RecordedNetwork()).update_pending() is None


# --- network ----------------------------------------------------------------------------------------------


def test_strength_of_the_wifi_that_carries_the_traffic() -> None:
    network = RecordedNetwork(TEREDO, WIFI, dbm=-77.0)
    assert windows(network).network() == NetworkState(vpn_active=False, wifi_dbm=-77.0)
    assert network.asked_wifi == ["{WIFI}"]


def test_wifi_beside_a_cable_does_not_count() -> None:
    network = RecordedNetwork(WIFI, CABLE, dbm=-77.0)
    assert windows(network).network() == NetworkState(vpn_active=False)
    assert network.asked_wifi == []


def test_wifi_that_is_not_connected_does_not_count() -> None:
    network = RecordedNetwork(replace(WIFI, up=False), dbm=-77.0)
    assert windows(network).network() == NetworkState(vpn_active=False)


def test_below_a_tunnel_the_connected_wifi_counts() -> None:
    vpn = replace(tunnel(AdapterKind.VIRTUAL, "WireGuard Tunnel", "10.6.0.2"), gateways=("0.0.0.0",))
    network = RecordedNetwork(WIFI, vpn, dbm=-77.0)
    assert windows(network).network() == NetworkState(vpn_active=True, wifi_dbm=-77.0)


@pytest.mark.parametrize(
    ("adapter", "active"),
    [
        (tunnel(AdapterKind.PPP, "Firma", "10.0.0.4"), True),
        (tunnel(AdapterKind.VIRTUAL, "WireGuard Tunnel", "10.6.0.2"), True),
        (tunnel(AdapterKind.TUNNEL, "Company tunnel", "10.6.0.2"), True),
        (tunnel(AdapterKind.ETHERNET, "TAP-Windows Adapter V9", "10.8.0.6"), True),
        (
            tunnel(
                AdapterKind.ETHERNET, "Cisco AnyConnect Secure Mobility Client Virtual Miniport", "10.9.0.6"
            ),
            True,
        ),
        # cable pulled: Windows leaves an address of its own
        (tunnel(AdapterKind.ETHERNET, "TAP-Windows Adapter V9", "169.254.7.7", up=False), False),
        (tunnel(AdapterKind.ETHERNET, "TAP-Windows Adapter V9", "169.254.7.7"), False),
        (tunnel(AdapterKind.VIRTUAL, "WireGuard Tunnel"), False),
        (tunnel(AdapterKind.ETHERNET, "Hyper-V Virtual Ethernet Adapter", "172.20.0.1"), False),
        (TEREDO, False),
    ],
)
def test_vpn(adapter: Adapter, active: bool) -> None:
    assert windows(RecordedNetwork(CABLE, adapter)).network().vpn_active is active


def test_nothing_is_known_when_the_system_refuses() -> None:
    here = windows(OSError(50, "not supported"))
    assert here.network() == NetworkState()
    assert here.network_identity() == ""


# --- identity ---------------------------------------------------------------------------------------------


def test_identity() -> None:
    macs = {"192.168.1.1": "3c:a6:2f:0a:0b:0c"}
    assert windows(RecordedNetwork(TEREDO, WIFI, macs=macs)).network_identity() == "gateway 3c:a6:2f:0a:0b:0c"
    assert windows(RecordedNetwork(WIFI)).network_identity() == "route 192.168.1.1 fritz.box"
    assert windows(RecordedNetwork(TEREDO)).network_identity() == ""
