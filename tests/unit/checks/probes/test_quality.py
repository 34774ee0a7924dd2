"""Which way is measured, and what the figures mean for a visit."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from kpdesk.checks.line.measuring import Direction, Exchange, Line, LineFigures
from kpdesk.checks.line.paths import NoPathError
from kpdesk.checks.line.trains import Outcome, Passage, Train
from kpdesk.checks.ports import ProbeContext, Resource
from kpdesk.checks.probes.network.target import IceAddress
from kpdesk.checks.probes.quality import QualityProbe, judge, measurements_of, ways
from kpdesk.checks.thresholds import QualityThresholds
from kpdesk.domain.errors import ConnectivityError, ErrorCode, KpdeskError
from kpdesk.domain.preflight import (
    PreflightGrant,
    ProbeCode,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)
from kpdesk.domain.ticket import IceServer
from tests.fakes.clock import DEFAULT_NOW

T = TypeVar("T")
TURN = IceServer(
    ("turn:r.example", "turn:r.example?transport=tcp", "turns:r.example:443?transport=tcp"), "u", "c"
)
GRANT = PreflightGrant(
    token=bytes(32),
    session=bytes(8),
    udp_host="192.0.2.1",
    udp_port=4000,
    expires_at=DEFAULT_NOW + timedelta(minutes=2),
    server_time=DEFAULT_NOW,
    max_kbps=2000,
    max_seconds=10.0,
    ice_servers=(TURN,),
)
GOOD = Direction(kbps=5000, at_least=True, loss=0.0, jitter_s=0.002, reordered=0.0, queue_s=0.02)
LINE = LineFigures(GOOD, GOOD, round_trip_s=0.04, gentle_kbps=86.4)
LIMITS = QualityThresholds()


def context(
    results: Mapping[ProbeName, ProbeResult] | None = None, told: list[float] | None = None
) -> ProbeContext:
    heard = told if told is not None else []
    return ProbeContext(results or {}, lambda fraction, _figures: heard.append(fraction))


def result(name: ProbeName, status: ProbeStatus, *codes: ProbeCode) -> ProbeResult:
    return ProbeResult(name, status, codes)


# --- the way ------------------------------------------------------------------------------------------------


def named(grant: PreflightGrant, *results: ProbeResult) -> list[str]:
    return [way.name for way in ways(context({one.name: one for one in results}), grant)]


def test_without_a_ladder_every_way_is_tried_the_best_first() -> None:
    assert named(GRANT) == ["direct", "turn_udp", "turn_tcp", "turn_tls"]


def test_a_closed_direct_path_is_not_taken() -> None:
    blocked = result(ProbeName.DIRECT_PATH, ProbeStatus.WARNING, ProbeCode.DIRECT_BLOCKED)
    assert named(GRANT, blocked) == ["turn_udp", "turn_tcp", "turn_tls"]
    failed = result(ProbeName.DIRECT_PATH, ProbeStatus.FAILED, ProbeCode.NO_MEDIA_PATH)
    assert "direct" not in named(GRANT, failed)


def test_a_direct_path_for_small_packets_is_a_path() -> None:
    small = result(ProbeName.DIRECT_PATH, ProbeStatus.WARNING, ProbeCode.UDP_SMALL_ONLY)
    assert named(GRANT, small)[0] == "direct"


def test_relays_that_do_not_work_are_not_taken() -> None:
    assert named(
        replace(GRANT, relay_only=True),
        result(ProbeName.TURN_UDP, ProbeStatus.WARNING, ProbeCode.TURN_UNREACHABLE),
        result(ProbeName.TURN_TCP, ProbeStatus.WARNING, ProbeCode.TURN_DOES_NOT_RELAY),
        result(ProbeName.TURN_TLS, ProbeStatus.PASSED),
    ) == ["turn_tls"]


def test_relay_only_means_no_direct_path() -> None:
    passed = result(ProbeName.DIRECT_PATH, ProbeStatus.PASSED)
    assert named(replace(GRANT, relay_only=True), passed)[0] == "turn_udp"


def test_without_relays_there_is_only_the_direct_path() -> None:
    assert named(replace(GRANT, ice_servers=())) == ["direct"]


# --- bands --------------------------------------------------------------------------------------------------


def judged(**changes: Any) -> tuple[ProbeStatus, tuple[ProbeCode, ...]]:
    """A good line, but for the upload's ``changes``; ``round_trip_s`` is the line's."""
    line = replace(LINE, round_trip_s=changes.pop("round_trip_s", LINE.round_trip_s))
    return judge(replace(line, up=replace(GOOD, **changes)), LIMITS)


def test_a_good_line() -> None:
    assert judge(LINE, LIMITS) == (ProbeStatus.PASSED, ())


@pytest.mark.parametrize(
    ("kbps", "status", "code"),
    [
        (None, ProbeStatus.FAILED, ProbeCode.BANDWIDTH_NO_CALL),
        (29, ProbeStatus.FAILED, ProbeCode.BANDWIDTH_NO_CALL),
        (30, ProbeStatus.WARNING, ProbeCode.BANDWIDTH_AUDIO_ONLY),
        (149, ProbeStatus.WARNING, ProbeCode.BANDWIDTH_AUDIO_ONLY),
        (150, ProbeStatus.WARNING, ProbeCode.BANDWIDTH_WEAK),
        (499, ProbeStatus.WARNING, ProbeCode.BANDWIDTH_WEAK),
        (500, ProbeStatus.PASSED, ProbeCode.BANDWIDTH_LIMITED),
        (1199, ProbeStatus.PASSED, ProbeCode.BANDWIDTH_LIMITED),
        (1200, ProbeStatus.PASSED, None),
    ],
)
def test_bands_of_the_rate(kbps: float | None, status: ProbeStatus, code: ProbeCode | None) -> None:
    codes = () if code is None else (code,)
    assert judged(kbps=kbps, at_least=False) == (status, codes)
    down = judge(replace(LINE, down=replace(GOOD, kbps=kbps)), LIMITS)
    assert down == (status, codes), "the slower direction counts, whichever it is"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"loss": 0.05}, None),
        ({"loss": 0.051}, ProbeCode.LOSS_HIGH),
        ({"loss": 0.11}, ProbeCode.LOSS_BAD),
        ({"jitter_s": 0.05}, None),
        ({"jitter_s": 0.051}, ProbeCode.JITTER_HIGH),
        ({"jitter_s": 0.09}, ProbeCode.JITTER_BAD),
        ({"round_trip_s": 0.3}, None),
        ({"round_trip_s": 0.31}, ProbeCode.ROUND_TRIP_LONG),
        ({"round_trip_s": 0.7}, ProbeCode.ROUND_TRIP_BAD),
        ({"loss": None, "jitter_s": None, "reordered": None}, None),
    ],
    ids=str,
)
def test_bands_of_the_rest(changes: dict[str, Any], code: ProbeCode | None) -> None:
    expected = (ProbeStatus.PASSED, ()) if code is None else (ProbeStatus.WARNING, (code,))
    assert judged(**changes) == expected


def test_a_queue_matters_where_a_call_can_fill_it() -> None:
    assert judged(queue_s=0.21, kbps=5000) == (ProbeStatus.PASSED, (ProbeCode.QUEUE_DELAY_HIGH,))
    assert judged(queue_s=0.21, kbps=800) == (
        ProbeStatus.WARNING,
        (ProbeCode.QUEUE_DELAY_HIGH, ProbeCode.BANDWIDTH_LIMITED),
    )
    assert judged(queue_s=0.19, kbps=800)[1] == (ProbeCode.BANDWIDTH_LIMITED,)


def test_what_we_lost_ourselves_is_not_the_lines_loss() -> None:
    assert judged(kbps=90, loss=0.4, jitter_s=0.2) == (ProbeStatus.WARNING, (ProbeCode.BANDWIDTH_AUDIO_ONLY,))


def test_the_network_fails_only_where_no_voice_fits() -> None:
    worst = replace(GOOD, kbps=60, loss=0.9, jitter_s=2.0, queue_s=9.0)
    status, codes = judge(LineFigures(worst, worst, 5.0, gentle_kbps=10), LIMITS)
    assert status is ProbeStatus.WARNING
    assert codes[0] is ProbeCode.BANDWIDTH_AUDIO_ONLY


def test_the_most_important_comes_first() -> None:
    status, codes = judged(kbps=300, loss=0.2, jitter_s=0.06, round_trip_s=0.4)
    assert status is ProbeStatus.WARNING
    assert codes == (
        ProbeCode.LOSS_BAD,
        ProbeCode.BANDWIDTH_WEAK,
        ProbeCode.ROUND_TRIP_LONG,
        ProbeCode.JITTER_HIGH,
    )


def test_an_organization_may_move_the_bands() -> None:
    mine = QualityThresholds(great_kbps=6000)
    assert judge(LINE, mine)[1] == (ProbeCode.BANDWIDTH_LIMITED,)


def test_measurements() -> None:
    up = replace(GOOD, kbps=812.4, at_least=False, loss=0.0123, jitter_s=0.0045, queue_s=0.25)
    found = measurements_of("turn_tcp", LineFigures(up, GOOD, 0.0412))
    by_name = {one.name: (one.value, one.unit) for one in found}
    assert by_name["path"] == ("turn_tcp", Unit.TEXT)
    assert by_name["throughput_up"] == (812, Unit.KILOBITS_PER_SECOND)
    assert by_name["throughput_down"] == (5000, Unit.KILOBITS_PER_SECOND)
    assert by_name["up_at_least"] == (False, Unit.NONE)
    assert by_name["down_at_least"] == (True, Unit.NONE)
    assert by_name["round_trip"] == (41.2, Unit.MILLISECONDS)
    assert by_name["jitter"] == by_name["jitter_up"] == (4.5, Unit.MILLISECONDS)
    assert by_name["loss"] == by_name["loss_up"] == (1.2, Unit.PERCENT)
    assert by_name["queue_delay"] == (250.0, Unit.MILLISECONDS)
    assert 4.0 < float(by_name["score"][0]) < 4.4
    assert len(by_name) == len(found)


def test_what_was_not_seen_is_not_said() -> None:
    blind = Direction(None, False, None, None, None, 0.0)
    names = {one.name for one in measurements_of("direct", LineFigures(blind, blind, None))}
    assert names == {"path", "queue_delay", "queue_delay_up", "queue_delay_down"}


# --- running ------------------------------------------------------------------------------------------------


@dataclass
class PerfectLine:
    """Carries everything at once, in no time."""

    exchanges: list[tuple[Train | None, Train | None]] = field(default_factory=list)

    async def echo(self, size: int) -> float | None:
        return 0.02

    async def exchange(
        self,
        up: Train | None,
        down: Train | None,
        *,
        echo_every_s: float | None = None,
        settle_s: float = 0.0,
    ) -> Exchange:
        await asyncio.sleep(0)
        self.exchanges.append((up, down))
        return Exchange(self._all(up), self._all(down), (0.02,) if echo_every_s else ())

    @staticmethod
    def _all(train: Train | None) -> Outcome | None:
        if train is None:
            return None
        times = [index * train.interval_s for index in range(train.packets)]
        return Outcome(train, tuple(Passage(index, at, at + 0.01) for index, at in enumerate(times)))


class HereLoop:
    """``checks.ports.NetworkLoop``: the test's own."""

    async def call(self, coro: Coroutine[Any, Any, T]) -> T:
        return await coro


@dataclass
class Given:
    """``checks.ports.Grants``."""

    answer: PreflightGrant | KpdeskError = GRANT

    async def grant(self) -> PreflightGrant:
        if isinstance(self.answer, KpdeskError):
            raise self.answer
        return self.answer


def probe(grants: Given, *, direct: bool = True, relays: tuple[str, ...] = ()) -> QualityProbe:
    """``direct`` and ``relays`` (their transports) are the ways that lead to the service."""

    @asynccontextmanager
    async def open_direct(_grant: PreflightGrant) -> AsyncIterator[Line]:
        if not direct:
            raise NoPathError
        yield PerfectLine()

    @asynccontextmanager
    async def open_relay(server: IceAddress, _grant: PreflightGrant) -> AsyncIterator[Line]:
        if server.transport.value not in relays:
            raise NoPathError
        yield PerfectLine()

    return QualityProbe(HereLoop(), grants, open_direct=open_direct, open_relay=open_relay)


async def test_a_run() -> None:
    told: list[float] = []
    found = await probe(Given()).run(context(told=told))
    assert (found.name, found.status, found.codes) == (ProbeName.QUALITY, ProbeStatus.PASSED, ())
    assert found.measured("path") == "direct"
    assert found.measured("throughput_up") == pytest.approx(0.95 * 2000 * 1228 / 1200, rel=0.01)
    assert found.measured("up_at_least") is True
    assert told == sorted(told)
    assert told[-1] == 1.0


async def test_the_first_way_that_leads_there_is_taken() -> None:
    found = await probe(Given(), direct=False, relays=("tcp", "tls")).run(context())
    assert found.measured("path") == "turn_tcp"


async def test_what_was_seen_counts_when_time_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that answers the gentle train, and then takes for ever."""

    class Sticky(PerfectLine):
        async def exchange(self, up: Train | None, down: Train | None, **options: Any) -> Exchange:
            if self.exchanges:
                await asyncio.Event().wait()
            return await super().exchange(up, down, **options)

    @asynccontextmanager
    async def open_sticky(_grant: PreflightGrant) -> AsyncIterator[Line]:
        yield Sticky()

    monkeypatch.setattr("kpdesk.checks.probes.quality.LEAST_BUDGET_S", 0.05)
    short = dataclasses.replace(context(), time_left_s=1.6)
    async with asyncio.timeout(10):  # without looking at the clock it would be BUDGET_S and more
        found = await QualityProbe(HereLoop(), Given(), budget_s=60.0, open_direct=open_sticky).run(short)
    assert found.measured("round_trip") == pytest.approx(20.0)
    assert found.measured("loss") == 0.0


async def test_no_way_leads_there() -> None:
    found = await probe(Given(), direct=False).run(context())
    assert (found.status, found.codes) == (ProbeStatus.NOT_RUN, (ProbeCode.QUALITY_NOT_MEASURED,))


async def test_without_leave_nothing_is_measured() -> None:
    found = await probe(Given(ConnectivityError(ErrorCode.OFFLINE))).run(context())
    assert (found.status, found.codes) == (ProbeStatus.NOT_RUN, (ProbeCode.QUALITY_NOT_MEASURED,))
    assert found.measurements == ()


def test_the_line_is_its_own_alone() -> None:
    assert QualityProbe.uses == {Resource.LINE}
    assert ProbeName.DIRECT_PATH in QualityProbe.after
