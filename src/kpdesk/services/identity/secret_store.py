"""Where secrets rest: a key in the system's keyring, what it encrypts in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class SecretBackend(Protocol):
    """The system's keyring (the methods of ``keyring.backend.KeyringBackend`` that are used here)."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


def system_backend() -> SecretBackend | None:
    """The keyring of this system, or ``None`` when there is none that can be trusted."""
    raise NotImplementedError


class SecretStore:
    """Encrypted files of one profile; in memory alone when there is no keyring."""

    def __init__(
        self, folder: Path, *, account: str, backend: Callable[[], SecretBackend | None] = system_backend
    ) -> None:
        """``account``: issuer and client, so that two plans on one computer keep two keys."""
        raise NotImplementedError
