"""Appointments as the service keeps them. Functions of a connection, for ``Database.run``.

Instants are stored as UTC in ISO 8601 with fixed width, so that text order is time order.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality, VirtualService
from kpdesk.domain.people import Practitioner
from kpdesk.visitserver.people import Person, get_person

_UPCOMING = ("proposed", "pending", "booked", "arrived", "checked-in")


@dataclass(frozen=True, slots=True)
class Slot:
    """One appointment with its two people."""

    id: str
    patient: Person
    practitioner: Person
    status: AppointmentStatus
    modality: Modality
    start: datetime | None
    end: datetime | None
    service: str
    has_link: bool = True
    location: str | None = None
    instructions: str | None = field(default=None, repr=False)
    cancellation_reason: str | None = None
    moved_from: datetime | None = None
    version: int = 1
    updated_at: datetime | None = None

    @property
    def joinable(self) -> bool:
        """Video, and the practice has set the link up."""
        return self.modality is Modality.VIDEO and self.has_link

    def as_appointment(self) -> Appointment:
        """For the joining rules, which server and app share."""
        return Appointment(
            id=self.id,
            status=self.status,
            modality=self.modality,
            start=self.start,
            end=self.end,
            practitioner=Practitioner(
                self.practitioner.id, self.practitioner.display_name, self.practitioner.specialty
            ),
            virtual_service=VirtualService("") if self.joinable else None,
            service_name=self.service,
            moved_from=self.moved_from,
        )


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """An Appointment search. Bounds are instants; ``after`` continues behind (start, id)."""

    patient_id: str
    not_before: datetime | None = None
    before: datetime | None = None
    after_instant: datetime | None = None
    up_to: datetime | None = None
    statuses: tuple[str, ...] = ()
    id: str | None = None
    limit: int = 50
    after: tuple[str, str] | None = None


def save_slot(connection: sqlite3.Connection, slot: Slot, now: datetime) -> Slot:
    """Insert, or change the appointment of that id; the version goes up with each change."""
    connection.execute(
        """
        INSERT INTO appointments (id, patient_id, practitioner_id, status, modality, has_link, start_at,
                                  end_at, service, location, instructions, cancellation_reason, moved_from,
                                  version, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
            patient_id = excluded.patient_id, practitioner_id = excluded.practitioner_id,
            status = excluded.status, modality = excluded.modality, has_link = excluded.has_link,
            start_at = excluded.start_at, end_at = excluded.end_at, service = excluded.service,
            location = excluded.location, instructions = excluded.instructions,
            cancellation_reason = excluded.cancellation_reason, moved_from = excluded.moved_from,
            version = appointments.version + 1, updated_at = excluded.updated_at
        """,
        (
            slot.id,
            slot.patient.id,
            slot.practitioner.id,
            slot.status.value,
            slot.modality.value,
            int(slot.has_link),
            _text(slot.start),
            _text(slot.end),
            slot.service,
            slot.location,
            slot.instructions,
            slot.cancellation_reason,
            _text(slot.moved_from),
            slot.version,
            _text(now),
        ),
    )
    saved = get_slot(connection, slot.id)
    assert saved is not None  # noqa: S101 - it was written just above
    return saved


def get_slot(connection: sqlite3.Connection, slot_id: str) -> Slot | None:
    row = connection.execute("SELECT * FROM appointments WHERE id = ?", (slot_id,)).fetchone()
    return _slot(connection, row) if row else None


def set_status(
    connection: sqlite3.Connection,
    slot_id: str,
    status: AppointmentStatus,
    now: datetime,
    *,
    reason: str | None = None,
) -> Slot | None:
    """A new status; a terminal one is never left again. ``None`` when there is no such appointment."""
    slot = get_slot(connection, slot_id)
    if slot is None or slot.status.terminal or slot.status is status:
        return slot
    return save_slot(connection, replace(slot, status=status, cancellation_reason=reason), now)


def move_slot(connection: sqlite3.Connection, slot_id: str, start: datetime, now: datetime) -> Slot | None:
    """A new start, same length; ``None`` when the appointment is gone or over."""
    slot = get_slot(connection, slot_id)
    if slot is None or slot.status.terminal:
        return None
    length = slot.end - slot.start if slot.start and slot.end else timedelta(minutes=30)
    moved = replace(
        slot, start=start, end=start + length, moved_from=slot.start, status=AppointmentStatus.BOOKED
    )
    return save_slot(connection, moved, now)


def search_slots(connection: sqlite3.Connection, query: SlotQuery) -> tuple[list[Slot], int]:
    """One page, sorted by start (none last) and id, and how many match on all pages."""
    where, values = ["patient_id = ?"], [query.patient_id]
    for condition, bound in (
        ("start_at >= ?", query.not_before),
        ("start_at < ?", query.before),
        ("start_at > ?", query.after_instant),
        ("start_at <= ?", query.up_to),
    ):
        if bound is not None:
            where.append(condition)
            values.append(_stored(bound))
    if query.id is not None:
        where.append("id = ?")
        values.append(query.id)
    if query.statuses:
        where.append(f"status IN ({', '.join('?' * len(query.statuses))})")
        values.extend(query.statuses)
    condition = " AND ".join(where)
    count_sql = f"SELECT count(*) FROM appointments WHERE {condition}"  # noqa: S608 - fixed phrases only
    total: int = connection.execute(count_sql, values).fetchone()[0]
    if query.after is not None:
        condition += " AND (coalesce(start_at, '9999'), id) > (?, ?)"
        values.extend(query.after)
    rows = connection.execute(
        f"SELECT * FROM appointments WHERE {condition} "  # noqa: S608 - fixed phrases only
        "ORDER BY coalesce(start_at, '9999'), id LIMIT ?",
        [*values, str(query.limit)],
    ).fetchall()
    return [_slot(connection, row) for row in rows], total


def cursor_of(slot: Slot) -> tuple[str, str]:
    """Where a page that ends with ``slot`` ends."""
    return _text(slot.start) or "9999", slot.id


def list_video_slots(connection: sqlite3.Connection, not_before: datetime, before: datetime) -> list[Slot]:
    """What the practice's queue shows: video visits that are not over, by start."""
    rows = connection.execute(
        f"""
        SELECT * FROM appointments
        WHERE modality = 'video' AND has_link = 1 AND status IN ({", ".join("?" * len(_UPCOMING))})
          AND start_at >= ? AND start_at < ?
        ORDER BY start_at, id
        """,  # noqa: S608 - fixed phrases only
        (*_UPCOMING, _stored(not_before), _stored(before)),
    ).fetchall()
    return [_slot(connection, row) for row in rows]


def delete_slots(connection: sqlite3.Connection, id_prefix: str) -> None:
    """Forget seeded appointments before they are seeded anew."""
    connection.execute("DELETE FROM appointments WHERE substr(id, 1, ?) = ?", (len(id_prefix), id_prefix))


def _slot(connection: sqlite3.Connection, row: sqlite3.Row) -> Slot:
    patient = get_person(connection, row["patient_id"])
    practitioner = get_person(connection, row["practitioner_id"])
    assert patient is not None and practitioner is not None  # noqa: S101 - foreign keys
    return Slot(
        id=row["id"],
        patient=patient,
        practitioner=practitioner,
        status=AppointmentStatus(row["status"]),
        modality=Modality(row["modality"]),
        start=_instant(row["start_at"]),
        end=_instant(row["end_at"]),
        service=row["service"],
        has_link=bool(row["has_link"]),
        location=row["location"],
        instructions=row["instructions"],
        cancellation_reason=row["cancellation_reason"],
        moved_from=_instant(row["moved_from"]),
        version=row["version"],
        updated_at=_instant(row["updated_at"]),
    )


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else _stored(instant)


def _stored(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
