"""A visit service that decides from the appointment and the clock, as the real one does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from kpdesk.base.clock import Clock
from kpdesk.domain.appointment import Appointment, AppointmentStatus
from kpdesk.domain.errors import ErrorCode, KpdeskError, VisitError
from kpdesk.domain.joining import JoinWindow, join_bounds
from kpdesk.domain.signaling import PROVIDER
from kpdesk.domain.ticket import IceServer, JoinTicket


class FakeVisitGateway:
    """``calls.ports.VisitGateway``; ``error`` makes it refuse, ``gate`` makes it slow."""

    def __init__(
        self, clock: Clock, *, window: JoinWindow | None = None, ice_servers: tuple[IceServer, ...] = ()
    ) -> None:
        self.requests: list[str] = []
        """Ids of the appointments asked for."""
        self.error: KpdeskError | None = None
        """Raised instead of giving a ticket."""
        self.gate: asyncio.Event | None = None
        """When set, each request waits for it."""
        self._clock = clock
        self._window = window or JoinWindow()
        self.ice_servers = ice_servers

    async def request_join(self, appointment: Appointment) -> JoinTicket:
        self.requests.append(appointment.id)
        await (self.gate.wait() if self.gate is not None else asyncio.sleep(0))
        if self.error is not None:
            raise self.error
        if appointment.virtual_service is None:
            raise VisitError(ErrorCode.VISIT_HAS_NO_LINK)
        if appointment.status is AppointmentStatus.CANCELLED:
            raise VisitError(ErrorCode.VISIT_CANCELLED)
        now = self._clock.now()
        bounds = join_bounds(appointment, self._window)
        opens_at, closes_at = bounds or (now, now + timedelta(hours=1))
        if now < opens_at:
            raise VisitError(ErrorCode.TOO_EARLY, retryable=True, opens_at=opens_at.isoformat())
        if now >= closes_at:
            raise VisitError(ErrorCode.VISIT_OVER)
        return JoinTicket(
            provider=PROVIDER,
            url="ws://127.0.0.1:9/visits/signaling",
            token=f"ticket-{len(self.requests)}",
            room=f"room-{appointment.id}",
            expires_at=now + timedelta(minutes=5),
            opens_at=opens_at,
            closes_at=closes_at,
            ice_servers=self.ice_servers,
        )
