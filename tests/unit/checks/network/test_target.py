from __future__ import annotations

import pytest

from kpdesk.checks.probes.network.target import (
    MAX_SERVERS,
    IceAddress,
    NetworkTarget,
    Transport,
    ice_address,
    ice_addresses,
    relays,
    stun_servers,
)
from kpdesk.domain.ticket import IceServer

UDP, TCP, TLS = Transport.UDP, Transport.TCP, Transport.TLS


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("stun:a.test", (False, "a.test", 3478, UDP)),
        ("stun:a.test:19302", (False, "a.test", 19302, UDP)),
        ("turn:a.test", (True, "a.test", 3478, UDP)),
        ("turn:a.test?transport=udp", (True, "a.test", 3478, UDP)),
        ("turn:a.test:443?transport=tcp", (True, "a.test", 443, TCP)),
        ("turns:a.test", (True, "a.test", 5349, TLS)),
        ("turns:a.test:443?transport=tcp", (True, "a.test", 443, TLS)),
        ("turn:[2001:db8::1]:3478", (True, "2001:db8::1", 3478, UDP)),
        ("turns:a.test?transport=udp", None),  # DTLS
        ("stuns:a.test", None),
        ("stun:a.test?transport=tcp", None),
        ("turn:a.test?transport=sctp", None),
        ("turn:a.test:0", None),
        ("turn:a.test:70000", None),
        ("turn:user@a.test", None),
        ("turn://a.test", None),
        ("https://a.test", None),
        ("turn:", None),
        ("", None),
    ],
)
def test_ice_addresses(url: str, expected: tuple[bool, str, int, Transport] | None) -> None:
    found = ice_address(url)
    assert (found and (found.relay, found.host, found.port, found.transport)) == expected


def test_credentials_stay_with_their_server_and_out_of_sight() -> None:
    servers = (
        IceServer(("stun:a.test",)),
        IceServer(("turn:a.test", "turn:a.test?transport=tcp"), "name", "secret"),
    )
    found = ice_addresses(servers)
    assert [(one.username, one.credential) for one in found] == [
        (None, None),
        ("name", "secret"),
        ("name", "secret"),
    ]
    assert "secret" not in repr(found)
    assert "name" not in repr(found[1])


def test_relays_are_told_by_their_way_and_not_all_are_tried() -> None:
    urls = [f"turn:{number}.test" for number in range(5)]
    found = ice_addresses([IceServer((*urls, "turns:a.test"))])
    assert [one.host for one in relays(found, UDP)] == ["0.test", "1.test", "2.test"]
    assert len(relays(found, UDP)) == MAX_SERVERS
    assert [one.host for one in relays(found, TLS)] == ["a.test"]
    assert relays(found, TCP) == ()


def test_a_relay_answers_stun_too_but_is_asked_once_and_last() -> None:
    found = ice_addresses([IceServer(("turn:a.test", "turn:b.test", "stun:b.test", "stun:c.test"))])
    assert [(one.host, one.relay) for one in stun_servers(found)] == [
        ("b.test", False),
        ("c.test", False),
        ("a.test", True),
    ]


@pytest.mark.parametrize(
    ("url", "host", "port", "encrypted", "websocket"),
    [
        ("https://v.test/fhir", "v.test", 443, True, "wss://v.test:443/signaling"),
        ("https://v.test:8443/fhir", "v.test", 8443, True, "wss://v.test:8443/signaling"),
        ("http://127.0.0.1:8443/fhir", "127.0.0.1", 8443, False, "ws://127.0.0.1:8443/signaling"),
        ("https://[2001:db8::1]/fhir", "2001:db8::1", 443, True, "wss://[2001:db8::1]:443/signaling"),
    ],
)
def test_targets(url: str, host: str, port: int, encrypted: bool, websocket: str) -> None:
    target = NetworkTarget.of(url)
    assert (target.host, target.port, target.encrypted) == (host, port, encrypted)
    assert target.websocket_url == websocket


def test_a_target_is_told_where_its_websocket_is() -> None:
    target = NetworkTarget.of("https://v.test/fhir", websocket_url="wss://s.test/ws")
    assert target.websocket_url == "wss://s.test/ws"


@pytest.mark.parametrize("url", ["ftp://v.test", "v.test", "https://", ""])
def test_what_is_no_service(url: str) -> None:
    with pytest.raises(ValueError, match="not the address"):
        NetworkTarget.of(url)


def test_equal_servers_are_one() -> None:
    twice = [IceServer(("turn:a.test",), "n", "s"), IceServer(("turn:a.test",), "n", "s")]
    assert ice_addresses(twice) == (IceAddress(True, "a.test", 3478, UDP, "n", "s"),)
