"""What all rungs share: how they run, how they end, and which of the rungs below carry them."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from kpdesk.checks.ports import NetworkLoop, ProbeContext, Resource
from kpdesk.checks.probes.network.target import NetworkTarget
from kpdesk.checks.thresholds import NetworkThresholds
from kpdesk.domain.preflight import (
    Measurement,
    ProbeCode,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)

T = TypeVar("T")
Results = Mapping[ProbeName, ProbeResult]

BROKEN = frozenset({ProbeStatus.FAILED, ProbeStatus.NOT_RUN})


class Rung(ABC):
    """One rung of the ladder; a subclass says what it looks at in ``_look``.

    Rungs decide themselves what a broken rung below means for them, so they wait for others (``after``)
    but ask the runner for nothing (``needs``): a name that is not found is no obstacle behind a proxy.
    """

    name: ClassVar[ProbeName]
    group: ClassVar[ProbeGroup] = ProbeGroup.NETWORK
    needs: ClassVar[frozenset[ProbeName]] = frozenset()
    after: ClassVar[frozenset[ProbeName]] = frozenset()
    uses: ClassVar[frozenset[Resource]] = frozenset()
    timeout_s: ClassVar[float] = 6.0
    """Far above the rung's own limits, which end it first and say why."""

    def __init__(
        self, target: NetworkTarget, loop: NetworkLoop, *, thresholds: NetworkThresholds | None = None
    ) -> None:
        self._target = target
        self._loop = loop
        self._thresholds = thresholds or NetworkThresholds()

    async def run(self, context: ProbeContext) -> ProbeResult:
        """Look, with the time that it took."""
        started_s = time.monotonic()
        status, codes, measurements = await self._look(context)
        return ProbeResult(self.name, status, codes, measurements, time.monotonic() - started_s)

    @abstractmethod
    async def _look(self, context: ProbeContext) -> Finding:
        """What this rung finds."""

    async def _on_loop(self, coro: Coroutine[Any, Any, T]) -> T:
        """Where packets are not kept waiting by the screen."""
        return await self._loop.call(coro)


Finding = tuple[ProbeStatus, tuple[ProbeCode, ...], tuple[Measurement, ...]]


def passed(*measurements: Measurement, codes: Iterable[ProbeCode] = ()) -> Finding:
    return ProbeStatus.PASSED, tuple(codes), measurements


def warned(*codes: ProbeCode, measurements: Iterable[Measurement] = ()) -> Finding:
    return ProbeStatus.WARNING, codes, tuple(measurements)


def failed(*codes: ProbeCode, measurements: Iterable[Measurement] = ()) -> Finding:
    return ProbeStatus.FAILED, codes, tuple(measurements)


def skipped(*codes: ProbeCode, measurements: Iterable[Measurement] = ()) -> Finding:
    return ProbeStatus.SKIPPED, codes, tuple(measurements)


def not_run(*codes: ProbeCode, measurements: Iterable[Measurement] = ()) -> Finding:
    return ProbeStatus.NOT_RUN, codes, tuple(measurements)


NEEDS_FAILED: Finding = not_run(ProbeCode.NEEDS_FAILED)


def milliseconds(name: str, seconds: float) -> Measurement:
    return Measurement(name, round(seconds * 1000, 1), Unit.MILLISECONDS)


def any_broken(results: Results, *names: ProbeName) -> bool:
    """Whether one of these is part of the run and did not work out."""
    return any(name in results and results[name].status in BROKEN for name in names)


def has_code(results: Results, code: ProbeCode) -> bool:
    return any(code in result.codes for result in results.values())
