"""The file: its schema, its rights, its hashes."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kpdesk.visitserver import database
from kpdesk.visitserver.config import ServerConfig
from kpdesk.visitserver.database import FILE_NAME, Database, NewerSchemaError, migrate
from kpdesk.visitserver.passwords import hash_password, new_password, new_token, token_hash, verify_password
from kpdesk.visitserver.server import serve


async def test_everything_is_remembered(tmp_path: Path) -> None:
    db = Database(tmp_path / "data")
    await db.open()
    await db.run(lambda c: c.execute("INSERT INTO secrets VALUES ('a', 'b')"))
    await db.close()
    await db.close()
    again = Database(tmp_path / "data")
    await again.open()
    assert (await again.run(lambda c: c.execute("SELECT value FROM secrets").fetchone()))["value"] == "b"
    await again.close()
    with pytest.raises(RuntimeError):
        await again.run(lambda c: None)


async def test_a_failed_function_changes_nothing() -> None:
    db = Database(None)
    await db.open()

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO secrets VALUES ('a', 'b')")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await db.run(fail)
    assert await db.run(lambda c: c.execute("SELECT count(*) FROM secrets").fetchone()[0]) == 0
    await db.close()


async def test_functions_do_not_interleave() -> None:
    db = Database(None)
    await db.open()
    await db.run(lambda c: c.execute("INSERT INTO secrets VALUES ('n', '0')"))

    def count(connection: sqlite3.Connection) -> None:
        value = int(connection.execute("SELECT value FROM secrets").fetchone()[0])
        connection.execute("UPDATE secrets SET value = ?", (str(value + 1),))

    await asyncio.gather(*(db.run(count) for _ in range(50)))
    assert (await db.run(lambda c: c.execute("SELECT value FROM secrets").fetchone()[0])) == "50"
    await db.close()


@pytest.mark.only_on("linux", "darwin")
async def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    db = Database(tmp_path)
    await db.open()
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    await db.close()


def test_migrations_run_once_and_in_order() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        steps = ("CREATE TABLE one (a)", "ALTER TABLE one ADD COLUMN b")
        migrate(connection, steps[:1])
        connection.execute("INSERT INTO one VALUES (1)")
        connection.commit()
        migrate(connection, steps)
        migrate(connection, steps)
        assert tuple(connection.execute("SELECT a, b FROM one").fetchone()) == (1, None)
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 2
        with pytest.raises(NewerSchemaError):
            migrate(connection, steps[:1])


def test_a_failed_migration_leaves_the_old_schema() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, ("CREATE TABLE one (a); CREATE TABLE one (b)",))
        connection.rollback()
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 0
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0


async def test_a_newer_file_stops_the_start_and_leaves_nothing_running(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute(f"PRAGMA user_version = {len(database.MIGRATIONS) + 1}")
    with pytest.raises(NewerSchemaError, match="newer kpdesk"):
        await serve(ServerConfig(data_dir=tmp_path))


async def test_no_secret_is_stored(tmp_path: Path) -> None:
    from tests.helpers.visit_service import running_visit_service

    async with running_visit_service(data_dir=tmp_path) as service:
        tokens = await service.sign_in()
        ticket = await service.ticket()
        session = await service.practitioner_session()
        secrets = [tokens["access_token"], tokens["refresh_token"], ticket["token"], session["token"]]
        data = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        for secret in (*secrets, "river-lamp-42"):
            assert secret.encode() not in data
        assert token_hash(ticket["token"]).encode() in data


def test_passwords() -> None:
    stored = hash_password("river-lamp-42", cost=2**4)
    assert stored.startswith("scrypt$16$8$1$")
    assert verify_password("river-lamp-42", stored)
    assert not verify_password("river-lamp-43", stored)
    assert not verify_password("", stored)
    assert not verify_password("\ud800", stored)
    assert stored != hash_password("river-lamp-42", cost=2**4)
    for broken in ("", "scrypt$x$8$1$AA$AA", "scrypt$16$8$1$AA", stored + "$"):
        assert not verify_password("river-lamp-42", broken)
    made = {new_password() for _ in range(20)}
    assert len(made) == 20
    assert all(len(password) == 19 for password in made)
    assert len(new_token()) >= 43


def test_the_real_cost_of_a_password() -> None:
    assert ServerConfig().password_cost >= 2**15


def test_importing_the_package_loads_nothing() -> None:
    import subprocess

    program = (
        "import sys, kpdesk.visitserver; "
        "print([name for name in sys.modules if name.startswith(('aiohttp', 'authlib'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"
