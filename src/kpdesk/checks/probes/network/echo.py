"""Packets to the service's UDP answerer and back, in several sizes, over whatever carries datagrams.

An answered packet is the proof that a way carries a call; a candidate that was gathered is none.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kpdesk.domain.errors import PayloadError
from kpdesk.domain.preflight import PreflightGrant
from kpdesk.domain.probe_packets import Kind, decode, encode

SMALL_BYTES: Final = 100
MIDDLE_BYTES: Final = 576
"""What every IPv4 host must take (RFC 791); old filters draw their line here."""
LARGE_BYTES: Final = 1200
"""What a call sends for its picture, and the least that QUIC asks of a path (RFC 9000 section 14)."""
SIZES: Final = (SMALL_BYTES, MIDDLE_BYTES, LARGE_BYTES)
RETRY_DELAYS_S: Final = (0.25, 0.4)
"""After which what is unanswered is sent again; a lost packet is no blocked one."""
LAST_WAIT_S: Final = 0.7
"""For answers to the last packets: satellites take 0.6 s."""

Send = Callable[[bytes], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class EchoOutcome:
    """Which sizes came back, and how fast."""

    sizes: frozenset[int] = frozenset()
    seconds: float | None = None
    """The shortest round trip."""
    wanted: frozenset[int] = frozenset(SIZES)

    @property
    def any(self) -> bool:
        return bool(self.sizes)

    @property
    def all(self) -> bool:
        return self.sizes >= self.wanted

    @property
    def small_only(self) -> bool:
        """Some came back, the large ones did not."""
        return bool(self.sizes) and not self.all


class EchoTalk:
    """One conversation with the answerer. ``received`` takes each datagram, wanted or not."""

    def __init__(self, grant: PreflightGrant) -> None:
        self._grant = grant
        self._sent: dict[int, tuple[int, float]] = {}
        self._answered: dict[int, float] = {}
        self._numbers = itertools.count(1)
        self._news = asyncio.Event()

    def received(self, untrusted: bytes) -> None:
        """Whatever is not the answer to one of our packets is passed over."""
        try:
            packet = decode(untrusted, self._grant.token)
        except PayloadError:
            return
        if packet.kind is not Kind.ECHO_REPLY or packet.session != self._grant.session:
            return
        sent = self._sent.pop(packet.sequence, None)
        if sent is None:
            return
        size, sent_s = sent
        if packet.size < size:
            return  # shortened on its way: the size that was asked for did not come back
        taken_s = time.monotonic() - sent_s
        self._answered[size] = min(taken_s, self._answered.get(size, taken_s))
        self._news.set()

    async def talk(self, send: Send, sizes: Sequence[int] = SIZES) -> EchoOutcome:
        """Send each size until it is answered, three times at most. Raises what ``send`` raises."""
        for wait_s in (*RETRY_DELAYS_S, LAST_WAIT_S):
            for size in sizes:
                if size not in self._answered:
                    await send(self._packet(size))
            if await self._complete(sizes, wait_s):
                break
        seconds = min(self._answered.values(), default=None)
        return EchoOutcome(frozenset(self._answered), seconds, frozenset(sizes))

    def _packet(self, size: int) -> bytes:
        sequence = next(self._numbers)
        now_s = time.monotonic()
        self._sent[sequence] = (size, now_s)
        return encode(
            self._grant.token,
            Kind.ECHO,
            self._grant.session,
            sequence=sequence,
            timestamp_us=int(now_s * 1e6),
            size=size,
        )

    async def _complete(self, sizes: Sequence[int], wait_s: float) -> bool:
        try:
            async with asyncio.timeout(wait_s):
                while not all(size in self._answered for size in sizes):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True
