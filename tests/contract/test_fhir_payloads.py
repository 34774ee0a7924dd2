"""Every FHIR payload of the service, against an independent model of the standard (fhir.resources, R4B).

R4B (4.3.0) is R4 with corrections; the resources that are used here did not change between them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from fhir.resources.R4B.appointment import Appointment
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.practitioner import Practitioner

from kpdesk.visitserver import fhir
from tests.helpers.visit_service import VisitServiceUnderTest, running_visit_service

MODELS = {
    model.__name__: model
    for model in (Appointment, Bundle, CapabilityStatement, OperationOutcome, Patient, Practitioner)
}
EVER = [("date", "ge2000-01-01T00:00:00Z"), ("date", "lt2100-01-01T00:00:00+02:00")]


@pytest.fixture
async def service() -> AsyncIterator[VisitServiceUnderTest]:
    async with running_visit_service() as running:
        yield running


async def fetch(
    service: VisitServiceUnderTest, path: str, token: str | None = None, **headers: str
) -> tuple[int, Any]:
    """GET, and hold the body to the standard."""
    status, body, answer = await service.get(path, token=token, **headers)
    if body is not None:
        assert answer["Content-Type"] == "application/fhir+json; charset=utf-8"
        MODELS[body["resourceType"]].model_validate(body)
    return status, body


def search(*parameters: tuple[str, str]) -> str:
    return f"/fhir/Appointment?{urlencode(parameters)}"


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_seeded_resource(service: VisitServiceUnderTest, language: str) -> None:
    token, patient = await service.patient_token(language), service.accounts[language]["patient_id"]
    status, bundle = await fetch(service, search(("patient", patient), *EVER), token)
    assert (status, bundle["total"], len(bundle["entry"])) == (200, 10, 10)
    seen = set()
    for entry in bundle["entry"]:
        resource = entry["resource"]
        assert entry["fullUrl"] == f"{service.fhir_base_url}/Appointment/{resource['id']}"
        for participant in resource["participant"]:
            seen.add(participant["actor"]["reference"])
        assert (await fetch(service, f"/fhir/Appointment/{resource['id']}", token))[1] == resource
    assert f"Patient/{patient}" in seen
    for reference in seen - {"#place"}:
        status, resource = await fetch(service, f"/fhir/{reference}", token)
        assert (status, f"{resource['resourceType']}/{resource['id']}") == (200, reference)


async def test_metadata_needs_no_token(service: VisitServiceUnderTest) -> None:
    status, statement = await fetch(service, "/fhir/metadata")
    assert (status, statement["fhirVersion"]) == (200, "4.0.1")


async def test_search_is_sorted_and_paged(service: VisitServiceUnderTest) -> None:
    token = await service.patient_token()
    found, path, pages = [], search(("patient", "demo-walter"), *EVER, ("_count", "3")), 0
    while path:
        status, bundle = await fetch(service, path, token)
        assert (status, bundle["total"]) == (200, 10)
        found += [entry["resource"] for entry in bundle["entry"]]
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        path, pages = links.get("next", ""), pages + 1
        if path:
            assert "demo" not in path.partition("?")[2]  # the token says nothing
    assert pages == 4
    starts = [resource["start"] for resource in found]
    assert starts == sorted(starts)
    assert len({resource["id"] for resource in found}) == 10


async def test_a_page_of_exactly_all_has_no_next(service: VisitServiceUnderTest) -> None:
    token = await service.patient_token()
    _, bundle = await fetch(service, search(("patient", "demo-walter"), *EVER, ("_count", "10")), token)
    assert [link["relation"] for link in bundle["link"]] == ["self"]


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ([("status", "cancelled")], {"cancelled"}),
        ([("status", "fulfilled,noshow")], {"past", "missed"}),
        ([("status", "http://hl7.org/fhir/appointmentstatus|cancelled")], {"cancelled"}),
        ([("_id", "demo-walter-phone")], {"phone"}),
        ([("_id", "demo-lucia-phone")], set()),
        ([("unheard-of", "x"), ("status", "noshow")], {"missed"}),
    ],
)
async def test_search_parameters(
    service: VisitServiceUnderTest, parameters: list[tuple[str, str]], names: set[str]
) -> None:
    token = await service.patient_token()
    _, bundle = await fetch(service, search(("patient", "Patient/demo-walter"), *EVER, *parameters), token)
    found = {entry["resource"]["id"].rpartition("-")[2] for entry in bundle.get("entry", [])}
    assert found == names
    assert bundle["total"] == len(names)
    assert "entry" in bundle or not names  # FHIR has no empty lists


async def test_date_bounds(service: VisitServiceUnderTest) -> None:
    token = await service.patient_token()
    start = (await service.slot("demo-walter-today")).start
    assert start is not None

    async def total(*dates: str) -> int:
        parameters = [("patient", "demo-walter"), ("_id", "demo-walter-today"), *(("date", d) for d in dates)]
        status, bundle = await fetch(service, search(*parameters), token)
        assert status == 200
        return int(bundle["total"])

    at = start.isoformat()
    assert await total(f"ge{at}") == await total(f"le{at}") == await total(at) == await total(f"eq{at}") == 1
    assert await total(f"gt{at}") == await total(f"lt{at}") == 0
    assert await total(f"ge{at}", "lt2100-01-01T00:00:00Z") == 1


async def test_search_by_post(service: VisitServiceUnderTest) -> None:
    headers = {"Authorization": f"Bearer {await service.patient_token()}"}
    url = f"{service.fhir_base_url}/Appointment/_search"
    form = [("patient", "demo-walter"), *EVER]
    async with service.http.post(url, data=form, headers=headers) as answer:
        bundle = await answer.json()
    Bundle.model_validate(bundle)
    assert (answer.status, bundle["total"]) == (200, 10)
    async with service.http.post(url, json={}, headers=headers) as answer:
        OperationOutcome.model_validate(await answer.json())
        assert answer.status == 415


BAD = [
    ([], 400, "required"),
    ([("patient", "demo-walter")], 400, "required"),
    ([("patient", "demo-walter"), ("date", "ge2026-11-24")], 400, "invalid"),
    ([("patient", "demo-walter"), ("date", "ge2026-11-24T00:00:00")], 400, "invalid"),
    ([("patient", "demo-walter"), ("date", "ge2026-13-24T00:00:00Z")], 400, "invalid"),
    ([("patient", "demo-walter"), ("date", "sa2026-11-24T00:00:00Z")], 400, "not-supported"),
    ([("patient", "demo-walter"), *EVER, ("date", "ge2026-11-24T00:00:00Z")], 400, "invalid"),
    ([("patient", "demo-walter"), EVER[0], EVER[0]], 400, "invalid"),
    ([("patient", "demo-walter"), ("patient", "demo-walter"), *EVER], 400, "invalid"),
    ([("patient", "demo-lucia"), *EVER], 403, "forbidden"),
    ([("patient", "Practitioner/demo-walter"), *EVER], 400, "invalid"),
    ([("patient", "demo-walter"), *EVER, ("status", "cancelled,nonsense")], 400, "invalid"),
    ([("patient", "demo-walter"), *EVER, ("_count", "0")], 400, "invalid"),
    ([("patient", "demo-walter"), *EVER, ("_count", "٣")], 400, "invalid"),
    ([("patient", "demo-walter"), *EVER, ("_count", "9" * 5000)], 400, "invalid"),
    ([("_id", "../../etc")], 400, "invalid"),
    ([("_page", "bm90aGluZw")], 404, "not-found"),
    ([("_page", "é")], 404, "not-found"),
]


@pytest.mark.parametrize(("parameters", "status", "code"), BAD)
async def test_searches_that_are_refused(
    service: VisitServiceUnderTest, parameters: list[tuple[str, str]], status: int, code: str
) -> None:
    got, outcome = await fetch(service, search(*parameters), await service.patient_token())
    assert (got, outcome["resourceType"], outcome["issue"][0]["code"]) == (status, "OperationOutcome", code)


async def test_strict_handling(service: VisitServiceUnderTest) -> None:
    path = search(("patient", "demo-walter"), *EVER, ("_sort", "date"))
    token = await service.patient_token()
    assert (await fetch(service, path, token, Prefer="handling=strict"))[0] == 400
    assert (await fetch(service, path, token, Prefer="handling=lenient"))[0] == 200


async def test_a_page_of_somebody_else(service: VisitServiceUnderTest) -> None:
    path = search(("patient", "demo-walter"), *EVER, ("_count", "1"))
    _, bundle = await fetch(service, path, await service.patient_token())
    following = next(link["url"] for link in bundle["link"] if link["relation"] == "next")
    status, outcome = await fetch(service, following, await service.patient_token("es"))
    assert (status, outcome["issue"][0]["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/fhir/Appointment/nothing", 404),
        ("/fhir/Appointment/demo-lucia-soon", 403),
        ("/fhir/Patient/demo-lucia", 403),
        ("/fhir/Practitioner/demo-walter", 404),
        ("/fhir/Observation", 404),
        ("/fhir/Appointment/a/b", 404),
    ],
)
async def test_reads_that_are_refused(service: VisitServiceUnderTest, path: str, status: int) -> None:
    got, outcome = await fetch(service, path, await service.patient_token())
    assert (got, outcome["resourceType"]) == (status, "OperationOutcome")


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer x", "Basic abcdefghijklmnopqrst", "Bearer " + "x" * 43]
)
async def test_no_token(service: VisitServiceUnderTest, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    status, outcome, answer = await service.get("/fhir/Appointment/demo-walter-soon", **headers)
    OperationOutcome.model_validate(outcome)
    assert status == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="kpdesk", error="invalid_token"'


async def test_scopes(service: VisitServiceUnderTest) -> None:
    read = await service.patient_token(scope="launch/patient patient/Appointment.r")
    assert (await fetch(service, "/fhir/Appointment/demo-walter-soon", read))[0] == 200
    assert (await fetch(service, search(("patient", "demo-walter"), *EVER), read))[0] == 403
    assert (await fetch(service, "/fhir/Patient/demo-walter", read))[0] == 403
    version_1 = await service.patient_token(scope="launch/patient patient/Appointment.read")
    assert (await fetch(service, search(("patient", "demo-walter"), *EVER), version_1))[0] == 200
    everything = await service.patient_token(scope="launch/patient patient/*.rs")
    assert (await fetch(service, "/fhir/Patient/demo-walter", everything))[0] == 200


async def test_methods_and_formats(service: VisitServiceUnderTest) -> None:
    token = await service.patient_token()
    headers = {"Authorization": f"Bearer {token}"}
    async with service.http.put(
        f"{service.fhir_base_url}/Appointment/demo-walter-soon", headers=headers
    ) as answer:
        OperationOutcome.model_validate(await answer.json())
        assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")
    assert (await fetch(service, "/fhir/metadata", Accept="application/fhir+xml"))[0] == 406
    assert (await fetch(service, "/fhir/metadata?_format=json", Accept="application/fhir+xml"))[0] == 200


async def test_versions(service: VisitServiceUnderTest) -> None:
    token, path = await service.patient_token(), "/fhir/Appointment/demo-walter-week"
    _, before, headers = await service.get(path, token=token)
    tag = headers["ETag"]
    assert tag == f'W/"{before["meta"]["versionId"]}"'
    status, body, headers = await service.get(path, token=token, If_None_Match=tag)
    assert (status, body, headers["ETag"]) == (304, None, tag)
    old_start = before["start"]
    await service.move("demo-walter-week", datetime(2030, 1, 2, 3, 4, tzinfo=UTC))
    status, after = await fetch(service, path, token, If_None_Match=tag)
    assert (status, after["start"]) == (200, "2030-01-02T03:04:00.000Z")
    assert int(after["meta"]["versionId"]) == int(before["meta"]["versionId"]) + 1
    moved = [e for e in after["extension"] if e["url"] == fhir.RESCHEDULED_FROM]
    assert moved == [{"url": fhir.RESCHEDULED_FROM, "valueInstant": old_start}]


async def test_the_link_of_a_video_visit(service: VisitServiceUnderTest) -> None:
    token = await service.patient_token()

    async def link(name: str) -> str | None:
        _, resource = await fetch(service, f"/fhir/Appointment/demo-walter-{name}", token)
        for extension in resource["extension"]:
            if extension["url"] == fhir.VIRTUAL_SERVICE:
                parts = {part["url"]: part for part in extension["extension"]}
                assert parts["_datatype"]["valueString"] == "VirtualServiceDetail"
                return str(parts["address"]["valueUrl"])
        return None

    assert await link("soon") == f"{service.base_url}/visits/demo-walter-soon/join"
    for name in ("person", "phone", "month", "cancelled", "past"):
        assert await link(name) is None
