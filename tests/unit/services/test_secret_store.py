"""Keys in a keyring that works, is locked, is not there, or forgets."""

from __future__ import annotations

import base64
import logging
import stat
import sys
import threading
from pathlib import Path

import pytest

from kpdesk.domain.errors import ErrorCode, IdentityError
from kpdesk.services.identity import secret_store
from kpdesk.services.identity.secret_store import SecretStore, StoreState, check_length, system_backend
from tests.fakes.secrets import FakeSecretBackend
from tests.helpers.log_rules import LogWatch

SECRET = b"refresh token of a patient"


@pytest.fixture
def backend() -> FakeSecretBackend:
    return FakeSecretBackend()


def store_of(folder: Path, backend: FakeSecretBackend, account: str = "https://plan|kpdesk") -> SecretStore:
    return SecretStore(folder, account=account, backend=backend)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def test_the_next_start_finds_what_was_written(tmp_path: Path, backend: FakeSecretBackend) -> None:
    assert await store_of(tmp_path, backend).write("session", SECRET)
    assert await store_of(tmp_path, backend).read("session") == SECRET


async def test_the_file_is_sealed_and_private(tmp_path: Path, backend: FakeSecretBackend) -> None:
    await store_of(tmp_path, backend).write("session", SECRET)
    [path] = files(tmp_path)
    assert SECRET not in path.read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_the_keyring_holds_a_key_and_nothing_else(tmp_path: Path, backend: FakeSecretBackend) -> None:
    await store_of(tmp_path, backend).write("session", SECRET)
    [(place, secret)] = backend.passwords.items()
    assert len(base64.b64decode(secret)) == 32
    assert "plan" not in " ".join(place)


async def test_the_keyring_is_never_asked_on_the_gui_thread(
    tmp_path: Path, backend: FakeSecretBackend
) -> None:
    store = store_of(tmp_path, backend)
    await store.probe()
    await store.write("session", SECRET)
    await store.wipe()
    assert backend.calls
    assert threading.main_thread().name not in backend.threads


async def test_two_plans_share_nothing(tmp_path: Path, backend: FakeSecretBackend) -> None:
    one, other = store_of(tmp_path, backend, "one"), store_of(tmp_path, backend, "other")
    await one.write("session", b"1")
    await other.write("session", b"2")
    assert len(backend.passwords) == 2
    await one.wipe()
    assert await store_of(tmp_path, backend, "one").read("session") is None
    assert await store_of(tmp_path, backend, "other").read("session") == b"2"


async def test_a_file_in_another_ones_place_does_not_open(tmp_path: Path, backend: FakeSecretBackend) -> None:
    await store_of(tmp_path, backend).write("session", SECRET)
    [path] = files(tmp_path)
    path.rename(path.with_name("appointments.bin"))
    assert await store_of(tmp_path, backend).read("appointments") is None
    assert files(tmp_path) == []


@pytest.mark.parametrize("position", [0, 8, 20, -1])
async def test_a_changed_file_does_not_open(
    tmp_path: Path, backend: FakeSecretBackend, position: int
) -> None:
    await store_of(tmp_path, backend).write("session", SECRET)
    [path] = files(tmp_path)
    damaged = bytearray(path.read_bytes())
    damaged[position] ^= 1
    path.write_bytes(damaged)
    assert await store_of(tmp_path, backend).read("session") is None


async def test_an_empty_file_does_not_open(tmp_path: Path, backend: FakeSecretBackend) -> None:
    await store_of(tmp_path, backend).write("session", SECRET)
    files(tmp_path)[0].write_bytes(b"")
    assert await store_of(tmp_path, backend).read("session") is None


async def test_a_file_whose_key_is_gone_does_not_open(tmp_path: Path, backend: FakeSecretBackend) -> None:
    await store_of(tmp_path, backend).write("session", SECRET)
    backend.passwords.clear()
    assert await store_of(tmp_path, backend).read("session") is None
    assert await store_of(tmp_path, backend).write("session", b"new")
    assert await store_of(tmp_path, backend).read("session") == b"new"


async def test_without_a_keyring_nothing_touches_the_disk(tmp_path: Path) -> None:
    store = SecretStore(tmp_path, account="a", backend=lambda: None)
    assert await store.probe() is StoreState.NONE
    assert not await store.write("session", SECRET)
    assert await store.read("session") == SECRET
    assert files(tmp_path) == []
    assert await SecretStore(tmp_path, account="a", backend=lambda: None).read("session") is None


async def test_a_keyring_that_forgets_counts_as_none(
    tmp_path: Path, backend: FakeSecretBackend, expect_log: LogWatch
) -> None:
    backend.forgetful = True
    expect_log("kpdesk.services.identity.secret_store", logging.WARNING, "does not keep")
    store = store_of(tmp_path, backend)
    assert await store.probe() is StoreState.NONE
    assert not await store.write("session", SECRET)
    assert files(tmp_path) == []


async def test_a_keyring_that_breaks_counts_as_none(tmp_path: Path, backend: FakeSecretBackend) -> None:
    backend.error = RuntimeError("no bus")
    store = store_of(tmp_path, backend)
    assert await store.probe() is StoreState.NONE
    assert not await store.write("session", SECRET)


async def test_a_locked_keyring_says_so(tmp_path: Path, backend: FakeSecretBackend) -> None:
    await store_of(tmp_path, backend).write("session", SECRET)
    backend.locked = True
    store = store_of(tmp_path, backend)
    with pytest.raises(IdentityError) as caught:
        await store.read("session")
    assert caught.value.code is ErrorCode.SECRET_STORE_LOCKED
    backend.locked = False
    assert await store.read("session") == SECRET


async def test_a_locked_keyring_is_not_asked_at_every_renewal(
    tmp_path: Path, backend: FakeSecretBackend
) -> None:
    backend.locked = True
    store = store_of(tmp_path, backend)
    assert await store.probe() is StoreState.LOCKED
    asked = len(backend.calls)
    assert not await store.write("session", b"1")
    assert not await store.write("session", b"2")
    assert len(backend.calls) == asked
    assert await store.read("session") == b"2"


async def test_what_cannot_be_replaced_is_removed(tmp_path: Path, backend: FakeSecretBackend) -> None:
    """An old refresh token that the service has replaced would look stolen at the next start."""
    await store_of(tmp_path, backend).write("session", b"old")
    backend.locked = True
    store = store_of(tmp_path, backend)
    await store.probe()
    assert not await store.write("session", b"new")
    assert files(tmp_path) == []
    assert await store.read("session") == b"new"


async def test_nothing_to_read_asks_no_keyring(tmp_path: Path, backend: FakeSecretBackend) -> None:
    """The first start must not begin with a question for a password."""
    assert await store_of(tmp_path, backend).read("session") is None
    assert backend.calls == []


async def test_wiping_leaves_nothing(tmp_path: Path, backend: FakeSecretBackend) -> None:
    store = store_of(tmp_path, backend)
    await store.write("session", SECRET)
    await store.write("appointments", SECRET)
    await store.wipe()
    assert files(tmp_path) == []
    assert backend.passwords == {}
    assert await store.read("session") is None


async def test_wiping_works_with_a_locked_keyring_and_in_a_fresh_store(
    tmp_path: Path, backend: FakeSecretBackend
) -> None:
    await store_of(tmp_path, backend).write("session", SECRET)
    backend.locked = True
    await store_of(tmp_path, backend).wipe()
    assert files(tmp_path) == []


async def test_removing_one_leaves_the_other(tmp_path: Path, backend: FakeSecretBackend) -> None:
    store = store_of(tmp_path, backend)
    await store.write("session", b"1")
    await store.write("appointments", b"2")
    await store.remove("session")
    assert await store.read("session") is None
    assert await store.read("appointments") == b"2"


async def test_a_full_disk_keeps_it_in_memory(
    tmp_path: Path, backend: FakeSecretBackend, monkeypatch: pytest.MonkeyPatch, expect_log: LogWatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    expect_log("kpdesk.services.identity.secret_store", logging.WARNING, "not written")
    monkeypatch.setattr(secret_store, "replace_file", full)
    store = store_of(tmp_path, backend)
    assert not await store.write("session", SECRET)
    assert await store.read("session") == SECRET


async def test_what_a_test_keyring_declines_is_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside the virtual desktop every test has ``fail`` set: none reaches the developer's own keyring."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    assert system_backend() is None


def test_length_that_windows_takes() -> None:
    check_length("x" * 1280)
    check_length("\U0001f600" * 640)
    for secret in ("x" * 1281, "\U0001f600" * 641):
        with pytest.raises(ValueError, match="1280"):
            check_length(secret)
