"""Reads appointments and practitioners from a FHIR server, as IHE ITI-118 says and real servers accept."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from yarl import URL

from kpdesk.domain.appointment import Appointment
from kpdesk.domain.errors import (
    ConnectivityError,
    ErrorCode,
    IdentityError,
    KpdeskError,
    PayloadError,
    VisitError,
)
from kpdesk.domain.people import Practitioner
from kpdesk.services._errors import raise_for_trouble
from kpdesk.services._json import JsonObject
from kpdesk.services.appointments.codec import (
    DecodedAppointment,
    decode_appointment,
    decode_page,
    with_practitioner,
)
from kpdesk.services.authorized import AccessTokens, authorized
from kpdesk.services.fhir import decode_practitioner
from kpdesk.services.http import HttpClient, HttpResponse, safe_url, same_origin

PAST: Final = timedelta(days=180)
FUTURE: Final = timedelta(days=365)
PAGE_SIZE: Final = 50
MAX_PAGES: Final = 20
MAX_APPOINTMENTS: Final = 1000
MAX_PAGE_BYTES: Final = 4 * 1024 * 1024
MAX_PRACTITIONERS_READ: Final = 20
_ACCEPT: Final = {"Accept": "application/fhir+json"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """All that was found; ``complete`` is false when a page or an entry had to be left out."""

    appointments: tuple[Appointment, ...]
    complete: bool = True


class FhirClient:
    """The patient's own appointments. Practitioners that were read are remembered while it lives."""

    def __init__(self, http: HttpClient, identity: AccessTokens) -> None:
        self._http = http
        self._identity = identity
        self._practitioners: dict[str, Practitioner | None] = {}

    async def search(self, now: datetime) -> SearchResult:
        """Half a year back and a year ahead, whatever the status: what is over or cancelled is shown too.

        Raises IdentityError, ConnectivityError, or PayloadError for an answer that is no Bundle.
        """
        found: dict[str, DecodedAppointment] = {}
        complete = True
        url: URL | None = self._search_url(now)
        seen: set[URL] = set()
        while url is not None:
            if url in seen or len(seen) >= MAX_PAGES or len(found) >= MAX_APPOINTMENTS:
                _log.warning("search cut short: pages=%d appointments=%d", len(seen), len(found))
                complete = False
                break
            seen.add(url)
            page = decode_page(await self._read(url, "Bundle"))
            found.update((item.appointment.id, item) for item in page.appointments)
            complete = complete and not page.skipped
            if page.skipped:
                _log.warning("appointments not understood: count=%d", page.skipped)
            url = self._next(page.next_url, url)
        named = [await self._named(item) for item in found.values()]
        return SearchResult(tuple(sorted(named, key=_by_start)), complete)

    async def read_appointment(self, appointment_id: str) -> Appointment:
        """One appointment as it is now. Raises VisitError(VISIT_NOT_FOUND) when it is gone."""
        url = URL(self._identity.fhir_base_url) / "Appointment" / appointment_id
        try:
            return await self._named(decode_appointment(await self._read(url, "Appointment")))
        except PayloadError as error:
            _log.warning("appointment not understood: reason=%s", error.params.get("reason"))
            raise ConnectivityError(ErrorCode.SERVICE_UNAVAILABLE, retryable=True) from error

    def _search_url(self, now: datetime) -> URL:
        # Oracle Health wants whole instants with an offset, "date" once or twice; Epic knows no _sort
        dates = (("date", f"ge{_instant(now - PAST)}"), ("date", f"lt{_instant(now + FUTURE)}"))
        query = [("patient", self._identity.patient_id), *dates, ("_count", str(PAGE_SIZE))]
        return (URL(self._identity.fhir_base_url) / "Appointment").with_query(query)

    def _next(self, untrusted: str | None, here: URL) -> URL | None:
        """The next page, taken as it is, but only from the same server: the token goes with it."""
        if untrusted is None:
            return None
        try:
            url = safe_url(here.join(URL(untrusted)))
        except ValueError as error:
            raise PayloadError("Bundle", reason="next link") from error
        if not same_origin(url, URL(self._identity.fhir_base_url)):
            raise PayloadError("Bundle", reason="next link leads elsewhere")
        return url

    async def _named(self, item: DecodedAppointment) -> Appointment:
        """With the practitioner's name, read when the appointment did not bring it."""
        wanted = item.practitioner_to_read
        if wanted is None:
            return item.appointment
        if wanted not in self._practitioners and len(self._practitioners) < MAX_PRACTITIONERS_READ:
            url = URL(self._identity.fhir_base_url) / "Practitioner" / wanted
            try:
                self._practitioners[wanted] = decode_practitioner(await self._read(url, "Practitioner"))
            except ConnectivityError as error:  # the visit is worth showing without the name
                _log.info("practitioner not read yet: code=%s", error.code)
            except KpdeskError as error:
                _log.info("practitioner not read: code=%s", error.code)
                self._practitioners[wanted] = None
        practitioner = self._practitioners.get(wanted)
        if practitioner is None:
            return item.appointment
        return with_practitioner(item.appointment, practitioner)

    async def _read(self, url: URL, what: str) -> JsonObject:
        answer = await authorized(
            self._http, self._identity, "GET", url, headers=_ACCEPT, max_bytes=MAX_PAGE_BYTES
        )
        raise_for_trouble(answer.status, answer.headers)
        if not answer.ok:
            raise _refusal(answer, what)
        return answer.json_object(what)


def _refusal(answer: HttpResponse, what: str) -> KpdeskError:
    _log.info("refused: what=%s status=%d", what, answer.status)
    if answer.status == 403:
        return IdentityError(ErrorCode.SIGN_IN_REFUSED, retryable=True)
    if answer.status in (404, 410):
        found = what == "Bundle"
        return (
            IdentityError(ErrorCode.SERVER_NOT_SUPPORTED) if found else VisitError(ErrorCode.VISIT_NOT_FOUND)
        )
    return PayloadError(what, reason=f"status {answer.status}")


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _by_start(appointment: Appointment) -> tuple[bool, float, str]:
    """By start, those without one last."""
    start = appointment.start
    return (start is None, start.timestamp() if start else 0.0, appointment.id)
