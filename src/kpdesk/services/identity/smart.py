"""What a FHIR server says about signing in (SMART App Launch 2.2, conformance)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Final

from yarl import URL

from kpdesk.domain.errors import ErrorCode, IdentityError, PayloadError
from kpdesk.services._errors import raise_for_trouble
from kpdesk.services._json import JsonObject, text
from kpdesk.services.http import HttpClient, safe_url

MAX_CONFIGURATION_BYTES: Final = 256 * 1024
_V2: Final = ("patient/Appointment.rs", "patient/Patient.r", "patient/Practitioner.r")
_V1: Final = ("patient/Appointment.read", "patient/Patient.read", "patient/Practitioner.read")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SmartConfiguration:
    """The endpoints that are there; what a server may leave out is ``None``."""

    authorization_endpoint: URL
    token_endpoint: URL
    issuer: str | None = None
    jwks_uri: URL | None = None
    revocation_endpoint: URL | None = None
    end_session_endpoint: URL | None = None
    capabilities: frozenset[str] = frozenset()
    says_issuer: bool = False
    """The redirect carries ``iss`` (RFC 9207 section 3)."""

    @property
    def openid(self) -> bool:
        """OpenID Connect: who signed in comes with a signature."""
        return self.issuer is not None and self.jwks_uri is not None

    @property
    def scopes(self) -> str:
        """What to ask for. ``scopes_supported`` is not looked at: it "is not exhaustive" (SMART)."""
        only_v1 = "permission-v1" in self.capabilities and "permission-v2" not in self.capabilities
        wanted = ["launch/patient", *(_V1 if only_v1 else _V2), "offline_access"]
        if self.openid:
            wanted[:0] = ["openid", "fhirUser"]
        return " ".join(wanted)


async def discover(http: HttpClient, fhir_base_url: str) -> SmartConfiguration:
    """Read ``.well-known/smart-configuration``.

    Raises ConnectivityError, or IdentityError(SERVER_NOT_SUPPORTED) for a server that has none or
    that does not know PKCE.
    """
    url = f"{fhir_base_url}/.well-known/smart-configuration"
    try:
        answer = await http.request(
            "GET", url, headers={"Accept": "application/json"}, max_bytes=MAX_CONFIGURATION_BYTES
        )
        raise_for_trouble(answer.status, answer.headers)
        if not answer.ok:
            raise PayloadError("smart-configuration", reason=f"status {answer.status}")
        return decode_configuration(answer.json_object("smart-configuration"))
    except PayloadError as error:
        _log.warning("smart configuration: code=%s reason=%s", error.code, error.params.get("reason"))
        raise IdentityError(ErrorCode.SERVER_NOT_SUPPORTED) from error


def decode_configuration(untrusted: JsonObject) -> SmartConfiguration:
    """Raises PayloadError when it cannot be worked with safely."""
    if "S256" not in _words(untrusted.get("code_challenge_methods_supported")):
        raise PayloadError("smart-configuration", reason="no PKCE with S256")
    authorization = _endpoint(untrusted, "authorization_endpoint")
    tokens = _endpoint(untrusted, "token_endpoint")
    if authorization is None or tokens is None:
        raise PayloadError("smart-configuration", reason="an endpoint is missing")
    capabilities = frozenset(_words(untrusted.get("capabilities")))
    openid = "sso-openid-connect" in capabilities or untrusted.get("jwks_uri") is not None
    return SmartConfiguration(
        authorization_endpoint=authorization,
        token_endpoint=tokens,
        issuer=text(untrusted.get("issuer"), 2048) if openid else None,
        jwks_uri=_endpoint(untrusted, "jwks_uri") if openid else None,
        revocation_endpoint=_endpoint(untrusted, "revocation_endpoint"),
        end_session_endpoint=_endpoint(untrusted, "end_session_endpoint"),
        capabilities=capabilities,
        says_issuer=untrusted.get("authorization_response_iss_parameter_supported") is True,
    )


def _words(untrusted: Any) -> list[str]:
    return [word for word in untrusted if isinstance(word, str)] if isinstance(untrusted, list) else []


def _endpoint(untrusted: JsonObject, name: str) -> URL | None:
    address = untrusted.get(name)
    if not isinstance(address, str):
        return None
    return safe_url(address)
