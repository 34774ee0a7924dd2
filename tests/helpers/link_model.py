"""A line as a model: what becomes of a packet that is put on it. Seeded, without a clock of its own.

line = LinkModel(Link(kbps=500, delay_s=0.03, loss=0.02), seed=7)
line.admit(now_s, size)    # seconds until it arrives, or None when it is lost
"""

from __future__ import annotations

import random
from dataclasses import dataclass

HEADER_BYTES = 28
"""Of IPv4 and UDP: a line carries those, too."""

MAX_BURST_S = 0.05
"""A burst of losses is over when nobody sent anything for so long."""


@dataclass(frozen=True)
class Link:
    """One direction of a line."""

    kbps: float | None = None
    """With headers; ``None`` is as fast as it gets."""
    bucket_bytes: int = 3200
    """What may go at once when the line was idle (tbf's burst, "power boost")."""
    queue_s: float = 0.25
    """What would wait longer is dropped; 0 is a policer."""
    delay_s: float = 0.0
    spread_s: float = 0.0
    """Evenly distributed on top of the delay."""
    keeps_order: bool = True
    max_bytes: int = 1500
    """Larger packets are dropped."""
    loss: float = 0.0
    burst: float = 1.0
    """Mean number of packets that are lost one after the other (Gilbert-Elliott)."""
    cross_kbps: float = 0.0
    """Of somebody else's packets in the same queue, 0.2 s on and 0.2 s off: twice as much when on."""


class LinkModel:
    """The packets' fate, one after the other."""

    def __init__(self, link: Link, seed: int) -> None:
        self.link = link
        self._random = random.Random(seed)  # noqa: S311
        self._losing = False
        self._lost_s = 0.0
        self._tokens = float(link.bucket_bytes)
        self._free_s = 0.0
        self._last_s = 0.0
        self._cross_s: float | None = None

    def admit(self, now_s: float, size: int) -> float | None:
        """Seconds until a packet of ``size`` bytes of payload arrives, ``None`` when it never does."""
        if self._is_lost(now_s) or size > self.link.max_bytes:
            return None
        left_s = now_s
        if self.link.kbps is not None:
            self._cross_until(now_s)
            departs = self._depart(now_s, size + HEADER_BYTES)
            if departs is None:
                return None
            left_s = departs
        there_s = left_s + self.link.delay_s + self._random.uniform(0.0, self.link.spread_s)
        if self.link.keeps_order:
            there_s = max(there_s, self._last_s + 1e-7)  # equal instants have no order
        self._last_s = max(there_s, self._last_s)
        return there_s - now_s

    def _is_lost(self, now_s: float) -> bool:
        if self.link.loss <= 0:
            return False
        if self.link.burst <= 1:
            return self._random.random() < self.link.loss
        ends = 1 / self.link.burst
        begins = ends * self.link.loss / (1 - self.link.loss)
        if now_s - self._lost_s > MAX_BURST_S:
            self._losing = False
        chance = self._random.random()
        self._losing = chance >= ends if self._losing else chance < begins
        if self._losing:
            self._lost_s = now_s
        return self._losing

    def _depart(self, now_s: float, size: int) -> float | None:
        link = self.link
        assert link.kbps is not None
        per_s = link.kbps * 125
        at_s = max(now_s, self._free_s)
        tokens = min(float(link.bucket_bytes), self._tokens + (at_s - self._free_s) * per_s)
        short_s = max(0.0, size - tokens) / per_s
        if at_s + short_s - now_s > link.queue_s:
            return None
        self._tokens = max(0.0, tokens - size)
        self._free_s = at_s + short_s
        return self._free_s

    def _cross_until(self, now_s: float) -> None:
        if self.link.cross_kbps <= 0:
            return
        gap_s = 1200 * 8 / (2 * self.link.cross_kbps * 1000)
        at_s = now_s if self._cross_s is None else self._cross_s
        while at_s <= now_s:
            if at_s % 0.4 < 0.2:
                self._depart(at_s, 1200)
            at_s += gap_s
        self._cross_s = at_s
