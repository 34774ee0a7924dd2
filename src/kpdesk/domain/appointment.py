"""The booked slot, as kpdesk needs it, whatever FHIR release it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kpdesk.domain.people import Practitioner


class AppointmentStatus(StrEnum):
    """http://hl7.org/fhir/appointmentstatus; ``UNKNOWN`` for a code that this release does not know."""

    PROPOSED = "proposed"
    PENDING = "pending"
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NO_SHOW = "noshow"
    ENTERED_IN_ERROR = "entered-in-error"
    CHECKED_IN = "checked-in"
    WAITLIST = "waitlist"
    UNKNOWN = "unknown"

    @property
    def terminal(self) -> bool:
        """Nothing more will happen in this slot."""
        return self in _TERMINAL


_TERMINAL = frozenset(
    {
        AppointmentStatus.FULFILLED,
        AppointmentStatus.CANCELLED,
        AppointmentStatus.NO_SHOW,
        AppointmentStatus.ENTERED_IN_ERROR,
    }
)


class Modality(StrEnum):
    """How the patient and the practitioner meet."""

    VIDEO = "video"
    IN_PERSON = "in_person"
    PHONE = "phone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class VirtualService:
    """How to enter a video visit (R5 VirtualServiceDetail). Address and key are secrets."""

    address: str = field(repr=False)
    channel: str | None = None
    session_key: str | None = field(default=None, repr=False)
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment. Times are aware and in UTC; the screen turns them into the patient's zone."""

    id: str
    status: AppointmentStatus
    modality: Modality
    start: datetime | None
    end: datetime | None
    practitioner: Practitioner | None = None
    virtual_service: VirtualService | None = None
    service_name: str | None = None
    """What it is for, for example "Family Medicine"."""
    location_name: str | None = None
    instructions: str | None = None
    """Free text from the practice (patientInstruction): shown, never opened."""
    cancellation_reason: str | None = None
    moved_from: datetime | None = None
    """The start before it was rescheduled, when known."""
    version: str | None = None
    status_code: str = ""
    """The code as the server spelled it, for ``UNKNOWN``."""

    @property
    def is_video(self) -> bool:
        return self.modality is Modality.VIDEO
