"""Which relay each attempt is given."""

from __future__ import annotations

import pytest

from kpdesk.calls.ice import has_relay, ice_ways, relay_transport
from kpdesk.domain.ticket import IceServer

UDP = "turn:relay.clinic.test:3478"
TCP = "turn:relay.clinic.test:3478?transport=tcp"
TLS = "turns:relay.clinic.test:443?transport=tcp"
STUN = "stun:relay.clinic.test:3478"


def ticket(*urls: str) -> tuple[IceServer, ...]:
    return (IceServer(urls, "anna", "secret"),)


def relays_of(servers: tuple[IceServer, ...]) -> list[list[str]]:
    return [[url for one in way for url in one.urls] for way in ice_ways(servers)]


def test_each_way_has_the_stun_servers_and_one_relay() -> None:
    assert relays_of(ticket(STUN, UDP, TCP, TLS)) == [[STUN, UDP], [STUN, TCP], [STUN, TLS]]


def test_credentials_stay_with_their_addresses() -> None:
    servers = (IceServer((STUN,)), IceServer((UDP,), "anna", "one"), IceServer((TLS,), "berta", "two"))
    assert ice_ways(servers) == (servers[:2], (servers[0], servers[2]))


def test_another_transport_comes_before_another_relay_of_the_same() -> None:
    second = UDP.replace("relay", "relay2")
    assert relays_of(ticket(UDP, second, TCP, TLS)) == [[UDP], [TCP], [TLS], [second]]


def test_the_first_address_stays_the_first() -> None:
    assert relays_of(ticket(TLS, UDP, TCP)) == [[TLS], [UDP], [TCP]]


@pytest.mark.parametrize(
    "odd",
    [
        "turns:relay.clinic.test?transport=udp",
        "turn:relay.clinic.test?transport=sctp",
        "turn:[2001:db8::1]:3478",
        "stuns:relay.clinic.test",
        "https://relay.clinic.test",
        "turn:",
        "",
    ],
)
def test_what_cannot_be_used_is_left_out(odd: str) -> None:
    assert relays_of(ticket(odd, UDP)) == [[UDP]]
    assert relays_of(ticket(odd)) == [[]]


def test_twice_the_same_is_tried_once() -> None:
    assert relays_of(ticket(UDP, UDP)) == [[UDP]]


@pytest.mark.parametrize(
    ("url", "transport"), [(UDP, "udp"), (TCP, "tcp"), (TLS, "tls"), ("turns:a.test", "tls"), (STUN, "none")]
)
def test_how_a_relay_is_reached(url: str, transport: str) -> None:
    assert relay_transport(ticket(url)) == transport


def test_an_offer_shows_whether_a_relay_gave_an_address() -> None:
    host = "v=0\r\na=candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host\r\n"
    relay = "a=candidate:2 1 udp 41885439 192.0.2.2 50001 typ relay raddr 0.0.0.0 rport 9\r\n"
    assert not has_relay(host)
    assert has_relay(host + relay)
    assert not has_relay("v=0\r\ns=a typ relay\r\n")
