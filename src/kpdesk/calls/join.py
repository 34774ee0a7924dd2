"""Turns an appointment into an open way to the waiting room."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass

from kpdesk.calls.ice import IceServers
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

    def __init__(
        self,
        gateway: VisitGateway,
        open_channel: Callable[[], SignalingChannel],
        *,
        order_ice: Callable[[IceServers], IceServers] | None = None,
    ) -> None:
        """``order_ice``: puts the servers of a ticket in the order in which they are to be tried, by what an
        earlier check found; asked at each joining. Without it, the ticket's own order."""
        self._gateway = gateway
        self._open_channel = open_channel
        self._order_ice = order_ice

    async def __call__(self, appointment: Appointment) -> OpenVisit:
        """Raises VisitError, IdentityError or ConnectivityError; leaves nothing open then."""
        ticket = await self._gateway.request_join(appointment)
        if self._order_ice is not None:
            ticket = dataclasses.replace(ticket, ice_servers=self._order_ice(ticket.ice_servers))
        channel = self._open_channel()
        try:
            await channel.open(ticket)
            await channel.send(Arrive())
        except BaseException:
            await channel.close()
            raise
        _log.info("joined: provider=%s ice_servers=%d", ticket.provider, len(ticket.ice_servers))
        return OpenVisit(ticket, channel)
