"""The made-up practice of the demo: two patients, three practitioners, visits around now."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from kpdesk.domain.appointment import AppointmentStatus, Modality
from kpdesk.domain.people import Role
from kpdesk.visitserver.passwords import hash_password
from kpdesk.visitserver.people import Person, get_person, save_person
from kpdesk.visitserver.slots import Slot, delete_slots, get_slot, save_slot

ID_PREFIX: Final = "demo-"
_SOON: Final = timedelta(minutes=4)
_STAYS: Final = timedelta(minutes=10)

PRACTITIONERS: Final = (
    Person(
        "demo-reyes", Role.PRACTITIONER, "reyes", "Ana", "Reyes", "Dr.",
        gender="female", specialty="Family Medicine",
    ),
    Person(
        "demo-okafor", Role.PRACTITIONER, "okafor", "Samuel", "Okafor", "Dr.",
        gender="male", specialty="Dermatology",
    ),
    Person(
        "demo-lindqvist", Role.PRACTITIONER, "lindqvist", "Maja", "Lindqvist",
        gender="female", specialty="Physical Therapy",
    ),
)  # fmt: skip
PATIENTS: Final = (
    Person("demo-walter", Role.PATIENT, "walter", "Walter", "Hobbs", "", "en", date(1948, 3, 9), "male"),
    Person(
        "demo-lucia", Role.PATIENT, "lucia", "Lucía", "Marín Soto", "", "es", date(1961, 10, 27), "female"
    ),
)
PASSWORDS: Final = {
    "walter": "river-lamp-42",
    "lucia": "luna-verde-7",
    "reyes": "clinic-door-3",
    "okafor": "clinic-door-4",
    "lindqvist": "clinic-door-5",
}
"""No secrets: the demo shows those of the patients on its sign-in page."""

_PASSWORD_COST: Final = 2**10
"""They are no secrets, and the demo is to start at once."""


@dataclass(frozen=True, slots=True)
class _Words:
    family: str
    dermatology: str
    therapy: str
    prepare: str
    fasting: str
    place: str
    desk: str
    cancelled: str


_WORDS: Final = {
    "en": _Words(
        family="Family Medicine",
        dermatology="Dermatology",
        therapy="Physical Therapy",
        prepare="Have your medicines and your blood pressure readings of the last week at hand.",
        fasting="Nothing to eat or drink but water for 8 hours before.",
        place="Lakeside Clinic, 2nd floor, room 214",
        desk="We call you at the phone number in your record.",
        cancelled="The doctor is away that day.",
    ),
    "es": _Words(
        family="Medicina familiar",
        dermatology="Dermatología",
        therapy="Fisioterapia",
        prepare="Tenga a la mano sus medicinas y sus lecturas de presión de la última semana.",
        fasting="No coma nada durante las 8 horas anteriores; puede tomar agua.",
        place="Lakeside Clinic, 2.º piso, sala 214",
        desk="Le llamamos al número de teléfono que está en su expediente.",
        cancelled="La doctora no estará ese día.",
    ),
}


def seed(connection: sqlite3.Connection, now: datetime) -> None:
    """Put the made-up people in, once, and their visits around ``now``.

    Visits that stand there from a run a moment ago stay, and with them their tickets: a service that is
    started again in the middle of a visit goes on with it.
    """
    for person in (*PRACTITIONERS, *PATIENTS):
        if get_person(connection, person.id) is None:
            hashed = hash_password(PASSWORDS[person.user_name], cost=_PASSWORD_COST)
            save_person(connection, person, hashed, now)
    if any(_fresh(get_slot(connection, f"{patient.id}-soon"), now) for patient in PATIENTS):
        return
    delete_slots(connection, ID_PREFIX)
    for patient in PATIENTS:
        for slot in visits(patient, now):
            save_slot(connection, slot, now)


def _fresh(slot: Slot | None, now: datetime) -> bool:
    if slot is None or slot.start is None or slot.status.terminal:
        return False
    return abs(slot.start - now) < _STAYS


def visits(patient: Person, now: datetime) -> list[Slot]:
    """The visits of one patient, by name: soon, today, week, month, person, phone, moved, cancelled, past."""
    reyes, okafor, lindqvist = PRACTITIONERS
    words = _WORDS[patient.language]
    minute = now.replace(second=0, microsecond=0)
    # patients of one doctor do not come at the same minute
    shift = timedelta(minutes=1 if patient.language == "es" else 0)
    quarter = minute + timedelta(minutes=15 - minute.minute % 15)
    video, booked = Modality.VIDEO, AppointmentStatus.BOOKED

    def slot(
        name: str,
        practitioner: Person,
        service: str,
        start: datetime | None,
        *,
        modality: Modality = video,
        status: AppointmentStatus = booked,
        minutes: int = 20,
        **more: object,
    ) -> Slot:
        end = start + timedelta(minutes=minutes) if start else None
        slot_id = f"{patient.id}-{name}"
        return Slot(slot_id, patient, practitioner, status, modality, start, end, service, **more)  # type: ignore[arg-type]

    return [
        slot("soon", reyes, words.family, minute + _SOON + shift, instructions=words.prepare),
        slot("today", okafor, words.dermatology, quarter + timedelta(hours=3), minutes=15),
        slot("week", lindqvist, words.therapy, quarter + timedelta(days=7, hours=1), minutes=30),
        slot("month", reyes, words.family, quarter + timedelta(days=30), has_link=False),
        slot(
            "person", reyes, words.family, quarter + timedelta(days=3, hours=-2), modality=Modality.IN_PERSON,
            location=words.place, instructions=words.fasting, minutes=30,
        ),
        slot(
            "phone", okafor, words.dermatology, quarter + timedelta(days=4), modality=Modality.PHONE,
            instructions=words.desk, minutes=10,
        ),
        slot(
            "moved", lindqvist, words.therapy, quarter + timedelta(days=9, hours=2),
            moved_from=quarter + timedelta(days=8, hours=-1), minutes=30,
        ),
        slot(
            "cancelled", okafor, words.dermatology, quarter + timedelta(days=5),
            status=AppointmentStatus.CANCELLED, cancellation_reason=words.cancelled,
        ),
        slot("past", reyes, words.family, quarter - timedelta(days=14), status=AppointmentStatus.FULFILLED),
        slot(
            "missed", lindqvist, words.therapy, quarter - timedelta(days=40), minutes=30,
            status=AppointmentStatus.NO_SHOW,
        ),
    ]  # fmt: skip


def accounts() -> dict[str, dict[str, str]]:
    """Patients to sign in as, by language."""
    return {
        patient.language: {
            "user": patient.user_name,
            "password": PASSWORDS[patient.user_name],
            "name": patient.display_name,
            "patient_id": patient.id,
        }
        for patient in PATIENTS
    }
