"""The client's end of the paced UDP probe (``domain.probe_packets``), over any way that carries datagrams."""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from kpdesk.checks.line.measuring import Exchange
from kpdesk.checks.line.trains import Outcome, Passage, Train
from kpdesk.checks.probes.network.sockets import side_by_side
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.preflight import PreflightGrant
from kpdesk.domain.probe_packets import (
    ARRIVALS_PER_REPORT,
    Kind,
    Packet,
    Refusal,
    Report,
    ReportQuery,
    TrainOrder,
    cookie_of,
    decode,
    encode,
    refusal_of,
)

ECHO_TIMEOUT_S: Final = 2.0
"""At most; four round trips when one is known."""
MIN_ECHO_TIMEOUT_S: Final = 0.4
ASK_AGAIN_S: Final = 0.25
"""Questions are repeated, because a packet may be lost: after this while the round trip is not known."""
ASK_AGAIN_FACTOR: Final = 1.25
"""Each pause is so much longer. Losses come in bursts: few questions far apart are lost like many."""
MIN_ASK_AGAIN_S: Final = 0.1
PROOF_TIMEOUT_S: Final = 3.0
MIN_QUIET_S: Final = 0.1
MAX_QUIET_S: Final = 0.4
"""After a train's time is over, nothing more is expected when nothing has come for several of the gaps
between its packets, within these limits."""
DRAIN_S: Final = 2.0
"""What is in the line's queue at the end of a train may take so long."""
REPORT_S: Final = 1.5
SMALL_REPORT: Final = 36
"""Arrivals in a datagram of 270 bytes."""
FIRST_PACKET_S: Final = 1.5
QUERIES_AT_ONCE: Final = 12
MAX_LATE_S: Final = 0.02
"""As the service paces: what was missed by more is put off, not sent in one burst."""


class ProbeRefusedError(Exception):
    """The service does not do what it was asked for, or does not answer."""

    def __init__(self, why: Refusal | None) -> None:
        """``None``: no answer."""
        super().__init__("no answer" if why is None else why.name.lower())
        self.why = why


@dataclass(slots=True)
class _DownTrain:
    train: Train
    passages: list[Passage] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    refused: Refusal | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, packet: Packet, at_s: float) -> None:
        if packet.sequence not in self.seen and packet.sequence < self.train.packets:
            self.seen.add(packet.sequence)
            self.passages.append(Passage(packet.sequence, packet.timestamp_us / 1e6, at_s))
            self.changed.set()

    @property
    def complete(self) -> bool:
        return len(self.seen) >= self.train.packets


class ProbeClient:
    """Implements ``measuring.Line``. Give it what arrives (``received``) and a way to send."""

    def __init__(
        self,
        grant: PreflightGrant,
        send: Callable[[bytes], None],
        now_s: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self._grant = grant
        self._send_datagram = send
        self._now_s = now_s
        self._sleep = sleep or precise_sleep
        self._per_report = ARRIVALS_PER_REPORT
        self._ask_again_s = ASK_AGAIN_S
        self._echo_timeout_s = ECHO_TIMEOUT_S
        self._numbers = itertools.count(1)
        self._train_numbers = itertools.count(1)
        self._answers: dict[tuple[Kind, int], asyncio.Future[tuple[Packet, float]]] = {}
        self._down: dict[int, _DownTrain] = {}

    # --- datagrams

    def _send(self, kind: Kind, **parts: int | bytes) -> None:
        datagram = encode(
            self._grant.token,
            kind,
            self._grant.session,
            timestamp_us=int(self._now_s() * 1e6),
            **parts,  # type: ignore[arg-type]
        )
        self._send_datagram(datagram)

    def received(self, untrusted: bytes) -> None:
        """A datagram came. Anything that is not the service's is passed over."""
        at_s = self._now_s()
        try:
            packet = decode(untrusted, self._grant.token)
        except PayloadError:
            return
        if packet.session != self._grant.session or not packet.kind.from_service:
            return
        if packet.kind is Kind.TRAIN_DOWN:
            train = self._down.get(packet.train)
            if train is not None:
                train.add(packet, at_s)
            return
        if packet.kind is Kind.REFUSED:
            self._refused(packet)
            return
        self._settle((packet.kind, packet.sequence), packet, at_s)

    def _refused(self, packet: Packet) -> None:
        try:
            why = refusal_of(packet)
        except PayloadError:
            return
        train = self._down.get(packet.train)
        if train is not None:
            train.refused = why
            train.changed.set()
        for key in [key for key in self._answers if key[1] == packet.sequence]:
            waiting = self._answers.pop(key)
            if not waiting.done():
                waiting.set_exception(ProbeRefusedError(why))

    def _settle(self, key: tuple[Kind, int], packet: Packet, at_s: float) -> None:
        waiting = self._answers.pop(key, None)
        if waiting is not None and not waiting.done():
            waiting.set_result((packet, at_s))

    async def _ask(
        self, kind: Kind, answer: Kind, timeout_s: float, *, repeat: bool = True, **parts: int | bytes
    ) -> tuple[Packet, float]:
        """The answer and its round trip. Raises ProbeRefusedError, with ``None`` when there is none."""
        end_s, pause_s = self._now_s() + timeout_s, self._ask_again_s if repeat else timeout_s
        open_ones: list[tuple[tuple[Kind, int], asyncio.Future[tuple[Packet, float]], float]] = []
        try:
            while True:
                key = (answer, next(self._numbers))
                future = asyncio.get_running_loop().create_future()
                self._answers[key] = future
                open_ones.append((key, future, self._now_s()))
                self._send(kind, sequence=key[1], **parts)
                left_s = end_s - self._now_s()
                done, _ = await asyncio.wait(
                    [one for _, one, _ in open_ones],
                    timeout=max(0.0, min(pause_s, left_s)),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for _, one, sent_s in open_ones:
                    if one in done:
                        packet, at_s = one.result()
                        return packet, at_s - sent_s
                if left_s <= pause_s:
                    raise ProbeRefusedError(None)
                pause_s *= ASK_AGAIN_FACTOR
        finally:
            for key, one, _ in open_ones:
                self._answers.pop(key, None)
                if not one.done():
                    one.cancel()
                elif not one.cancelled():
                    one.exception()  # taken note of, should it be a second refusal

    # --- what is asked

    async def prove(self) -> float:
        """Show that we can be reached here; the round trip. Raises ProbeRefusedError."""
        challenge, round_trip_s = await self._ask(Kind.HELLO, Kind.CHALLENGE, PROOF_TIMEOUT_S)
        try:
            cookie = cookie_of(challenge)
        except PayloadError:
            raise ProbeRefusedError(None) from None
        await self._ask(Kind.PROOF, Kind.PROVEN, PROOF_TIMEOUT_S, body=cookie)
        self._ask_again_s = max(MIN_ASK_AGAIN_S, 1.5 * round_trip_s)
        self._echo_timeout_s = min(ECHO_TIMEOUT_S, max(MIN_ECHO_TIMEOUT_S, 4 * round_trip_s))
        return round_trip_s

    async def echo(self, size: int) -> float | None:
        """``measuring.Line``."""
        try:
            _, round_trip_s = await self._ask(
                Kind.ECHO, Kind.ECHO_REPLY, self._echo_timeout_s, repeat=False, size=size
            )
        except ProbeRefusedError:
            return None
        return round_trip_s

    async def exchange(
        self,
        up: Train | None,
        down: Train | None,
        *,
        echo_every_s: float | None = None,
        settle_s: float = 0.0,
    ) -> Exchange:
        """``measuring.Line``."""
        longest_s = max(one.duration_s for one in (up, down) if one is not None)
        pauses = range(round(longest_s / echo_every_s)) if echo_every_s is not None else ()
        async with side_by_side("line") as keeper:
            sending = keeper.spawn(self._train_up(up, settle_s), name="up")
            getting = keeper.spawn(self._train_down(down, settle_s), name="down")
            echoes = [
                keeper.spawn(self._echo_after(index * (echo_every_s or 0.0)), name="echo") for index in pauses
            ]
            times = await asyncio.gather(*echoes)
            return Exchange(await sending, await getting, tuple(one for one in times if one is not None))

    async def _echo_after(self, pause_s: float) -> float | None:
        await asyncio.sleep(pause_s)
        return await self.echo(0)

    # --- trains

    async def _train_up(self, train: Train | None, settle_s: float) -> Outcome | None:
        if train is None:
            return None
        number = next(self._train_numbers)
        sent_s: list[float] = []

        def send_next() -> None:
            sent_s.append(self._now_s())
            self._send(Kind.TRAIN_UP, sequence=len(sent_s) - 1, train=number, size=train.size)

        await pace(train.packets, train.interval_s, send_next, self._now_s, self._sleep)
        await self._sleep(settle_s)
        try:
            arrivals = await self._reported(number, sent_s)
        except ProbeRefusedError as error:
            return Outcome(train, ()) if error.why is Refusal.UNKNOWN_TRAIN else None
        return Outcome(train, arrivals)

    async def _reported(self, number: int, sent_s: list[float]) -> tuple[Passage, ...]:
        """The service's report. The first question stands in the same queue as the train before it: when
        it is answered, the train has come, but for what took another way."""
        head = await self._first_report(number)
        found = list(head.arrivals)
        rest = range(len(found), head.received, self._per_report)
        gate = asyncio.Semaphore(QUERIES_AT_ONCE)

        async def part(first: int) -> Report | None:
            async with gate:
                try:
                    return await self._report(number, first)
                except ProbeRefusedError:
                    return None

        async with side_by_side("line-report") as keeper:
            parts = await asyncio.gather(*(keeper.spawn(part(first), name="part") for first in rest))
        for one in parts:
            if one is None:
                raise ProbeRefusedError(None)
            found.extend(one.arrivals)
        return tuple(
            Passage(one.sequence, sent_s[one.sequence], one.offset_us / 1e6)
            for one in found
            if one.sequence < len(sent_s)
        )

    async def _first_report(self, number: int) -> Report:
        """In a small datagram if a large one does not come: some lines pass only those."""
        try:
            return await self._report(number, 0)
        except ProbeRefusedError as error:
            if error.why is not None or self._per_report == SMALL_REPORT:
                raise
        head = await self._report(number, 0, SMALL_REPORT)
        self._per_report = SMALL_REPORT
        return head

    async def _report(self, number: int, first: int, count: int | None = None) -> Report:
        query = ReportQuery(first, count or self._per_report).pack()
        answer, _ = await self._ask(Kind.REPORT_QUERY, Kind.REPORT, REPORT_S, train=number, body=query)
        try:
            return Report.of(answer)
        except PayloadError:
            raise ProbeRefusedError(None) from None

    async def _train_down(self, train: Train | None, settle_s: float) -> Outcome | None:
        if train is None:
            return None
        number = next(self._train_numbers)
        coming = self._down[number] = _DownTrain(train)
        order = TrainOrder(round(train.kbps), train.size, train.packets).pack()
        try:
            if not await self._ordered(number, order, coming):
                return None
            await self._all_of(coming, settle_s)
            return Outcome(train, tuple(coming.passages))
        finally:
            del self._down[number]
            if not coming.complete:
                self._send(Kind.STOP, train=number)

    async def _ordered(self, number: int, order: bytes, coming: _DownTrain) -> bool:
        """Whether the first packet came."""
        end_s, pause_s = self._now_s() + FIRST_PACKET_S, max(self._ask_again_s, ASK_AGAIN_S)
        while self._now_s() < end_s:
            self._send(Kind.TRAIN_ORDER, sequence=next(self._numbers), train=number, body=order)
            await _wait_for(coming.changed.wait(), min(pause_s, end_s - self._now_s()))
            if coming.passages:
                return True
            if coming.refused is not None:
                return False
            pause_s *= ASK_AGAIN_FACTOR
        return False

    async def _all_of(self, coming: _DownTrain, settle_s: float) -> None:
        """Until every packet is there, or the train's time is over and it is quiet."""
        began_s = self._now_s()
        over_s = began_s + coming.train.duration_s
        while not coming.complete:
            coming.changed.clear()
            gap_s = max(self._now_s() - began_s, coming.train.interval_s) / len(coming.passages)
            quiet_s = max(min(max(MIN_QUIET_S, 5 * gap_s), MAX_QUIET_S), settle_s)
            came = await _wait_for(coming.changed.wait(), quiet_s + max(0.0, over_s - self._now_s()))
            if not came or self._now_s() > over_s + DRAIN_S:
                return


async def _wait_for(event: Awaitable[object], timeout_s: float) -> bool:
    try:
        async with asyncio.timeout(max(0.0, timeout_s)):
            await event
    except TimeoutError:
        return False
    return True


async def pace(
    packets: int,
    interval_s: float,
    send_next: Callable[[], None],
    now_s: Callable[[], float],
    sleep: Callable[[float], Awaitable[None]],
) -> None:
    """Send evenly, by deadline: what a late wake-up missed is caught up with, if it is little."""
    next_s = now_s()
    for _ in range(packets):
        late_s = now_s() - next_s
        if late_s < 0:
            await sleep(-late_s)
        elif late_s > MAX_LATE_S:
            next_s += late_s - MAX_LATE_S
        send_next()
        next_s += interval_s


async def precise_sleep(seconds: float) -> None:
    """Sleep, finely on every system."""
    # WORKAROUND(https://docs.python.org/3/library/time.html#time.sleep): on Windows asyncio's timers have
    # the system's tick of 15.6 ms, time.sleep has a timer of high resolution
    if sys.platform == "win32" and seconds < 0.05:
        await asyncio.to_thread(time.sleep, seconds)
    else:
        await asyncio.sleep(seconds)
