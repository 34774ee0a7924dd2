"""macOS: recorded files and programs (see ``recorded``: written after published reports)."""

from __future__ import annotations

import json
import plistlib
from pathlib import Path
from typing import Any

import pytest

from kpdesk.services.diagnostics.macos import MacSystem
from kpdesk.services.diagnostics.platform import Interface, NetworkState, SystemVersion
from tests.unit.services.diagnostics.recorded import RecordedCommands, interfaces

PROFILER = "system_profiler -json SPAirPortDataType"
ROUTE = "route -n get default"
ROUTE_EN0 = """\
   route to: default
destination: default
       mask: default
    gateway: 192.168.1.1
  interface: en0
      flags: <UP,GATEWAY,DONE,STATIC,PRCLONING,GLOBAL>
 recvpipe  sendpipe  ssthresh  rtt,msec    rttvar  hopcount      mtu     expire
       0         0         0         0         0         0      1500         0
"""
ROUTE_UTUN = """\
   route to: default
destination: default
       mask: default
  interface: utun4
      flags: <UP,DONE,CLONING,STATIC,GLOBAL>
"""
ARP = "? (192.168.1.1) at 3c:a6:2f:a:b:c on en0 ifscope [ethernet]\n"
DNS = """\
DNS configuration

resolver #1
  search domain[0] : Fritz.Box
  nameserver[0] : 192.168.1.1
  if_index : 14 (en0)
  flags    : Request A records
  reach    : 0x00020002 (Reachable,Directly Reachable Address)

resolver #2
  domain   : local
  options  : mdns
"""
HOME = interfaces(
    lo0="127.0.0.1 ::1",
    en0="192.168.1.20 fe80::1c",
    awdl0="fe80::2c",
    utun0="fe80::3c",
    utun1="fe80::4c",
)


def airport(*networks: tuple[str, dict[str, Any] | None]) -> str:
    """What ``system_profiler -json SPAirPortDataType`` prints, shortened."""
    found: list[dict[str, Any]] = []
    for name, current in networks:
        interface: dict[str, Any] = {"_name": name, "spairport_wireless_card_type": "spairport_wireless_card"}
        if current is not None:
            interface["spairport_current_network_information"] = current
            interface["spairport_status_information"] = "spairport_status_connected"
        found.append(interface)
    return json.dumps({"SPAirPortDataType": [{"spairport_airport_interfaces": found}]})


CONNECTED = {
    "_name": "<redacted>",
    "spairport_network_channel": "37 (6GHz, 160MHz)",
    "spairport_network_phymode": "802.11ax",
    "spairport_network_rate": 1152,
    "spairport_signal_noise": "-72 dBm / -90 dBm",
}
AIRDROP = {"spairport_network_type": "spairport_network_type_station"}


def mac(
    root: Path,
    answers: dict[str, str | None] | None = None,
    here: dict[str, Interface] | None = None,
    python: tuple[int, int] = (3, 12),
) -> MacSystem:
    return MacSystem(
        RecordedCommands(answers),
        root=root,
        interfaces=lambda: HOME if here is None else here,
        python=python,
    )


# --- version ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "python", "supported"),
    [
        ("26.1", (3, 12), True),
        ("14.4", (3, 12), True),
        ("14.3.1", (3, 12), False),
        ("13.7.2", (3, 13), False),
        ("13.7.2", (3, 11), True),
        ("13", (3, 11), True),
        ("12.7.6", (3, 11), False),
    ],
)
def test_version(tmp_path: Path, text: str, python: tuple[int, int], supported: bool) -> None:
    file = tmp_path / "System/Library/CoreServices/SystemVersion.plist"
    file.parent.mkdir(parents=True)
    file.write_bytes(plistlib.dumps({"ProductName": "macOS", "ProductVersion": text}))
    assert mac(tmp_path, python=python).version() == SystemVersion(text, supported)


@pytest.mark.parametrize(
    "content", [None, b"", b"<plist", b"\x00\xff", plistlib.dumps({}), plistlib.dumps([])]
)
def test_version_by_the_program_when_the_file_is_none(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "System/Library/CoreServices/SystemVersion.plist"
    file.parent.mkdir(parents=True)
    if content is not None:
        file.write_bytes(content)
    here = mac(tmp_path, {"sw_vers -productVersion": "15.1\n"})
    assert here.version() == SystemVersion("15.1", True)
    assert mac(tmp_path).version() == SystemVersion("", None)


# --- network ----------------------------------------------------------------------------------------------


def test_strength_of_the_wifi_that_carries_the_traffic(tmp_path: Path) -> None:
    said = airport(("awdl0", AIRDROP), ("en0", CONNECTED))
    here = mac(tmp_path, {ROUTE: ROUTE_EN0, PROFILER: said})
    assert here.network() == NetworkState(vpn_active=False, wifi_dbm=-72.0)


def test_wifi_beside_a_cable_does_not_count(tmp_path: Path) -> None:
    said = airport(("en0", CONNECTED))
    here = mac(tmp_path, {ROUTE: ROUTE_EN0.replace("en0", "en7"), PROFILER: said})
    assert here.network().wifi_dbm is None


def test_below_a_tunnel_the_connected_wifi_counts(tmp_path: Path) -> None:
    said = airport(("en0", CONNECTED))
    here = mac(
        tmp_path,
        {ROUTE: ROUTE_UTUN, PROFILER: said},
        HOME | interfaces(utun4="100.64.1.2"),
    )
    assert here.network() == NetworkState(vpn_active=True, wifi_dbm=-72.0)


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "not json",
        "[]",
        "{}",
        '{"SPAirPortDataType": {}}',
        '{"SPAirPortDataType": [7, {"spairport_airport_interfaces": "none"}]}',
        airport(("en0", None)),
        airport(("en0", {"spairport_signal_noise": "? / ?"})),
        airport(("en0", {"spairport_signal_noise": 3})),
        airport(("en0", {"spairport_signal_noise": "0 dBm / 0 dBm"})),
    ],
)
def test_strength_of_garbage_is_unknown(tmp_path: Path, said: str | None) -> None:
    assert mac(tmp_path, {ROUTE: ROUTE_EN0, PROFILER: said}).network().wifi_dbm is None


@pytest.mark.parametrize(
    ("name", "address", "active"),
    [
        ("utun4", "10.8.0.2", True),
        ("utun4", "fd7a:115c:a1e0::1", True),
        ("ipsec0", "10.1.1.1", True),
        ("ppp0", "10.1.1.1", True),
        ("utun4", "fe80::5c", False),
        ("utun4", "down 10.8.0.2", False),
        ("bridge100", "192.168.64.1", False),
    ],
)
def test_vpn(tmp_path: Path, name: str, address: str, active: bool) -> None:
    assert mac(tmp_path, here=HOME | interfaces(**{name: address})).network().vpn_active is active


# --- identity ---------------------------------------------------------------------------------------------


def test_identity(tmp_path: Path) -> None:
    answers: dict[str, str | None] = {ROUTE: ROUTE_EN0, "arp -n 192.168.1.1": ARP, "scutil --dns": DNS}
    assert mac(tmp_path, answers).network_identity() == "gateway 3c:a6:2f:0a:0b:0c"
    answers["arp -n 192.168.1.1"] = "? (192.168.1.1) at (incomplete) on en0 ifscope [ethernet]\n"
    assert mac(tmp_path, answers).network_identity() == "route 192.168.1.1 fritz.box"


def test_identity_in_a_tunnel_is_not_that_of_home(tmp_path: Path) -> None:
    answers: dict[str, str | None] = {
        ROUTE: ROUTE_UTUN,
        "scutil --dns": DNS.replace("Fritz.Box", "corp.example"),
    }
    # macOS numbers its tunnels anew each time: the number is no part of it
    assert mac(tmp_path, answers).network_identity() == "route utun corp.example"


def test_no_route_no_identity(tmp_path: Path) -> None:
    assert mac(tmp_path).network_identity() == ""
    assert mac(tmp_path, {ROUTE: "route: writing to routing socket: not in table\n"}).network_identity() == ""


def test_what_macos_does_not_tell(tmp_path: Path) -> None:
    assert mac(tmp_path).restart_pending() is None
    assert mac(tmp_path).update_pending() is None
