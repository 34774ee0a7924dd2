"""Asks the visit service for a join ticket, and reads its refusals (RFC 9457, problem+json)."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final, Protocol

from yarl import URL

from kpdesk.base.clock import Clock
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.errors import (
    ConnectivityError,
    ErrorCode,
    IdentityError,
    KpdeskError,
    PayloadError,
    VisitError,
)
from kpdesk.domain.ticket import IceServer, JoinTicket
from kpdesk.services._errors import raise_for_trouble
from kpdesk.services._json import JsonObject, instant, load_object, object_of, objects, text, token
from kpdesk.services.authorized import AccessTokens, authorized
from kpdesk.services.http import HttpClient, HttpResponse, safe_url, same_origin

MAX_TICKET_BYTES: Final = 256 * 1024
MAX_ICE_SERVERS: Final = 16
MAX_URLS: Final = 8
DEFAULT_TICKET_LIFE: Final = timedelta(minutes=2)
_ICE_SCHEMES: Final = ("stun:", "stuns:", "turn:", "turns:")
_REFUSALS: Final = {
    "too_early": ErrorCode.TOO_EARLY,
    "over": ErrorCode.VISIT_OVER,
    "visit_over": ErrorCode.VISIT_OVER,
    "cancelled": ErrorCode.VISIT_CANCELLED,
    "moved": ErrorCode.VISIT_MOVED,
    "not_yours": ErrorCode.NOT_YOURS,
    "not_found": ErrorCode.VISIT_NOT_FOUND,
    "no_link": ErrorCode.VISIT_HAS_NO_LINK,
    "not_video": ErrorCode.VISIT_HAS_NO_LINK,
}

_log = logging.getLogger(__name__)


class AddressReader(Protocol):
    """Where a join address is asked for anew (``services.appointments``)."""

    async def read_appointment(self, appointment_id: str) -> Appointment:
        """Raises VisitError, IdentityError or ConnectivityError."""
        ...


class VisitService:
    """Implements ``calls.ports.VisitGateway``."""

    def __init__(
        self,
        http: HttpClient,
        identity: AccessTokens,
        clock: Clock,
        *,
        service_base: str | None = None,
        addresses: AddressReader | None = None,
        relay_only: bool = False,
    ) -> None:
        """``service_base``: of the visit service when it is not the FHIR server's host (policy).
        ``addresses``: asked when an appointment came from the disk, where no address is kept.
        ``relay_only``: the organization wants every call through its relay (IceTransportPolicy)."""
        self._http = http
        self._identity = identity
        self._clock = clock
        self._service_base = service_base
        self._addresses = addresses
        self._relay_only = relay_only

    async def request_join(self, appointment: Appointment) -> JoinTicket:
        """A fresh ticket. Raises VisitError, IdentityError or ConnectivityError."""
        url = self._join_url(await self._with_address(appointment))
        try:
            answer = await authorized(
                self._http,
                self._identity,
                "POST",
                url,
                headers={"Accept": "application/json, application/problem+json"},
                json_body={},
                max_bytes=MAX_TICKET_BYTES,
            )
            if answer.ok:
                ticket = decode_ticket(answer.body, self._clock, relay_only=self._relay_only)
                _log.info("ticket granted: ice_servers=%d", len(ticket.ice_servers))
                return ticket
        except PayloadError as error:
            _log.warning("ticket not understood: code=%s reason=%s", error.code, error.params.get("reason"))
            raise ConnectivityError(ErrorCode.SERVICE_UNAVAILABLE, retryable=True) from error
        raise decode_refusal(answer)

    async def _with_address(self, appointment: Appointment) -> Appointment:
        service = appointment.virtual_service
        if service is not None and not service.address and self._addresses is not None:
            return await self._addresses.read_appointment(appointment.id)
        return appointment

    def _join_url(self, appointment: Appointment) -> URL:
        """Where to ask. The token goes to the service that the patient signed in to, to nobody else:
        an appointment may just as well carry the address of some other vendor's meeting."""
        service = appointment.virtual_service
        if service is None or not service.address:
            raise VisitError(ErrorCode.VISIT_HAS_NO_LINK)
        try:
            home = safe_url(self._service_base or self._identity.fhir_base_url)
            address = safe_url(service.address)
        except PayloadError as error:
            raise VisitError(ErrorCode.VISIT_HAS_NO_LINK) from error
        if same_origin(address, home):
            return address
        if self._service_base is not None:
            return home / "visits" / appointment.id / "join"
        _log.info("join refused: the address is not the service's own")
        raise VisitError(ErrorCode.VISIT_HAS_NO_LINK)


def decode_refusal(answer: HttpResponse) -> KpdeskError:
    """Our error for an answer that is no ticket; reads ``code``, or the end of ``type``."""
    try:
        raise_for_trouble(answer.status, answer.headers)
        problem = load_object(answer.body, "problem") if answer.body else {}
    except ConnectivityError as error:
        return error
    except PayloadError:
        problem = {}
    kind = text(problem.get("code"), 64) or (text(problem.get("type"), 256) or "").rpartition("/")[2]
    code = _REFUSALS.get(kind.replace("-", "_"))
    _log.info("ticket refused: status=%d code=%s", answer.status, code or "unknown")
    if code is ErrorCode.TOO_EARLY:
        return _too_early(problem)
    if code is not None:
        return VisitError(code)
    if answer.status == 401:
        return IdentityError(ErrorCode.SIGN_IN_EXPIRED)
    if answer.status in (404, 410):
        return VisitError(ErrorCode.VISIT_NOT_FOUND)
    return VisitError(ErrorCode.JOIN_REFUSED)


def _too_early(problem: JsonObject) -> VisitError:
    try:
        opens_at = instant(problem.get("opens_at", problem.get("opensAt")), "problem", "opens_at")
    except PayloadError:
        opens_at = None
    if opens_at is None:
        return VisitError(ErrorCode.TOO_EARLY, retryable=True)
    return VisitError(ErrorCode.TOO_EARLY, retryable=True, opens_at=opens_at.isoformat())


def decode_ticket(untrusted_body: bytes, clock: Clock, *, relay_only: bool = False) -> JoinTicket:
    """The ticket: tolerant of spelling, strict about where it leads. Raises PayloadError only."""
    untrusted = load_object(untrusted_body, "ticket")
    window = object_of(untrusted.get("window"))
    provider = text(_either(untrusted, "provider"), 64)
    url = text(_either(untrusted, "url"))
    secret = token(_either(untrusted, "token"))
    room = token(_either(untrusted, "room"), 256)
    if provider is None or url is None or secret is None or room is None:
        raise PayloadError("ticket", reason="provider, url, token or room is missing")
    now = clock.now()
    opens_at = instant(_either(untrusted, "opens_at", "opensAt") or window.get("from"), "ticket", "opens_at")
    closes_at = instant(
        _either(untrusted, "closes_at", "closesAt") or window.get("to"), "ticket", "closes_at"
    )
    expires_at = instant(_either(untrusted, "expires_at", "expiresAt"), "ticket", "expires_at")
    asked = _either(untrusted, "relay_only", "relayOnly")
    return JoinTicket(
        provider=provider,
        url=str(safe_url(url, schemes=("wss", "ws"))),
        token=secret,
        room=room,
        expires_at=expires_at or now + DEFAULT_TICKET_LIFE,
        opens_at=opens_at or now,
        closes_at=closes_at or now + timedelta(hours=2),
        ice_servers=decode_ice_servers(_either(untrusted, "ice_servers", "iceServers")),
        relay_only=relay_only or asked is True,
    )


def _either(untrusted: JsonObject, *names: str) -> Any:
    """The first of several spellings that is there."""
    return next((untrusted[name] for name in names if untrusted.get(name) is not None), None)


def decode_ice_servers(untrusted: Any) -> tuple[IceServer, ...]:
    """W3C RTCIceServer; an entry that cannot be used is left out, because the others may do."""
    servers = []
    for entry in objects(untrusted)[:MAX_ICE_SERVERS]:
        given = entry.get("urls", entry.get("url"))
        candidates = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        urls = tuple(
            url
            for url in (token(candidate, 512) for candidate in candidates[:MAX_URLS])
            if url is not None and url.lower().startswith(_ICE_SCHEMES)
        )
        if urls:
            servers.append(
                IceServer(urls, text(entry.get("username"), 512), text(entry.get("credential"), 512))
            )
    return tuple(servers)
