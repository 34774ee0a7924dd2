"""The wire form of the paced UDP probe: a header with a MAC, a small body, padding.

Both sides hold the grant's token and sign every packet with it, padding included, so that nobody else can
make the service send, or a report lie. Kinds of the two directions differ: an answer that is sent back is
no request. Until an address has proven that it can be reached, no answer is larger than its request.
``docs/protocol.md`` has the same in words. Network byte order throughout.
"""

from __future__ import annotations

import hmac
import os
import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Self

from kpdesk.domain.errors import PayloadError

MAGIC: Final = b"kpdq"
"""Begins with neither STUN, DTLS, TURN channel data nor RTP (RFC 7983)."""
VERSION: Final = 1
TOKEN_BYTES: Final = 32
SESSION_BYTES: Final = 8
MAC_BYTES: Final = 16
"""Half of SHA-256: RFC 2104 section 5."""
COOKIE_BYTES: Final = 16

_HEADER: Final = struct.Struct("!4sBBH8sIQ")
HEADER_BYTES: Final = _HEADER.size + MAC_BYTES
"""44: magic, version, kind, train, session, sequence, timestamp, MAC."""
MIN_BYTES: Final = 80
"""Of what the client sends: no answer that comes before the proof is larger."""
MAX_BYTES: Final = 1472
"""The payload of an Ethernet frame over IPv4; an echo may be as large."""
MAX_TRAIN_BYTES: Final = 1200
"""Of a train's packet: passes everywhere, with a relay's and a tunnel's headers too (as RFC 9000)."""
MAX_TRAIN_PACKETS: Final = 0xFFFF
ARRIVALS_PER_REPORT: Final = 180

_PADDING: Final = os.urandom(MAX_BYTES)
"""Random, so that a line that compresses is not taken for a faster one."""


class Kind(IntEnum):
    """Of a packet; what the service says has the highest bit."""

    ECHO = 0x01
    """Any size; answered as it came, for any address that has the token: also through a relay."""
    HELLO = 0x02
    PROOF = 0x03
    """Carries the cookie back."""
    TRAIN_UP = 0x04
    REPORT_QUERY = 0x05
    TRAIN_ORDER = 0x06
    STOP = 0x07

    ECHO_REPLY = 0x81
    CHALLENGE = 0x82
    """A cookie that only someone who receives at this address can know."""
    PROVEN = 0x83
    TRAIN_DOWN = 0x84
    REPORT = 0x85
    REFUSED = 0x8F

    @property
    def from_service(self) -> bool:
        return self.value >= 0x80


class Refusal(IntEnum):
    """Why the service does not do what it was asked for."""

    NOT_PROVEN = 1
    """Say hello first; also after another address was given by a NAT or a relay."""
    TOO_MUCH = 2
    """Rate, size, time or number of trains: more than the grant allows."""
    BUSY = 3
    """All that the service may send is being sent already."""
    UNKNOWN_TRAIN = 4


@dataclass(frozen=True, slots=True)
class Packet:
    """One datagram, its MAC checked."""

    kind: Kind
    session: bytes = field(repr=False)
    sequence: int = 0
    """Within its train, or of the request that an answer belongs to."""
    timestamp_us: int = 0
    """The sender's monotonic clock; an echo brings the request's back."""
    train: int = 0
    """Which train of this session, 1..65535; chosen by the client."""
    body: bytes = field(default=b"", repr=False)
    """With the padding behind it."""
    size: int = 0
    """Of the whole datagram, without IP and UDP."""


def encode(
    token: bytes,
    kind: Kind,
    session: bytes,
    *,
    sequence: int = 0,
    timestamp_us: int = 0,
    train: int = 0,
    body: bytes = b"",
    size: int = 0,
) -> bytes:
    """A signed datagram, padded to ``size`` bytes; the client's are never smaller than ``MIN_BYTES``."""
    wanted = size if kind.from_service else max(size, MIN_BYTES)
    padding = max(0, min(wanted, MAX_BYTES) - HEADER_BYTES - len(body))
    head = _HEADER.pack(
        MAGIC,
        VERSION,
        kind,
        train,
        session,
        sequence & 0xFFFF_FFFF,
        timestamp_us & 0xFFFF_FFFF_FFFF_FFFF,
    )
    tail = body + _PADDING[:padding]
    return head + _mac(token, head, tail) + tail


def _mac(token: bytes, head: bytes, tail: bytes) -> bytes:
    return hmac.digest(token, head + tail, "sha256")[:MAC_BYTES]


def session_of(untrusted: bytes) -> bytes | None:
    """Whose packet this claims to be; ``None`` when it is none of ours. For finding the token."""
    if not HEADER_BYTES <= len(untrusted) <= MAX_BYTES or untrusted[:5] != MAGIC + bytes((VERSION,)):
        return None
    return untrusted[8:16]


def decode(untrusted: bytes, token: bytes) -> Packet:
    """The packet, its MAC checked. Raises PayloadError only."""
    if session_of(untrusted) is None:
        raise PayloadError("probe packet", reason="not one of ours")
    head, mac, tail = (
        untrusted[: _HEADER.size],
        untrusted[_HEADER.size : HEADER_BYTES],
        untrusted[HEADER_BYTES:],
    )
    if not hmac.compare_digest(mac, _mac(token, head, tail)):
        raise PayloadError("probe packet", reason="wrong MAC")
    _magic, _version, number, train, session, sequence, timestamp_us = _HEADER.unpack(head)
    try:
        kind = Kind(number)
    except ValueError:
        raise PayloadError("probe packet", reason="unknown kind") from None
    if not kind.from_service and len(untrusted) < MIN_BYTES:
        raise PayloadError("probe packet", reason="too small")
    return Packet(kind, session, sequence, timestamp_us, train, tail, len(untrusted))


# --- bodies -----------------------------------------------------------------------------------------------


def cookie_of(packet: Packet) -> bytes:
    """Of a CHALLENGE or PROOF."""
    if len(packet.body) < COOKIE_BYTES:
        raise PayloadError("probe packet", reason="no cookie")
    return packet.body[:COOKIE_BYTES]


@dataclass(frozen=True, slots=True)
class EchoStamp:
    """ECHO_REPLY: the service's monotonic clock when the echo came, microseconds."""

    received_us: int

    _FORM = struct.Struct("!Q")

    def pack(self) -> bytes:
        return self._FORM.pack(self.received_us)

    @classmethod
    def of(cls, packet: Packet) -> Self:
        return cls(*_unpacked(cls._FORM, packet))


@dataclass(frozen=True, slots=True)
class TrainOrder:
    """TRAIN_ORDER: send me ``packets`` of ``size`` bytes, evenly, at ``rate_kbps`` (of datagram bytes)."""

    rate_kbps: int
    size: int
    packets: int

    _FORM = struct.Struct("!IHH")

    @property
    def duration_s(self) -> float:
        return self.packets * self.size * 8 / (self.rate_kbps * 1000) if self.rate_kbps else 0.0

    def pack(self) -> bytes:
        return self._FORM.pack(self.rate_kbps, self.size, self.packets)

    @classmethod
    def of(cls, packet: Packet) -> Self:
        return cls(*_unpacked(cls._FORM, packet))


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """REPORT_QUERY: what came of this train, from the ``first``-th arrival on, at most ``count`` of them."""

    first: int = 0
    count: int = ARRIVALS_PER_REPORT

    _FORM = struct.Struct("!HH")

    def pack(self) -> bytes:
        return self._FORM.pack(self.first, self.count)

    @classmethod
    def of(cls, packet: Packet) -> Self:
        return cls(*_unpacked(cls._FORM, packet))


@dataclass(frozen=True, slots=True)
class Arrival:
    """One packet of a train: its place in the train, and when it came after the first one that came."""

    sequence: int
    offset_us: int


@dataclass(frozen=True, slots=True)
class Report:
    """REPORT: arrivals of a train in the order in which they came, repeated ones left out.

    6 bytes an arrival: of a train of 1200 byte packets one part in two hundred, so that a slow line
    carries it, too."""

    received: int
    """All of them; this datagram has at most ``ARRIVALS_PER_REPORT``."""
    duplicates: int
    first: int
    arrivals: tuple[Arrival, ...]

    _FORM = struct.Struct("!HHHH")
    _ARRIVAL = struct.Struct("!HI")

    def pack(self) -> bytes:
        head = self._FORM.pack(self.received, min(self.duplicates, 0xFFFF), self.first, len(self.arrivals))
        return head + b"".join(
            self._ARRIVAL.pack(one.sequence, min(one.offset_us, 0xFFFF_FFFF)) for one in self.arrivals
        )

    @classmethod
    def of(cls, packet: Packet) -> Self:
        received, duplicates, first, count = _unpacked(cls._FORM, packet)
        begin, end = cls._FORM.size, cls._FORM.size + count * cls._ARRIVAL.size
        if count > ARRIVALS_PER_REPORT or first + count > received or len(packet.body) < end:
            raise PayloadError("probe packet", reason="report of a wrong length")
        entries = cls._ARRIVAL.iter_unpack(packet.body[begin:end])
        return cls(received, duplicates, first, tuple(Arrival(*entry) for entry in entries))


def pack_refusal(why: Refusal) -> bytes:
    """The body of REFUSED."""
    return bytes((why,))


def refusal_of(packet: Packet) -> Refusal:
    """Why; raises PayloadError for a reason that is not known."""
    try:
        return Refusal(packet.body[0])
    except (IndexError, ValueError):
        raise PayloadError("probe packet", reason="unknown refusal") from None


def _unpacked(form: struct.Struct, packet: Packet) -> tuple[int, ...]:
    if len(packet.body) < form.size:
        raise PayloadError("probe packet", reason="body too short")
    values: tuple[int, ...] = form.unpack_from(packet.body)
    return values
