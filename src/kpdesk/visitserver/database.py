"""The SQLite file of the service, on one thread of its own.

One writer thread makes every function that is given to ``run`` a transaction of its own: nothing
interleaves, nothing blocks the event loop, and sqlite3's thread rules are kept.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

FILE_NAME: Final = "visits.sqlite3"
BUSY_TIMEOUT_S: Final = 5.0
_log = logging.getLogger(__name__)

MIGRATIONS: Final[tuple[str, ...]] = (
    """
    CREATE TABLE people (
        id TEXT PRIMARY KEY,
        role TEXT NOT NULL CHECK (role IN ('patient', 'practitioner')),
        user_name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        password_hash TEXT NOT NULL,
        given TEXT NOT NULL,
        family TEXT NOT NULL,
        prefix TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT 'en',
        birth_date TEXT,
        gender TEXT,
        specialty TEXT,
        version INTEGER NOT NULL DEFAULT 1,
        updated_at TEXT NOT NULL
    );
    CREATE TABLE appointments (
        id TEXT PRIMARY KEY,
        patient_id TEXT NOT NULL REFERENCES people (id),
        practitioner_id TEXT NOT NULL REFERENCES people (id),
        status TEXT NOT NULL,
        modality TEXT NOT NULL,
        has_link INTEGER NOT NULL DEFAULT 1,
        start_at TEXT,
        end_at TEXT,
        service TEXT NOT NULL,
        location TEXT,
        instructions TEXT,
        cancellation_reason TEXT,
        moved_from TEXT,
        version INTEGER NOT NULL DEFAULT 1,
        updated_at TEXT NOT NULL
    );
    CREATE INDEX appointments_of_patient ON appointments (patient_id, start_at);
    CREATE INDEX appointments_by_start ON appointments (start_at);
    CREATE TABLE grants (
        id TEXT PRIMARY KEY,
        client_id TEXT NOT NULL,
        person_id TEXT NOT NULL REFERENCES people (id),
        scope TEXT NOT NULL,
        auth_time INTEGER NOT NULL,
        revoked INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE codes (
        hash TEXT PRIMARY KEY,
        grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
        redirect_uri TEXT NOT NULL,
        nonce TEXT,
        code_challenge TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        used INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE tokens (
        hash TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
        grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
        scope TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        used INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX tokens_of_grant ON tokens (grant_id);
    CREATE TABLE tickets (
        hash TEXT PRIMARY KEY,
        appointment_id TEXT NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
        person_id TEXT NOT NULL REFERENCES people (id),
        expires_at INTEGER NOT NULL,
        resume_hash TEXT,
        replaced INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE practice_keys (
        hash TEXT PRIMARY KEY,
        person_id TEXT NOT NULL REFERENCES people (id),
        kind TEXT NOT NULL CHECK (kind IN ('once', 'session')),
        expires_at INTEGER NOT NULL
    );
    CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    """,
)
"""Step n leads from schema version n to n + 1 (``PRAGMA user_version``). Never edit one that was shipped."""


class NewerSchemaError(RuntimeError):
    """The file was written by a newer kpdesk."""


class Database:
    """Runs functions of a connection, one after the other, each in a transaction."""

    def __init__(self, folder: Path | None) -> None:
        """``folder=None`` keeps everything in memory. Call ``open`` next."""
        self._folder = folder
        self._connection: sqlite3.Connection | None = None
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kpdesk-visit-db")

    async def open(self) -> None:
        """Open and migrate; raises NewerSchemaError, OSError or sqlite3.Error."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._executor, self._open)
        except BaseException:
            self._executor.shutdown(wait=False)
            raise

    async def run(
        self, function: Callable[Concatenate[sqlite3.Connection, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """``function(connection, *args)`` in a transaction; its error rolls back and is raised here."""

        def work() -> R:
            connection = self._connection
            if connection is None:
                raise RuntimeError("the database is closed")
            with connection:
                return function(connection, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    async def close(self) -> None:
        """Close the file and end the thread; safe to call twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await asyncio.get_running_loop().run_in_executor(self._executor, connection.close)
        self._executor.shutdown(wait=True)

    def _open(self) -> None:
        if self._folder is None:
            connection = sqlite3.connect(":memory:", check_same_thread=False)
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / FILE_NAME
            # appointments and password hashes: for the account that runs the service alone
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            migrate(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection


def migrate(connection: sqlite3.Connection, steps: tuple[str, ...] = MIGRATIONS) -> None:
    """Bring the schema to the newest version, each step in a transaction of its own."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(steps):
        raise NewerSchemaError(
            f"The data was written by a newer kpdesk (schema {version}, this one knows {len(steps)})."
        )
    for number, step in enumerate(steps[version:], start=version + 1):
        # executescript commits first, so the transaction is part of the script
        connection.executescript(f"BEGIN IMMEDIATE; {step}; PRAGMA user_version = {number}; COMMIT;")
        _log.info("database migrated: version=%d", number)
