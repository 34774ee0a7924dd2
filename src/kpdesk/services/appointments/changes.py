"""What is different between two lists of appointments, and worth a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kpdesk.domain.appointment import Appointment, AppointmentStatus
from kpdesk.domain.session import AppointmentChange, ChangeKind


def find_changes(
    before: Iterable[Appointment], after: Iterable[Appointment], now: datetime
) -> tuple[AppointmentChange, ...]:
    """Moved, cancelled and added visits that still lie ahead, or lay ahead before they moved."""
    known = {appointment.id: appointment for appointment in before}
    found = (_change(known.get(appointment.id), appointment, now) for appointment in after)
    return tuple(change for change in found if change is not None)


def _change(old: Appointment | None, new: Appointment, now: datetime) -> AppointmentChange | None:
    ahead = _ahead(new, now)
    if old is None:
        added = ahead and not new.status.terminal
        return AppointmentChange(ChangeKind.ADDED, new) if added else None
    if new.status is AppointmentStatus.CANCELLED:
        told = old.status is AppointmentStatus.CANCELLED or not (ahead or _ahead(old, now))
        return None if told else AppointmentChange(ChangeKind.CANCELLED, new)
    moved = old.start is not None and new.start is not None and old.start != new.start
    if moved and not new.status.terminal and (ahead or _ahead(old, now)):
        return AppointmentChange(ChangeKind.MOVED, new, old.start)
    return None


def _ahead(appointment: Appointment, now: datetime) -> bool:
    """Not over yet; one without a time is."""
    last = appointment.end or appointment.start
    return last is None or last >= now
