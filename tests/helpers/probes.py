"""Probes that do what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from kpdesk.checks.ports import ProbeContext, Resource
from kpdesk.domain.preflight import ProbeCode, ProbeGroup, ProbeName, ProbeResult, ProbeStatus


@dataclass
class ScriptedProbe:
    """``kpdesk.checks.ports.Probe``: takes a while, then answers or raises; keeps book of what happened."""

    name: ProbeName
    group: ProbeGroup = ProbeGroup.SYSTEM
    needs: frozenset[ProbeName] = frozenset()
    after: frozenset[ProbeName] = frozenset()
    uses: frozenset[Resource] = frozenset()
    timeout_s: float = 10.0
    takes_s: float = 1.0
    cleanup_s: float = 0.0
    """How long it takes to stop when it is cancelled."""
    status: ProbeStatus = ProbeStatus.PASSED
    codes: tuple[ProbeCode, ...] = ()
    raises: BaseException | None = None
    act: Callable[[ProbeContext], Awaitable[ProbeResult | None]] | None = None
    running: set[ProbeName] = field(default_factory=set)
    """Shared by the probes of a test: those that run at the moment."""
    look_at_running: Callable[[], None] = lambda: None
    """Called whenever this probe has begun."""
    contexts: list[ProbeContext] = field(default_factory=list)
    cancelled: int = 0

    async def run(self, context: ProbeContext) -> ProbeResult:
        self.contexts.append(context)
        self.running.add(self.name)
        try:
            self.look_at_running()
            if self.act is not None:
                result = await self.act(context)
                if result is not None:
                    return result
            else:
                await asyncio.sleep(self.takes_s)
            if self.raises is not None:
                raise self.raises
            return ProbeResult(self.name, self.status, self.codes)
        except asyncio.CancelledError:
            self.cancelled += 1
            if self.cleanup_s:
                await asyncio.sleep(self.cleanup_s)
            raise
        finally:
            self.running.discard(self.name)


def names(*wanted: ProbeName) -> frozenset[ProbeName]:
    return frozenset(wanted)


def share_running(probes: Iterable[ScriptedProbe]) -> set[ProbeName]:
    """Let them keep one book of who runs."""
    running: set[ProbeName] = set()
    for probe in probes:
        probe.running = running
    return running
