"""The list of appointments, kept fresh."""

from __future__ import annotations

from collections.abc import Callable

from kpdesk.base.clock import Clock
from kpdesk.domain.session import AppointmentList
from kpdesk.services.http import HttpClient
from kpdesk.services.identity import Identity, SecretStore


class Appointments:
    """Implements ``ui.ports.Appointments``."""

    def __init__(self, http: HttpClient, identity: Identity, secrets: SecretStore, clock: Clock) -> None:
        raise NotImplementedError

    @property
    def current(self) -> AppointmentList | None:
        raise NotImplementedError

    def subscribe(self, listener: Callable[[AppointmentList], None]) -> Callable[[], None]:
        raise NotImplementedError

    def start(self) -> None:
        """Poll from now on while somebody is signed in; needs the running loop."""
        raise NotImplementedError

    async def refresh(self) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError
