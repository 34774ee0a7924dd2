"""A keyring that a test fills, locks and breaks."""

from __future__ import annotations

import threading

from keyring.errors import KeyringLocked, PasswordDeleteError


class FakeSecretBackend:
    """``services.identity.secret_store.SecretBackend``, in memory."""

    def __init__(self) -> None:
        self.passwords: dict[tuple[str, str], str] = {}
        self.locked = False
        self.error: Exception | None = None
        """Raised by every call, as by a keyring whose service is not there."""
        self.forgetful = False
        """Takes everything and keeps nothing, as ``keyring.backends.null`` does."""
        self.calls: list[str] = []
        self.threads: set[str] = set()

    def __call__(self) -> FakeSecretBackend:
        """As the store's factory of backends."""
        return self

    def get_password(self, service: str, username: str) -> str | None:
        self._enter("get")
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._enter("set")
        if not self.forgetful:
            self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._enter("delete")
        if self.passwords.pop((service, username), None) is None:
            raise PasswordDeleteError("No such password!")

    def _enter(self, call: str) -> None:
        self.calls.append(call)
        self.threads.add(threading.current_thread().name)
        if self.error is not None:
            raise self.error
        if self.locked:
            raise KeyringLocked("locked")
