"""Turns an appointment into an open way to the waiting room."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from kpdesk.calls.ports import SignalingChannel, VisitGateway
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.signaling import Arrive
from kpdesk.domain.ticket import JoinTicket

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """The ticket that was granted and the channel that it opened."""

    ticket: JoinTicket
    channel: SignalingChannel


class JoinVisit:
    """Asks for a ticket, opens the channel and tells the practice that the patient is here."""

    def __init__(self, gateway: VisitGateway, open_channel: Callable[[], SignalingChannel]) -> None:
        self._gateway = gateway
        self._open_channel = open_channel

    async def __call__(self, appointment: Appointment) -> OpenVisit:
        """Raises VisitError, IdentityError or ConnectivityError; leaves nothing open then."""
        ticket = await self._gateway.request_join(appointment)
        channel = self._open_channel()
        try:
            await channel.open(ticket)
            await channel.send(Arrive())
        except BaseException:
            await channel.close()
            raise
        _log.info("joined: provider=%s ice_servers=%d", ticket.provider, len(ticket.ice_servers))
        return OpenVisit(ticket, channel)
