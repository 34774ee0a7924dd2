"""Rights that the service has given: codes, tokens, tickets, practice keys. For ``Database.run``.

Of every secret only its hash is stored. A grant is a family: one sign-in and every token that came
from it; whatever is used twice takes the whole family with it (RFC 9700 section 4.14.2).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kpdesk.visitserver.passwords import new_token, token_hash
from kpdesk.visitserver.people import Person, get_person, new_id


@dataclass(frozen=True, slots=True)
class Grant:
    """One sign-in of one person in one app."""

    id: str
    client_id: str
    person_id: str
    scope: str
    auth_time: int
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class StoredToken:
    """An access or refresh token, without the token itself."""

    kind: str
    grant: Grant
    scope: str
    expires_at: int
    used: bool
    hash: str


@dataclass(frozen=True, slots=True)
class StoredCode:
    """An authorization code, without the code itself."""

    hash: str
    grant: Grant
    redirect_uri: str
    nonce: str | None
    code_challenge: str
    expires_at: int


def add_code(
    connection: sqlite3.Connection, code: str, grant: Grant, redirect_uri: str, nonce: str | None,
    code_challenge: str, expires_at: int,
) -> None:  # fmt: skip
    """Remember a fresh code and its grant."""
    connection.execute(
        "INSERT INTO grants (id, client_id, person_id, scope, auth_time) VALUES (?, ?, ?, ?, ?)",
        (grant.id, grant.client_id, grant.person_id, grant.scope, grant.auth_time),
    )
    connection.execute(
        """INSERT INTO codes (hash, grant_id, redirect_uri, nonce, code_challenge, expires_at)
           VALUES (?, ?, ?, ?, ?, ?)""",
        (token_hash(code), grant.id, redirect_uri, nonce, code_challenge, expires_at),
    )


def take_code(connection: sqlite3.Connection, code: str, client_id: str, now: int) -> StoredCode | None:
    """The code if it is good; a second use revokes what the first one brought (RFC 6749 section 4.1.2)."""
    row = connection.execute("SELECT * FROM codes WHERE hash = ?", (token_hash(code),)).fetchone()
    grant = get_grant(connection, row["grant_id"]) if row else None
    if grant is None or grant.client_id != client_id:
        return None
    if row["used"]:
        revoke_grant(connection, grant.id)
        return None
    if row["expires_at"] <= now or grant.revoked:
        return None
    return StoredCode(
        row["hash"], grant, row["redirect_uri"], row["nonce"], row["code_challenge"], row["expires_at"]
    )


def spend_code(connection: sqlite3.Connection, code: StoredCode) -> None:
    connection.execute("UPDATE codes SET used = 1 WHERE hash = ?", (code.hash,))


def nonce_seen(connection: sqlite3.Connection, client_id: str, nonce: str) -> bool:
    """Whether a code with this nonce was given before."""
    row = connection.execute(
        "SELECT 1 FROM codes JOIN grants ON grants.id = grant_id WHERE nonce = ? AND client_id = ?",
        (nonce, client_id),
    ).fetchone()
    return row is not None


def get_grant(connection: sqlite3.Connection, grant_id: str) -> Grant | None:
    row = connection.execute("SELECT * FROM grants WHERE id = ?", (grant_id,)).fetchone()
    if row is None:
        return None
    return Grant(
        row["id"], row["client_id"], row["person_id"], row["scope"], row["auth_time"], bool(row["revoked"])
    )


def revoke_grant(connection: sqlite3.Connection, grant_id: str) -> None:
    """The whole family: every token of it stops working."""
    connection.execute("UPDATE grants SET revoked = 1 WHERE id = ?", (grant_id,))


def revoke_person(connection: sqlite3.Connection, person_id: str) -> None:
    """Sign a person out everywhere, for example after a new password."""
    connection.execute("UPDATE grants SET revoked = 1 WHERE person_id = ?", (person_id,))
    connection.execute("DELETE FROM practice_keys WHERE person_id = ?", (person_id,))


def add_token(
    connection: sqlite3.Connection, token: str, kind: str, grant_id: str, scope: str, expires_at: int
) -> None:
    connection.execute(
        "INSERT INTO tokens (hash, kind, grant_id, scope, expires_at) VALUES (?, ?, ?, ?, ?)",
        (token_hash(token), kind, grant_id, scope, expires_at),
    )


def find_token(connection: sqlite3.Connection, token: str) -> StoredToken | None:
    """The token whether it is still good or not."""
    row = connection.execute("SELECT * FROM tokens WHERE hash = ?", (token_hash(token),)).fetchone()
    grant = get_grant(connection, row["grant_id"]) if row else None
    if grant is None:
        return None
    return StoredToken(row["kind"], grant, row["scope"], row["expires_at"], bool(row["used"]), row["hash"])


def spend_token(connection: sqlite3.Connection, token: StoredToken) -> None:
    connection.execute("UPDATE tokens SET used = 1 WHERE hash = ?", (token.hash,))


def delete_token(connection: sqlite3.Connection, token: StoredToken) -> None:
    connection.execute("DELETE FROM tokens WHERE hash = ?", (token.hash,))


def patient_of(connection: sqlite3.Connection, access_token: str, now: int) -> tuple[Person, str] | None:
    """Whose access token this is, and its scope; ``None`` when it is not good (any more)."""
    token = find_token(connection, access_token)
    if token is None or token.kind != "access" or token.expires_at <= now or token.grant.revoked:
        return None
    person = get_person(connection, token.grant.person_id)
    return (person, token.scope) if person else None


def sweep(connection: sqlite3.Connection, now: int) -> None:
    """Forget what has run out. Grants stay a while, so that a late second use is still noticed."""
    day = 86400
    connection.execute("DELETE FROM codes WHERE expires_at < ?", (now - day,))
    connection.execute("DELETE FROM tokens WHERE expires_at < ?", (now - day,))
    connection.execute("DELETE FROM tickets WHERE expires_at < ?", (now - 2 * day,))
    connection.execute("DELETE FROM practice_keys WHERE expires_at < ?", (now,))
    connection.execute(
        """DELETE FROM grants WHERE auth_time < ?
           AND id NOT IN (SELECT grant_id FROM tokens) AND id NOT IN (SELECT grant_id FROM codes)""",
        (now - day,),
    )


# --- join tickets -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to enter one visit's room, without its token."""

    hash: str
    appointment_id: str
    person_id: str
    expires_at: int
    resume_hash: str | None
    """Set at the first use; from then on the ticket is good only together with the resume token."""
    replaced: bool


def add_ticket(
    connection: sqlite3.Connection, token: str, appointment_id: str, person_id: str, expires_at: int
) -> None:
    connection.execute(
        "INSERT INTO tickets (hash, appointment_id, person_id, expires_at) VALUES (?, ?, ?, ?)",
        (token_hash(token), appointment_id, person_id, expires_at),
    )


def find_ticket(connection: sqlite3.Connection, token: str) -> Ticket | None:
    row = connection.execute("SELECT * FROM tickets WHERE hash = ?", (token_hash(token),)).fetchone()
    if row is None:
        return None
    return Ticket(
        row["hash"], row["appointment_id"], row["person_id"], row["expires_at"], row["resume_hash"],
        bool(row["replaced"]),
    )  # fmt: skip


def use_ticket(connection: sqlite3.Connection, ticket: Ticket) -> str:
    """The first use: returns the resume token, and puts the patient's older tickets out of use."""
    resume = new_token()
    connection.execute(
        "UPDATE tickets SET replaced = 1 WHERE appointment_id = ? AND hash != ? AND resume_hash IS NOT NULL",
        (ticket.appointment_id, ticket.hash),
    )
    connection.execute("UPDATE tickets SET resume_hash = ? WHERE hash = ?", (token_hash(resume), ticket.hash))
    return resume


# --- the practice -----------------------------------------------------------------------------------------


def add_practice_key(
    connection: sqlite3.Connection, key: str, person_id: str, kind: str, expires_at: int
) -> None:
    """``kind``: ``once`` opens one session, ``session`` is one."""
    connection.execute(
        "INSERT INTO practice_keys (hash, person_id, kind, expires_at) VALUES (?, ?, ?, ?)",
        (token_hash(key), person_id, kind, expires_at),
    )


def open_with_key(connection: sqlite3.Connection, key: str, now: int) -> Person | None:
    """Whose one-time key this is; it is spent with this call."""
    row = connection.execute(
        "DELETE FROM practice_keys WHERE hash = ? AND kind = 'once' RETURNING person_id, expires_at",
        (token_hash(key),),
    ).fetchone()
    return get_person(connection, row["person_id"]) if row and row["expires_at"] > now else None


def practitioner_of(connection: sqlite3.Connection, session: str, now: int) -> Person | None:
    """Whose practice session this is."""
    row = connection.execute(
        "SELECT person_id, expires_at FROM practice_keys WHERE hash = ? AND kind = 'session'",
        (token_hash(session),),
    ).fetchone()
    return get_person(connection, row["person_id"]) if row and row["expires_at"] > now else None


def end_session(connection: sqlite3.Connection, session: str) -> None:
    connection.execute("DELETE FROM practice_keys WHERE hash = ?", (token_hash(session),))


def new_grant(client_id: str, person_id: str, scope: str, auth_time: int) -> Grant:
    return Grant(new_id(), client_id, person_id, scope, auth_time)


# --- the service's own secrets ----------------------------------------------------------------------------


def get_secret(connection: sqlite3.Connection, name: str, make: str) -> str:
    """The stored secret; ``make`` becomes it when there is none yet."""
    connection.execute("INSERT OR IGNORE INTO secrets (name, value) VALUES (?, ?)", (name, make))
    value: str = connection.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()[0]
    return value
