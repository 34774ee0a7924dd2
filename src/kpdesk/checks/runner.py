"""Runs probes: in order, side by side where nothing is shared, each with an end.

Whatever a probe does, each one of the run ends exactly once, a resource has one user at a time, and nothing
runs on after ``Runner.run`` has returned, except a probe that ignores being cancelled: it is reported, and
what it uses stays taken.
"""

from __future__ import annotations

import asyncio
import dataclasses
import graphlib
import logging
import math
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.checks.ports import Probe, ProbeContext, Resource
from kpdesk.checks.thresholds import RunThresholds
from kpdesk.domain.errors import ErrorCode, InvariantError, KpdeskError
from kpdesk.domain.preflight import Measurement, ProbeCode, ProbeGroup, ProbeName, ProbeResult, ProbeStatus

GRACE_S: Final = 2.0
"""How long a cancelled probe may take to release its devices and sockets before it is given up. Drivers
need up to a second to close a camera."""

_GOOD_ENOUGH: Final = frozenset({ProbeStatus.PASSED, ProbeStatus.WARNING})
_ORDER: Final = {name: index for index, name in enumerate(ProbeName)}

_DEVICE_CODES: Final[Mapping[ErrorCode, ProbeCode]] = {
    ErrorCode.CAMERA_NOT_FOUND: ProbeCode.CAMERA_NOT_FOUND,
    ErrorCode.CAMERA_DENIED: ProbeCode.CAMERA_DENIED,
    ErrorCode.CAMERA_IN_USE: ProbeCode.CAMERA_IN_USE,
    ErrorCode.CAMERA_FAILED: ProbeCode.CAMERA_FAILED,
    ErrorCode.MICROPHONE_NOT_FOUND: ProbeCode.MICROPHONE_NOT_FOUND,
    ErrorCode.MICROPHONE_DENIED: ProbeCode.MICROPHONE_DENIED,
    ErrorCode.MICROPHONE_IN_USE: ProbeCode.MICROPHONE_IN_USE,
    ErrorCode.MICROPHONE_FAILED: ProbeCode.MICROPHONE_FAILED,
    ErrorCode.MICROPHONE_SILENT: ProbeCode.MICROPHONE_SILENT,
    ErrorCode.SPEAKER_NOT_FOUND: ProbeCode.SPEAKER_NOT_FOUND,
    ErrorCode.SPEAKER_IN_USE: ProbeCode.SPEAKER_IN_USE,
    ErrorCode.SPEAKER_FAILED: ProbeCode.SPEAKER_FAILED,
}
"""A device error that a probe lets through still says what is wrong."""

_log = logging.getLogger(__name__)


# --- what the listener hears ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProbeStarted:
    """It looks now."""

    name: ProbeName


@dataclass(frozen=True, slots=True)
class ProbeProgressed:
    """How far it is, and what it sees at the moment."""

    name: ProbeName
    fraction: float
    """0..1."""
    measurements: tuple[Measurement, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeEnded:
    """The last word on this probe in this run. One that never started ends too."""

    result: ProbeResult

    @property
    def name(self) -> ProbeName:
        return self.result.name


ProbeEvent = ProbeStarted | ProbeProgressed | ProbeEnded
EventListener = Callable[[ProbeEvent], None]


# --- resources --------------------------------------------------------------------------------------------


class ResourceTable:
    """Who uses what, over all runs of one ``Preflight``: two runs at a time share the devices."""

    def __init__(self) -> None:
        self._taken: set[Resource] = set()
        self._probes: set[ProbeName] = set()
        self._on_line = 0
        self._waiting: list[Callable[[], None]] = []

    def take(self, probe: Probe) -> bool:
        """Take all that ``probe`` uses, or nothing. A probe is not run twice at the same time either."""
        if probe.name in self._probes or probe.uses & self._taken:
            return False
        if _shares_line(probe):
            if Resource.LINE in self._taken:
                return False
            self._on_line += 1
        elif Resource.LINE in probe.uses and self._on_line:
            return False
        self._probes.add(probe.name)
        self._taken |= probe.uses
        return True

    def release(self, probe: Probe) -> None:
        """Give back what ``take`` took, and tell the runs that may be waiting for it."""
        self._probes.discard(probe.name)
        self._taken -= probe.uses
        if _shares_line(probe):
            self._on_line -= 1
        for wake in tuple(self._waiting):
            wake()

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """``wake`` is called after each release; returns a function that unsubscribes."""
        self._waiting.append(wake)
        return lambda: self._waiting.remove(wake)


def _shares_line(probe: Probe) -> bool:
    """A rung of the network ladder may run beside another one, but not while the line is measured."""
    return probe.group is ProbeGroup.NETWORK and Resource.LINE not in probe.uses


# --- the runner -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Running:
    probe: Probe
    task: asyncio.Task[ProbeResult]
    began_s: float
    decided: ProbeResult | None = None
    """Set when somebody stopped it: what it returns afterwards does not count."""
    timers: list[asyncio.TimerHandle] = field(default_factory=list)


class Runner:
    """One run over some probes. Use it once."""

    def __init__(
        self,
        probes: Iterable[Probe],
        *,
        clock: Clock,
        limits: RunThresholds | None = None,
        resources: ResourceTable | None = None,
        earlier: Mapping[ProbeName, ProbeResult] | None = None,
        on_event: EventListener | None = None,
    ) -> None:
        """``limits``: of the whole run and of the network group. ``earlier``: results of former runs, which
        a probe may look at. Raises InvariantError for two probes of one name or a circle of needs."""
        self._probes: dict[ProbeName, Probe] = {}
        for probe in sorted(probes, key=lambda probe: _ORDER[probe.name]):
            if probe.name in self._probes:
                raise InvariantError(f"two probes are called {probe.name}")
            self._probes[probe.name] = probe
        self._waits = _what_each_waits_for(self._probes)
        self._clock = clock
        self._limits = limits or RunThresholds()
        self._resources = resources or ResourceTable()
        self._earlier = {name: one for name, one in (earlier or {}).items() if name not in self._probes}
        self._on_event = on_event
        self._pending = dict(self._probes)
        self._running: dict[ProbeName, _Running] = {}
        self._results: dict[ProbeName, ProbeResult] = {}
        self._stuck: set[asyncio.Task[ProbeResult]] = set()
        self._network_ends_s: float | None = None
        self._ends_s = math.inf
        self._timers: list[asyncio.TimerHandle] = []
        self._wake = asyncio.Event()
        self._keeper = TaskKeeper("checks")
        self._thread = 0

    async def run(self) -> tuple[ProbeResult, ...]:
        """Run all, and return their results in the report's order.

        Takes ``limits.whole_s`` and ``GRACE_S`` at most. Cancelling it cancels the probes and waits for
        them, ``GRACE_S`` at most, before CancelledError goes on.
        """
        self._thread = threading.get_ident()
        self._ends_s = self._clock.monotonic_s() + self._limits.whole_s
        if math.isfinite(self._limits.whole_s):
            self._later(self._limits.whole_s, self._time_is_up, None)
        unsubscribe = self._resources.subscribe(self._wake.set)
        try:
            while True:
                self._collect()
                self._start_what_can()
                if len(self._results) == len(self._probes):
                    break
                await self._wake.wait()
                self._wake.clear()
        except BaseException:
            self.cancel()
            await self._wait_for_running()
            raise
        finally:
            unsubscribe()
            for timer in self._timers:
                timer.cancel()
        return tuple(self._results[name] for name in self._probes)

    @property
    def names(self) -> tuple[ProbeName, ...]:
        return tuple(self._probes)

    def skip(self, name: ProbeName) -> bool:
        """End this one as left out, running or not. False when it has ended or is not part of the run."""
        if name in self._pending:
            self._end(self._pending.pop(name), ProbeStatus.SKIPPED, ProbeCode.LEFT_OUT)
            self._wake.set()
            return True
        running = self._running.get(name)
        if running is None or running.decided is not None or running.task.done():
            return False
        self._stop(running, ProbeStatus.SKIPPED, ProbeCode.LEFT_OUT)
        return True

    def cancel(self) -> None:
        """End all that have not ended as left out; ``run`` then returns soon."""
        for name in self._probes:
            self.skip(name)

    # --- starting ---

    def _start_what_can(self) -> None:
        again = True
        while again:
            again = False
            for name, probe in tuple(self._pending.items()):
                if name not in self._pending or not self._waits[name] <= self._results.keys():
                    continue
                unmet = self._unmet(probe)
                if unmet is not None:
                    del self._pending[name]
                    self._end(probe, *unmet)
                    again = True
                elif self._left_s(probe) > 0 and self._resources.take(probe):
                    del self._pending[name]
                    self._start(probe)

    def _unmet(self, probe: Probe) -> tuple[ProbeStatus, ProbeCode] | None:
        """How it ends when something that it needs did not end well; one that was left out leaves it out."""
        statuses = {self._results[name].status for name in probe.needs if name in self._results}
        bad = statuses - _GOOD_ENOUGH
        if not bad:
            return None
        if bad == {ProbeStatus.SKIPPED}:
            return ProbeStatus.SKIPPED, ProbeCode.LEFT_OUT
        return ProbeStatus.NOT_RUN, ProbeCode.NEEDS_FAILED

    def _left_s(self, probe: Probe) -> float:
        left = self._ends_s - self._clock.monotonic_s()
        if probe.group is ProbeGroup.NETWORK and self._network_ends_s is not None:
            left = min(left, self._network_ends_s - self._clock.monotonic_s())
        return left

    def _start(self, probe: Probe) -> None:
        now = self._clock.monotonic_s()
        if probe.group is ProbeGroup.NETWORK and self._network_ends_s is None:
            self._network_ends_s = now + self._limits.network_s
            if math.isfinite(self._limits.network_s):
                self._later(self._limits.network_s, self._time_is_up, ProbeGroup.NETWORK)
        left = min(probe.timeout_s, self._left_s(probe))
        context = ProbeContext(
            results={**self._earlier, **self._results},
            tell=self._teller(probe.name),
            time_left_s=left,
        )
        task = self._keeper.spawn(self._look(probe, context), name=probe.name)
        running = _Running(probe, task, now)
        task.add_done_callback(lambda _task: self._wake.set())
        self._running[probe.name] = running
        if math.isfinite(left):
            running.timers.append(self._later(left, self._expire, running))
        self._tell(ProbeStarted(probe.name))  # the task takes its first step after this

    async def _look(self, probe: Probe, context: ProbeContext) -> ProbeResult:
        """The probe's result, whatever it raises."""
        try:
            result = await probe.run(context)
            if result.name is not probe.name:
                raise InvariantError(f"the probe {probe.name} answered as {result.name}")
        except TimeoutError:
            _log.info("probe timed out by itself: name=%s", probe.name)
            return ProbeResult(probe.name, ProbeStatus.NOT_RUN, (ProbeCode.TIMED_OUT,))
        except InvariantError:
            _log.exception("probe crashed: name=%s", probe.name)
        except KpdeskError as error:
            _log.info("probe raised: name=%s code=%s", probe.name, error.code)
            if error.code in _DEVICE_CODES:
                return ProbeResult(probe.name, ProbeStatus.FAILED, (_DEVICE_CODES[error.code],))
        except Exception:
            _log.exception("probe crashed: name=%s", probe.name)
        else:
            return result
        return ProbeResult(probe.name, ProbeStatus.NOT_RUN, (ProbeCode.CRASHED,))

    # --- progress ---

    def _teller(self, name: ProbeName) -> Callable[[float, tuple[Measurement, ...]], None]:
        loop = asyncio.get_running_loop()

        def tell(fraction: float, measurements: tuple[Measurement, ...] = ()) -> None:
            share = min(max(fraction, 0.0), 1.0) if math.isfinite(fraction) else 0.0
            event = ProbeProgressed(name, share, measurements)
            if threading.get_ident() == self._thread:
                self._progressed(event)
            elif not loop.is_closed():
                loop.call_soon_threadsafe(self._progressed, event)

        return tell

    def _progressed(self, event: ProbeProgressed) -> None:
        """What comes after the end is not passed on: a listener may have put the probe away."""
        running = self._running.get(event.name)
        if running is not None and running.decided is None:
            self._tell(event)

    def _tell(self, event: ProbeEvent) -> None:
        if self._on_event is None:
            return
        try:
            self._on_event(event)
        except Exception:  # a broken screen does not stop the check
            _log.exception("listener crashed: event=%s", type(event).__name__)

    # --- ending ---

    def _collect(self) -> None:
        for running in tuple(self._running.values()):
            if not running.task.done():
                continue
            del self._running[running.probe.name]
            self._resources.release(running.probe)
            for timer in running.timers:
                timer.cancel()
            self._finish(running, running.decided or self._result_of(running))

    def _result_of(self, running: _Running) -> ProbeResult:
        if running.task.cancelled():  # by itself: nobody here asked for it
            _log.error("probe cancelled itself: name=%s", running.probe.name)
            return ProbeResult(running.probe.name, ProbeStatus.NOT_RUN, (ProbeCode.CRASHED,))
        return running.task.result()

    def _finish(self, running: _Running, result: ProbeResult) -> None:
        took = max(0.0, self._clock.monotonic_s() - running.began_s)
        self._ended(dataclasses.replace(result, duration_s=round(took, 3)))

    def _end(self, probe: Probe, status: ProbeStatus, code: ProbeCode) -> None:
        """End one that never started."""
        self._ended(ProbeResult(probe.name, status, (code,)))

    def _ended(self, result: ProbeResult) -> None:
        self._results[result.name] = result
        _log.info(
            "probe ended: name=%s status=%s codes=%s duration_s=%.2f",
            result.name,
            result.status,
            ",".join(result.codes),
            result.duration_s,
        )
        self._tell(ProbeEnded(result))

    def _later(self, delay_s: float, call: Callable[..., None], *args: object) -> asyncio.TimerHandle:
        timer = asyncio.get_running_loop().call_later(delay_s, call, *args)
        self._timers.append(timer)
        return timer

    def _expire(self, running: _Running) -> None:
        if running.decided is None and not running.task.done():
            self._stop(running, ProbeStatus.NOT_RUN, ProbeCode.TIMED_OUT)

    def _time_is_up(self, group: ProbeGroup | None) -> None:
        """Of the whole run (``None``) or of a group: those that wait will not run any more."""
        for name, probe in tuple(self._pending.items()):
            if name in self._pending and (group is None or probe.group is group):
                del self._pending[name]
                self._end(probe, ProbeStatus.NOT_RUN, ProbeCode.TIMED_OUT)
        for running in tuple(self._running.values()):
            if group is None or running.probe.group is group:
                self._expire(running)
        self._wake.set()

    def _stop(self, running: _Running, status: ProbeStatus, code: ProbeCode) -> None:
        running.decided = ProbeResult(running.probe.name, status, (code,))
        running.task.cancel()
        running.timers.append(self._later(GRACE_S, self._give_up, running))

    def _give_up(self, running: _Running) -> None:
        """It does not stop. It keeps its resources, as it may still use them, until it ends."""
        if running.task.done() or running.decided is None:
            return
        _log.error("probe does not stop: name=%s", running.probe.name)
        del self._running[running.probe.name]
        self._stuck.add(running.task)
        running.task.add_done_callback(lambda _task: self._resources.release(running.probe))
        running.task.add_done_callback(self._stuck.discard)
        self._finish(running, running.decided)
        self._wake.set()

    async def _wait_for_running(self) -> None:
        """After ``cancel``: let the probes clean up, ``GRACE_S`` at most."""
        tasks = [running.task for running in self._running.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=GRACE_S)
        self._collect()
        for running in tuple(self._running.values()):
            self._give_up(running)


def _what_each_waits_for(probes: Mapping[ProbeName, Probe]) -> dict[ProbeName, frozenset[ProbeName]]:
    """The probes of this run that must have ended before each one starts. Raises InvariantError for a circle.

    The line is measured after the ladder: who measures it waits for every rung that does not itself wait
    for the measurement.
    """
    graph = {name: (probe.needs | probe.after) & probes.keys() for name, probe in probes.items()}
    _check_order(graph)
    for name, probe in probes.items():
        if Resource.LINE in probe.uses:
            rungs = {other for other, rung in probes.items() if _shares_line(rung)}
            graph[name] |= {rung for rung in rungs if not _waits_for(graph, rung, name)}
    _check_order(graph)
    return {name: frozenset(waits) for name, waits in graph.items()}


def _check_order(graph: Mapping[ProbeName, Iterable[ProbeName]]) -> None:
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        circle = " -> ".join(str(name) for name in error.args[1])
        raise InvariantError(f"probes wait for each other: {circle}") from error


def _waits_for(graph: Mapping[ProbeName, Iterable[ProbeName]], start: ProbeName, goal: ProbeName) -> bool:
    """Whether ``start`` waits for ``goal``, directly or through others."""
    seen: set[ProbeName] = set()
    to_see = [start]
    while to_see:
        name = to_see.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            to_see.extend(graph[name])
    return False
