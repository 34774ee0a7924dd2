"""How much the line carries and how well, on the way that a call would take."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar, Final

from kpdesk.checks.e_model import network_score
from kpdesk.checks.line.measuring import Direction, Line, LineFigures, Measuring
from kpdesk.checks.line.paths import NoPathError, direct_path, relay_path
from kpdesk.checks.ports import Grants, NetworkLoop, ProbeContext, Resource
from kpdesk.checks.probes.network.target import IceAddress, Transport, ice_addresses, relays
from kpdesk.checks.probes.network.verdict import relay_is_open
from kpdesk.checks.thresholds import QualityThresholds
from kpdesk.domain.errors import KpdeskError
from kpdesk.domain.preflight import (
    Measurement,
    PreflightGrant,
    ProbeCode,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)

BUDGET_S: Final = 8.0
"""Of the measuring itself; opening the way comes on top."""
LEAST_BUDGET_S: Final = 1.0
FAREWELL_S: Final = 1.5
"""The measuring's own reserve, and leaving the relay."""
OPENING_S: Final = 4.0
MARGIN: Final = 0.95
"""Of the rate that the service grants: what bunches up on its way must not be over it."""
PATHS: Final = {
    ProbeName.TURN_UDP: ("turn_udp", Transport.UDP),
    ProbeName.TURN_TCP: ("turn_tcp", Transport.TCP),
    ProbeName.TURN_TLS: ("turn_tls", Transport.TLS),
}
"""The relays, from the best way to the last resort, as ``path`` names them."""

_log = logging.getLogger(__name__)
_CLOSED: Final = (ProbeStatus.FAILED, ProbeStatus.WARNING)

OpenDirect = Callable[[PreflightGrant], AbstractAsyncContextManager[Line]]
OpenRelay = Callable[[IceAddress, PreflightGrant], AbstractAsyncContextManager[Line]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to be tried. ``server`` is that of a relay."""

    name: str
    server: IceAddress | None = None


def ways(context: ProbeContext, grant: PreflightGrant) -> tuple[Way, ...]:
    """The ways that a call would try, best first, as far as the ladder did not find them closed. A ladder
    that was left out closes nothing."""
    found: list[Way] = []
    direct = context.results.get(ProbeName.DIRECT_PATH)
    if not grant.relay_only and not _is_closed(direct):
        found.append(Way("direct"))
    addresses = ice_addresses(grant.ice_servers)
    for probe, (name, transport) in PATHS.items():
        if probe not in context.results or relay_is_open(context.results, probe):
            found.extend(Way(name, server) for server in relays(addresses, transport))
    return tuple(found)


def _is_closed(direct: ProbeResult | None) -> bool:
    """Small packets alone are better than nothing; they will show what they are worth."""
    return direct is not None and direct.status in _CLOSED and ProbeCode.UDP_SMALL_ONLY not in direct.codes


class QualityProbe:
    """Paced trains of UDP packets both ways (``docs/protocol.md``, "Measuring a line")."""

    name: ClassVar[ProbeName] = ProbeName.QUALITY
    group: ClassVar[ProbeGroup] = ProbeGroup.NETWORK
    needs: ClassVar[frozenset[ProbeName]] = frozenset()
    """Of its own: the ways that the ladder found closed are not taken."""
    after: ClassVar[frozenset[ProbeName]] = frozenset(
        {
            ProbeName.NAME_LOOKUP,
            ProbeName.WEB_PROXY,
            ProbeName.TCP,
            ProbeName.TLS,
            ProbeName.WEBSOCKET,
            ProbeName.STUN,
            ProbeName.DIRECT_PATH,
            *PATHS,
        }
    )
    uses: ClassVar[frozenset[Resource]] = frozenset({Resource.LINE})
    timeout_s: ClassVar[float] = OPENING_S + BUDGET_S + 3.0

    def __init__(
        self,
        loop: NetworkLoop,
        grants: Grants,
        *,
        thresholds: QualityThresholds | None = None,
        budget_s: float = BUDGET_S,
        open_direct: OpenDirect = direct_path,
        open_relay: OpenRelay = relay_path,
    ) -> None:
        self._loop = loop
        self._grants = grants
        self._thresholds = thresholds or QualityThresholds()
        self._budget_s = budget_s
        self._open_direct = open_direct
        self._open_relay = open_relay

    async def run(self, context: ProbeContext) -> ProbeResult:
        """Measure, and put the figures into bands."""
        started_s = time.monotonic()
        try:
            grant = await self._grants.grant()
        except KpdeskError as error:
            _log.info("line not measured: no leave, code=%s", error.code)
            return self._not_measured(started_s)
        measured = await self._loop.call(self._measure(grant, context, started_s + context.time_left_s))
        if measured is None:
            _log.info("line not measured: no way to the service")
            return self._not_measured(started_s)
        path, figures = measured
        status, codes = judge(figures, self._thresholds)
        _log.info("line measured: path=%s status=%s", path, status)
        return ProbeResult(
            self.name, status, codes, measurements_of(path, figures), time.monotonic() - started_s
        )

    def _not_measured(self, started_s: float) -> ProbeResult:
        return ProbeResult(
            self.name,
            ProbeStatus.NOT_RUN,
            (ProbeCode.QUALITY_NOT_MEASURED,),
            duration_s=time.monotonic() - started_s,
        )

    async def _measure(
        self, grant: PreflightGrant, context: ProbeContext, ends_s: float
    ) -> tuple[str, LineFigures] | None:
        """``ends_s``: when the runner stops it. What was seen by then is worth more than nothing."""
        try:
            async with self._way(grant, context) as (path, line):
                left_s = ends_s - time.monotonic() - FAREWELL_S
                measuring = Measuring(
                    line,
                    max_kbps=MARGIN * grant.max_kbps,
                    budget_s=max(LEAST_BUDGET_S, min(self._budget_s, left_s)),
                    monotonic_s=time.monotonic,
                    tell=lambda fraction: context.tell(fraction, ()),
                )
                return path, await measuring.run()
        except NoPathError:
            return None

    @asynccontextmanager
    async def _way(self, grant: PreflightGrant, context: ProbeContext) -> AsyncIterator[tuple[str, Line]]:
        """The first way that leads to the service, open. Raises NoPathError."""
        ends_s = time.monotonic() + OPENING_S
        async with AsyncExitStack() as stack:
            for way in ways(context, grant):
                try:
                    async with asyncio.timeout(max(0.0, ends_s - time.monotonic())):
                        line = await stack.enter_async_context(self._opened(way, grant))
                except (NoPathError, TimeoutError):
                    continue
                yield way.name, line
                return
            raise NoPathError

    def _opened(self, way: Way, grant: PreflightGrant) -> AbstractAsyncContextManager[Line]:
        return self._open_direct(grant) if way.server is None else self._open_relay(way.server, grant)


# --- from figures to bands --------------------------------------------------------------------------------


def judge(figures: LineFigures, limits: QualityThresholds) -> tuple[ProbeStatus, tuple[ProbeCode, ...]]:
    """Status and codes, most important first. Only a line on which not even a voice fits fails."""
    bandwidth = _bandwidth(min(_kbps(figures.up), _kbps(figures.down)), limits)
    found = {bandwidth} if bandwidth is not None else set()
    quiet = [one for one in (figures.up, figures.down) if not _filled_by_us(one, figures.gentle_kbps)]
    found |= _above(
        max((100 * (one.loss or 0.0) for one in quiet), default=0.0),
        (limits.loss_bad_percent, ProbeCode.LOSS_BAD),
        (limits.loss_high_percent, ProbeCode.LOSS_HIGH),
    )
    found |= _above(
        max((1000 * (one.jitter_s or 0.0) for one in quiet), default=0.0),
        (limits.jitter_bad_ms, ProbeCode.JITTER_BAD),
        (limits.jitter_high_ms, ProbeCode.JITTER_HIGH),
    )
    found |= _above(
        1000 * (figures.round_trip_s or 0.0),
        (limits.round_trip_bad_ms, ProbeCode.ROUND_TRIP_BAD),
        (limits.round_trip_long_ms, ProbeCode.ROUND_TRIP_LONG),
    )
    late = [one for one in (figures.up, figures.down) if 1000 * one.queue_s > limits.queue_delay_high_ms]
    if late:
        found.add(ProbeCode.QUEUE_DELAY_HIGH)
    codes = tuple(code for code in _IMPORTANCE if code in found)
    # a call keeps within its share of a fast line and does not fill its queue by itself
    harmless = {ProbeCode.BANDWIDTH_LIMITED}
    if all(_kbps(one) >= limits.great_kbps for one in late):
        harmless.add(ProbeCode.QUEUE_DELAY_HIGH)
    if ProbeCode.BANDWIDTH_NO_CALL in found:
        return ProbeStatus.FAILED, codes
    return (ProbeStatus.PASSED if found <= harmless else ProbeStatus.WARNING), codes


_IMPORTANCE: Final = (
    ProbeCode.BANDWIDTH_NO_CALL,
    ProbeCode.BANDWIDTH_AUDIO_ONLY,
    ProbeCode.LOSS_BAD,
    ProbeCode.ROUND_TRIP_BAD,
    ProbeCode.JITTER_BAD,
    ProbeCode.BANDWIDTH_WEAK,
    ProbeCode.LOSS_HIGH,
    ProbeCode.ROUND_TRIP_LONG,
    ProbeCode.JITTER_HIGH,
    ProbeCode.QUEUE_DELAY_HIGH,
    ProbeCode.BANDWIDTH_LIMITED,
)


def _kbps(direction: Direction) -> float:
    return direction.kbps or 0.0


def _filled_by_us(direction: Direction, gentle_kbps: float) -> bool:
    """Whether even the gentle train was too much: then its loss is ours, and the rate says what is wrong."""
    return _kbps(direction) < 1.3 * gentle_kbps


def _bandwidth(kbps: float, limits: QualityThresholds) -> ProbeCode | None:
    for limit, code in (
        (limits.no_call_kbps, ProbeCode.BANDWIDTH_NO_CALL),
        (limits.weak_kbps, ProbeCode.BANDWIDTH_AUDIO_ONLY),
        (limits.ok_kbps, ProbeCode.BANDWIDTH_WEAK),
        (limits.great_kbps, ProbeCode.BANDWIDTH_LIMITED),
    ):
        if kbps < limit:
            return code
    return None


def _above(value: float, *bands: tuple[float, ProbeCode]) -> set[ProbeCode]:
    """The worst band that the value is in."""
    return next(({code} for limit, code in bands if value > limit), set())


def measurements_of(path: str, figures: LineFigures) -> tuple[Measurement, ...]:
    """For the report; ``docs/checks.md`` lists them."""
    up, down = figures.up, figures.down
    found = [Measurement("path", path, Unit.TEXT)]
    for name, direction in (("up", up), ("down", down)):
        if direction.kbps is not None:
            found.append(Measurement(f"throughput_{name}", round(direction.kbps), Unit.KILOBITS_PER_SECOND))
            found.append(Measurement(f"{name}_at_least", direction.at_least))
    if figures.round_trip_s is not None:
        found.append(_ms("round_trip", figures.round_trip_s))
    found += _both("jitter", up.jitter_s, down.jitter_s, 1000, Unit.MILLISECONDS)
    found += _both("loss", up.loss, down.loss, 100, Unit.PERCENT)
    found += _both("reordered", up.reordered, down.reordered, 100, Unit.PERCENT)
    found += _both("queue_delay", up.queue_s, down.queue_s, 1000, Unit.MILLISECONDS)
    if figures.round_trip_s is not None and (up.loss, down.loss) != (None, None):
        jitter_s = max(up.jitter_s or 0.0, down.jitter_s or 0.0)
        loss = max(up.loss or 0.0, down.loss or 0.0)
        score = network_score(1000 * figures.round_trip_s, 1000 * jitter_s, loss)
        found.append(Measurement("score", round(score, 2)))
    return tuple(found)


def _ms(name: str, seconds: float) -> Measurement:
    return Measurement(name, round(1000 * seconds, 1), Unit.MILLISECONDS)


def _both(name: str, up: float | None, down: float | None, factor: float, unit: Unit) -> list[Measurement]:
    """The worse of the two, and each."""
    known = [one for one in (up, down) if one is not None]
    if not known:
        return []
    found = [Measurement(name, round(factor * max(known), 1), unit)]
    for direction, value in (("up", up), ("down", down)):
        if value is not None:
            found.append(Measurement(f"{name}_{direction}", round(factor * value, 1), unit))
    return found
