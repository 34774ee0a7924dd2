"""Where secrets rest: a key in the system's keyring, and files that only this key opens.

The keyring holds 32 random bytes and nothing else, because Windows takes at most 1280 characters and
because it is slow. What is to be kept is encrypted with AES-256-GCM. Without a keyring that can be
trusted everything stays in memory and is gone at the end: never in plain text on the disk.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hashlib
import logging
import os
import secrets
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kpdesk.domain.errors import ErrorCode, IdentityError
from kpdesk.services._files import replace_file

MAX_SECRET_UNITS: Final = 1280
"""CRED_MAX_CREDENTIAL_BLOB_SIZE is 2560 bytes, and the secret is written in UTF-16."""
PROMPT_TIMEOUT_S: Final = 120.0
"""The system may ask for the keyring's password; a person types it."""
MAX_FILE_BYTES: Final = 8 * 1024 * 1024
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_MAGIC: Final = b"KPD1"
_USERNAME: Final = "file-key"
_DECLINED: Final = frozenset({"keyring.backends.fail.Keyring", "keyring.backends.null.Keyring"})

_log = logging.getLogger(__name__)


class SecretBackend(Protocol):
    """The system's keyring: the three methods of ``keyring.backend.KeyringBackend`` that are used."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class StoreState(StrEnum):
    """What the keyring said."""

    AVAILABLE = "available"
    NONE = "none"
    LOCKED = "locked"


def system_backend() -> SecretBackend | None:
    """The keyring of this system, or ``None`` when there is none. May block: ask on a worker thread.

    Exactly one backend for each system, made here. ``keyring.get_keyring()`` is never called: it obeys
    the environment, a file in the home folder and any installed plug-in, some of which keep secrets in
    plain text. Only declining is taken from the environment: that makes nothing less safe.
    """
    if os.environ.get("PYTHON_KEYRING_BACKEND") in _DECLINED:
        return None
    try:
        if sys.platform == "win32":
            from keyring.backends.Windows import WinVaultKeyring

            windows = WinVaultKeyring()
            _ = windows.priority
            windows.persist = "local machine"  # the default roams with the profile to other computers
            return windows
        if sys.platform == "darwin":
            from keyring.backends.macOS import Keyring as MacKeyring

            mac = MacKeyring()
            _ = mac.priority
            mac.keychain = None  # the environment names no other keychain
            return mac
        from keyring.backends.SecretService import Keyring as SecretServiceKeyring

        service = SecretServiceKeyring()  # type: ignore[no-untyped-call]
        _ = service.priority
        return service
    except Exception as error:
        _log.info("no keyring: %s", type(error).__name__)
        return None


class SecretStore:
    """The encrypted files of one account; memory alone when there is no keyring. One loop, any task."""

    def __init__(
        self, folder: Path, *, account: str, backend: Callable[[], SecretBackend | None] = system_backend
    ) -> None:
        """``account``: issuer and client, so that two plans on one computer share no key."""
        self._account = account
        name = hashlib.sha256(account.encode()).hexdigest()[:16]
        self._folder = folder / name
        # a service name of its own: WinVaultKeyring renames other accounts under a shared one
        self._service = f"kpdesk:{name}"
        self._make_backend = backend
        self._backend: SecretBackend | None = None
        self._state: StoreState | None = None
        self._key: bytes | None = None
        self._memory: dict[str, bytes] = {}
        self._lock = asyncio.Lock()

    async def probe(self) -> StoreState:
        """Make sure, before anybody signs in, that a secret could be kept. May ask for a password."""
        async with self._lock:
            await self._open(create=True)
            return self._state or StoreState.NONE

    async def read(self, name: str) -> bytes | None:
        """What was written under ``name``, in this run or an earlier one.

        Raises IdentityError(SECRET_STORE_LOCKED) when there is a file and the keyring stays locked.
        """
        async with self._lock:
            if name in self._memory:
                return self._memory[name]
            path = self._path(name)
            sealed = await asyncio.to_thread(_read_file, path)
            if sealed is None:
                return None
            key = await self._open(create=False)
            if key is None:
                if self._state is StoreState.LOCKED:
                    raise IdentityError(ErrorCode.SECRET_STORE_LOCKED, retryable=True)
                return None
            try:
                return self._unseal(key, name, sealed)
            except InvalidTag:
                _log.info("secret file does not open: removed")
                await asyncio.to_thread(path.unlink, missing_ok=True)
                return None

    async def write(self, name: str, data: bytes) -> bool:
        """Keep ``data``; true when the next start will find it, false when only this run does.

        When it cannot be kept, what an earlier run kept under ``name`` is removed: an old refresh
        token that the service has replaced would look like a stolen one.
        """
        async with self._lock:
            # a keyring that stayed locked asked its question once; it is not asked at every renewal
            key = None if self._state is StoreState.LOCKED else await self._open(create=True)
            if key is not None:
                sealed = self._seal(key, name, data)
                try:
                    await asyncio.to_thread(replace_file, self._path(name), sealed)
                except OSError as error:
                    _log.warning("secret file not written: errno=%s", error.errno)
                else:
                    self._memory.pop(name, None)
                    return True
            self._memory[name] = data
            with contextlib.suppress(OSError):
                await asyncio.to_thread(self._path(name).unlink, missing_ok=True)
            return False

    async def remove(self, name: str) -> None:
        """Forget what was written under ``name``."""
        async with self._lock:
            self._memory.pop(name, None)
            with contextlib.suppress(OSError):
                await asyncio.to_thread(self._path(name).unlink, missing_ok=True)

    async def wipe(self) -> None:
        """Forget everything: memory and files first, then the key. Never fails, needs no network."""
        async with self._lock:
            self._memory.clear()
            await asyncio.to_thread(_remove_folder, self._folder)
            if self._backend is None and self._state is None:
                self._backend = await asyncio.to_thread(self._make_backend)
            if self._backend is not None:
                await self._ask(lambda backend: backend.delete_password(self._service, _USERNAME))
            self._key = self._state = self._backend = None

    # the key

    async def _open(self, *, create: bool) -> bytes | None:
        """The key; made at its first use when ``create``. ``None`` when the keyring cannot serve."""
        if self._key is not None:
            return self._key
        if self._state is StoreState.NONE:
            return None
        if self._backend is None:
            self._backend = await asyncio.to_thread(self._make_backend)
        if self._backend is None:
            self._state = StoreState.NONE
            return None
        found = await self._ask(lambda backend: backend.get_password(self._service, _USERNAME))
        if self._state is not StoreState.AVAILABLE:
            return None
        self._key = _decode_key(found)
        if self._key is None and create:
            self._key = await self._make_key()
        return self._key

    async def _make_key(self) -> bytes | None:
        key = secrets.token_bytes(_KEY_BYTES)
        secret = base64.b64encode(key).decode()
        check_length(secret)

        def keep(backend: SecretBackend) -> str | None:
            backend.set_password(self._service, _USERNAME, secret)
            return backend.get_password(self._service, _USERNAME)

        kept = await self._ask(keep)
        if self._state is StoreState.AVAILABLE and kept != secret:
            _log.warning("the keyring does not keep what it is given")
            self._state = StoreState.NONE
        return key if self._state is StoreState.AVAILABLE else None

    async def _ask(self, question: Callable[[SecretBackend], str | None]) -> str | None:
        """Ask the keyring on a worker thread; sets the state. Its errors go no further."""
        backend = self._backend
        if backend is None:
            return None
        try:
            answer = await asyncio.wait_for(asyncio.to_thread(question, backend), PROMPT_TIMEOUT_S)
        except Exception as error:  # each backend has errors of its own
            self._state = _state_of(error)
            _log.info("keyring: state=%s error=%s", self._state, type(error).__name__)
            return None
        self._state = StoreState.AVAILABLE
        return answer

    # files

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.bin"

    def _aad(self, name: str) -> bytes:
        """Binds a file to its account and its name: none can be put in another's place."""
        return b"\0".join((_MAGIC, self._account.encode(), name.encode()))

    def _seal(self, key: bytes, name: str, data: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _MAGIC + nonce + AESGCM(key).encrypt(nonce, data, self._aad(name))

    def _unseal(self, key: bytes, name: str, sealed: bytes) -> bytes:
        start = len(_MAGIC) + _NONCE_BYTES
        if not sealed.startswith(_MAGIC) or len(sealed) < start + 16:
            raise InvalidTag
        return AESGCM(key).decrypt(sealed[len(_MAGIC) : start], sealed[start:], self._aad(name))


def check_length(secret: str) -> None:
    """Refuse what Windows could not keep, on every system, so that it is found on every system."""
    units = len(secret.encode("utf-16-le")) // 2
    if units > MAX_SECRET_UNITS:
        raise ValueError(f"a secret of {units} UTF-16 units; the Windows vault takes {MAX_SECRET_UNITS}")


def _decode_key(untrusted: str | None) -> bytes | None:
    try:
        key = base64.b64decode(untrusted or "", validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == _KEY_BYTES else None


def _state_of(error: Exception) -> StoreState:
    from keyring.errors import KeyringLocked

    locked = isinstance(error, (KeyringLocked, TimeoutError)) or type(error).__name__ == "LockedException"
    return StoreState.LOCKED if locked else StoreState.NONE


def _read_file(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            sealed = file.read(MAX_FILE_BYTES + 1)
    except OSError:
        return None
    return sealed if len(sealed) <= MAX_FILE_BYTES else None


def _remove_folder(folder: Path) -> None:
    try:
        for path in [*folder.glob("*.bin"), *folder.glob(".new-*")]:
            path.unlink(missing_ok=True)
        folder.rmdir()
    except FileNotFoundError:
        return
    except OSError as error:
        _log.warning("secret files not removed: errno=%s", error.errno)
