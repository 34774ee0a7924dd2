"""FHIR appointments as real servers write them, and as nobody should."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality, VirtualService
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.people import Practitioner
from kpdesk.services._json import load_json, load_object
from kpdesk.services.appointments.codec import (
    RESCHEDULED_FROM,
    DecodedAppointment,
    decode_appointment,
    decode_page,
)
from kpdesk.services.appointments.virtual_service import resolve_virtual_service
from kpdesk.services.fhir import decode_patient, decode_practitioner, human_name, reference

XVER = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService"
LINK = "https://plan.example/visits/1/join"


def fhir(**fields: Any) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "booked",
        "start": "2026-11-24T10:30:00-08:00",
        "end": "2026-11-24T11:00:00-08:00",
        **fields,
    }


def decode(**fields: Any) -> Appointment:
    return decode_appointment(fhir(**fields)).appointment


def test_times_are_in_utc() -> None:
    found = decode()
    assert found.start == datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
    assert found.end == datetime(2026, 11, 24, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize("start", ["2026-11-24", "2026-11-24T10:30:00", "soon", 7, True, [], "9" * 100])
def test_a_time_that_cannot_be_trusted_is_refused(start: Any) -> None:
    with pytest.raises(PayloadError):
        decode(start=start)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(PayloadError, match="malformed"):
        decode(end="2026-11-24T10:00:00-08:00")


def test_a_wish_has_no_time_yet() -> None:
    found = decode(status="waitlist", start=None, end=None)
    assert (found.start, found.end, found.status) == (None, None, AppointmentStatus.WAITLIST)


@pytest.mark.parametrize("status", [status for status in AppointmentStatus if status != "unknown"])
def test_known_statuses(status: AppointmentStatus) -> None:
    assert decode(status=status.value).status is status


def test_an_unknown_status_is_kept_as_it_was_spelled() -> None:
    found = decode(status="teleported")
    assert (found.status, found.status_code) == (AppointmentStatus.UNKNOWN, "teleported")


def test_moved_from() -> None:
    extension = [{"url": RESCHEDULED_FROM, "valueInstant": "2026-11-20T18:00:00Z"}]
    assert decode(extension=extension).moved_from == datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"serviceType": [{"text": "Family Medicine"}]}, "Family Medicine"),
        ({"serviceType": [{"coding": [{"display": "Family Medicine"}]}]}, "Family Medicine"),
        ({"serviceType": [{"concept": {"text": "Family Medicine"}}]}, "Family Medicine"),
        ({"appointmentType": {"text": "Check-up"}}, "Check-up"),
        ({"description": "Check-up"}, "Check-up"),
        ({}, None),
    ],
)
def test_what_it_is_for(fields: dict[str, Any], expected: str | None) -> None:
    assert decode(**fields).service_name == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"patientInstruction": "Have your pills at hand."}, "Have your pills at hand."),
        ({"patientInstruction": [{"concept": {"text": "A"}}, {"concept": {"text": "B"}}]}, "A\nB"),
        ({"patientInstruction": "bad\x00\x1b[31m\ud800 text"}, "bad[31m text"),
        ({"patientInstruction": "x" * 9000}, "x" * 4000),
    ],
)
def test_instructions(fields: dict[str, Any], expected: str) -> None:
    assert decode(**fields).instructions == expected


@pytest.mark.parametrize("name", ["cancelationReason", "cancellationReason"])
def test_why_it_was_cancelled_in_both_spellings(name: str) -> None:
    assert (
        decode(status="cancelled", **{name: {"text": "Doctor is ill"}}).cancellation_reason == "Doctor is ill"
    )


# --- people -----------------------------------------------------------------------------------------------


def participant(**actor: Any) -> dict[str, Any]:
    return {"actor": actor, "status": "accepted"}


def person(*participants: dict[str, Any], **fields: Any) -> tuple[Practitioner | None, str | None]:
    decoded = decode_appointment(fhir(participant=list(participants), **fields))
    return decoded.appointment.practitioner, decoded.practitioner_to_read


def test_a_practitioner_by_display() -> None:
    patient = participant(reference="Patient/1", display="Rosa Delgado")
    doctor = participant(reference="Practitioner/7", display="Dr. Reyes")
    found = person(patient, doctor, specialty=[{"text": "Family Medicine"}])
    assert found == (Practitioner("7", "Dr. Reyes", "Family Medicine"), None)


def test_a_practitioner_to_read() -> None:
    doctor = participant(reference="https://plan.example/fhir/Practitioner/7/_history/2")
    assert person(doctor) == (Practitioner("7", "", None), "7")


def test_a_contained_practitioner() -> None:
    resource = {
        "resourceType": "Practitioner",
        "id": "p",
        "name": [{"prefix": ["Dr."], "given": ["Ana"], "family": "Reyes", "suffix": ["MD"]}],
        "qualification": [{"code": {"text": "Family Medicine"}}],
    }
    found = person(participant(reference="#p"), contained=[resource])
    assert found == (Practitioner("p", "Dr. Ana Reyes, MD", "Family Medicine"), None)


def test_an_included_practitioner() -> None:
    page = {
        "resourceType": "Bundle",
        "entry": [
            {"resource": fhir(participant=[participant(reference="Practitioner/7")])},
            {
                "resource": {"resourceType": "Practitioner", "id": "7", "name": [{"text": "Dr. Reyes"}]},
                "search": {"mode": "include"},
            },
        ],
    }
    [found] = decode_page(page).appointments
    assert found.appointment.practitioner == Practitioner("7", "Dr. Reyes", None)


def test_a_role_by_its_type() -> None:
    assert person(participant(type="PractitionerRole", display="Dr. Reyes"))[0] == Practitioner(
        "", "Dr. Reyes"
    )


def test_nobody() -> None:
    assert person(participant(reference="Patient/1")) == (None, None)
    assert person({}, {"actor": 7}, {"actor": {"reference": []}}) == (None, None)


def test_names() -> None:
    old, official = {"use": "old", "text": "Before"}, {"use": "official", "text": "Now"}
    assert human_name({"name": [old, {"use": "nickname", "text": "Ana"}, official]}) == "Now"
    assert human_name({"name": [{"use": {"a": 1}, "given": ["Ana"]}]}) == "Ana"
    assert human_name({"name": [old]}) is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("Practitioner/7", ("Practitioner", "7")),
        ("https://plan.example/fhir/Practitioner/7", ("Practitioner", "7")),
        ("#p", ("#", "p")),
        ("Practitioner/", None),
        ("Practitioner/../Patient/1", None),
        ("urn:uuid:1", None),
        ("", None),
        (None, None),
    ],
)
def test_references(address: Any, expected: tuple[str, str] | None) -> None:
    assert reference({"reference": address}) == expected


# --- the way in -------------------------------------------------------------------------------------------


def xver(*parts: dict[str, Any], url: str = XVER) -> dict[str, Any]:
    return {"extension": [{"url": url, "extension": list(parts)}]}


CHANNEL = {"url": "channelType", "valueCoding": {"code": "kpdesk"}}
KEY = {"url": "sessionKey", "valueString": "s3cret"}


@pytest.mark.parametrize(
    "address",
    [
        {"url": "address", "valueUrl": LINK},
        {"url": "address", "valueUri": LINK},
        {"url": "address", "valueString": LINK},
        {"url": "addressUrl", "valueUrl": LINK},
        {"url": "addressString", "valueString": LINK},
        {"url": "address[x]", "valueUrl": LINK},
        {
            "url": f"{XVER.replace('Appointment.virtualService', 'VirtualServiceDetail')}.address",
            "valueUrl": LINK,
        },
        {"url": "address", "valueContactPoint": {"system": "url", "value": LINK}},
        {
            "url": "address",
            "extension": [
                {"url": "_datatype", "valueString": "ExtendedContactDetail"},
                {"url": "telecom", "valueContactPoint": {"system": "phone", "value": "911"}},
                {"url": "telecom", "valueContactPoint": {"system": "url", "value": LINK}},
            ],
        },
    ],
)
def test_every_spelling_of_the_cross_version_extension(address: dict[str, Any]) -> None:
    datatype = {"url": "_datatype", "valueString": "VirtualServiceDetail"}
    assert resolve_virtual_service(fhir(**xver(datatype, CHANNEL, address, KEY))) == VirtualService(
        LINK, "kpdesk", "s3cret"
    )
    assert resolve_virtual_service(fhir(**xver(address))) == VirtualService(LINK)


def test_on_a_participant() -> None:
    austria = "http://hl7.at/fhir/TC-FHIR-AG-Scheduling-R5/R5/StructureDefinition/virtual-service-detail"
    value = {"valueVirtualServiceDetail": {"addressUrl": LINK, "sessionKey": "s3cret"}}
    for extension in ({"url": austria, **value}, xver({"url": "address", "valueUrl": LINK})["extension"][0]):
        found = resolve_virtual_service(fhir(participant=[{"extension": [extension]}]))
        assert found is not None
        assert found.address == LINK


@pytest.mark.parametrize(
    "detail",
    [
        {"addressUrl": LINK},
        {"addressString": LINK},
        {"addressContactPoint": {"system": "url", "value": LINK}},
        {"addressExtendedContactDetail": {"telecom": [{"system": "url", "value": LINK}]}},
    ],
)
def test_r5(detail: dict[str, Any]) -> None:
    detail = {"channelType": {"code": "kpdesk"}, "sessionKey": "s3cret", **detail}
    assert resolve_virtual_service(fhir(virtualService=[{}, detail])) == VirtualService(
        LINK, "kpdesk", "s3cret"
    )


def test_oracle_health_by_words_not_by_place() -> None:
    def room(kind: str, url: str) -> dict[str, Any]:
        period = {"start": "2026-11-24T18:15:00Z", "end": "2026-11-24T19:30:00Z"}
        telecom = [{"system": "url", "value": url, "period": period}]
        return {"resourceType": "HealthcareService", "type": [{"text": kind}], "telecom": telecom}

    patient = room("Patient Virtual Meeting Room", LINK)
    provider = room("Provider Virtual Meeting Room", "https://plan.example/host")
    expected = VirtualService(
        LINK,
        opens_at=datetime(2026, 11, 24, 18, 15, tzinfo=UTC),
        closes_at=datetime(2026, 11, 24, 19, 30, tzinfo=UTC),
    )
    assert resolve_virtual_service(fhir(contained=[provider, patient])) == expected
    assert resolve_virtual_service(fhir(contained=[patient, provider])) == expected
    assert resolve_virtual_service(fhir(contained=[provider])) is None


def test_denmark_reads_the_guests_pin_alone() -> None:
    base = "http://ehealth.sundhed.dk/fhir/StructureDefinition/ehealth-"
    extension = [
        {"url": f"{base}meeting-url", "valueUri": LINK},
        {"url": f"{base}host-pin-code", "valueString": "9999"},
        {"url": f"{base}guest-pin-code", "valueString": "1234"},
    ]
    found = resolve_virtual_service(fhir(extension=extension))
    assert found == VirtualService(LINK, "video", "1234")
    room = {"url": f"{base}vmr-uri", "valueUri": "https://plan.example/room"}
    found = resolve_virtual_service(fhir(extension=[*extension, room]))
    assert found is not None
    assert found.address == "https://plan.example/room"


@pytest.mark.parametrize(
    "address",
    [
        "http://plan.example/visit",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://plan.example/",
        "//plan.example/visit",
        "https://",
        "https://user:password@plan.example/",
        "https://plan.example/\nvisit",
        "https://plan.example/" + "x" * 5000,
        "",
        7,
        None,
        {"a": 1},
    ],
)
def test_an_address_that_kpdesk_does_not_open(address: Any) -> None:
    assert resolve_virtual_service(fhir(virtualService=[{"addressUrl": address}])) is None
    assert resolve_virtual_service(fhir(**xver({"url": "address", "valueUrl": address}))) is None


def test_free_text_is_never_a_link() -> None:
    found = decode(patientInstruction=f"Open {LINK}", description=LINK, comment=LINK)
    assert found.virtual_service is None


def test_the_way_in_is_not_in_the_repr() -> None:
    found = decode(virtualService=[{"addressUrl": LINK, "sessionKey": "s3cret"}])
    assert LINK not in repr(found)
    assert "s3cret" not in repr(found)


# --- how they meet ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"virtualService": [{"addressUrl": LINK}]}, Modality.VIDEO),
        ({"serviceType": [{"text": "Video Visit"}]}, Modality.VIDEO),
        ({"class": [{"coding": [{"code": "VR"}]}]}, Modality.VIDEO),
        ({"appointmentType": {"coding": [{"code": "phone"}]}}, Modality.PHONE),
        ({"appointmentType": {"text": "Telephone visit"}}, Modality.PHONE),
        ({"class": [{"coding": [{"code": "VR"}]}], "serviceType": [{"text": "Phone call"}]}, Modality.PHONE),
        (
            {
                "extension": [
                    {
                        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel",
                        "valueCode": "Telephone",
                    }
                ]
            },
            Modality.PHONE,
        ),
        ({"serviceType": [{"text": "Office visit"}]}, Modality.IN_PERSON),
        ({"class": [{"coding": [{"code": "AMB"}]}]}, Modality.IN_PERSON),
        ({"participant": [participant(reference="Location/1", display="Building 2")]}, Modality.IN_PERSON),
        ({"serviceType": [{"text": "Family Medicine"}]}, Modality.UNKNOWN),
    ],
)
def test_modality(fields: dict[str, Any], expected: Modality) -> None:
    assert decode(**fields).modality is expected


def test_the_place() -> None:
    place = {"resourceType": "Location", "id": "place", "name": "Building 2"}
    assert (
        decode(contained=[place], participant=[participant(reference="#place")]).location_name == "Building 2"
    )


# --- pages ------------------------------------------------------------------------------------------------


def test_a_page_passes_over_what_is_no_appointment() -> None:
    outcome = {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}}
    page = {
        "resourceType": "Bundle",
        "link": [{"relation": "self", "url": "s"}, {"relation": "next", "url": "n"}],
        "entry": [outcome, {"resource": fhir()}, {"resource": fhir(id="a2", start="bad")}, {}, 7],
    }
    found = decode_page(page)
    assert [item.appointment.id for item in found.appointments] == ["a1"]
    assert (found.next_url, found.skipped) == ("n", 1)


@pytest.mark.parametrize("page", [{}, {"resourceType": "OperationOutcome"}, {"resourceType": 7}])
def test_what_is_no_page(page: dict[str, Any]) -> None:
    with pytest.raises(PayloadError):
        decode_page(page)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"a":NaN}',
        b"[" * 100_000,
        b'{"a":' * 60 + b"1" + b"}" * 60,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_object(body: bytes) -> None:
    with pytest.raises(PayloadError):
        load_object(body, "test")


# --- whatever comes ---------------------------------------------------------------------------------------

# fmt: off
WORDS = [
    "Appointment", "Bundle", "Practitioner", "#p", "p", "a1", "next", "booked", "url", "official",
    "https://[", "VR", "address", "2026-11-24T10:30:00Z", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "http://127.0.0.1:99999/", "Practitioner/7", LINK, XVER,
]
KEYS = [
    "resourceType", "id", "status", "start", "end", "participant", "actor", "reference", "display",
    "extension", "url", "valueUrl", "system", "value", "valueContactPoint", "virtualService",
    "addressUrl", "contained", "type", "text", "telecom", "period", "name", "use", "given",
    "family", "serviceType", "concept", "coding", "code", "class", "appointmentType", "meta",
    "versionId", "entry", "resource", "search", "mode", "link", "relation", "specialty",
    "patientInstruction", "cancelationReason", "communication", "language", "valueInstant",
    "qualification", "sessionKey", "channelType", "valueCoding", "prefix", "suffix",
]
# fmt: on
words = st.one_of(st.text(max_size=8), st.sampled_from([*WORDS, "Patient Virtual Meeting Room"]))
keys = st.sampled_from(KEYS)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), words
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=6)),
    max_leaves=12,
)
resources = st.fixed_dictionaries(
    {},
    optional={
        "resourceType": st.sampled_from(["Appointment", "Bundle", "Patient", "Practitioner"]),
        "id": st.one_of(st.just("a1"), anything),
        "status": anything,
        "start": st.one_of(words, anything),
        "end": st.one_of(words, anything),
        "extension": anything,
        "participant": anything,
        "contained": anything,
        "virtualService": anything,
        "entry": anything,
        "link": anything,
        "name": anything,
        "serviceType": anything,
        "class": anything,
        "communication": anything,
        "patientInstruction": anything,
        "meta": anything,
    },
)


@settings(max_examples=60)
@given(resources)
def test_no_resource_raises_anything_but_payload_error(untrusted: dict[str, Any]) -> None:
    untrusted = load_json(json.dumps(untrusted).encode(), "test")
    for codec in (decode_appointment, decode_page, decode_patient, decode_practitioner):
        try:
            found = codec(untrusted)
        except PayloadError:
            continue
        if isinstance(found, DecodedAppointment):
            for moment in (found.appointment.start, found.appointment.end, found.appointment.moved_from):
                assert moment is None or moment.tzinfo is UTC
            service = found.appointment.virtual_service
            assert service is None or service.address.startswith(("https://", "http://127."))


@given(st.binary(max_size=200))
def test_no_body_raises_anything_but_payload_error(body: bytes) -> None:
    try:
        load_object(body, "test")
    except PayloadError:
        return
