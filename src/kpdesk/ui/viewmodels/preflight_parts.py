"""What one step of the check knows while it goes on: results, progress, and who runs it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from kpdesk.checks.runner import ProbeEnded, ProbeEvent, ProbeProgressed, ProbeStarted
from kpdesk.domain.media import MicrophoneLevel
from kpdesk.domain.preflight import Measurement, ProbeName, ProbeResult, ProbeStatus, Unit, worst
from kpdesk.ui.viewmodels.preflight_findings import finding_of, main_finding, state_of
from kpdesk.ui.viewmodels.preflight_steps import (
    PART_PROBES,
    Finding,
    PartLine,
    Remedy,
    Step,
    StepState,
)


@dataclass(slots=True)
class StepRun:
    """The state behind one page. Results of a look that was stopped are never mixed with a new one's."""

    step: Step
    names: tuple[ProbeName, ...] = ()
    """What of it this computer has."""
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    since_s: float = 0.0
    results: dict[ProbeName, ProbeResult] = field(default_factory=dict)
    fractions: dict[ProbeName, float] = field(default_factory=dict)
    skipped: bool = False
    """The person left it out."""

    @property
    def running(self) -> bool:
        return bool(self.tasks)

    def begin(self, names: Iterable[ProbeName], now_s: float) -> None:
        """Forget what was known of ``names``: they are looked at anew."""
        if not self.running:
            self.since_s = now_s
        self.skipped = False
        for name in names:
            self.results.pop(name, None)
            self.fractions.pop(name, None)

    def hear(self, event: ProbeEvent) -> None:
        """Take in what the engine says."""
        match event:
            case ProbeStarted(name):
                self.fractions[name] = 0.0
            case ProbeProgressed(name, fraction):
                self.fractions[name] = fraction
            case ProbeEnded(result):
                self.results[result.name] = result
                self.fractions.pop(result.name, None)

    @property
    def current(self) -> ProbeName | None:
        """What is being looked at now; the first of several."""
        return next((name for name in self.names if name in self.fractions), None)

    @property
    def state(self) -> StepState:
        if self.running:
            return StepState.RUNNING
        found = state_of(tuple(self.results.values()))
        return StepState.SKIPPED if self.skipped and found is StepState.OPEN else found

    @property
    def fraction(self) -> float:
        """Over all its probes, 0..1."""
        if not self.names:
            return 1.0
        done = sum(1.0 if name in self.results else self.fractions.get(name, 0.0) for name in self.names)
        return min(1.0, done / len(self.names))

    def finding(self, pages: Collection[Remedy]) -> Finding | None:
        """What is wrong, the worst of it."""
        return main_finding(self.results.values(), pages)

    def remarks(self, pages: Collection[Remedy]) -> tuple[Finding, ...]:
        """What passed and says something all the same."""
        passed = [one for one in self.results.values() if one.status is ProbeStatus.PASSED]
        found = [finding_of(one, pages) for one in passed]
        return tuple(one for one in found if one is not None)

    def parts(self, pages: Collection[Remedy]) -> tuple[PartLine, ...]:
        """The lines of the Internet step; what this computer's check does not have is no line."""
        lines = []
        for part, probes in PART_PROBES.items():
            names = [name for name in probes if name in self.names]
            if not names:
                continue
            results = [self.results[name] for name in names if name in self.results]
            if len(results) < len(names):
                begun = results or any(name in self.fractions for name in names)
                state = StepState.RUNNING if begun and self.running else StepState.OPEN
                lines.append(PartLine(part, state))
            elif self.skipped or worst(one.status for one in results) is ProbeStatus.SKIPPED:
                lines.append(PartLine(part, StepState.SKIPPED))
            else:
                lines.append(PartLine(part, state_of(results), main_finding(results, pages)))
        return tuple(lines)


def level_in(measurements: Iterable[Measurement]) -> MicrophoneLevel | None:
    """The microphone's level among the figures of a probe that goes on; ``None`` when there is none."""
    level: float | None = None
    voice = False
    for one in measurements:
        if level is None and one.unit is Unit.DECIBELS_FULL_SCALE and isinstance(one.value, int | float):
            level = float(one.value)
        elif one.name == "voice":
            voice = bool(one.value)
    return None if level is None else MicrophoneLevel(level, level, voice)
