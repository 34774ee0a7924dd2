"""What of a session rests on the disk, encrypted by the secret store."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

from kpdesk.domain.errors import PayloadError
from kpdesk.domain.people import Patient
from kpdesk.services._json import load_object, object_of, text, token

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class SavedSession:
    """Enough to open signed in, and no more: no access token, no id token."""

    fhir_base_url: str
    client_id: str
    patient: Patient
    refresh_token: str | None = field(default=None, repr=False)


def encode_session(session: SavedSession) -> bytes:
    """As JSON."""
    patient = session.patient
    return json.dumps(
        {
            "version": VERSION,
            "fhir_base_url": session.fhir_base_url,
            "client_id": session.client_id,
            "refresh_token": session.refresh_token,
            "patient": {
                "id": patient.id,
                "name": patient.display_name,
                "language": patient.preferred_language,
            },
        }
    ).encode()


def decode_session(untrusted_data: bytes) -> SavedSession:
    """Raises PayloadError when it is not of this version or has no refresh token: sign in again then."""
    untrusted = load_object(untrusted_data, "session")
    base, client = text(untrusted.get("fhir_base_url")), text(untrusted.get("client_id"))
    refresh_token = token(untrusted.get("refresh_token"))
    patient = object_of(untrusted.get("patient"))
    patient_id = token(patient.get("id"), 256)
    if untrusted.get("version") != VERSION or not (base and client and refresh_token and patient_id):
        raise PayloadError("session", reason="incomplete")
    return SavedSession(
        base,
        client,
        Patient(patient_id, text(patient.get("name")) or "", text(patient.get("language"), 35)),
        refresh_token,
    )
