"""Which relay a peer connection is given: one after the other, until one lets itself be reached.

aiortc 1.16 takes the first TURN address of a ticket and no other (``rtcicetransport.py``,
``connection_kwargs``). Where UDP is blocked that is one that cannot work, while the same ticket's relay
over TLS on port 443 would carry the call. An offer shows it: without an allocation it has no relayed
candidate (RFC 8839 section 5.1).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain, zip_longest
from typing import Final

from kpdesk.domain.ticket import IceServer

IceServers = tuple[IceServer, ...]

_STUN: Final = re.compile(r"stun:[^?:\s]+(:\d{1,5})?")
_TURN: Final = re.compile(r"(?P<scheme>turns?):[^?:\s]+(:\d{1,5})?(\?transport=(?P<transport>\w+))?")
"""RFC 7064 and RFC 7065, as far as aiortc reads them: no literal IPv6 address."""
_RELAYED: Final = re.compile(r"^a=candidate:.* typ relay\b", re.MULTILINE)


def ice_ways(servers: Iterable[IceServer]) -> tuple[IceServers, ...]:
    """What each attempt is given: all STUN servers and one TURN address. At least one way, maybe empty.

    The first address stays the first. Then each other transport comes before a second address with the same
    one: a second relay over UDP does not help where the first one failed because UDP is blocked. Addresses
    that aiortc cannot use are left out, so that one odd entry does not spoil the others.
    """
    stun: list[IceServer] = []
    turn: defaultdict[str, list[IceServer]] = defaultdict(list)
    for server in servers:
        for url in server.urls:
            one = IceServer((url,), server.username, server.credential)
            transport = _transport(url)
            if _STUN.fullmatch(url):
                stun.append(one)
            elif transport is not None:
                turn[transport].append(one)
    in_turn = (one for one in chain.from_iterable(zip_longest(*turn.values())) if one is not None)
    return tuple((*stun, relay) for relay in dict.fromkeys(in_turn)) or (tuple(stun),)


def has_relay(sdp: str) -> bool:
    """Whether a relay gave the offer an address."""
    return _RELAYED.search(sdp) is not None


def relay_transport(way: IceServers) -> str:
    """``udp``, ``tcp`` or ``tls``, for the log; ``none`` without a relay."""
    found = (_transport(url) for server in way for url in server.urls)
    return next((one for one in found if one is not None), "none")


def _transport(url: str) -> str | None:
    """How a TURN server is spoken to; ``None`` for what is no TURN server, or none that can be used."""
    match = _TURN.fullmatch(url)
    if match is None:
        return None
    wanted = match["transport"]
    if match["scheme"] == "turns":
        return "tls" if wanted in (None, "tcp") else None
    return wanted or "udp" if wanted in (None, "udp", "tcp") else None
