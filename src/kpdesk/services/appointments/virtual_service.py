"""Finds out how a video visit is entered: FHIR has four ways to say it, tried most specific first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from kpdesk.domain.appointment import VirtualService
from kpdesk.domain.errors import PayloadError
from kpdesk.services._json import MAX_ADDRESS, JsonObject, instant, object_of, objects, text, token
from kpdesk.services.http import safe_url

Resolver = Callable[[JsonObject], VirtualService | None]

_PATIENT_ROOM: Final = "Patient Virtual Meeting Room"
_FUT: Final = "http://ehealth.sundhed.dk/fhir/StructureDefinition/"
_LAST_SEGMENT: Final = re.compile(r"[^./]+$")
_URL_SYSTEMS: Final = ("url", "other")


def resolve_virtual_service(untrusted_appointment: JsonObject) -> VirtualService | None:
    """The first way in that the appointment names and that kpdesk may open, or ``None``."""
    for resolver in RESOLVERS:
        service = resolver(untrusted_appointment)
        if service is not None:
            return service
    return None


def from_r5(untrusted: JsonObject) -> VirtualService | None:
    """R5 ``Appointment.virtualService`` (VirtualServiceDetail)."""
    for detail in objects(untrusted.get("virtualService")):
        address = _first_address(
            detail.get("addressUrl"),
            detail.get("addressString"),
            *_contact_points(detail.get("addressContactPoint")),
            *_contact_points(object_of(detail.get("addressExtendedContactDetail")).get("telecom")),
        )
        if address is not None:
            channel = object_of(detail.get("channelType"))
            return VirtualService(
                address, text(channel.get("code"), 64), text(detail.get("sessionKey"), 1024)
            )
    return None


def from_extension(untrusted: JsonObject) -> VirtualService | None:
    """The R5 element carried back to R4 and R4B by extension, on the appointment or on a participant.

    The cross-version package 0.1.0 contradicts itself, and servers spell it in several ways: the last
    segment of each address decides, whatever stands before it, and every kind of value is taken.
    """
    holders = [untrusted, *objects(untrusted.get("participant"))]
    for holder in holders:
        for extension in objects(holder.get("extension")):
            if _segment(extension.get("url")) in ("virtualservice", "virtualservicedetail"):
                service = _detail_of(extension)
                if service is not None:
                    return service
    return None


def from_meeting_room(untrusted: JsonObject) -> VirtualService | None:
    """Oracle Health: a contained HealthcareService "Patient Virtual Meeting Room".

    Chosen by the words of its type, never by its place in the list: there is a room for the provider
    too, which is not ours to enter.
    """
    for resource in objects(untrusted.get("contained")):
        if resource.get("resourceType") != "HealthcareService":
            continue
        if not any(kind.get("text") == _PATIENT_ROOM for kind in objects(resource.get("type"))):
            continue
        for telecom in objects(resource.get("telecom")):
            address = _first_address(*_contact_points(telecom))
            if address is not None:
                period = object_of(telecom.get("period"))
                return VirtualService(
                    address,
                    opens_at=_moment(period.get("start")),
                    closes_at=_moment(period.get("end")),
                )
    return None


def from_ehealth(untrusted: JsonObject) -> VirtualService | None:
    """Denmark's eHealth infrastructure. The guest's PIN is ours; the host's is not even read."""
    values = {
        str(extension.get("url")): extension.get("valueUri", extension.get("valueString"))
        for extension in objects(untrusted.get("extension"))
    }
    address = _first_address(values.get(f"{_FUT}ehealth-vmr-uri"), values.get(f"{_FUT}ehealth-meeting-url"))
    if address is None:
        return None
    return VirtualService(address, "video", text(values.get(f"{_FUT}ehealth-guest-pin-code"), 64))


RESOLVERS: Final[tuple[Resolver, ...]] = (from_r5, from_extension, from_meeting_room, from_ehealth)


def _detail_of(untrusted_extension: JsonObject) -> VirtualService | None:
    address: str | None = None
    channel = key = None
    for part in objects(untrusted_extension.get("extension")):
        name = _segment(part.get("url"))
        if name in ("address", "addressurl", "addressstring", "addresscontactpoint", "addressx"):
            address = address or _first_address(*_values_of(part))
        elif name == "channeltype":
            channel = text(object_of(part.get("valueCoding")).get("code"), 64)
        elif name == "sessionkey":
            key = text(part.get("valueString"), 1024)
    if address is None:
        value = object_of(untrusted_extension.get("valueVirtualServiceDetail"))
        return from_r5({"virtualService": [value]}) if value else None
    return VirtualService(address, channel, key)


def _values_of(untrusted_part: JsonObject) -> Iterator[Any]:
    """Every value that may be an address in an ``address`` part, nested ``telecom`` included."""
    for name in ("valueUrl", "valueUri", "valueString"):
        yield untrusted_part.get(name)
    yield from _contact_points(untrusted_part.get("valueContactPoint"))
    extended = object_of(untrusted_part.get("valueExtendedContactDetail"))
    yield from _contact_points(extended.get("telecom"))
    for inner in objects(untrusted_part.get("extension")):
        if _segment(inner.get("url")) == "telecom":
            yield from _contact_points(inner.get("valueContactPoint"))


def _contact_points(untrusted: Any) -> Iterator[Any]:
    for point in objects(untrusted):
        if point.get("system") in _URL_SYSTEMS:
            yield point.get("value")


def _segment(untrusted_url: Any) -> str:
    """The last part of a canonical, after "/" or ".", in lower case and letters only."""
    if not isinstance(untrusted_url, str) or len(untrusted_url) > 1024:
        return ""
    found = _LAST_SEGMENT.search(untrusted_url)
    return re.sub(r"[^a-z]", "", found[0].lower()) if found else ""


def _first_address(*untrusted: Any) -> str | None:
    """The first value that is an encrypted address, or one of this computer."""
    for value in untrusted:
        address = token(value, MAX_ADDRESS)
        if address is None:
            continue
        try:
            safe_url(address)
        except PayloadError:
            continue
        return address
    return None


def _moment(untrusted: Any) -> datetime | None:
    try:
        return instant(untrusted, "Appointment", "period")
    except PayloadError:
        return None
