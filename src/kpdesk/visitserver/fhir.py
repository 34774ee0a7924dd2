"""FHIR R4 resources as the service writes them (http://hl7.org/fhir/R4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from kpdesk import __version__
from kpdesk.domain.appointment import Modality
from kpdesk.domain.people import Role
from kpdesk.domain.signaling import PROVIDER
from kpdesk.visitserver.people import Person
from kpdesk.visitserver.slots import Slot

Resource = dict[str, Any]

CONTENT_TYPE: Final = "application/fhir+json"
VIRTUAL_SERVICE: Final = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService"
"""The cross-version extension that carries R5's Appointment.virtualService in R4."""
RESCHEDULED_FROM: Final = "https://kpdesk.example/fhir/StructureDefinition/rescheduled-from"
"""Ours: the start before the appointment was moved last (valueInstant)."""
MODALITY_SYSTEM: Final = "https://kpdesk.example/fhir/CodeSystem/modality"
CHANNEL_SYSTEM: Final = "https://kpdesk.example/fhir/CodeSystem/virtual-service-type"
_ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CANCELLATION: Final = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
_APPOINTMENT_CLASS: Final = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.class"
_MODALITY: Final = {
    Modality.VIDEO: ("video", "Video visit"),
    Modality.IN_PERSON: ("in-person", "In-person visit"),
    Modality.PHONE: ("phone", "Phone visit"),
    Modality.UNKNOWN: ("unknown", "Visit"),
}


def instant(moment: datetime) -> str:
    """A FHIR ``instant``."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def etag(version: int) -> str:
    """A weak entity tag from the version (RFC 9110 section 8.8.3; FHIR http.html#versioning)."""
    return f'W/"{version}"'


def _meta(version: int, updated_at: datetime | None) -> Resource:
    meta: Resource = {"versionId": str(version)}
    if updated_at is not None:
        meta["lastUpdated"] = instant(updated_at)
    return meta


def appointment(slot: Slot, base_url: str) -> Resource:
    """An Appointment; video visits that may still happen carry the link to join."""
    code, display = _MODALITY[slot.modality]
    resource: Resource = {
        "resourceType": "Appointment",
        "id": slot.id,
        "meta": _meta(slot.version, slot.updated_at),
        "status": slot.status.value,
        "serviceType": [{"text": slot.service}],
        "appointmentType": {
            "coding": [{"system": MODALITY_SYSTEM, "code": code, "display": display}],
            "text": display,
        },
        "description": slot.service,
        "participant": _participants(slot),
    }
    extensions = [_class(slot.modality)]
    if slot.joinable and not slot.status.terminal:
        extensions.append(_virtual_service(f"{base_url}/visits/{slot.id}/join"))
    if slot.moved_from is not None:
        extensions.append({"url": RESCHEDULED_FROM, "valueInstant": instant(slot.moved_from)})
    resource["extension"] = extensions
    if slot.start is not None:
        resource["start"] = instant(slot.start)
    if slot.end is not None:
        resource["end"] = instant(slot.end)
    if slot.start is not None and slot.end is not None:
        resource["minutesDuration"] = max(1, round((slot.end - slot.start).total_seconds() / 60))
    if slot.instructions:
        resource["patientInstruction"] = slot.instructions
    if slot.cancellation_reason:
        resource["cancelationReason"] = {
            "coding": [{"system": _CANCELLATION, "code": "prov"}],
            "text": slot.cancellation_reason,
        }
    if slot.location:
        resource["contained"] = [{"resourceType": "Location", "id": "place", "name": slot.location}]
    return resource


def _participants(slot: Slot) -> list[Resource]:
    people = [
        {
            "actor": {"reference": f"Patient/{slot.patient.id}", "display": slot.patient.display_name},
            "required": "required",
            "status": "accepted",
        },
        {
            "actor": {
                "reference": f"Practitioner/{slot.practitioner.id}",
                "display": slot.practitioner.display_name,
            },
            "required": "required",
            "status": "accepted",
        },
    ]
    if slot.location:
        people.append({"actor": {"reference": "#place", "display": slot.location}, "status": "accepted"})
    return people


def _class(modality: Modality) -> Resource:
    """R5's Appointment.class: VR for a visit at a distance, AMB for one in the practice."""
    virtual = modality in (Modality.VIDEO, Modality.PHONE)
    coding = {"system": _ACT_CODE, "code": "VR" if virtual else "AMB"}
    return {"url": _APPOINTMENT_CLASS, "valueCodeableConcept": {"coding": [coding]}}


def _virtual_service(address: str) -> Resource:
    return {
        "url": VIRTUAL_SERVICE,
        "extension": [
            {"url": "_datatype", "valueString": "VirtualServiceDetail"},
            {
                "url": "channelType",
                "valueCoding": {"system": CHANNEL_SYSTEM, "code": PROVIDER, "display": "kpdesk"},
            },
            {"url": "address", "valueUrl": address},
            {"url": "maxParticipants", "valuePositiveInt": 2},
        ],
    }


def person(who: Person) -> Resource:
    """A Patient or a Practitioner."""
    name: Resource = {
        "use": "official",
        "text": who.display_name,
        "family": who.family,
        "given": [who.given],
    }
    if who.prefix:
        name["prefix"] = [who.prefix]
    resource: Resource = {
        "resourceType": "Patient" if who.role is Role.PATIENT else "Practitioner",
        "id": who.id,
        "meta": _meta(who.version, who.updated_at),
        "active": True,
        "name": [name],
    }
    if who.gender:
        resource["gender"] = who.gender
    language = {"coding": [{"system": "urn:ietf:bcp:47", "code": who.language}]}
    if who.role is Role.PATIENT:
        if who.birth_date:
            resource["birthDate"] = who.birth_date.isoformat()
        resource["communication"] = [{"language": language, "preferred": True}]
    else:
        resource["communication"] = [language]
        if who.specialty:
            resource["qualification"] = [{"code": {"text": who.specialty}}]
    return resource


def searchset(
    resources: Sequence[Resource], total: int, links: dict[str, str], fhir_base_url: str, now: datetime
) -> Resource:
    """A page of search results (http://hl7.org/fhir/R4/search.html)."""
    bundle: Resource = {
        "resourceType": "Bundle",
        "type": "searchset",
        "timestamp": instant(now),
        "total": total,
        "link": [{"relation": relation, "url": url} for relation, url in links.items()],
    }
    if resources:  # FHIR JSON has no empty arrays
        bundle["entry"] = [
            {
                "fullUrl": f"{fhir_base_url}/{resource['resourceType']}/{resource['id']}",
                "resource": resource,
                "search": {"mode": "match"},
            }
            for resource in resources
        ]
    return bundle


def outcome(code: str, diagnostics: str, *, expression: str | None = None) -> Resource:
    """An OperationOutcome; ``code`` is of http://hl7.org/fhir/issue-type."""
    issue: Resource = {"severity": "error", "code": code, "diagnostics": diagnostics}
    if expression:
        issue["expression"] = [expression]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def capability_statement(issuer: str, fhir_base_url: str, practice_name: str, now: datetime) -> Resource:
    """What this server can do (http://hl7.org/fhir/R4/capabilitystatement.html)."""
    oauth_uris = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"

    def interactions(*codes: str) -> list[Resource]:
        return [{"code": code} for code in codes]

    appointment_parameters = [
        {"name": "_id", "type": "token"},
        {"name": "patient", "type": "reference"},
        {"name": "date", "type": "date"},
        {"name": "status", "type": "token"},
    ]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": instant(now),
        "publisher": practice_name,
        "kind": "instance",
        "software": {"name": "kpdesk visit service", "version": __version__},
        "implementation": {"description": practice_name, "url": fhir_base_url},
        "fhirVersion": "4.0.1",
        "format": ["json", CONTENT_TYPE],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "cors": False,
                    "service": [
                        {
                            "coding": [
                                {
                                    "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                                    "code": "SMART-on-FHIR",
                                }
                            ]
                        }
                    ],
                    "extension": [
                        {
                            "url": oauth_uris,
                            "extension": [
                                {"url": "authorize", "valueUri": f"{issuer}/oauth/authorize"},
                                {"url": "token", "valueUri": f"{issuer}/oauth/token"},
                                {"url": "revoke", "valueUri": f"{issuer}/oauth/revoke"},
                            ],
                        }
                    ],
                },
                "resource": [
                    {
                        "type": "Appointment",
                        "versioning": "versioned",
                        "conditionalRead": "not-match",
                        "interaction": interactions("read", "search-type"),
                        "searchParam": appointment_parameters,
                    },
                    {
                        "type": "Patient",
                        "versioning": "versioned",
                        "conditionalRead": "not-match",
                        "interaction": interactions("read"),
                    },
                    {
                        "type": "Practitioner",
                        "versioning": "versioned",
                        "conditionalRead": "not-match",
                        "interaction": interactions("read"),
                    },
                ],
            }
        ],
    }
