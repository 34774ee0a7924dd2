"""The last known list on the disk, encrypted by the secret store.

The way into a visit is a secret of its own and is not kept: only that there is one, so that the list
looks the same without a network. Who joins then asks the service for it.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from typing import Any, Final

from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality, VirtualService
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.people import Practitioner
from kpdesk.services._json import JsonObject, instant, load_object, object_of, objects, text, token

VERSION: Final = 1


@dataclasses.dataclass(frozen=True, slots=True)
class CachedList:
    """Whose list, and from when."""

    patient_id: str
    fetched_at: datetime
    appointments: tuple[Appointment, ...]


def encode_list(cached: CachedList) -> bytes:
    """As JSON."""
    return json.dumps(
        {
            "version": VERSION,
            "patient": cached.patient_id,
            "fetched_at": cached.fetched_at.isoformat(),
            "appointments": [_plain(appointment) for appointment in cached.appointments],
        }
    ).encode()


def _plain(appointment: Appointment) -> dict[str, Any]:
    service, person = appointment.virtual_service, appointment.practitioner
    return {
        "id": appointment.id,
        "status": appointment.status.value,
        "status_code": appointment.status_code,
        "modality": appointment.modality.value,
        "start": _iso(appointment.start),
        "end": _iso(appointment.end),
        "moved_from": _iso(appointment.moved_from),
        "practitioner": person and {"id": person.id, "name": person.display_name, "skill": person.specialty},
        "video": service and {"opens_at": _iso(service.opens_at), "closes_at": _iso(service.closes_at)},
        "service": appointment.service_name,
        "location": appointment.location_name,
        "instructions": appointment.instructions,
        "cancellation_reason": appointment.cancellation_reason,
        "version": appointment.version,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def decode_list(untrusted_data: bytes) -> CachedList:
    """Raises PayloadError when it is not of this version or damaged."""
    untrusted = load_object(untrusted_data, "cache")
    patient_id = token(untrusted.get("patient"), 256)
    fetched_at = instant(untrusted.get("fetched_at"), "cache", "fetched_at")
    if untrusted.get("version") != VERSION or patient_id is None or fetched_at is None:
        raise PayloadError("cache", reason="incomplete")
    appointments = tuple(_appointment(entry) for entry in objects(untrusted.get("appointments")))
    return CachedList(patient_id, fetched_at, appointments)


def _appointment(entry: JsonObject) -> Appointment:
    identifier = text(entry.get("id"), 64)
    if identifier is None:
        raise PayloadError("cache", reason="no id")
    try:
        status, modality = AppointmentStatus(str(entry.get("status"))), Modality(str(entry.get("modality")))
    except ValueError as error:
        raise PayloadError("cache", reason="unknown word") from error
    person, video = object_of(entry.get("practitioner")), object_of(entry.get("video"))
    return Appointment(
        id=identifier,
        status=status,
        modality=modality,
        start=instant(entry.get("start"), "cache", "start"),
        end=instant(entry.get("end"), "cache", "end"),
        practitioner=Practitioner(
            text(person.get("id"), 64) or "", text(person.get("name")) or "", text(person.get("skill"))
        )
        if person
        else None,
        virtual_service=VirtualService(
            address="",
            opens_at=instant(video.get("opens_at"), "cache", "opens_at"),
            closes_at=instant(video.get("closes_at"), "cache", "closes_at"),
        )
        if video
        else None,
        service_name=text(entry.get("service")),
        location_name=text(entry.get("location")),
        instructions=text(entry.get("instructions")),
        cancellation_reason=text(entry.get("cancellation_reason")),
        moved_from=instant(entry.get("moved_from"), "cache", "moved_from"),
        version=text(entry.get("version"), 64),
        status_code=text(entry.get("status_code"), 64) or "",
    )
