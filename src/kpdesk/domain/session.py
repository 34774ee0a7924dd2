"""Being signed in, and the list of appointments that comes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kpdesk.domain.appointment import Appointment
from kpdesk.domain.errors import ErrorCode
from kpdesk.domain.people import Patient


class SignInState(StrEnum):
    """Where signing in stands."""

    STARTING = "starting"
    """Looking in the keyring."""
    SIGNED_OUT = "signed_out"
    BROWSER_OPEN = "browser_open"
    """The system browser shows the sign-in page; we wait."""
    EXCHANGING = "exchanging"
    SIGNED_IN = "signed_in"
    EXPIRED = "expired"
    """Was signed in; the service wants the patient to sign in again."""


@dataclass(frozen=True, slots=True)
class SessionSnapshot:
    """The session as the screen sees it."""

    state: SignInState = SignInState.STARTING
    patient: Patient | None = None
    remembered: bool = False
    """The next start opens signed in; false when there is no safe place for the secret."""
    error: ErrorCode | None = None
    sign_in_url: str | None = None
    """To show and copy when the browser did not open. Holds no secret but must not be logged."""


@dataclass(frozen=True, slots=True)
class AppointmentList:
    """What the service said, or the last known list when it cannot be reached."""

    appointments: tuple[Appointment, ...]
    fetched_at: datetime
    offline: bool = False
    error: ErrorCode | None = None
    """Why it is offline."""
    changes: tuple[AppointmentChange, ...] = ()
    """What is different from the list before."""


class ChangeKind(StrEnum):
    MOVED = "moved"
    CANCELLED = "cancelled"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class AppointmentChange:
    """One difference worth a sentence."""

    kind: ChangeKind
    appointment: Appointment
    old_start: datetime | None = None
