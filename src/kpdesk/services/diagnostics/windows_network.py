"""The IP Helper and Native Wifi interfaces of Windows, as far as kpdesk reads them (ctypes).

Structures are those of ``iptypes.h``, ``ws2def.h`` and ``wlanapi.h``. Everything returned is copied: no
pointer leaves this module.
"""

from __future__ import annotations

import ctypes
import ipaddress
import struct
from collections.abc import Iterator
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_uint32, c_uint64, c_void_p, c_wchar_p, cast
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final

NO_ERROR: Final = 0
BUFFER_OVERFLOW: Final = 111
NO_DATA: Final = 232
OPER_STATUS_UP: Final = 1
SKIP_ANYCAST_MULTICAST_DNS: Final = 0x2 | 0x4 | 0x8
INCLUDE_GATEWAYS: Final = 0x80
FIRST_SIZE: Final = 16 * 1024
TRIES: Final = 4
AF_INET: Final = 2
AF_INET6: Final = 23
WLAN_CLIENT_VERSION: Final = 2
WLAN_CONNECTED: Final = 1
WLAN_OPCODE_RSSI: Final = 0x10000102
"""The strength alone. Asking for the whole current connection needs the person's leave for their location
since Windows 11 24H2 ("Changes to API behavior for Wi-Fi access and location")."""
MAX_CHAIN: Final = 256


class AdapterKind(IntEnum):
    """``IfType`` of ``ipifcons.h``, those that matter here."""

    OTHER = 1
    ETHERNET = 6
    PPP = 23
    VIRTUAL = 53
    """IF_TYPE_PROP_VIRTUAL: Wintun, and so WireGuard."""
    WIFI = 71
    TUNNEL = 131

    @classmethod
    def _missing_(cls, value: object) -> AdapterKind:
        return cls.OTHER


@dataclass(frozen=True, slots=True)
class Adapter:
    """A network adapter."""

    name: str
    """Its GUID in braces."""
    description: str
    """Of its driver."""
    kind: AdapterKind
    up: bool
    metric: int
    addresses: tuple[str, ...] = field(default=(), repr=False)
    gateways: tuple[str, ...] = field(default=(), repr=False)
    dns_suffix: str = field(default="", repr=False)


class SocketAddress(Structure):
    """SOCKET_ADDRESS."""

    _fields_ = [("address", c_void_p), ("length", c_int)]


class AddressNode(Structure):
    """The head that IP_ADAPTER_UNICAST_ADDRESS and IP_ADAPTER_GATEWAY_ADDRESS share."""


AddressNode._fields_ = [
    ("length", c_uint32),
    ("flags", c_uint32),
    ("next", POINTER(AddressNode)),
    ("address", SocketAddress),
]


class AdapterNode(Structure):
    """IP_ADAPTER_ADDRESSES_LH up to ``Ipv6Metric``."""


AdapterNode._fields_ = [
    ("length", c_uint32),
    ("if_index", c_uint32),
    ("next", POINTER(AdapterNode)),
    ("name", c_char_p),
    ("unicast", POINTER(AddressNode)),
    ("anycast", c_void_p),
    ("multicast", c_void_p),
    ("dns_servers", c_void_p),
    ("dns_suffix", c_wchar_p),
    ("description", c_wchar_p),
    ("friendly_name", c_wchar_p),
    ("physical_address", ctypes.c_ubyte * 8),
    ("physical_address_length", c_uint32),
    ("flags", c_uint32),
    ("mtu", c_uint32),
    ("if_type", c_uint32),
    ("oper_status", c_int),
    ("ipv6_if_index", c_uint32),
    ("zone_indices", c_uint32 * 16),
    ("prefixes", c_void_p),
    ("transmit_speed", c_uint64),
    ("receive_speed", c_uint64),
    ("wins_servers", c_void_p),
    ("gateways", POINTER(AddressNode)),
    ("ipv4_metric", c_uint32),
    ("ipv6_metric", c_uint32),
]


class Guid(Structure):
    """GUID."""

    _fields_ = [
        ("data1", c_uint32),
        ("data2", ctypes.c_uint16),
        ("data3", ctypes.c_uint16),
        ("data4", ctypes.c_ubyte * 8),
    ]

    def __str__(self) -> str:
        last = bytes(self.data4).hex().upper()
        return f"{{{self.data1:08X}-{self.data2:04X}-{self.data3:04X}-{last[:4]}-{last[4:]}}}"


class WlanInterface(Structure):
    """WLAN_INTERFACE_INFO. WCHAR is 16 bits on Windows whatever the compiler's own is."""

    _fields_ = [("guid", Guid), ("description", ctypes.c_uint16 * 256), ("state", c_int)]


class WlanInterfaceList(Structure):
    """The head of WLAN_INTERFACE_INFO_LIST; the interfaces follow it."""

    _fields_ = [("count", c_uint32), ("index", c_uint32)]


class WindowsNetwork:
    """Asks ``iphlpapi.dll`` and ``wlanapi.dll``."""

    def __init__(self, ip_helper: Any, wlan: Any | None) -> None:
        """``wlan``: ``None`` where it is missing, as on a server without the feature."""
        self._ip = ip_helper
        self._wlan = wlan

    @staticmethod
    def load() -> WindowsNetwork:
        """Raises OSError where there is no IP Helper. Both are taken from the system's own folder."""
        windll: Any = vars(ctypes)["WinDLL"]
        try:
            wlan = windll("wlanapi.dll", winmode=_SEARCH_SYSTEM32)
        except OSError:
            wlan = None
        return WindowsNetwork(windll("iphlpapi.dll", winmode=_SEARCH_SYSTEM32), wlan)

    def adapters(self) -> tuple[Adapter, ...]:
        """Raises OSError when the system refuses."""
        size = c_uint32(FIRST_SIZE)
        for _ in range(TRIES):  # adapters may come between asking for the size and reading
            buffer = ctypes.create_string_buffer(size.value)
            flags = SKIP_ANYCAST_MULTICAST_DNS | INCLUDE_GATEWAYS
            result = self._ip.GetAdaptersAddresses(0, flags, None, buffer, byref(size))
            if result == NO_ERROR:
                first = cast(buffer, POINTER(AdapterNode))
                return tuple(_adapter(node) for node in _chain(first))
            if result == NO_DATA:
                return ()
            if result != BUFFER_OVERFLOW:
                break
        raise OSError(result, "GetAdaptersAddresses")

    def hardware_address(self, gateway: str) -> str:
        """Of an IPv4 neighbour, from the system's table, else by asking it (ARP); empty when unknown."""
        try:
            target = struct.unpack("=I", ipaddress.IPv4Address(gateway).packed)[0]  # IPAddr: network order
        except ValueError:
            return ""
        found = (ctypes.c_ubyte * 8)()
        length = c_uint32(ctypes.sizeof(found))
        if self._ip.SendARP(c_uint32(target), c_uint32(0), found, byref(length)) != NO_ERROR:
            return ""
        return bytes(found)[: length.value].hex(":")

    def wifi_dbm(self, adapter: str) -> float | None:
        """Strength of the Wi-Fi with this GUID, when it is connected and the system tells."""
        wlan = self._wlan
        if wlan is None:
            return None
        handle, version = c_void_p(), c_uint32()
        if wlan.WlanOpenHandle(c_uint32(WLAN_CLIENT_VERSION), None, byref(version), byref(handle)):
            return None
        try:
            guid = _connected(wlan, handle, adapter)
            return None if guid is None else _rssi(wlan, handle, guid)
        finally:
            wlan.WlanCloseHandle(handle, None)


_SEARCH_SYSTEM32: Final = 0x800
"""LOAD_LIBRARY_SEARCH_SYSTEM32: nowhere else is a library of that name ours to load."""


def _connected(wlan: Any, handle: c_void_p, adapter: str) -> Guid | None:
    found = c_void_p()
    if wlan.WlanEnumInterfaces(handle, None, byref(found)) or not found.value:
        return None
    try:
        count = WlanInterfaceList.from_address(found.value).count
        start = found.value + ctypes.sizeof(WlanInterfaceList)
        for item in (WlanInterface * min(count, MAX_CHAIN)).from_address(start):
            if str(item.guid) == adapter.upper() and item.state == WLAN_CONNECTED:
                return Guid.from_buffer_copy(item.guid)
        return None
    finally:
        wlan.WlanFreeMemory(found)


def _rssi(wlan: Any, handle: c_void_p, guid: Guid) -> float | None:
    size, data = c_uint32(), c_void_p()
    opcode = c_int(WLAN_OPCODE_RSSI)
    if wlan.WlanQueryInterface(handle, byref(guid), opcode, None, byref(size), byref(data), None):
        return None
    try:
        if not data.value or size.value < ctypes.sizeof(ctypes.c_int32):
            return None
        value = ctypes.c_int32.from_address(data.value).value
    finally:
        wlan.WlanFreeMemory(data)
    return float(value) if -120 <= value < 0 else None  # noqa: PLR2004 - 0 is a driver's "not known"


def _chain(first: Any) -> Iterator[Any]:
    """A linked list of structures; never endless, whatever stands in it."""
    node = first
    for _ in range(MAX_CHAIN):
        if not node:
            return
        yield node.contents
        node = node.contents.next


def _adapter(node: Any) -> Adapter:
    metrics = [metric for metric in (node.ipv4_metric, node.ipv6_metric) if metric]
    return Adapter(
        name=(node.name or b"").decode("ascii", errors="replace"),
        description=node.description or "",
        kind=AdapterKind(node.if_type),
        up=node.oper_status == OPER_STATUS_UP,
        metric=min(metrics, default=0xFFFFFFFF),
        addresses=tuple(_addresses(node.unicast)),
        gateways=tuple(sorted(_addresses(node.gateways), key=lambda one: ":" in one)),
        dns_suffix=node.dns_suffix or "",
    )


def _addresses(first: Any) -> Iterator[str]:
    """IPv4 and IPv6 of SOCKADDR_IN and SOCKADDR_IN6."""
    for node in _chain(first):
        place, length = node.address.address, node.address.length
        if not place or length < 16:  # noqa: PLR2004 - sizeof(SOCKADDR_IN)
            continue
        raw = ctypes.string_at(place, length)
        family = int.from_bytes(raw[:2], "little")
        if family == AF_INET:
            yield str(ipaddress.IPv4Address(raw[4:8]))
        elif family == AF_INET6 and length >= 24:  # noqa: PLR2004
            yield str(ipaddress.IPv6Address(raw[8:24]))
