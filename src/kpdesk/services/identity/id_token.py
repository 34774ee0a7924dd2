"""Checks who signed in (OpenID Connect Core 1.0 section 3.1.3.7, with joserfc)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from kpdesk.domain.errors import ErrorCode, IdentityError, PayloadError
from kpdesk.services._errors import raise_for_trouble
from kpdesk.services._json import same, text
from kpdesk.services.http import HttpClient
from kpdesk.services.identity.smart import SmartConfiguration

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key pair. Never ``none`` and never HS256: a public client shares no secret."""
LEEWAY_S: Final = 120
MAX_JWKS_BYTES: Final = 256 * 1024

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claims:
    """What the token says, once its signature held."""

    subject: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    fhir_user: str | None = field(default=None, repr=False)
    locale: str | None = None


async def verify(
    http: HttpClient,
    smart: SmartConfiguration,
    id_token: str,
    *,
    client_id: str,
    nonce: str,
    now: datetime,
) -> Claims:
    """Raises IdentityError(SIGN_IN_UNSAFE) when anything about it is wrong, or ConnectivityError."""
    if smart.jwks_uri is None or smart.issuer is None:
        raise IdentityError(ErrorCode.SIGN_IN_UNSAFE, reason="no keys")
    try:
        answer = await http.request("GET", smart.jwks_uri, max_bytes=MAX_JWKS_BYTES)
        raise_for_trouble(answer.status, answer.headers)
        keys = answer.json_object("jwks")
    except PayloadError as error:
        raise IdentityError(ErrorCode.SIGN_IN_UNSAFE, reason="keys") from error
    return check(id_token, keys, issuer=smart.issuer, client_id=client_id, nonce=nonce, now=now)


def check(
    id_token: str, untrusted_keys: Any, *, issuer: str, client_id: str, nonce: str, now: datetime
) -> Claims:
    """The claims, if signature, issuer, audience, time and nonce are right."""
    # 80 ms to import: at the first sign-in, not at the start
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        keys = KeySet.import_key_set(untrusted_keys)
        decoded = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
        claims = decoded.claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(claims)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        # joserfc lets some errors of odd keys and claims through as they are
        _log.warning("id token refused: %s", type(error).__name__)
        raise IdentityError(ErrorCode.SIGN_IN_UNSAFE, reason="id token") from error
    audience, party = claims.get("aud"), claims.get("azp")
    if (isinstance(audience, list) and len(audience) > 1 and party is None) or party not in (None, client_id):
        raise IdentityError(ErrorCode.SIGN_IN_UNSAFE, reason="authorized party")
    if not same(str(claims.get("nonce", "")), nonce):
        raise IdentityError(ErrorCode.SIGN_IN_UNSAFE, reason="nonce")
    return Claims(
        subject=str(claims["sub"]),
        name=text(claims.get("name"), 256),
        fhir_user=text(claims.get("fhirUser"), 2048),
        locale=text(claims.get("locale"), 35),
    )
