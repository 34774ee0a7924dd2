"""Asks the visit service for a rehearsal room: a ticket like that of a visit, for a call with its echo."""

from __future__ import annotations

import logging
from typing import Final

from kpdesk.base.clock import Clock
from kpdesk.domain.errors import ConnectivityError, ErrorCode, PayloadError, VisitError
from kpdesk.domain.preflight import PreflightGrant
from kpdesk.domain.ticket import JoinTicket
from kpdesk.services._errors import raise_for_trouble
from kpdesk.services.http import HttpClient, safe_url
from kpdesk.services.visits import MAX_TICKET_BYTES, decode_ticket

TIMEOUT_S: Final = 6.0
_log = logging.getLogger(__name__)


class RehearsalService:
    """Where the service's rehearsals are asked for."""

    def __init__(
        self,
        http: HttpClient,
        clock: Clock,
        fhir_base_url: str,
        *,
        service_base: str | None = None,
        relay_only: bool = False,
    ) -> None:
        """The same as for ``services.preflight.PreflightService``."""
        self._http = http
        self._clock = clock
        self._base = service_base or fhir_base_url
        self._relay_only = relay_only

    async def request_room(self, grant: PreflightGrant) -> JoinTicket:
        """A fresh ticket. Raises VisitError when there is none for us, ConnectivityError (with
        TOO_MANY_REQUESTS when all rooms are taken)."""
        try:
            answer = await self._http.request(
                "POST",
                safe_url(self._base).origin() / "preflight" / "rehearsal",
                headers={"Accept": "application/json, application/problem+json"},
                json_body={"session": grant.session.hex(), "token": grant.token.hex()},
                max_bytes=MAX_TICKET_BYTES,
                timeout_s=TIMEOUT_S,
            )
            if answer.ok:
                ticket = decode_ticket(answer.body, self._clock, relay_only=self._relay_only)
                _log.info("rehearsal room granted: ice_servers=%d", len(ticket.ice_servers))
                return ticket
        except PayloadError as error:
            _log.warning("rehearsal ticket not understood: code=%s", error.code)
            raise ConnectivityError(ErrorCode.SERVICE_UNAVAILABLE, retryable=True) from error
        raise_for_trouble(answer.status, answer.headers)
        _log.info("rehearsal room refused: status=%d", answer.status)
        raise VisitError(ErrorCode.JOIN_REFUSED)
