"""The appointments as one frozen picture: the next video visit, what comes, what was.

Facts and numbers; the pages choose the words. A snapshot comes with each list, each answer and each
minute, and only if it differs from the last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.base.threads import gui_thread
from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality
from kpdesk.domain.errors import ErrorCode, KpdeskError
from kpdesk.domain.joining import DEFAULT_VISIT_LENGTH, Joinability, JoinDecision, decide_join
from kpdesk.domain.profile import PlanProfile
from kpdesk.domain.session import AppointmentChange, AppointmentList, ChangeKind, SignInState
from kpdesk.ui.ports import Appointments, Identity
from kpdesk.ui.viewmodels.shell import Patience, patience

MAX_CHANGES: Final = 3
"""More than these at once nobody reads; the list itself shows them all."""


class HomeState(StrEnum):
    LOADING = "loading"
    READY = "ready"
    EMPTY = "empty"
    """There is no appointment at all."""
    ERROR = "error"
    """Nothing to show, and we know why."""
    EXPIRED = "expired"
    """The patient has to sign in again."""


class Phase(StrEnum):
    """Where an appointment stands for the person."""

    COMING = "coming"
    NOW = "now"
    """Between its start and its end, or late and still open."""
    OVER = "over"
    MISSED = "missed"
    CANCELLED = "cancelled"
    UNSCHEDULED = "unscheduled"


@dataclass(frozen=True, slots=True)
class AppointmentItem:
    """One appointment at one instant: a card, a row or the details."""

    id: str
    modality: Modality
    phase: Phase
    joinability: Joinability
    start: datetime | None
    end: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    minutes_to_start: int | None = None
    """Rounded up; negative once it has begun."""
    minutes_to_open: int | None = None
    """Until Join opens; ``None`` when it is open or never will be."""
    length_min: int | None = None
    practitioner_name: str | None = None
    service_name: str | None = None
    location_name: str | None = None
    instructions: str | None = None
    cancellation_reason: str | None = None
    moved_from: datetime | None = None

    @property
    def is_video(self) -> bool:
        return self.modality is Modality.VIDEO

    @property
    def can_join(self) -> bool:
        return self.joinability is Joinability.OPEN


@dataclass(frozen=True, slots=True)
class HomeSnapshot:
    """Everything that the home page shows."""

    state: HomeState = HomeState.LOADING
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """To the minute: words such as "today" depend on it."""
    next_visit: AppointmentItem | None = None
    upcoming: tuple[AppointmentItem, ...] = ()
    past: tuple[AppointmentItem, ...] = ()
    changes: tuple[AppointmentChange, ...] = ()
    """Not yet dismissed."""
    fetched_at: datetime | None = None
    offline: bool = False
    error: ErrorCode | None = None
    refreshing: bool = False
    waiting: Patience = Patience.NONE
    help_open: bool = False


class HomeViewModel(QObject):
    """Snapshots and commands of the home and details pages. ``start`` once, ``close`` at the end."""

    changed = Signal(object)
    """A new ``HomeSnapshot``."""

    def __init__(
        self,
        identity: Identity,
        appointments: Appointments,
        clock: Clock,
        profile: PlanProfile,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._identity = identity
        self._appointments = appointments
        self._clock = clock
        self._profile = profile
        self._keeper = TaskKeeper("home")
        self._refreshing: asyncio.Task[None] | None = None
        self._asked_s: float | None = None
        self._error: ErrorCode | None = None
        self._changes: tuple[AppointmentChange, ...] = ()
        self._dismissed: set[tuple[ChangeKind, str, datetime | None]] = set()
        self._waiting_since_s = clock.monotonic_s()
        self._unsubscribe: list[Callable[[], None]] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self.tick)
        self._snapshot = self._build()

    @property
    def snapshot(self) -> HomeSnapshot:
        """The newest picture."""
        return self._snapshot

    @gui_thread
    def start(self) -> None:
        """Listen, and keep the countdowns going."""
        if not self._unsubscribe:
            self._unsubscribe = [
                self._appointments.subscribe(self._on_list),
                self._identity.subscribe(lambda _session: self._on_session()),
            ]
            if self._appointments.current is not None:
                self._on_list(self._appointments.current)
            self.tick()

    @gui_thread
    def stop(self) -> None:
        """Listen no more; what is being asked goes on until ``close``."""
        self._timer.stop()
        while self._unsubscribe:
            self._unsubscribe.pop()()

    async def close(self) -> None:
        """End whatever this view model still asks."""
        self.stop()
        await self._keeper.close()

    # commands

    @gui_thread
    def refresh(self) -> None:
        """Ask for the list now; a failure stands in the snapshot. Needs the running loop."""
        if self._refreshing is None or self._refreshing.done():
            self._asked_s = self._clock.monotonic_s()
            self._refreshing = self._keeper.spawn(self._refresh(), name="refresh")
            self.tick()

    def dismiss_changes(self) -> None:
        """The person has read what changed."""
        self._dismissed.update(_key(change) for change in self._changes)
        self._changes = ()
        self.tick()

    def appointment(self, appointment_id: str) -> Appointment | None:
        """The appointment itself, to be joined."""
        current = self._appointments.current
        for appointment in current.appointments if current is not None else ():
            if appointment.id == appointment_id:
                return appointment
        return None

    def details(self, appointment_id: str) -> AppointmentItem | None:
        """One appointment as of now; ``None`` when it is no longer on the list."""
        found = self.appointment(appointment_id)
        return item_of(found, self._clock.now(), self._profile) if found is not None else None

    def tick(self) -> None:
        """Time has passed."""
        snapshot = self._build()
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            self.changed.emit(snapshot)
        if self._unsubscribe:
            self._timer.start(self._next_ms())

    # inside

    async def _refresh(self) -> None:
        try:
            await self._appointments.refresh()
            self._error = None
        except KpdeskError as error:
            self._error = error.code
        finally:
            self._asked_s = None
            self.tick()

    def _on_list(self, appointments: AppointmentList) -> None:
        self._error = None
        if appointments.changes:
            fresh = {_key(change): change for change in (*self._changes, *appointments.changes)}
            self._changes = tuple(
                change
                for key, change in fresh.items()
                if key not in self._dismissed and change.kind is not ChangeKind.ADDED
            )[-MAX_CHANGES:]
        self.tick()

    def _on_session(self) -> None:
        if self._identity.snapshot.state is not SignInState.SIGNED_IN:
            self._changes = ()
            self._dismissed.clear()
            self._error = None
            self._waiting_since_s = self._clock.monotonic_s()
        self.tick()

    def _next_ms(self) -> int:
        if self._snapshot.state is HomeState.LOADING or self._snapshot.refreshing:
            return 250
        now = self._clock.now()
        return 1000 * (60 - now.second) - now.microsecond // 1000 + 20

    def _build(self) -> HomeSnapshot:
        now = self._clock.now()
        current = self._appointments.current
        bare = HomeSnapshot(
            now=now.replace(second=0, microsecond=0),
            refreshing=self._asked_s is not None,
            help_open=self._profile.help_line.is_open(now),
        )
        session = self._identity.snapshot.state
        if session is SignInState.EXPIRED or self._error is ErrorCode.SIGN_IN_EXPIRED:
            return replace(bare, state=HomeState.EXPIRED, error=ErrorCode.SIGN_IN_EXPIRED)
        if current is None:
            if self._error is not None and self._asked_s is None:
                return replace(bare, state=HomeState.ERROR, error=self._error)
            since_s = self._waiting_since_s if self._asked_s is None else self._asked_s
            waited_s = self._clock.monotonic_s() - since_s
            return replace(bare, state=HomeState.LOADING, waiting=patience(waited_s))
        items = [item_of(one, now, self._profile) for one in _shown(current.appointments)]
        next_visit = _next_visit(items, now)
        upcoming = [item for item in items if item is not next_visit and _is_upcoming(item, now)]
        past = [item for item in items if item is not next_visit and not _is_upcoming(item, now)]
        return replace(
            bare,
            state=HomeState.READY if items else HomeState.EMPTY,
            next_visit=next_visit,
            upcoming=tuple(sorted(upcoming, key=_by_start)),
            past=tuple(sorted(past, key=_by_start, reverse=True)),
            changes=self._changes,
            fetched_at=current.fetched_at,
            offline=current.offline or self._error is not None,
            error=current.error or self._error,
            waiting=patience(None if self._asked_s is None else self._clock.monotonic_s() - self._asked_s),
        )


def item_of(appointment: Appointment, now: datetime, profile: PlanProfile) -> AppointmentItem:
    """``appointment`` as it stands at ``now`` (aware)."""
    decision = decide_join(appointment, now, profile.join_window)
    start, end = appointment.start, appointment.end
    practitioner = appointment.practitioner
    specialty = practitioner.specialty if practitioner is not None else None
    to_open = None
    if decision.joinability is Joinability.TOO_EARLY and decision.opens_at is not None:
        to_open = _minutes_until(decision.opens_at, now)
    return AppointmentItem(
        id=appointment.id,
        modality=appointment.modality,
        phase=_phase(appointment, decision, now),
        joinability=decision.joinability,
        start=start,
        end=end,
        opens_at=decision.opens_at,
        closes_at=decision.closes_at,
        minutes_to_start=_minutes_until(start, now) if start is not None else None,
        minutes_to_open=to_open,
        length_min=int((end - start) / timedelta(minutes=1)) if start and end and end > start else None,
        practitioner_name=practitioner.display_name if practitioner is not None else None,
        service_name=appointment.service_name or specialty,
        location_name=appointment.location_name,
        instructions=appointment.instructions,
        cancellation_reason=appointment.cancellation_reason,
        moved_from=appointment.moved_from,
    )


def _shown(appointments: tuple[Appointment, ...]) -> list[Appointment]:
    """What was entered in error never was an appointment."""
    return [one for one in appointments if one.status is not AppointmentStatus.ENTERED_IN_ERROR]


def _phase(appointment: Appointment, decision: JoinDecision, now: datetime) -> Phase:
    if appointment.status is AppointmentStatus.CANCELLED:
        return Phase.CANCELLED
    if appointment.status is AppointmentStatus.NO_SHOW:
        return Phase.MISSED
    if appointment.status is AppointmentStatus.FULFILLED or decision.joinability is Joinability.OVER:
        return Phase.OVER
    if appointment.start is None:
        return Phase.UNSCHEDULED
    if now < appointment.start:
        return Phase.COMING
    ends_at = appointment.end or appointment.start + DEFAULT_VISIT_LENGTH
    return Phase.NOW if decision.closes_at is not None or now < ends_at else Phase.OVER


def _next_visit(items: list[AppointmentItem], now: datetime) -> AppointmentItem | None:
    """The visit that the card is about. A late one stays until its window closes, but one whose time
    is over gives way to one that is on."""
    ahead = [
        item for item in items if item.modality is Modality.VIDEO and item.phase in (Phase.COMING, Phase.NOW)
    ]

    def key(item: AppointmentItem) -> tuple[bool, datetime]:
        start = item.start or now
        ended = (item.end or start + DEFAULT_VISIT_LENGTH) <= now
        another_is_open = any(other is not item and other.can_join for other in ahead)
        return ended and another_is_open, start

    return min(ahead, key=key, default=None)


def _is_upcoming(item: AppointmentItem, now: datetime) -> bool:
    if item.phase in (Phase.COMING, Phase.NOW, Phase.UNSCHEDULED):
        return True
    return item.phase is Phase.CANCELLED and item.start is not None and item.start > now


_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def _by_start(item: AppointmentItem) -> tuple[datetime, str]:
    return item.start or _NEVER, item.id


def _key(change: AppointmentChange) -> tuple[ChangeKind, str, datetime | None]:
    return change.kind, change.appointment.id, change.appointment.start


def _minutes_until(instant: datetime, now: datetime) -> int:
    """Whole minutes, rounded up: "1 minute" is never over too early."""
    return -((now - instant) // timedelta(minutes=1))
