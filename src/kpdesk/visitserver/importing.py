"""Reads people and appointments from a JSON file, for a practice that keeps its calendar elsewhere.

``{"practitioners": [...], "patients": [...], "appointments": [...]}``; ``docs/protocol.md`` has the
fields. Everything or nothing: one bad entry leaves the data as it was.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from kpdesk.domain.appointment import AppointmentStatus, Modality
from kpdesk.domain.people import Role
from kpdesk.visitserver.grants import revoke_person
from kpdesk.visitserver.passwords import MIN_PASSWORD_CHARACTERS, new_password
from kpdesk.visitserver.people import (
    NameTakenError,
    Person,
    find_by_user_name,
    get_person,
    new_id,
    save_person,
)
from kpdesk.visitserver.slots import Slot, get_slot, save_slot

_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_USER: Final = re.compile(r"[^\s:/\\]{1,100}")
_GENDERS: Final = ("male", "female", "other", "unknown")


class ImportRefusedError(ValueError):
    """An entry cannot be used; the message is a sentence that says which and why."""


@dataclass(slots=True)
class ImportResult:
    """How many there were, and the passwords that were made up."""

    people: int = 0
    appointments: int = 0
    passwords: dict[str, str] = field(default_factory=dict, repr=False)


Hasher = Callable[[str], str]


def import_all(connection: sqlite3.Connection, untrusted: Any, now: datetime, hasher: Hasher) -> ImportResult:
    """Everything in the file; raises ImportRefusedError."""
    if not isinstance(untrusted, dict):
        raise ImportRefusedError("The file is not a JSON object.")
    result = ImportResult()
    for key, role in (("practitioners", Role.PRACTITIONER), ("patients", Role.PATIENT)):
        for number, entry in _entries(untrusted, key):
            add_person(connection, entry, role, now, hasher, result, f"{key}[{number}]")
    for number, entry in _entries(untrusted, "appointments"):
        save_slot(connection, _slot(connection, entry, f"appointments[{number}]"), now)
        result.appointments += 1
    return result


def add_person(
    connection: sqlite3.Connection,
    untrusted: dict[str, Any],
    role: Role,
    now: datetime,
    hasher: Hasher,
    result: ImportResult,
    where: str,
) -> Person:
    """Add or change one account; a new one without a password gets one, which ``result`` tells."""
    user_name = _string(untrusted, "user", where)
    if not _USER.fullmatch(user_name):
        raise ImportRefusedError(f"{where}: user must not hold blanks, ':' or slashes.")
    old = find_by_user_name(connection, user_name)
    if old is not None and old.role is not role:
        raise ImportRefusedError(f"{where}: the user name is taken by a {old.role.value}.")
    password = _string(untrusted, "password", where, required=False)
    if password is not None and len(password) < MIN_PASSWORD_CHARACTERS:
        raise ImportRefusedError(f"{where}: a password has at least {MIN_PASSWORD_CHARACTERS} characters.")
    if password is None and old is None:
        password = result.passwords[user_name] = new_password()
    person = Person(
        id=old.id if old else _id(untrusted, where),
        role=role,
        user_name=user_name,
        given=_string(untrusted, "given", where),
        family=_string(untrusted, "family", where),
        prefix=_string(untrusted, "prefix", where, required=False) or "",
        language=_one_of(untrusted, "language", where, ("en", "es")) or "en",
        birth_date=_date(untrusted, "birth_date", where),
        gender=_one_of(untrusted, "gender", where, _GENDERS),
        specialty=_string(untrusted, "specialty", where, required=False),
    )
    try:
        saved = save_person(connection, person, hasher(password) if password else None, now)
    except NameTakenError:
        raise ImportRefusedError(f"{where}: the user name is taken.") from None
    if old is not None and password is not None:
        revoke_person(connection, saved.id)
    result.people += 1
    return saved


def _slot(connection: sqlite3.Connection, untrusted: dict[str, Any], where: str) -> Slot:
    slot_id = _id(untrusted, where)
    old = get_slot(connection, slot_id)
    start = _instant(untrusted, "start", where)
    minutes = untrusted.get("minutes", 20)
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= 24 * 60:
        raise ImportRefusedError(f"{where}: minutes is a number from 1 to 1440.")
    moved = old is not None and old.start is not None and old.start != start
    return Slot(
        id=slot_id,
        patient=_who(connection, untrusted, "patient", Role.PATIENT, where),
        practitioner=_who(connection, untrusted, "practitioner", Role.PRACTITIONER, where),
        status=AppointmentStatus(
            _one_of(untrusted, "status", where, ("booked", "cancelled", "fulfilled", "noshow")) or "booked"
        ),
        modality=Modality(_one_of(untrusted, "modality", where, ("video", "in_person", "phone")) or "video"),
        start=start,
        end=start + timedelta(minutes=minutes),
        service=_string(untrusted, "service", where),
        location=_string(untrusted, "location", where, required=False),
        instructions=_string(untrusted, "instructions", where, required=False),
        cancellation_reason=_string(untrusted, "cancellation_reason", where, required=False),
        moved_from=old.start if moved and old is not None else old.moved_from if old is not None else None,
    )


def _entries(untrusted: dict[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    entries = untrusted.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ImportRefusedError(f"{key} is not a list of objects.")
    return list(enumerate(entries))


def _string(untrusted: dict[str, Any], key: str, where: str, *, required: bool = True) -> Any:
    value = untrusted.get(key)
    if value is None and not required:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > 2000:
        raise ImportRefusedError(f"{where}: {key} is missing or no text.")
    return value.strip()


def _id(untrusted: dict[str, Any], where: str) -> str:
    value = _string(untrusted, "id", where, required=False)
    if value is None:
        return new_id()
    if not _ID.fullmatch(value):
        raise ImportRefusedError(f"{where}: id is 1 to 64 letters, digits, '-' and '.'.")
    return str(value)


def _one_of(untrusted: dict[str, Any], key: str, where: str, allowed: tuple[str, ...]) -> str | None:
    value = untrusted.get(key)
    if value is None:
        return None
    if value not in allowed:
        raise ImportRefusedError(f"{where}: {key} is one of {', '.join(allowed)}.")
    return str(value)


def _date(untrusted: dict[str, Any], key: str, where: str) -> date | None:
    value = untrusted.get(key)
    try:
        return None if value is None else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ImportRefusedError(f"{where}: {key} is a date like 1970-12-31.") from None


def _instant(untrusted: dict[str, Any], key: str, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(untrusted[key])
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment.astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ImportRefusedError(f"{where}: {key} is a time like 2026-12-01T14:00:00-08:00.") from None


def _who(
    connection: sqlite3.Connection, untrusted: dict[str, Any], key: str, role: Role, where: str
) -> Person:
    name = _string(untrusted, key, where)
    person = find_by_user_name(connection, name) or get_person(connection, name)
    if person is None or person.role is not role:
        raise ImportRefusedError(f"{where}: there is no {role.value} {name}.")
    return person
