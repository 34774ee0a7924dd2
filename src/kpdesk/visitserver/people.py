"""Patients and practitioners as the service keeps them. Functions of a connection, for ``Database.run``."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from kpdesk.domain.people import Role


@dataclass(frozen=True, slots=True)
class Person:
    """One account."""

    id: str
    role: Role
    user_name: str = field(repr=False)
    given: str = field(repr=False)
    family: str = field(repr=False)
    prefix: str = field(default="", repr=False)
    """"Dr." and the like."""
    language: str = "en"
    birth_date: date | None = field(default=None, repr=False)
    gender: str | None = None
    """A code of http://hl7.org/fhir/administrative-gender."""
    specialty: str | None = None
    version: int = 1
    updated_at: datetime | None = None

    @property
    def display_name(self) -> str:
        return " ".join(part for part in (self.prefix, self.given, self.family) if part)


class NameTakenError(ValueError):
    """Another account has this user name."""


def new_id() -> str:
    """A FHIR id (1 to 64 letters, digits, ``-`` and ``.``) that says nothing."""
    return uuid.uuid4().hex


def save_person(
    connection: sqlite3.Connection, person: Person, password_hash: str | None, now: datetime
) -> Person:
    """Insert, or change the account of that id; ``password_hash=None`` keeps the old password.

    Raises NameTakenError.
    """
    old = connection.execute(
        "SELECT version, password_hash FROM people WHERE id = ?", (person.id,)
    ).fetchone()
    stored_hash = password_hash or (old["password_hash"] if old else None)
    if stored_hash is None:
        raise ValueError("a new account needs a password")
    values = (
        person.id,
        person.role.value,
        person.user_name,
        stored_hash,
        person.given,
        person.family,
        person.prefix,
        person.language,
        person.birth_date.isoformat() if person.birth_date else None,
        person.gender,
        person.specialty,
        old["version"] + 1 if old else 1,
        now.isoformat(),
    )
    try:
        connection.execute(
            """
            INSERT INTO people (id, role, user_name, password_hash, given, family, prefix, language,
                                birth_date, gender, specialty, version, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET
                user_name = excluded.user_name, password_hash = excluded.password_hash,
                given = excluded.given, family = excluded.family, prefix = excluded.prefix,
                language = excluded.language, birth_date = excluded.birth_date, gender = excluded.gender,
                specialty = excluded.specialty, version = excluded.version, updated_at = excluded.updated_at
            """,
            values,
        )
    except sqlite3.IntegrityError as error:
        raise NameTakenError(person.user_name) from error
    saved = get_person(connection, person.id)
    assert saved is not None  # noqa: S101 - it was written two lines above
    return saved


def get_person(connection: sqlite3.Connection, person_id: str) -> Person | None:
    row = connection.execute("SELECT * FROM people WHERE id = ?", (person_id,)).fetchone()
    return _person(row) if row else None


def find_account(connection: sqlite3.Connection, user_name: str, role: Role) -> tuple[Person, str] | None:
    """The account with its password hash."""
    row = connection.execute(
        "SELECT * FROM people WHERE user_name = ? AND role = ?", (user_name, role.value)
    ).fetchone()
    return (_person(row), row["password_hash"]) if row else None


def find_by_user_name(connection: sqlite3.Connection, user_name: str) -> Person | None:
    row = connection.execute("SELECT * FROM people WHERE user_name = ?", (user_name,)).fetchone()
    return _person(row) if row else None


def list_people(connection: sqlite3.Connection, role: Role) -> list[Person]:
    rows = connection.execute("SELECT * FROM people WHERE role = ? ORDER BY rowid", (role.value,))
    return [_person(row) for row in rows]


def _person(row: sqlite3.Row) -> Person:
    return Person(
        id=row["id"],
        role=Role(row["role"]),
        user_name=row["user_name"],
        given=row["given"],
        family=row["family"],
        prefix=row["prefix"],
        language=row["language"],
        birth_date=date.fromisoformat(row["birth_date"]) if row["birth_date"] else None,
        gender=row["gender"],
        specialty=row["specialty"],
        version=row["version"],
        updated_at=datetime.fromisoformat(row["updated_at"]),
    )
