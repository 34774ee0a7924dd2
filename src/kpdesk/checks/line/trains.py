"""A train of packets, what came of it, and what that says about the line. No network in here."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

IPV4_UDP_BYTES: Final = 28
"""Of each packet beside its payload; an IPv6 header has 20 more."""
MIN_GROWTH_S: Final = 0.010
"""A queue that grows by less is not told from a busy computer."""
GROWTH_SHARE: Final = 0.08
"""Of the train's own duration: at a rate this much above what the line carries, its queue grows so."""
LOSS_JUMP: Final = 0.12
"""More loss than a gentle train has, when a line drops what is too much instead of queueing it."""


@dataclass(frozen=True, slots=True)
class Train:
    """Packets of one size, sent evenly."""

    kbps: float
    """Of payload."""
    size: int
    """Payload of a packet, bytes."""
    packets: int

    @classmethod
    def lasting(cls, seconds: float, kbps: float, size: int, *, at_least: int = 1) -> Train:
        """As many packets as go into that time."""
        return cls(kbps, size, max(at_least, round(seconds * kbps * 1000 / 8 / size)))

    @property
    def interval_s(self) -> float:
        return self.size * 8 / (self.kbps * 1000)

    @property
    def duration_s(self) -> float:
        return self.packets * self.interval_s


@dataclass(frozen=True, slots=True)
class Passage:
    """One packet that came. The two clocks need not agree about the hour, only about a second."""

    sequence: int
    sent_s: float
    arrived_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a train, in the order in which it came."""

    train: Train
    passages: tuple[Passage, ...]

    @property
    def loss(self) -> float:
        """0..1."""
        return 1 - len(self.passages) / self.train.packets if self.train.packets else 0.0

    @property
    def reordered(self) -> float:
        """Share of packets that came after a later one (RFC 4737 section 3), 0..1."""
        highest, late = -1, 0
        for passage in self.passages:
            late += passage.sequence < highest
            highest = max(highest, passage.sequence)
        return late / len(self.passages) if self.passages else 0.0

    @property
    def jitter_s(self) -> float | None:
        """Mean difference of the transit times of packets that came one after the other: what RFC 3550
        section 6.4.1 estimates by a running mean. ``None`` of fewer than two."""
        transits = self._transits()
        if len(transits) < 2:
            return None
        return statistics.fmean(abs(later - earlier) for earlier, later in itertools.pairwise(transits))

    def _transits(self) -> list[float]:
        return [one.arrived_s - one.sent_s for one in self.passages]

    @property
    def queue_s(self) -> float:
        """How much longer packets took when it was at its worst (95th percentile) than at best."""
        transits = self._transits()
        return float(np.percentile(transits, 95) - min(transits)) if len(transits) >= 2 else 0.0

    @property
    def growth_s(self) -> float:
        """Of the transit time, from the train's first third to its last: a queue that fills up."""
        transits = [one.arrived_s - one.sent_s for one in sorted(self.passages, key=lambda p: p.sequence)]
        third = len(transits) // 3
        return statistics.fmean(transits[-third:]) - statistics.fmean(transits[:third]) if third else 0.0

    def arrival_kbps(self, share: float) -> float | None:
        """Rate of payload in the last ``share`` (0..1) of the time in which packets came, by the line of
        least squares through their arrivals: one late wake-up at an end does not tilt it."""
        times = np.sort(np.array([one.arrived_s for one in self.passages]))
        if len(times) < 4 or times[-1] <= times[0]:
            return None
        begin = times[-1] - share * (times[-1] - times[0])
        kept = times[times >= begin]
        if len(kept) < 4 or kept[-1] <= kept[0]:
            kept = times[-4:]
            if kept[-1] <= kept[0]:
                return None
        return slope(kept) * self.train.size * 8 / 1000

    @property
    def carried_kbps(self) -> float:
        """Payload that came, over the time in which it was sent."""
        return self.train.kbps * (1 - self.loss)

    @property
    def sustained_kbps(self) -> float | None:
        """What the line carried in the long run. A shaper's saved-up tokens (tbf, "power boost") make the
        first part fast: when the rate has fallen towards the end, only the end counts."""
        long_run, end = self.arrival_kbps(0.6), self.arrival_kbps(0.3)
        if long_run is None or end is None:
            return long_run
        enough = len(self.passages) >= 40
        return end if enough and end < 0.88 * long_run else long_run

    def saturated(self, base_loss: float, base_jitter_s: float) -> bool:
        """Whether the train was more than the line carries: its queue grew, or much more was lost than
        is lost anyway. Loss alone says nothing: on a bad Wi-Fi even a gentle train has it."""
        if not self.passages:
            return True
        noise_s = 3 * base_jitter_s * (6 / max(1, len(self.passages))) ** 0.5
        limit_s = max(MIN_GROWTH_S, GROWTH_SHARE * self.train.duration_s, noise_s)
        # so few packets lose their share by chance: three standard deviations
        spread = 3 * (max(base_loss, 0.02) / max(1, self.train.packets)) ** 0.5
        return bool(self.growth_s > limit_s) or self.loss > base_loss + max(LOSS_JUMP, spread)


def slope(times: Sequence[float] | np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """Events a second: of time over number, because it is the times that are noisy."""
    moments = np.asarray(times, dtype=np.float64)
    numbers = np.arange(len(moments), dtype=np.float64)
    per_event: float = float(np.polyfit(numbers, moments - moments[0], 1)[0])
    return 1 / per_event if per_event > 0 else 0.0


def line_kbps(payload_kbps: float, size: int, header_bytes: int = IPV4_UDP_BYTES) -> float:
    """With the headers: what an access line is sold by."""
    return payload_kbps * (size + header_bytes) / size
