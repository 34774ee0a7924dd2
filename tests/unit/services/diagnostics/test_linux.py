"""Linux: recorded ``/proc``, ``/sys`` and ``iw``."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpdesk.services.diagnostics.linux import LinuxSystem
from kpdesk.services.diagnostics.platform import Interface, NetworkState, SystemVersion
from tests.unit.services.diagnostics.recorded import RecordedCommands, files, interfaces

OS_RELEASE = """\
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
# a comment
ID=debian
HOME_URL="https://www.debian.org/"
"""
ROUTE_HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
# 192.168.1.1 by cable with metric 100, by Wi-Fi with 600
CABLE = "enp3s0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
WIFI = "wlp2s0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
LOCAL = "wlp2s0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n"
TUNNEL = "tun0\t00000000\t00000000\t0001\t0\t0\t50\t00000000\t0\t0\t0\n"
ARP = """\
IP address       HW type     Flags       HW address            Mask     Device
192.168.1.1      0x1         0x2         3C:A6:2F:0A:0B:0C     *        wlp2s0
192.168.1.40     0x1         0x2         00:11:22:33:44:55     *        wlp2s0
"""
WIRELESS = """\
Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
 face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
wlp2s0: 0000   37.  -73.  -256        0      0      0      0    124        0
"""
IW_LINK = """\
Connected to 3c:a6:2f:0a:0b:0d (on wlp2s0)
\tSSID: Familie Muster 5 GHz
\tfreq: 5180
\tRX: 1234567 bytes (2345 packets)
\tTX: 234567 bytes (1234 packets)
\tsignal: -61 dBm
\trx bitrate: 433.3 MBit/s VHT-MCS 9 80MHz short GI VHT-NSS 1
"""
ROUTE_6 = (
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "fe800000000000003ea62ffffe0a0b0c 00000400 00000001 00000000 00000003   wlp2s0\n"
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n"
)
A_WIFI = {"sys/class/net/wlp2s0/phy80211/index": "0", "sys/class/net/enp3s0/uevent": "INTERFACE=enp3s0\n"}
HOME = interfaces(lo="127.0.0.1 ::1", wlp2s0="192.168.1.20 fe80::aaaa")


def linux(
    root: Path,
    contents: dict[str, str],
    answers: dict[str, str | None] | None = None,
    here: dict[str, Interface] | None = None,
    libc: str | None = "glibc 2.36",
) -> LinuxSystem:
    return LinuxSystem(
        RecordedCommands(answers),
        root=files(root, contents),
        interfaces=lambda: HOME if here is None else here,
        glibc=lambda: libc,
    )


# --- version ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("libc", "supported"),
    [
        ("glibc 2.36", True),
        ("glibc 2.35", True),
        ("glibc 2.31", False),
        ("glibc 3.0", True),
        ("musl 1.2", None),
        ("", None),
        (None, None),
    ],
)
def test_version(tmp_path: Path, libc: str | None, supported: bool | None) -> None:
    here = linux(tmp_path, {"etc/os-release": OS_RELEASE}, libc=libc)
    assert here.version() == SystemVersion("debian 12", supported)


def test_a_version_of_garbage_is_the_kernel_s(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_bytes(b"\xff\xfe\x00nothing")
    version = linux(tmp_path, {}).version()
    assert version.text
    assert version.supported is True


# --- Wi-Fi ------------------------------------------------------------------------------------------------


def test_strength_of_the_wifi_that_carries_the_traffic(tmp_path: Path) -> None:
    here = linux(
        tmp_path, A_WIFI | {"proc/net/route": ROUTE_HEAD + WIFI + LOCAL, "proc/net/wireless": WIRELESS}
    )
    assert here.network() == NetworkState(vpn_active=False, wifi_dbm=-73.0)


def test_wifi_beside_a_cable_does_not_count(tmp_path: Path) -> None:
    here = linux(
        tmp_path, A_WIFI | {"proc/net/route": ROUTE_HEAD + WIFI + CABLE, "proc/net/wireless": WIRELESS}
    )
    assert here.network().wifi_dbm is None


def test_strength_from_iw_where_proc_has_none(tmp_path: Path) -> None:
    here = linux(
        tmp_path,
        A_WIFI | {"proc/net/route": ROUTE_HEAD + WIFI},
        {"iw dev wlp2s0 link": IW_LINK},
    )
    assert here.network().wifi_dbm == -61.0


def test_strength_written_as_an_unsigned_byte(tmp_path: Path) -> None:
    recorded = WIRELESS.replace("-73.", "183.")
    here = linux(tmp_path, A_WIFI | {"proc/net/route": ROUTE_HEAD + WIFI, "proc/net/wireless": recorded})
    assert here.network().wifi_dbm == -73.0


@pytest.mark.parametrize(
    "text", ["wlp2s0: 0000\n", "wlp2s0: 0000 37. much. -256\n", "wlp2s0: 0000 0. 0. 0.\n", "\x00\x01", ""]
)
def test_strength_of_garbage_is_unknown(tmp_path: Path, text: str) -> None:
    here = linux(
        tmp_path,
        A_WIFI | {"proc/net/route": ROUTE_HEAD + WIFI, "proc/net/wireless": text},
        {"iw dev wlp2s0 link": "Not connected.\n"},
    )
    assert here.network().wifi_dbm is None


def test_below_a_tunnel_the_connected_wifi_counts(tmp_path: Path) -> None:
    contents = A_WIFI | {
        "sys/class/net/tun0/tun_flags": "0x1001",
        "proc/net/route": ROUTE_HEAD + TUNNEL + WIFI,
        "proc/net/wireless": WIRELESS,
    }
    here = linux(tmp_path, contents, here=HOME | interfaces(tun0="10.8.0.2"))
    assert here.network() == NetworkState(vpn_active=True, wifi_dbm=-73.0)


# --- VPN --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "address", "contents", "active"),
    [
        ("tun0", "10.8.0.2", {}, True),
        ("ppp0", "10.0.0.7", {}, True),
        ("wg-home", "10.6.0.2", {}, True),
        (
            "company",
            "10.6.0.2",
            {"sys/class/net/company/uevent": "DEVTYPE=wireguard\nINTERFACE=company\n"},
            True,
        ),
        ("company", "10.6.0.2", {"sys/class/net/company/tun_flags": "0x1001"}, True),
        ("company", "fd7a:115c:a1e0::1", {"sys/class/net/company/tun_flags": "0x1001"}, True),
        # the tap of a virtual machine has no address, a VPN that is switched off is down
        ("vnet0", "fe80::fc54", {"sys/class/net/vnet0/tun_flags": "0x1002"}, False),
        ("tun0", "down 10.8.0.2", {}, False),
        ("tun0", "", {}, False),
        ("docker0", "172.17.0.1", {}, False),
        ("eth1", "192.168.7.2", {}, False),
    ],
)
def test_vpn(tmp_path: Path, name: str, address: str, contents: dict[str, str], active: bool) -> None:
    here = linux(tmp_path, contents, here=HOME | interfaces(**{name: address}))
    assert here.network().vpn_active is active


def test_vpn_is_unknown_when_the_system_does_not_tell(tmp_path: Path) -> None:
    assert linux(tmp_path, {}, here={}).network() == NetworkState()


# --- identity ---------------------------------------------------------------------------------------------


def test_identity_is_the_router_s_own_number(tmp_path: Path) -> None:
    here = linux(tmp_path, A_WIFI | {"proc/net/route": ROUTE_HEAD + WIFI, "proc/net/arp": ARP})
    assert here.network_identity() == "gateway 3c:a6:2f:0a:0b:0c"


def test_identity_without_the_router_s_number(tmp_path: Path) -> None:
    contents = A_WIFI | {"proc/net/route": ROUTE_HEAD + WIFI, "etc/resolv.conf": "search Fritz.Box lan\n"}
    assert (
        linux(tmp_path, contents, {"iw dev wlp2s0 link": IW_LINK}).network_identity()
        == "wifi Familie Muster 5 GHz"
    )
    assert linux(tmp_path, contents).network_identity() == "route 192.168.1.1 fritz.box"


def test_identity_of_a_network_with_ipv6_alone(tmp_path: Path) -> None:
    here = linux(tmp_path, {"proc/net/ipv6_route": ROUTE_6})
    assert here.network_identity() == "route fe800000000000003ea62ffffe0a0b0c"


@pytest.mark.parametrize(
    "route",
    ["", ROUTE_HEAD, ROUTE_HEAD + LOCAL, "garbage\nmore of it\n", ROUTE_HEAD + "wlp2s0\tzz\tzz\t0003\n"],
)
def test_no_route_no_identity(tmp_path: Path, route: str) -> None:
    assert linux(tmp_path, {"proc/net/route": route}).network_identity() == ""


# --- restart ----------------------------------------------------------------------------------------------


def test_restart(tmp_path: Path) -> None:
    assert linux(tmp_path, {}).restart_pending() is None
    assert linux(tmp_path, {"run/reboot-required": "*** System restart required ***\n"}).restart_pending()
    assert linux(tmp_path, {}).update_pending() is None
