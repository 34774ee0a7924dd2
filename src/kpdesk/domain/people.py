"""The people in a visit."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Who a participant is in the signaling protocol."""

    PATIENT = "patient"
    PRACTITIONER = "practitioner"


@dataclass(frozen=True, slots=True)
class Patient:
    """The person who is signed in (FHIR Patient)."""

    id: str
    display_name: str = field(repr=False)
    preferred_language: str | None = None
    """BCP 47, for example ``es``."""


@dataclass(frozen=True, slots=True)
class Practitioner:
    """The doctor, nurse or therapist (FHIR Practitioner)."""

    id: str
    display_name: str = field(repr=False)
    specialty: str | None = None
