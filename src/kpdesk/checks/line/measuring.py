"""How a line is measured in some six seconds, whatever it is.

1. A gentle train both ways, as much as a voice: round trip, jitter, loss and order of a line at rest.
   What our own flooding loses is not counted as the line's loss.
2. Short trains both ways, each twice as fast as the one before, until one is too much for its direction.
   Their volume is small: a slow line is not filled for seconds.
3. One train each way a little above what the second step saw, long enough for a shaper's saved-up tokens to
   be spent; the rate at which its packets arrive is the figure, and how their transit grew is the queue.

Both ways at once, as a visit uses them: on a Wi-Fi that can only do one at a time, half is what there is.
"""

from __future__ import annotations

import asyncio
import logging
import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from kpdesk.checks.line.trains import Outcome, Train, line_kbps

_log = logging.getLogger(__name__)

GENTLE_S: Final = 2.5
GENTLE_S_FAR: Final = 1.5
GENTLE_PER_S: Final = 100.0
GENTLE_PER_S_SLOW: Final = 40.0
GENTLE_BYTES: Final = 80
ECHO_EVERY_S: Final = 0.1
SETTLE_S: Final = 0.15
"""What comes later than this is lost for a call's jitter buffer, too."""
SLOW_ECHO_S: Final = 0.08
"""When a large echo takes this much longer than a small one, the line carries a few 100 kbit/s at best."""
SMALL_BYTES: Final = 600
"""Packets of slow trains, so that there are enough of them to see a rate by."""
LARGE_BYTES: Final = 1200
SMALL_BELOW_KBPS: Final = 1500.0
CROWDED_LOSS: Final = 0.25
"""From here the gentle train itself may be what fills the line."""
MIN_ESTIMATE_KBPS: Final = 16.0
RAMP_S: Final = 0.12
RAMP_S_CROWDED: Final = 0.5
"""Long enough that one packet in a queue is no rate."""
RAMPS: Final = ((0.1, 250.0, 2.0), (0.25, 250.0, 4.0), (math.inf, 1000.0, 8.0))
"""Up to which round trip (seconds), from which rate, by which factor: each step costs a round trip."""
FAR_S: Final = 0.25
"""A round trip by satellite."""
ABOVE: Final = 1.4
"""The long train's rate, over what the ramp saw."""
LONG_TRAIN_S: Final = 1.5
LONG_TRAIN_SLOW_S: Final = 2.0
SLOW_KBPS: Final = 600.0
RESERVE_S: Final = 0.7
"""For what is still in queues and reports at the end of a train."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came of trains in either direction. ``None`` for one without, or without a report of it."""

    up: Outcome | None
    down: Outcome | None
    round_trips_s: tuple[float, ...] = ()


class Line(Protocol):
    """Packets there and back. ``line.client`` has the real one."""

    async def echo(self, size: int) -> float | None:
        """The round trip in seconds of a packet of this size (0: the smallest); ``None`` when nothing
        came back in time."""
        ...

    async def exchange(
        self,
        up: Train | None,
        down: Train | None,
        *,
        echo_every_s: float | None = None,
        settle_s: float = 0.0,
    ) -> Exchange:
        """Send trains in either direction at the same time, echoes in between if wanted, and wait for
        what comes of them. ``settle_s``: what comes late by less than this is not lost."""
        ...


@dataclass(frozen=True, slots=True)
class Direction:
    """Figures of one direction."""

    kbps: float | None
    """With IP and UDP headers; ``None`` when nothing could be seen."""
    at_least: bool
    """The line may carry more than was tried."""
    loss: float | None
    """0..1, of the gentle train; so are the next two. ``None`` when the report of it was lost."""
    jitter_s: float | None
    reordered: float | None
    queue_s: float
    """How much the delay grew when the line was full."""


@dataclass(frozen=True, slots=True)
class LineFigures:
    """All of it."""

    up: Direction
    down: Direction
    round_trip_s: float | None
    """Median, at rest."""
    gentle_kbps: float = 0.0
    """What the gentle train took of the line, with headers."""


@dataclass(slots=True)
class _Way:
    """What is known of one direction so far."""

    base_loss: float = 0.0
    base_jitter_s: float = 0.0
    gentle: Outcome | None = None
    passed_kbps: float = 0.0
    """Payload rate that was not too much."""
    estimate_kbps: float | None = None
    """Set when a train was too much."""
    result_kbps: float | None = None
    at_least: bool = False
    queue_s: float = 0.0

    def rest(self, gentle: Outcome | None) -> None:
        self.gentle = gentle
        if gentle is not None:
            self.base_loss, self.base_jitter_s = gentle.loss, gentle.jitter_s or 0.0

    @property
    def crowded(self) -> bool:
        """Whether the gentle train may have been too much already: then its loss is no measure."""
        return self.base_loss > CROWDED_LOSS

    @property
    def _gentle_kbps(self) -> float:
        """What of the gentle train came, with headers."""
        if self.gentle is None:
            return 0.0
        seen = self.gentle.arrival_kbps(0.6)
        carried = _carried(self.gentle)
        # in a deep queue it comes for longer than it was sent
        return carried if seen is None else min(carried, line_kbps(seen, self.gentle.train.size))

    def climb(self, train: Train, outcome: Outcome | None) -> None:
        """One step of the ramp. Without a report something was too much, too."""
        if outcome is not None and not self._too_much(outcome):
            self.passed_kbps = train.kbps
            return
        seen = outcome.arrival_kbps(0.5) if outcome is not None else None
        if seen is None:
            seen = max(self._gentle_kbps, MIN_ESTIMATE_KBPS) if self.crowded else train.kbps / 4
        # what passed may have passed by a shaper's saved-up tokens: half of it is still trusted
        self.estimate_kbps = min(max(seen, self.passed_kbps / 2), train.kbps)

    def _too_much(self, outcome: Outcome) -> bool:
        if outcome.saturated(self.base_loss, self.base_jitter_s):
            return True
        # a line that is full of the gentle train alone loses as much of a faster one as "anyway"
        return self.crowded and _carried(outcome) < 1.5 * self._gentle_kbps

    def judge(self, outcome: Outcome | None) -> None:
        """The long train."""
        if outcome is None:
            return
        full = self._too_much(outcome)
        self.queue_s = max(self.queue_s, outcome.queue_s if full else 0.0)
        seen = outcome.sustained_kbps
        if seen is None:
            # next to nothing came of it; what came of the gentle one is what there is
            self.result_kbps, self.at_least = self._gentle_kbps, False
        elif full:
            self.result_kbps, self.at_least = line_kbps(seen, outcome.train.size), False
        else:
            # all of it passed, but for what is lost anyway: that rate, and perhaps more
            self.result_kbps, self.at_least = _carried(outcome), True
            self.passed_kbps = outcome.train.kbps

    def figures(self) -> Direction:
        gentle = self.gentle
        kbps, at_least = self.result_kbps, self.at_least
        if kbps is None and (self.estimate_kbps or self.passed_kbps):
            # the long train's report was lost: what the ramp saw is less sure, but it was seen
            seen = self.estimate_kbps or self.passed_kbps
            kbps, at_least = line_kbps(seen, SMALL_BYTES), self.estimate_kbps is None
        if gentle is None:
            return Direction(kbps, at_least, None, None, None, self.queue_s)
        return Direction(kbps, at_least, gentle.loss, gentle.jitter_s, gentle.reordered, self.queue_s)


def _carried(outcome: Outcome) -> float:
    return line_kbps(outcome.carried_kbps, outcome.train.size)


class Measuring:
    """One measurement of one line."""

    def __init__(
        self,
        line: Line,
        *,
        max_kbps: float,
        budget_s: float,
        monotonic_s: Callable[[], float],
        tell: Callable[[float], None] = lambda _fraction: None,
    ) -> None:
        """``max_kbps``: of payload, what may be sent at most; ``budget_s``: how long it may take."""
        self._line = line
        self._cap_kbps = max_kbps
        self._budget_s = budget_s
        self._monotonic_s = monotonic_s
        self._tell = tell
        self._up, self._down = _Way(), _Way()
        self._round_trips: list[float] = []
        self._gentle_kbps = 0.0
        self._first_kbps = RAMPS[0][1]
        self._ends_s = 0.0

    async def run(self) -> LineFigures:
        """Measure. Cancelling stops at once."""
        self._ends_s = self._monotonic_s() + self._budget_s
        try:
            async with asyncio.timeout(self._budget_s + RESERVE_S):
                await self._rest()
                self._tell(0.45)
                await self._ramp()
                self._tell(0.7)
                await self._fill()
        except TimeoutError:
            _log.info("line: time is up, with what was seen so far")
        self._tell(1.0)
        return LineFigures(self._up.figures(), self._down.figures(), self._round_trip_s(), self._gentle_kbps)

    def _left_s(self) -> float:
        return self._ends_s - self._monotonic_s()

    def _round_trip_s(self) -> float | None:
        return statistics.median(self._round_trips) if self._round_trips else None

    # --- 1

    async def _rest(self) -> None:
        slow, far = await self._first_look()
        per_s = GENTLE_PER_S_SLOW if slow else GENTLE_PER_S
        packets = round((GENTLE_S_FAR if far else GENTLE_S) * per_s)
        train = Train(per_s * GENTLE_BYTES * 8 / 1000, GENTLE_BYTES, packets)
        self._gentle_kbps = line_kbps(train.kbps, train.size)
        came = await self._line.exchange(train, train, echo_every_s=ECHO_EVERY_S, settle_s=SETTLE_S)
        self._round_trips.extend(came.round_trips_s)
        self._up.rest(came.up)
        self._down.rest(came.down)

    async def _first_look(self) -> tuple[bool, bool]:
        """Whether the line is slow, and whether the service is far away."""
        small, large = await asyncio.gather(self._line.echo(0), self._line.echo(LARGE_BYTES))
        far = small is not None and small > FAR_S
        if small is None or large is None:
            return False, far
        return large - small > SLOW_ECHO_S, far

    # --- 2

    async def _ramp(self) -> None:
        round_trip_s = self._round_trip_s() or 0.0
        kbps, factor = next((begin, step) for limit_s, begin, step in RAMPS if round_trip_s <= limit_s)
        self._first_kbps = kbps
        while kbps < self._cap_kbps and self._left_s() > LONG_TRAIN_S + RESERVE_S + 2 * round_trip_s:
            crowded = self._up.crowded or self._down.crowded
            train = self._train(RAMP_S_CROWDED if crowded else RAMP_S, kbps, at_least=6)
            up_open, down_open = self._up.estimate_kbps is None, self._down.estimate_kbps is None
            if not up_open and not down_open:
                return
            came = await self._line.exchange(train if up_open else None, train if down_open else None)
            if up_open:
                self._up.climb(train, came.up)
            if down_open:
                self._down.climb(train, came.down)
            kbps *= factor

    @staticmethod
    def _train(seconds: float, kbps: float, *, at_least: int) -> Train:
        size = SMALL_BYTES if kbps < SMALL_BELOW_KBPS else LARGE_BYTES
        return Train.lasting(seconds, kbps, size, at_least=at_least)

    # --- 3

    async def _fill(self) -> None:
        """Once, and once more for a direction that turned out to carry all of it."""
        up: Train | None = self._long_train(self._up)
        down: Train | None = self._long_train(self._down)
        while up is not None or down is not None:
            came = await self._line.exchange(up, down)
            if up is not None:
                self._up.judge(came.up)
            if down is not None:
                self._down.judge(came.down)
            if self._left_s() < LONG_TRAIN_S + RESERVE_S + (self._round_trip_s() or 0.0):
                return
            up, down = self._again(self._up), self._again(self._down)

    def _long_train(self, way: _Way) -> Train:
        seen = way.estimate_kbps
        wanted = 4 * max(way.passed_kbps, self._first_kbps) if seen is None else ABOVE * seen
        kbps = min(self._cap_kbps, wanted)
        seconds = LONG_TRAIN_SLOW_S if kbps < SLOW_KBPS else LONG_TRAIN_S
        return self._train(seconds, kbps, at_least=12)

    def _again(self, way: _Way) -> Train | None:
        if not way.at_least or way.passed_kbps >= 0.99 * self._cap_kbps:
            return None
        return self._train(LONG_TRAIN_S, min(self._cap_kbps, 2 * way.passed_kbps), at_least=12)
