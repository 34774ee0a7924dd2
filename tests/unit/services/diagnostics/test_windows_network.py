"""IP Helper and Native Wifi: structures as Windows lays them out, filled by a library of the test."""

from __future__ import annotations

import ctypes
import ipaddress
from typing import Any

import pytest

from kpdesk.services.diagnostics import windows_network as module
from kpdesk.services.diagnostics.windows_network import (
    Adapter,
    AdapterKind,
    AdapterNode,
    AddressNode,
    Guid,
    WindowsNetwork,
    WlanInterface,
    WlanInterfaceList,
)


def address_chain(kept: list[Any], *addresses: str) -> Any:
    """A linked list of SOCKADDR_IN and SOCKADDR_IN6."""
    first = ctypes.POINTER(AddressNode)()
    for text in reversed(addresses):
        parsed = ipaddress.ip_address(text)
        if parsed.version == 4:
            raw = (2).to_bytes(2, "little") + bytes(2) + parsed.packed + bytes(8)
        else:
            raw = (23).to_bytes(2, "little") + bytes(6) + parsed.packed + bytes(4)
        place = ctypes.create_string_buffer(raw, len(raw))
        node = AddressNode(length=ctypes.sizeof(AddressNode), next=first)
        node.address.address = ctypes.addressof(place)
        node.address.length = len(raw)
        kept += [place, node]
        first = ctypes.pointer(node)
    return first


class IpHelper:
    """``iphlpapi.dll`` of one computer."""

    def __init__(
        self, *nodes: AdapterNode, results: tuple[int, ...] = (0,), kept: list[Any] | None = None
    ) -> None:
        self.nodes = list(nodes)
        self.kept = kept
        self.results = list(results)
        self.arp: dict[str, bytes] = {}
        self.sizes: list[int] = []

    def GetAdaptersAddresses(self, family: int, flags: int, _: None, buffer: Any, size: Any) -> int:  # noqa: N802
        assert family == 0
        assert flags & module.INCLUDE_GATEWAYS
        result = self.results.pop(0)
        self.sizes.append(size._obj.value)
        if result == module.BUFFER_OVERFLOW:
            size._obj.value *= 2
        if result == 0:
            for node, following in zip(self.nodes, [*self.nodes[1:], None], strict=True):
                node.next = ctypes.pointer(following) if following is not None else None
            ctypes.memmove(buffer, ctypes.byref(self.nodes[0]), ctypes.sizeof(AdapterNode))
        return result

    def SendARP(self, target: Any, source: Any, found: Any, length: Any) -> int:  # noqa: N802
        assert source.value == 0
        address = str(ipaddress.IPv4Address(bytes(target)))
        mac = self.arp.get(address)
        if mac is None:
            return 67  # ERROR_BAD_NET_NAME, as for a neighbour that does not answer
        ctypes.memmove(found, mac, len(mac))
        length._obj.value = len(mac)
        return 0


GUID = Guid(0x0123ABCD, 0x4567, 0x89AB, (ctypes.c_ubyte * 8)(*range(8)))
GUID_TEXT = "{0123ABCD-4567-89AB-0001-020304050607}"


class Wlan:
    """``wlanapi.dll``; counts what it lends and what it gets back."""

    def __init__(
        self, *, state: int = 1, rssi: int = -64, open_result: int = 0, query_result: int = 0
    ) -> None:
        class Answer(ctypes.Structure):
            _fields_ = [("head", WlanInterfaceList), ("items", WlanInterface * 2)]

        self.answer = Answer()
        self.answer.head.count = 2
        self.answer.items[0].state = 4  # disconnected
        self.answer.items[1].guid = GUID
        self.answer.items[1].state = state
        self.rssi = ctypes.c_int32(rssi)
        self.open_result, self.query_result = open_result, query_result
        self.lent = 0

    def WlanOpenHandle(self, version: Any, _: None, negotiated: Any, handle: Any) -> int:  # noqa: N802
        assert version.value == 2
        if self.open_result == 0:
            handle._obj.value = 77
            self.lent += 1
        return self.open_result

    def WlanEnumInterfaces(self, handle: Any, _: None, found: Any) -> int:  # noqa: N802
        assert handle.value == 77
        found._obj.value = ctypes.addressof(self.answer)
        self.lent += 1
        return 0

    def WlanQueryInterface(  # noqa: N802
        self, handle: Any, guid: Any, opcode: Any, _: None, size: Any, data: Any, kind: None
    ) -> int:
        assert str(guid._obj) == GUID_TEXT
        assert opcode.value == 0x10000102
        if self.query_result == 0:
            size._obj.value = 4
            data._obj.value = ctypes.addressof(self.rssi)
            self.lent += 1
        return self.query_result

    def WlanFreeMemory(self, place: Any) -> None:  # noqa: N802
        assert place.value
        self.lent -= 1

    def WlanCloseHandle(self, handle: Any, _: None) -> int:  # noqa: N802
        self.lent -= 1
        return 0


def wifi_node(kept: list[Any]) -> AdapterNode:
    return AdapterNode(
        name=b"{WIFI}",
        description="Intel(R) Wi-Fi 6 AX201 160MHz",
        dns_suffix="fritz.box",
        if_type=71,
        oper_status=1,
        unicast=address_chain(kept, "fe80::1", "192.168.1.20"),
        gateways=address_chain(kept, "fe80::ffff", "192.168.1.1"),
        ipv4_metric=35,
        ipv6_metric=40,
    )


def test_the_structures_are_those_of_64_bit_windows() -> None:
    """Offsets of the public headers; on 64-bit systems the natural alignment is the same everywhere."""
    assert ctypes.sizeof(ctypes.c_void_p) == 8
    offsets = {name: getattr(AdapterNode, name).offset for name in ("unicast", "dns_suffix", "if_type")}
    assert offsets == {"unicast": 24, "dns_suffix": 56, "if_type": 100}
    assert (AdapterNode.gateways.offset, AdapterNode.ipv4_metric.offset) == (208, 216)
    assert (AddressNode.next.offset, AddressNode.address.offset) == (8, 16)
    assert ctypes.sizeof(WlanInterface) == 16 + 512 + 4
    assert ctypes.sizeof(WlanInterfaceList) == 8


def test_adapters() -> None:
    kept: list[Any] = []
    other = AdapterNode(name=b"{X}", if_type=9999, oper_status=2)
    found = WindowsNetwork(IpHelper(wifi_node(kept), other, kept=kept), None).adapters()
    assert found == (
        Adapter(
            "{WIFI}",
            "Intel(R) Wi-Fi 6 AX201 160MHz",
            AdapterKind.WIFI,
            True,
            35,
            ("fe80::1", "192.168.1.20"),
            ("192.168.1.1", "fe80::ffff"),
            "fritz.box",
        ),
        Adapter("{X}", "", AdapterKind.OTHER, False, 0xFFFFFFFF),
    )


def test_adapters_ask_again_when_there_are_more() -> None:
    kept: list[Any] = []
    helper = IpHelper(wifi_node(kept), results=(111, 111, 0), kept=kept)
    assert len(WindowsNetwork(helper, None).adapters()) == 1
    assert helper.sizes == [module.FIRST_SIZE, 2 * module.FIRST_SIZE, 4 * module.FIRST_SIZE]


def test_adapters_that_cannot_be_read() -> None:
    assert WindowsNetwork(IpHelper(results=(232,)), None).adapters() == ()
    with pytest.raises(OSError, match="GetAdaptersAddresses"):
        WindowsNetwork(IpHelper(results=(8,)), None).adapters()
    with pytest.raises(OSError, match="GetAdaptersAddresses"):
        WindowsNetwork(IpHelper(results=(111,) * module.TRIES), None).adapters()


def test_a_list_that_bites_its_tail_ends() -> None:
    node = AdapterNode(name=b"{A}")
    node.next = ctypes.pointer(node)
    assert len(list(module._chain(ctypes.pointer(node)))) == module.MAX_CHAIN


def test_hardware_address() -> None:
    helper = IpHelper()
    helper.arp["192.168.1.1"] = bytes.fromhex("3ca62f0a0b0c")
    network = WindowsNetwork(helper, None)
    assert network.hardware_address("192.168.1.1") == "3c:a6:2f:0a:0b:0c"
    assert network.hardware_address("192.168.1.2") == ""
    assert network.hardware_address("fe80::1") == ""


@pytest.mark.parametrize("adapter", [GUID_TEXT, GUID_TEXT.lower()])
def test_wifi_strength(adapter: str) -> None:
    wlan = Wlan()
    assert WindowsNetwork(IpHelper(), wlan).wifi_dbm(adapter) == -64.0
    assert wlan.lent == 0


@pytest.mark.parametrize(
    "wlan",
    [
        Wlan(state=4),
        Wlan(rssi=0),
        Wlan(rssi=55),
        Wlan(open_result=1062),  # ERROR_SERVICE_NOT_ACTIVE
        Wlan(query_result=5),  # ERROR_ACCESS_DENIED
    ],
    ids=["disconnected", "zero", "nonsense", "no service", "denied"],
)
def test_wifi_strength_is_unknown(wlan: Wlan) -> None:
    assert WindowsNetwork(IpHelper(), wlan).wifi_dbm(GUID_TEXT) is None
    assert wlan.lent == 0


def test_wifi_strength_of_another_adapter_or_none() -> None:
    assert WindowsNetwork(IpHelper(), Wlan()).wifi_dbm("{CABLE}") is None
    assert WindowsNetwork(IpHelper(), None).wifi_dbm(GUID_TEXT) is None


@pytest.mark.only_on("win32")
def test_this_computer() -> None:
    network = WindowsNetwork.load()
    assert any(one.up for one in network.adapters())
