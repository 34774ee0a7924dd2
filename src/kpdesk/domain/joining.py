"""When Join is offered.

Decided from three facts: there is a link, the status is not terminal, the window is open.
Never from the status alone: real servers leave a visit that can be joined at ``pending``.
Being late never takes Join away before the window closes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kpdesk.domain.appointment import Appointment, AppointmentStatus

DEFAULT_VISIT_LENGTH = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class JoinWindow:
    """How long before the start and after the end a visit can be joined; a profile may change it."""

    before_start: timedelta = timedelta(minutes=15)
    after_end: timedelta = timedelta(minutes=30)
    recommended_before_start: timedelta = timedelta(minutes=5)
    """What the text recommends."""


class Joinability(StrEnum):
    """Why Join is offered or not."""

    OPEN = "open"
    TOO_EARLY = "too_early"
    OVER = "over"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    """Fulfilled, no-show or entered in error."""
    NO_LINK = "no_link"
    NOT_VIDEO = "not_video"
    NO_TIME = "no_time"
    """The practice has not set a time yet."""
    UNKNOWN_STATUS = "unknown_status"


@dataclass(frozen=True, slots=True)
class JoinDecision:
    """The answer, and the instants that a countdown needs (aware, UTC)."""

    joinability: Joinability
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    @property
    def can_join(self) -> bool:
        return self.joinability is Joinability.OPEN


def join_bounds(appointment: Appointment, window: JoinWindow) -> tuple[datetime, datetime] | None:
    """First and last instant at which the visit can be joined; the link's own period goes first."""
    service = appointment.virtual_service
    if appointment.start is None:
        return None
    end = appointment.end or appointment.start + DEFAULT_VISIT_LENGTH
    opens_at = appointment.start - window.before_start
    closes_at = max(end, appointment.start) + window.after_end
    if service is not None and service.opens_at is not None:
        opens_at = service.opens_at
    if service is not None and service.closes_at is not None:
        closes_at = service.closes_at
    return opens_at, closes_at


def decide_join(appointment: Appointment, now: datetime, window: JoinWindow) -> JoinDecision:
    """Whether ``appointment`` can be joined at ``now`` (aware)."""
    if not appointment.is_video:
        return JoinDecision(Joinability.NOT_VIDEO)
    if appointment.status is AppointmentStatus.CANCELLED:
        return JoinDecision(Joinability.CANCELLED)
    if appointment.status.terminal:
        return JoinDecision(Joinability.FINISHED)
    bounds = join_bounds(appointment, window)
    if bounds is None:
        return JoinDecision(Joinability.NO_TIME)
    opens_at, closes_at = bounds
    if now >= closes_at:
        return JoinDecision(Joinability.OVER, opens_at, closes_at)
    if appointment.status is AppointmentStatus.UNKNOWN:
        return JoinDecision(Joinability.UNKNOWN_STATUS, opens_at, closes_at)
    if appointment.virtual_service is None:
        return JoinDecision(Joinability.NO_LINK, opens_at, closes_at)
    if now < opens_at:
        return JoinDecision(Joinability.TOO_EARLY, opens_at, closes_at)
    return JoinDecision(Joinability.OPEN, opens_at, closes_at)
