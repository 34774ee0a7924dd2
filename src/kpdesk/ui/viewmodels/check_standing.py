"""What the everyday screens know of the check: how it went last, what has changed since, the offer to make.

Facts; ``ui.check_words`` chooses the words. A snapshot comes only if it differs from the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from kpdesk.base.clock import Clock
from kpdesk.base.threads import gui_thread
from kpdesk.checks.offers import Join, Occasion
from kpdesk.checks.remembered import Change
from kpdesk.checks.standing import CheckStanding, JoinCheck
from kpdesk.domain.preflight import CheckMode, ProbeGroup, ProbeStatus
from kpdesk.ui.formatting import local
from kpdesk.ui.ports import CheckMemory

TICK_MS: Final = 60_000
"""How late the day in the line may turn."""
_GOOD: Final = frozenset({ProbeStatus.PASSED, ProbeStatus.WARNING})


class LastCheck(StrEnum):
    """What the line on the card of the next visit says."""

    NONE = "none"
    """Nothing: there was no check, or policy has turned it off."""
    PASSED = "passed"
    CHANGED = "changed"
    """It passed, but something is not as it was."""
    FAILED = "failed"
    """The newest one found a problem."""


class Part(StrEnum):
    """What can be missing, or another one than it was."""

    HEADSET = "headset"
    """Microphone and speaker went together."""
    MICROPHONE = "microphone"
    SPEAKER = "speaker"
    CAMERA = "camera"
    NETWORK = "network"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that is not as it was when the check passed."""

    part: Part
    missing: bool = False
    """It is not there; else another one would be used."""

    @property
    def is_device(self) -> bool:
        return self.part not in (Part.NETWORK, Part.VERSION)


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the past as people say it, on the clock on the wall."""

    at: datetime
    """Aware."""
    days_ago: int
    """0 is today."""


@dataclass(frozen=True, slots=True)
class CheckStandingSnapshot:
    """For the home page and the waiting room."""

    line: LastCheck = LastCheck.NONE
    passed: Day | None = None
    changed: tuple[Changed, ...] = ()
    """Most important first."""
    offer: Occasion | None = None
    offer_id: str | None = None
    """The visit that the offer is for; with ``offer`` it tells a new offer from the one that is shown."""


class JoinReason(StrEnum):
    """Why the person is asked before joining."""

    CHANGED = "changed"
    NEVER = "never"
    """Policy wants a check, and there was none."""
    UNFINISHED = "unfinished"
    """The newest check did not look at everything."""
    PROBLEM = "problem"
    """The newest check found a problem."""
    STOPPED = "stopped"
    """Policy wants these devices to work first."""


@dataclass(frozen=True, slots=True)
class JoinQuestion:
    """Everything that the question before joining shows."""

    reason: JoinReason
    passed: Day | None = None
    changed: tuple[Changed, ...] = ()
    stopping: tuple[ProbeGroup, ...] = ()
    help_open: bool = False

    @property
    def may_join(self) -> bool:
        return self.reason is not JoinReason.STOPPED


def merged(changes: Iterable[Change]) -> tuple[Changed, ...]:
    """``changes`` as people see them: microphone and speaker that went together are one headset."""
    left = list(changes)
    found: list[Changed] = []
    if {Change.MICROPHONE_MISSING, Change.SPEAKER_MISSING} <= set(left):
        left = [one for one in left if one not in (Change.MICROPHONE_MISSING, Change.SPEAKER_MISSING)]
        found.append(Changed(Part.HEADSET, missing=True))
    for change in left:
        part, _, how = change.value.partition("_")
        found.append(Changed(Part(part), missing=how == "missing"))
    return tuple(found)


def day_of(at: datetime, now: datetime) -> Day:
    """The day of ``at`` as seen on the day of ``now``; a clock that was set back does not look ahead."""
    return Day(at, max(0, (local(now).date() - local(at).date()).days))


def question_for(
    check: JoinCheck, standing: CheckStanding, now: datetime, *, help_open: bool = False
) -> JoinQuestion | None:
    """What to ask before joining; ``None``: nothing, join."""
    if not check.speaks_up:
        return None
    passed = day_of(standing.passed_at, now) if standing.passed_at is not None else None
    changed = merged(check.changes)
    if check.join is Join.NO:
        reason = JoinReason.STOPPED
    elif changed:
        reason = JoinReason.CHANGED
    elif standing.last_status is None:
        reason = JoinReason.NEVER
    elif standing.last_status in _GOOD and standing.changes:
        reason, changed = JoinReason.CHANGED, merged(standing.changes)
    elif standing.last_status in (ProbeStatus.NOT_RUN, ProbeStatus.SKIPPED):
        reason = JoinReason.UNFINISHED
    else:
        reason = JoinReason.PROBLEM
    return JoinQuestion(reason, passed, changed, check.stopping, help_open)


class CheckStandingViewModel(QObject):
    """Follows the memory of the check. ``start`` once, ``stop`` at the end."""

    changed = Signal(object)
    """A new ``CheckStandingSnapshot``."""

    def __init__(self, memory: CheckMemory, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory, self._clock = memory, clock
        self._unsubscribe: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.tick)
        self._snapshot = self._build()

    @property
    def snapshot(self) -> CheckStandingSnapshot:
        """The newest picture."""
        return self._snapshot

    @gui_thread
    def start(self) -> None:
        """Listen, and keep the day in the line right."""
        if self._unsubscribe is None:
            self._unsubscribe = self._memory.subscribe(lambda _standing: self.tick())
            self._timer.start()
            self.tick()

    @gui_thread
    def stop(self) -> None:
        """Listen no more."""
        self._timer.stop()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def put_away_offer(self) -> None:
        """The person took the offer, or does not want it: it is not made again."""
        self._memory.put_away_offer()

    def tick(self) -> None:
        """Time has passed, or the memory has news."""
        snapshot = self._build()
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            self.changed.emit(snapshot)

    def _build(self) -> CheckStandingSnapshot:
        standing = self._memory.standing
        if standing.mode is CheckMode.OFF:
            return CheckStandingSnapshot()
        passed = day_of(standing.passed_at, self._clock.now()) if standing.passed_at is not None else None
        offer = standing.offer
        return CheckStandingSnapshot(
            _line(standing),
            passed,
            merged(standing.changes),
            offer.occasion if offer is not None else None,
            offer.appointment_id if offer is not None else None,
        )


def _line(standing: CheckStanding) -> LastCheck:
    if standing.last_status is ProbeStatus.FAILED:
        return LastCheck.FAILED
    if standing.passed_at is None:
        return LastCheck.NONE
    return LastCheck.CHANGED if standing.changes else LastCheck.PASSED
