"""FHIR Appointment in, our Appointment out: R4, R4B and R5 spellings, strict about times alone."""

from __future__ import annotations

import dataclasses
import logging
import re
from dataclasses import dataclass
from typing import Any, Final

from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.people import Practitioner
from kpdesk.services._json import JsonObject, instant, object_of, objects, text
from kpdesk.services.appointments.virtual_service import resolve_virtual_service
from kpdesk.services.fhir import (
    MAX_NAME,
    concept_codes,
    concept_text,
    contained,
    human_name,
    qualification,
    reference,
    resource_id,
)

RESCHEDULED_FROM: Final = "https://kpdesk.example/fhir/StructureDefinition/rescheduled-from"
MAX_ENTRIES: Final = 1000
_DELIVERY_CHANNEL: Final = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeliveryChannel"
_PEOPLE: Final = ("Practitioner", "PractitionerRole")
_VIDEO_CODES: Final = frozenset({"vr", "video", "448337001", "video-visit", "telehealth-video"})
_PHONE_CODES: Final = frozenset({"phone", "telephone", "tel", "185317003", "386472008", "phone-visit"})
_IN_PERSON_CODES: Final = frozenset({"amb", "in-person", "in person", "office", "face-to-face", "hh"})
_VIDEO_WORDS: Final = re.compile(r"\b(video|telehealth|telemedicine|virtual|videoconsulta)\b", re.IGNORECASE)
_PHONE_WORDS: Final = re.compile(r"\b(phone|telephone|tel[eé]fono|telef[oó]nica)\b", re.IGNORECASE)
_IN_PERSON_WORDS: Final = re.compile(r"\b(in[- ]person|office visit|presencial|en persona)\b", re.IGNORECASE)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DecodedAppointment:
    """An appointment, and the practitioner to read when the server gave no name."""

    appointment: Appointment
    practitioner_to_read: str | None = None


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """One page of a search."""

    appointments: tuple[DecodedAppointment, ...]
    next_url: str | None
    skipped: int = 0
    """Entries that were not understood."""


def decode_page(untrusted: JsonObject) -> DecodedPage:
    """A searchset Bundle. Entries that are no appointments (OperationOutcome, Practitioner) are passed
    over; one bad appointment does not hide the others. Raises PayloadError when it is no Bundle."""
    if untrusted.get("resourceType") != "Bundle":
        raise PayloadError("Bundle", reason="not a Bundle")
    entries = objects(untrusted.get("entry"))
    included = _included(entries)
    found, skipped = [], 0
    for entry in entries[:MAX_ENTRIES]:
        resource = object_of(entry.get("resource"))
        mode = object_of(entry.get("search")).get("mode")
        if resource.get("resourceType") != "Appointment" or mode in ("outcome", "include"):
            continue
        try:
            found.append(decode_appointment(resource, included))
        except PayloadError as error:
            skipped += 1
            _log.info("appointment skipped: reason=%s", error.params.get("reason"))
    return DecodedPage(tuple(found), _next_link(untrusted), skipped)


def _included(entries: list[JsonObject]) -> dict[tuple[str, str], JsonObject]:
    """Resources that came along, by type and id."""
    found = {}
    for entry in entries:
        resource = object_of(entry.get("resource"))
        kind, identifier = resource.get("resourceType"), resource_id(resource.get("id"))
        if isinstance(kind, str) and identifier is not None:
            found[kind, identifier] = resource
    return found


def _next_link(untrusted: JsonObject) -> str | None:
    for link in objects(untrusted.get("link")):
        url = link.get("url")
        if link.get("relation") == "next" and isinstance(url, str) and len(url) <= 8192:
            return url
    return None


def decode_appointment(
    untrusted: JsonObject, included: dict[tuple[str, str], JsonObject] | None = None
) -> DecodedAppointment:
    """Raises PayloadError when it is no Appointment, or when a time in it cannot be trusted: a wrong
    time is worse than none."""
    identifier = resource_id(untrusted.get("id"))
    if untrusted.get("resourceType") != "Appointment" or identifier is None:
        raise PayloadError("Appointment", reason="not an Appointment")
    start = instant(untrusted.get("start"), "Appointment", "start")
    end = instant(untrusted.get("end"), "Appointment", "end")
    if start is not None and end is not None and end < start:
        raise PayloadError("Appointment", reason="ends before it starts")
    status_code = text(untrusted.get("status"), 64) or ""
    service = resolve_virtual_service(untrusted)
    practitioner, to_read = _practitioner(untrusted, included or {})
    location = _location(untrusted)
    appointment = Appointment(
        id=identifier,
        status=_status(status_code),
        modality=Modality.VIDEO
        if service is not None
        else _modality(untrusted, located=location is not None),
        start=start,
        end=end,
        practitioner=practitioner,
        virtual_service=service,
        service_name=_service_name(untrusted),
        location_name=location,
        instructions=_instructions(untrusted),
        cancellation_reason=concept_text(
            untrusted.get("cancelationReason") or untrusted.get("cancellationReason")
        ),
        moved_from=_moved_from(untrusted),
        version=text(object_of(untrusted.get("meta")).get("versionId"), 64),
        status_code=status_code,
    )
    return DecodedAppointment(appointment, to_read)


def with_practitioner(appointment: Appointment, practitioner: Practitioner) -> Appointment:
    """The name that had to be read, put in; the appointment's own specialty goes first."""
    known = appointment.practitioner
    specialty = (known.specialty if known else None) or practitioner.specialty
    return dataclasses.replace(
        appointment, practitioner=dataclasses.replace(practitioner, specialty=specialty)
    )


def _status(code: str) -> AppointmentStatus:
    try:
        return AppointmentStatus(code)
    except ValueError:
        return AppointmentStatus.UNKNOWN


# --- people and places ------------------------------------------------------------------------------------


def _practitioner(
    untrusted: JsonObject, included: dict[tuple[str, str], JsonObject]
) -> tuple[Practitioner | None, str | None]:
    """The first practitioner, by display, contained or included resource; else the id to read."""
    specialty = next(
        (words for words in map(concept_text, objects(untrusted.get("specialty"))) if words), None
    )
    for participant in objects(untrusted.get("participant")):
        actor = object_of(participant.get("actor"))
        target = reference(actor)
        resource: JsonObject = {}
        if target is not None and target[0] == "#":
            resource = contained(untrusted, target[1])
        elif target is not None:
            resource = included.get(target, {})
        kind = resource.get("resourceType") or (target[0] if target else actor.get("type"))
        if kind not in _PEOPLE:
            continue
        name = text(actor.get("display"), MAX_NAME) or human_name(resource)
        if name is None and kind == "PractitionerRole":
            name = text(object_of(resource.get("practitioner")).get("display"), MAX_NAME)
        skill = specialty or qualification(resource)
        if skill is None and kind == "PractitionerRole":
            skill = next((w for w in map(concept_text, objects(resource.get("specialty"))) if w), None)
        identifier = target[1] if target else ""
        to_read = identifier if name is None and target is not None and target[0] == "Practitioner" else None
        return Practitioner(identifier, name or "", skill), to_read
    return None, None


def _location(untrusted: JsonObject) -> str | None:
    for participant in objects(untrusted.get("participant")):
        actor = object_of(participant.get("actor"))
        target = reference(actor)
        resource = contained(untrusted, target[1]) if target and target[0] == "#" else {}
        kind = resource.get("resourceType") or (target[0] if target else actor.get("type"))
        if kind == "Location":
            return text(actor.get("display"), MAX_NAME) or text(resource.get("name"), MAX_NAME)
    return None


# --- what it is about -------------------------------------------------------------------------------------


def _service_name(untrusted: JsonObject) -> str | None:
    for source in ("serviceType", "serviceCategory", "appointmentType"):
        for concept in objects(untrusted.get(source)):
            words = concept_text(concept)
            if words:
                return words
    return text(untrusted.get("description"), MAX_NAME)


def _instructions(untrusted: JsonObject) -> str | None:
    """R4: a string. R5: CodeableReferences; their words are joined."""
    given = untrusted.get("patientInstruction")
    if isinstance(given, list):
        return "\n".join(words for words in map(concept_text, objects(given)) if words) or None
    return text(given)


def _moved_from(untrusted: JsonObject) -> Any:
    for extension in objects(untrusted.get("extension")):
        if extension.get("url") == RESCHEDULED_FROM:
            return instant(extension.get("valueInstant"), "Appointment", "rescheduled-from")
    return None


def _modality(untrusted: JsonObject, *, located: bool) -> Modality:
    """Without a link: codes first, then words, then whether there is a place to go to."""
    concepts = [
        *objects(untrusted.get("class")),
        *objects(untrusted.get("appointmentType")),
        *objects(untrusted.get("serviceType")),
        *objects(untrusted.get("serviceCategory")),
    ]
    codes = {code.lower() for concept in concepts for _, code in concept_codes(concept)}
    for extension in objects(untrusted.get("extension")):
        if extension.get("url") == _DELIVERY_CHANNEL:
            codes.add(str(extension.get("valueCode")).lower())
    words = " ".join(filter(None, map(concept_text, concepts)))
    for known, pattern, modality in (
        (_PHONE_CODES, _PHONE_WORDS, Modality.PHONE),
        (_VIDEO_CODES, _VIDEO_WORDS, Modality.VIDEO),
        (_IN_PERSON_CODES, _IN_PERSON_WORDS, Modality.IN_PERSON),
    ):
        if codes & known or pattern.search(words):
            return modality
    return Modality.IN_PERSON if located else Modality.UNKNOWN
