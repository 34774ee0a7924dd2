"""The check as the wizard and the command line use it: all of it, a group, or one probe again."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from kpdesk.base.clock import Clock
from kpdesk.checks.ports import Probe
from kpdesk.checks.runner import EventListener, ProbeEnded, ProbeEvent, ResourceTable, Runner
from kpdesk.checks.thresholds import RunThresholds
from kpdesk.domain.errors import InvariantError
from kpdesk.domain.preflight import PreflightReport, ProbeGroup, ProbeName, ProbeResult, Versions


class Preflight:
    """One check of this computer. Runs may overlap: the network is looked at while the person looks at
    themselves; devices and the line have one user at a time all the same."""

    def __init__(
        self,
        probes: Sequence[Probe],
        *,
        clock: Clock,
        versions: Versions,
        limits: RunThresholds | None = None,
    ) -> None:
        """``limits``: how long a run and its network part may take. Raises InvariantError for two probes of
        one name or for probes that wait for each other."""
        self._limits = limits or RunThresholds()
        self._clock = clock
        self._versions = versions
        self._resources = ResourceTable()
        self._results: dict[ProbeName, ProbeResult] = {}
        self._runners: list[Runner] = []
        self._began: tuple[datetime, float] | None = None
        self._ended_s = 0.0
        order = {name: index for index, name in enumerate(ProbeName)}
        self._probes = {probe.name: probe for probe in sorted(probes, key=lambda one: order[one.name])}
        Runner(probes, clock=clock, limits=self._limits)  # whether they fit together is known at once

    @property
    def names(self) -> tuple[ProbeName, ...]:
        """All that there is, in the report's order."""
        return tuple(self._probes)

    @property
    def results(self) -> Mapping[ProbeName, ProbeResult]:
        """The newest result of each probe that has ended."""
        return MappingProxyType(self._results)

    @property
    def running(self) -> bool:
        return bool(self._runners)

    def in_groups(self, groups: Collection[ProbeGroup]) -> tuple[ProbeName, ...]:
        """The names of these groups' probes, in the report's order."""
        return tuple(name for name, probe in self._probes.items() if probe.group in groups)

    async def run(
        self,
        names: Collection[ProbeName] | None = None,
        *,
        groups: Collection[ProbeGroup] | None = None,
        on_event: EventListener | None = None,
        timeout_s: float | None = None,
    ) -> PreflightReport:
        """Look at ``names`` and ``groups``, or at everything, and report on that.

        ``timeout_s``: of this run, instead of the usual one; ``math.inf`` when a person sets the pace.
        Raises InvariantError for a name that is not among the probes.
        """
        chosen = self._chosen(names, groups)
        limits = self._limits
        if timeout_s is not None:
            limits = dataclasses.replace(
                limits, whole_s=timeout_s, network_s=min(limits.network_s, timeout_s)
            )
        started_at, began_s = self._clock.now(), self._clock.monotonic_s()
        self._began = self._began or (started_at, began_s)
        runner = Runner(
            [self._probes[name] for name in chosen],
            clock=self._clock,
            limits=limits,
            resources=self._resources,
            earlier=self._results,
            on_event=self._remembering(on_event),
        )
        self._runners.append(runner)
        try:
            results = await runner.run()
        finally:
            self._runners.remove(runner)
            self._ended_s = self._clock.monotonic_s()
        return self._report(started_at, self._ended_s - began_s, results)

    def report(self) -> PreflightReport | None:
        """On all runs so far, with the newest result of each probe; ``None`` before anything has ended."""
        if self._began is None or not self._results:
            return None
        started_at, began_s = self._began
        ended_s = self._clock.monotonic_s() if self._runners else self._ended_s
        results = tuple(self._results[name] for name in self._probes if name in self._results)
        return self._report(started_at, ended_s - began_s, results)

    async def run_one(
        self,
        name: ProbeName,
        *,
        on_event: EventListener | None = None,
        timeout_s: float | None = None,
    ) -> ProbeResult:
        """Look at one thing (again). What it needs is taken as it was found before."""
        report = await self.run((name,), on_event=on_event, timeout_s=timeout_s)
        return report.results[0]

    def skip(self, name: ProbeName) -> bool:
        """Leave this one out, while it runs or waits. False when there is nothing to stop."""
        return any([runner.skip(name) for runner in tuple(self._runners)])

    def cancel(self) -> None:
        """Stop all runs: what has not ended is left out, and each ``run`` returns soon."""
        for runner in tuple(self._runners):
            runner.cancel()

    def _report(
        self, started_at: datetime, duration_s: float, results: tuple[ProbeResult, ...]
    ) -> PreflightReport:
        return PreflightReport(started_at, round(max(0.0, duration_s), 3), self._versions, results)

    def _remembering(self, on_event: EventListener | None) -> EventListener:
        def listen(event: ProbeEvent) -> None:
            if isinstance(event, ProbeEnded):
                self._results[event.name] = event.result
            if on_event is not None:
                on_event(event)

        return listen

    def _chosen(
        self, names: Collection[ProbeName] | None, groups: Collection[ProbeGroup] | None
    ) -> tuple[ProbeName, ...]:
        if names is None and groups is None:
            return self.names
        unknown = set(names or ()) - self._probes.keys()
        if unknown:
            raise InvariantError(f"no such probe: {', '.join(sorted(unknown))}")
        wanted = {*(names or ()), *self.in_groups(groups or ())}
        return tuple(name for name in self._probes if name in wanted)
