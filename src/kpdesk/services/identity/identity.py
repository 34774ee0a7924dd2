"""The signed-in patient."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpdesk.base.clock import Clock
from kpdesk.domain.session import SessionSnapshot
from kpdesk.services.http import HttpClient
from kpdesk.services.identity.secret_store import SecretStore


class Identity:
    """Implements ``ui.ports.Identity``."""

    def __init__(
        self,
        http: HttpClient,
        secrets: SecretStore,
        clock: Clock,
        *,
        fhir_base_url: str | None,
        client_id: str,
        open_browser: Callable[[str], bool],
        redirect_ports: Sequence[int] = (0,),
    ) -> None:
        raise NotImplementedError

    @property
    def snapshot(self) -> SessionSnapshot:
        raise NotImplementedError

    @property
    def fhir_base_url(self) -> str:
        raise NotImplementedError

    @property
    def patient_id(self) -> str:
        raise NotImplementedError

    def subscribe(self, listener: Callable[[SessionSnapshot], None]) -> Callable[[], None]:
        raise NotImplementedError

    async def restore(self) -> None:
        """Look in the keyring at start; ends in SIGNED_IN, EXPIRED or SIGNED_OUT."""
        raise NotImplementedError

    async def sign_in(self, language: str) -> None:
        raise NotImplementedError

    def cancel_sign_in(self) -> None:
        raise NotImplementedError

    async def sign_out(self) -> None:
        raise NotImplementedError

    async def access_token(self) -> str:
        """A token good for at least a minute. Raises IdentityError(SIGN_IN_EXPIRED), ConnectivityError."""
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError
