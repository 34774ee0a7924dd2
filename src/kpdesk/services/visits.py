"""Asks the visit service for a join ticket."""

from __future__ import annotations

from kpdesk.base.clock import Clock
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.ticket import JoinTicket
from kpdesk.services.http import HttpClient
from kpdesk.services.identity import Identity


class VisitService:
    """Implements ``calls.ports.VisitGateway``."""

    def __init__(
        self, http: HttpClient, identity: Identity, clock: Clock, *, relay_only: bool = False
    ) -> None:
        raise NotImplementedError

    async def request_join(self, appointment: Appointment) -> JoinTicket:
        raise NotImplementedError
