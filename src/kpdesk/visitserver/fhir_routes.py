"""The FHIR R4 interface: what a patient's app may read. Every refusal is an OperationOutcome."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from aiohttp import hdrs, web

from kpdesk.domain.people import Role
from kpdesk.visitserver import fhir, grants
from kpdesk.visitserver.fhir_search import KNOWN, SearchError, read_query
from kpdesk.visitserver.people import Person, get_person
from kpdesk.visitserver.security import bearer_token
from kpdesk.visitserver.service import SERVICE, Service
from kpdesk.visitserver.slots import SlotQuery, cursor_of, get_slot, search_slots

_STATUS_OF: Final = {"forbidden": 403, "not-found": 404}
_ISSUE_OF: Final = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    410: "deleted",
    413: "too-long",
    415: "not-supported",
    429: "throttled",
}
_log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    router = app.router
    router.add_get("/fhir/metadata", metadata)
    router.add_get("/fhir/Appointment", search)
    router.add_post("/fhir/Appointment/_search", search)
    router.add_get("/fhir/Appointment/{id}", read_appointment)
    router.add_get("/fhir/Patient/{id}", read_patient)
    router.add_get("/fhir/Practitioner/{id}", read_practitioner)


class FhirError(Exception):
    """Becomes an OperationOutcome."""

    def __init__(self, status: int, issue: str, diagnostics: str, *, expression: str | None = None) -> None:
        super().__init__(diagnostics)
        self.status = status
        self.outcome = fhir.outcome(issue, diagnostics, expression=expression)


def respond(
    resource: fhir.Resource, *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        status=status,
        text=json.dumps(resource, ensure_ascii=False),
        content_type=fhir.CONTENT_TYPE,
        charset="utf-8",
        headers=headers,
    )


def refusal(error: Exception) -> web.Response:
    """Any failure below ``/fhir`` as an OperationOutcome."""
    if isinstance(error, FhirError):
        headers: dict[str, str] = {}
        if error.status == 401:
            headers[hdrs.WWW_AUTHENTICATE] = 'Bearer realm="kpdesk", error="invalid_token"'
        return respond(error.outcome, status=error.status, headers=headers)
    if isinstance(error, web.HTTPException):
        headers = {hdrs.ALLOW: error.headers[hdrs.ALLOW]} if hdrs.ALLOW in error.headers else {}
        issue = _ISSUE_OF.get(error.status, "processing")
        return respond(fhir.outcome(issue, error.reason or ""), status=error.status, headers=headers)
    return respond(fhir.outcome("exception", "The server failed."), status=500)


async def _patient(request: web.Request, resource: str, interaction: str) -> Person:
    """Whose token it is, if it allows ``interaction`` (``r`` or ``s``); raises FhirError."""
    service = request.app[SERVICE]
    _check_format(request)
    token = bearer_token(request)
    found = await service.db.run(grants.patient_of, token, service.now()) if token else None
    if found is None:
        raise FhirError(401, "login", "A valid access token is required.")
    person, scope = found
    if not scope_allows(scope, resource, interaction):
        raise FhirError(403, "forbidden", f"The token's scope does not allow this on {resource}.")
    return person


def scope_allows(scope: str, resource: str, interaction: str) -> bool:
    """SMART 2.2 scopes ``patient/X.rs`` and their v1 spelling ``patient/X.read``."""
    for word in scope.split():
        level, _, rest = word.partition("/")
        name, _, verbs = rest.partition(".")
        if (
            level == "patient"
            and name in (resource, "*")
            and (verbs in ("read", "*") or interaction in verbs)
        ):
            return True
    return False


def _check_format(request: web.Request) -> None:
    wanted = request.query.get("_format") or request.headers.get(hdrs.ACCEPT) or "*/*"
    if not any(word in wanted.lower() for word in ("json", "*/*", "application/*")):
        raise FhirError(406, "not-supported", "This server speaks JSON alone.")


async def metadata(request: web.Request) -> web.Response:
    service = request.app[SERVICE]
    _check_format(request)
    return respond(
        fhir.capability_statement(
            service.base_url, service.fhir_base_url, service.config.practice_name, service.config.clock.now()
        )
    )


async def search(request: web.Request) -> web.Response:
    """Find appointments: GET, or POST to ``_search`` (IHE ITI-118 asks for both)."""
    service = request.app[SERVICE]
    patient = await _patient(request, "Appointment", "s")
    parameters = {name: request.query.getall(name) for name in dict.fromkeys(request.query)}
    if request.method == "POST":
        if request.content_type != "application/x-www-form-urlencoded":
            raise FhirError(415, "not-supported", "A search is sent as application/x-www-form-urlencoded.")
        form = await request.post()
        for name in dict.fromkeys(form):
            parameters.setdefault(name, []).extend(str(value) for value in form.getall(name))
    try:
        _check_names(request, parameters)
        pages = parameters.get("_page")
        if pages:
            query = service.page_tokens.open(pages[0], patient.id)
        else:
            query = read_query(parameters, patient.id)
    except SearchError as error:
        raise FhirError(
            _STATUS_OF.get(error.code, 400),
            error.code,
            str(error),
            expression=f"Appointment.{error.parameter}",
        ) from error
    return await _page(service, query, parameters)


def _check_names(request: web.Request, parameters: dict[str, list[str]]) -> None:
    """Unknown parameters are ignored, unless the client wants them refused (FHIR search.html#errors)."""
    if "handling=strict" not in request.headers.get("Prefer", ""):
        return
    for name in parameters:
        if name not in KNOWN:
            raise SearchError(name[:40], "this parameter is not known", "not-supported")


async def _page(service: Service, query: SlotQuery, parameters: dict[str, list[str]]) -> web.Response:
    found, total = await service.db.run(search_slots, replace(query, limit=query.limit + 1))
    shown = found[: query.limit]
    base = f"{service.fhir_base_url}/Appointment"
    used = [(name, value) for name, values in parameters.items() if name in KNOWN for value in values]
    links = {"self": f"{base}?{urlencode(used)}"}
    if len(found) > len(shown):
        following = service.page_tokens.seal(replace(query, after=cursor_of(shown[-1])))
        links["next"] = f"{base}?{urlencode({'_page': following})}"
    resources = [fhir.appointment(slot, service.base_url) for slot in shown]
    return respond(fhir.searchset(resources, total, links, service.fhir_base_url, service.config.clock.now()))


async def read_appointment(request: web.Request) -> web.Response:
    service = request.app[SERVICE]
    patient = await _patient(request, "Appointment", "r")
    slot = await service.db.run(get_slot, request.match_info["id"])
    if slot is None:
        raise FhirError(404, "not-found", "There is no such Appointment.")
    if slot.patient.id != patient.id:
        raise FhirError(403, "forbidden", "This Appointment is somebody else's.")
    return _versioned(request, fhir.appointment(slot, service.base_url), slot.version)


async def read_patient(request: web.Request) -> web.Response:
    patient = await _patient(request, "Patient", "r")
    if request.match_info["id"] != patient.id:
        raise FhirError(403, "forbidden", "Only your own Patient resource can be read.")
    return _versioned(request, fhir.person(patient), patient.version)


async def read_practitioner(request: web.Request) -> web.Response:
    service = request.app[SERVICE]
    await _patient(request, "Practitioner", "r")
    person = await service.db.run(get_person, request.match_info["id"])
    if person is None or person.role is not Role.PRACTITIONER:
        raise FhirError(404, "not-found", "There is no such Practitioner.")
    return _versioned(request, fhir.person(person), person.version)


def _versioned(request: web.Request, resource: fhir.Resource, version: int) -> web.Response:
    """With ETag, or 304 when the client has this version (FHIR http.html#cread)."""
    tag = fhir.etag(version)
    known = [part.strip() for part in request.headers.get(hdrs.IF_NONE_MATCH, "").split(",")]
    if tag in known or tag.removeprefix("W/") in known or "*" in known:
        return web.Response(status=304, headers={hdrs.ETAG: tag})
    return respond(resource, headers={hdrs.ETAG: tag})
