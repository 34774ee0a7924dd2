"""Who may be answered on the probe's port, and with how much. No socket and no clock in here.

The rules, in the order in which they protect others:

* only packets with a valid MAC are answered at all;
* no answer is larger than its request until the address has sent a cookie back (return routability, as
  RFC 9000 section 8.1), so nobody can have a third party flooded;
* what is sent unasked (a train) goes to the address that ordered it, within the grant's rate, size and time,
  within what one address and the service as a whole may be sent at once;
* a session ends by itself, and with it everything that it remembers.
"""

from __future__ import annotations

import hmac
import os
import threading
from array import array
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from kpdesk.domain.errors import PayloadError
from kpdesk.domain.probe_packets import (
    ARRIVALS_PER_REPORT,
    COOKIE_BYTES,
    MAX_TRAIN_BYTES,
    MIN_BYTES,
    SESSION_BYTES,
    TOKEN_BYTES,
    Arrival,
    EchoStamp,
    Kind,
    Packet,
    Refusal,
    Report,
    ReportQuery,
    TrainOrder,
    cookie_of,
    decode,
    encode,
    pack_refusal,
    session_of,
)
from kpdesk.visitserver.probing.limits import ProbeLimits
from kpdesk.visitserver.probing.pacing import PacedTrain

Peer = tuple[str, int]
"""Address and port; IPv6 without scope and flow."""
COOKIE_LIFE_S: Final = 20.0
MAX_ADDRESSES: Final = 8
"""Proven ones of one session: direct, and one for each relay that is tried."""
MAX_TRAINS: Final = 48
MAX_ARRIVALS: Final = 60_000
"""Remembered ones of one session, about 0.4 MB."""
ECHOES_PER_S: Final = 120.0
ECHO_BURST: Final = 240.0


class TooManySessionsError(Exception):
    """All sessions that there may be are open. ``wait_s`` until the next one ends."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"all sessions are taken for {wait_s:.0f} s")
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Leave:
    """What a client is told of its new session."""

    session: bytes = field(repr=False)
    token: bytes = field(repr=False)


@dataclass(slots=True)
class _UpTrain:
    """What came of a train that the client sends."""

    first_us: int
    seen: set[int] = field(default_factory=set)
    sequences: array[int] = field(default_factory=lambda: array("H"))
    offsets_us: array[int] = field(default_factory=lambda: array("L"))
    duplicates: int = 0

    def add(self, sequence: int, now_us: int) -> bool:
        """Whether it is a new one."""
        if sequence in self.seen:
            self.duplicates += 1
            return False
        self.seen.add(sequence)
        self.sequences.append(sequence)
        self.offsets_us.append(min(max(0, now_us - self.first_us), 0xFFFF_FFFF))
        return True

    def report(self, first: int, count: int) -> Report:
        end = min(first + min(count, ARRIVALS_PER_REPORT), len(self.sequences))
        pairs = zip(self.sequences[first:end], self.offsets_us[first:end], strict=True)
        arrivals = tuple(Arrival(sequence, offset) for sequence, offset in pairs)
        return Report(len(self.sequences), self.duplicates, first if arrivals else 0, arrivals)


class _Bucket:
    """So much a second, and ``depth`` at once."""

    def __init__(self, per_s: float, depth: float) -> None:
        self._per_s, self._depth = per_s, depth
        self._level, self._at_s = depth, 0.0

    def take(self, amount: float, now_s: float) -> bool:
        if self._at_s:
            self._level = min(self._depth, self._level + max(0.0, now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        if amount > self._level:
            return False
        self._level -= amount
        return True


class _Session:
    def __init__(self, leave: Leave, address: str, limits: ProbeLimits, expires_s: float) -> None:
        self.leave = leave
        self.address = address
        """That asked for it by HTTP."""
        self.expires_s = expires_s
        self.proven: OrderedDict[Peer, None] = OrderedDict()
        self.up: dict[int, _UpTrain] = {}
        self.ordered: set[int] = set()
        self.arrivals_left = MAX_ARRIVALS
        self.bytes_left = limits.max_kbps * 125 * limits.max_seconds
        """Of trains towards the client."""
        self.echoes = _Bucket(ECHOES_PER_S, ECHO_BURST)
        # a tenth of a second of slack: packets of an honest sender bunch up on their way
        self.counted = _Bucket(limits.max_kbps * 125 * 1.05, limits.max_kbps * 125 * 0.1)

    def prove(self, peer: Peer) -> None:
        self.proven[peer] = None
        self.proven.move_to_end(peer)
        while len(self.proven) > MAX_ADDRESSES:
            self.proven.popitem(last=False)


class ProbeSessions:
    """Every session of the service. ``open`` is for the HTTP side, the rest for the socket's thread."""

    def __init__(self, limits: ProbeLimits) -> None:
        self.limits = limits
        self._lock = threading.Lock()
        self._sessions: dict[bytes, _Session] = {}
        self._trains: list[PacedTrain] = []
        self._secret = os.urandom(32)
        self.ignored = 0
        """Datagrams that are not answered: not ours, wrong MAC, not in their place."""

    # --- HTTP

    def open(self, address: str, now_s: float) -> Leave:
        """A new session. Raises TooManySessionsError."""
        with self._lock:
            self._forget_old(now_s)
            mine = [one for one in self._sessions.values() if one.address == address]
            for taken, limit in (
                (list(self._sessions.values()), self.limits.sessions),
                (mine, self.limits.sessions_per_address),
            ):
                if len(taken) >= limit:
                    raise TooManySessionsError(min(one.expires_s for one in taken) - now_s)
            leave = Leave(os.urandom(SESSION_BYTES), os.urandom(TOKEN_BYTES))
            self._sessions[leave.session] = _Session(
                leave, address, self.limits, now_s + self.limits.lifetime_s
            )
            return leave

    def knows(self, session: bytes, token: bytes, now_s: float) -> bool:
        """Whether this is an open session and its token: the leave for what belongs to a check."""
        with self._lock:
            self._forget_old(now_s)
            found = self._sessions.get(session)
            return found is not None and hmac.compare_digest(found.leave.token, token)

    def _forget_old(self, now_s: float) -> None:
        for name in [name for name, one in self._sessions.items() if one.expires_s <= now_s]:
            del self._sessions[name]
        self._trains = [train for train in self._trains if train.session in self._sessions]

    # --- datagrams

    def answer(self, untrusted: bytes, peer: Peer, now_s: float) -> bytes | None:
        """What to send back to ``peer`` for one datagram that came from there, if anything."""
        with self._lock:
            name = session_of(untrusted)
            session = self._sessions.get(name) if name is not None else None
            if session is None or session.expires_s <= now_s:
                self.ignored += 1
                return None
            try:
                return self._answer(decode(untrusted, session.leave.token), session, peer, now_s)
            except PayloadError:
                self.ignored += 1
                return None

    def _answer(self, packet: Packet, session: _Session, peer: Peer, now_s: float) -> bytes | None:
        match packet.kind:
            case Kind.TRAIN_UP:
                self._count(packet, session, peer, now_s)
                return None
            case Kind.ECHO:
                return self._echo(packet, session, now_s)
            case Kind.HELLO:
                cookie = self._cookie(session, peer, now_s)
                return self._reply(Kind.CHALLENGE, packet, session, cookie, size=MIN_BYTES)
            case Kind.PROOF:
                return self._prove(packet, session, peer, now_s)
            case Kind.REPORT_QUERY:
                return self._report(packet, session, peer)
            case Kind.TRAIN_ORDER:
                return self._order(packet, session, peer, now_s)
            case Kind.STOP:
                self._trains = [
                    train
                    for train in self._trains
                    if (train.session, train.number) != (session.leave.session, packet.train)
                ]
                return None
        self.ignored += 1
        return None

    def _reply(
        self, kind: Kind, request: Packet, session: _Session, body: bytes = b"", *, size: int = 0
    ) -> bytes:
        return encode(
            session.leave.token, kind, session.leave.session,
            sequence=request.sequence, timestamp_us=request.timestamp_us, train=request.train,
            body=body, size=size,
        )  # fmt: skip

    def _refuse(self, request: Packet, session: _Session, why: Refusal) -> bytes:
        return self._reply(Kind.REFUSED, request, session, pack_refusal(why))

    def _echo(self, packet: Packet, session: _Session, now_s: float) -> bytes | None:
        if not session.echoes.take(1.0, now_s):
            return None
        stamp = EchoStamp(int(now_s * 1e6)).pack()
        return self._reply(Kind.ECHO_REPLY, packet, session, stamp, size=packet.size)

    def _cookie(self, session: _Session, peer: Peer, now_s: float, *, slots_ago: int = 0) -> bytes:
        """Bound to the session, the address and the time; nothing is remembered for it."""
        slot = int(now_s / COOKIE_LIFE_S) - slots_ago
        said = b"%b|%b|%d|%d" % (session.leave.session, peer[0].encode(), peer[1], slot)
        return hmac.digest(self._secret, said, "sha256")[:COOKIE_BYTES]

    def _prove(self, packet: Packet, session: _Session, peer: Peer, now_s: float) -> bytes | None:
        cookie = cookie_of(packet)
        # both are compared, so that the time tells nothing
        good = [hmac.compare_digest(cookie, self._cookie(session, peer, now_s, slots_ago=n)) for n in (0, 1)]
        if not any(good):
            return self._refuse(packet, session, Refusal.NOT_PROVEN)
        session.prove(peer)
        return self._reply(Kind.PROVEN, packet, session, size=MIN_BYTES)

    def _count(self, packet: Packet, session: _Session, peer: Peer, now_s: float) -> None:
        if peer not in session.proven or packet.train == 0 or packet.sequence > 0xFFFF:
            self.ignored += 1
            return
        if session.arrivals_left <= 0 or not session.counted.take(packet.size, now_s):
            return
        train = session.up.get(packet.train)
        if train is None:
            if len(session.up) >= MAX_TRAINS:
                return
            train = session.up[packet.train] = _UpTrain(first_us=int(now_s * 1e6))
        if train.add(packet.sequence, int(now_s * 1e6)):
            session.arrivals_left -= 1

    def _report(self, packet: Packet, session: _Session, peer: Peer) -> bytes:
        query = ReportQuery.of(packet)
        if peer not in session.proven:
            return self._refuse(packet, session, Refusal.NOT_PROVEN)
        train = session.up.get(packet.train)
        if train is None:
            return self._refuse(packet, session, Refusal.UNKNOWN_TRAIN)
        return self._reply(Kind.REPORT, packet, session, train.report(query.first, query.count).pack())

    def _order(self, packet: Packet, session: _Session, peer: Peer, now_s: float) -> bytes | None:
        order = TrainOrder.of(packet)
        if peer not in session.proven:
            return self._refuse(packet, session, Refusal.NOT_PROVEN)
        if packet.train in session.ordered:
            return None  # the order was repeated because it was not heard that it came
        refusal = self._too_much(order, session) or self._busy(order, peer)
        if refusal is not None:
            return self._refuse(packet, session, refusal)
        session.ordered.add(packet.train)
        session.bytes_left -= order.packets * order.size
        self._trains.append(
            PacedTrain(session.leave.session, session.leave.token, packet.train, order, peer, now_s)
        )
        return None

    def _too_much(self, order: TrainOrder, session: _Session) -> Refusal | None:
        running = sum(
            train.order.rate_kbps for train in self._trains if train.session == session.leave.session
        )
        fine = (
            order.packets > 0
            and MIN_BYTES <= order.size <= MAX_TRAIN_BYTES
            and 0 < order.rate_kbps <= self.limits.max_kbps - running
            and order.duration_s <= self.limits.max_seconds
            and order.packets * order.size <= session.bytes_left
            and len(session.ordered) < MAX_TRAINS
        )
        return None if fine else Refusal.TOO_MUCH

    def _busy(self, order: TrainOrder, peer: Peer) -> Refusal | None:
        all_of_it = sum(train.order.rate_kbps for train in self._trains)
        of_peer = sum(train.order.rate_kbps for train in self._trains if train.peer[0] == peer[0])
        fine = (
            all_of_it + order.rate_kbps <= self.limits.total_kbps
            and of_peer + order.rate_kbps <= self.limits.kbps_per_address
        )
        return None if fine else Refusal.BUSY

    # --- trains

    def due(self, now_s: float) -> Iterator[tuple[bytes, Peer]]:
        """What is to be sent now, a bounded number of packets; sending one is confirmed by asking on."""
        with self._lock:
            trains = [train for train in self._trains if train.session in self._sessions]
        for train in trains:
            yield from train.due(now_s)
        with self._lock:
            self._trains = [train for train in self._trains if not train.ended]

    def next_due_s(self) -> float | None:
        """When there is something to send again, on the clock that ``due`` is asked with."""
        with self._lock:
            return min((train.next_due_s for train in self._trains), default=None)
