"""Reads what several FHIR resources share, in the spellings of R4, R4B and R5.

Everything is read tolerantly: what is missing or odd counts as absent. Names of values that the server
chose begin with ``untrusted_``; they leave this room only through a codec.
"""

from __future__ import annotations

import re
from typing import Any, Final

from kpdesk.domain.errors import PayloadError
from kpdesk.domain.people import Patient, Practitioner
from kpdesk.services._json import JsonObject, object_of, objects, text

MAX_NAME: Final = 200
_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_ABSOLUTE: Final = re.compile(r"(?:https?://.+/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/.+)?")


def resource_id(untrusted: Any) -> str | None:
    """A FHIR ``id`` (R4 datatypes, ``[A-Za-z0-9\\-\\.]{1,64}``)."""
    return untrusted if isinstance(untrusted, str) and _ID.fullmatch(untrusted) else None


def reference(untrusted: Any) -> tuple[str, str] | None:
    """Type and id of a literal reference, relative or absolute; ``("#", id)`` for a contained one."""
    address = object_of(untrusted).get("reference")
    if not isinstance(address, str) or len(address) > 2048:
        return None
    if address.startswith("#"):
        inner = resource_id(address[1:])
        return ("#", inner) if inner else None
    found = _ABSOLUTE.fullmatch(address)
    return (found[1], found[2]) if found else None


def contained(untrusted_resource: JsonObject, fragment: str) -> JsonObject:
    """The contained resource with that id, or an empty object."""
    return next(
        (item for item in objects(untrusted_resource.get("contained")) if item.get("id") == fragment), {}
    )


def concept_text(untrusted: Any) -> str | None:
    """Words of a CodeableConcept: its text, else the first display of its codings."""
    concept = object_of(untrusted)
    concept = object_of(concept["concept"]) if isinstance(concept.get("concept"), dict) else concept
    spoken = text(concept.get("text"), MAX_NAME)
    if spoken:
        return spoken
    displays = (text(coding.get("display"), MAX_NAME) for coding in objects(concept.get("coding")))
    return next((display for display in displays if display), None)


def concept_codes(untrusted: Any) -> list[tuple[str, str]]:
    """``(system, code)`` of each coding of a CodeableConcept, CodeableReference or Coding."""
    concept = object_of(untrusted)
    concept = object_of(concept["concept"]) if isinstance(concept.get("concept"), dict) else concept
    codings = objects(concept.get("coding")) or [concept]
    return [
        (text(coding.get("system"), 512) or "", code)
        for coding in codings
        if (code := text(coding.get("code"), 128)) is not None
    ]


def human_name(untrusted_resource: JsonObject) -> str | None:
    """The name to show: official before usual before any, never an old one."""
    order = {"official": 0, "usual": 1, None: 2}
    names = [name for name in objects(untrusted_resource.get("name")) if name.get("use") != "old"]
    for name in sorted(names, key=lambda item: order.get(_hashable(item.get("use")), 3)):
        whole = text(name.get("text"), MAX_NAME)
        if whole:
            return whole
        parts = [*_words(name.get("prefix")), *_words(name.get("given")), text(name.get("family"), MAX_NAME)]
        spoken = " ".join(part for part in parts if part)[:MAX_NAME]
        suffix = " ".join(_words(name.get("suffix")))[:MAX_NAME]
        if spoken:
            return f"{spoken}, {suffix}" if suffix else spoken
    return None


def _hashable(untrusted: Any) -> str | None:
    return untrusted if isinstance(untrusted, str) else None


def _words(untrusted: Any) -> list[str]:
    if not isinstance(untrusted, list):
        return []
    return [word for word in (text(item, MAX_NAME) for item in untrusted[:10]) if word]


def decode_patient(untrusted: JsonObject) -> Patient:
    """Raises PayloadError when it is no Patient."""
    identifier = resource_id(untrusted.get("id"))
    if untrusted.get("resourceType") != "Patient" or identifier is None:
        raise PayloadError("Patient", reason="not a Patient")
    language = None
    for entry in objects(untrusted.get("communication")):
        if language is None or entry.get("preferred") is True:
            codes = concept_codes(entry.get("language"))
            language = codes[0][1] if codes else language
    return Patient(identifier, human_name(untrusted) or "", language)


def decode_practitioner(untrusted: JsonObject) -> Practitioner:
    """Raises PayloadError when it is no Practitioner."""
    identifier = resource_id(untrusted.get("id"))
    if untrusted.get("resourceType") != "Practitioner" or identifier is None:
        raise PayloadError("Practitioner", reason="not a Practitioner")
    return Practitioner(identifier, human_name(untrusted) or "", qualification(untrusted))


def qualification(untrusted: JsonObject) -> str | None:
    """The first qualification of a Practitioner in words."""
    spoken = (concept_text(entry.get("code")) for entry in objects(untrusted.get("qualification")))
    return next((words for words in spoken if words), None)
