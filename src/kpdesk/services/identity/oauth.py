"""The client's half of OAuth 2.0 with PKCE (RFC 6749, 7636, 9207, 7009), without a client secret."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from yarl import URL

from kpdesk.domain.errors import (
    ConnectivityError,
    ErrorCode,
    IdentityError,
    KpdeskError,
    PayloadError,
)
from kpdesk.services._errors import raise_for_trouble
from kpdesk.services._json import JsonObject, same, text, token
from kpdesk.services.http import HttpClient, HttpResponse
from kpdesk.services.identity.loopback import Redirect
from kpdesk.services.identity.smart import SmartConfiguration

MAX_TOKEN_BYTES: Final = 128 * 1024
DEFAULT_LIFE_S: Final = 300.0
"""When the server does not say how long a token lives."""
MAX_LIFE_S: Final = 24 * 3600.0
REVOKE_TIMEOUT_S: Final = 3.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proof:
    """The secrets of one attempt to sign in; each has 256 bits."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @staticmethod
    def fresh() -> Proof:
        return Proof(*(secrets.token_urlsafe(32) for _ in range(3)))

    @property
    def challenge(self) -> str:
        """RFC 7636 section 4.2, S256."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A token answer (RFC 6749 section 5.1, with SMART's launch context)."""

    access_token: str = field(repr=False)
    life_s: float
    refresh_token: str | None = field(default=None, repr=False)
    id_token: str | None = field(default=None, repr=False)
    patient: str | None = field(default=None, repr=False)
    scopes: frozenset[str] = frozenset()
    server_time: datetime | None = None
    """By the service's clock; the patient's may be wrong."""


def authorization_url(
    smart: SmartConfiguration,
    proof: Proof,
    *,
    client_id: str,
    redirect_uri: str,
    fhir_base_url: str,
    language: str,
) -> str:
    """The address of the sign-in page (SMART App Launch, standalone; no ``launch``)."""
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": smart.scopes,
        "state": proof.state,
        "aud": fhir_base_url,
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    if smart.openid:
        query["nonce"] = proof.nonce
    return str(smart.authorization_endpoint.update_query(query))


def check_redirect(redirect: Redirect, smart: SmartConfiguration) -> str:
    """The code, if the answer is from the server that was asked. Raises IdentityError."""
    asked = smart.issuer is not None and (smart.says_issuer or redirect.issuer is not None)
    if asked and not same(redirect.issuer or "", smart.issuer or ""):
        raise IdentityError(ErrorCode.SIGN_IN_UNSAFE, reason="issuer")
    if redirect.error in ("temporarily_unavailable", "server_error"):
        raise ConnectivityError(ErrorCode.SERVICE_UNAVAILABLE, retryable=True)
    if redirect.error is not None or redirect.code is None:
        _log.info("sign-in refused by the server")
        raise IdentityError(ErrorCode.SIGN_IN_REFUSED, retryable=True)
    return redirect.code


async def exchange_code(
    http: HttpClient,
    smart: SmartConfiguration,
    proof: Proof,
    *,
    code: str,
    client_id: str,
    redirect_uri: str,
) -> Tokens:
    """Tokens for the code. Raises IdentityError(SIGN_IN_REFUSED) or ConnectivityError."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": client_id,
        "code_verifier": proof.verifier,
    }
    return await _ask(http, smart, form, refused=ErrorCode.SIGN_IN_REFUSED)


async def renew(http: HttpClient, smart: SmartConfiguration, *, refresh_token: str, client_id: str) -> Tokens:
    """New tokens. Raises IdentityError(SIGN_IN_EXPIRED) when the server does not take the old one."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": client_id}
    return await _ask(http, smart, form, refused=ErrorCode.SIGN_IN_EXPIRED)


async def _ask(
    http: HttpClient, smart: SmartConfiguration, form: Mapping[str, str], *, refused: ErrorCode
) -> Tokens:
    try:
        answer = await http.request(
            "POST",
            smart.token_endpoint,
            form=form,
            headers={"Accept": "application/json"},
            max_bytes=MAX_TOKEN_BYTES,
        )
        raise_for_trouble(answer.status, answer.headers)
        if not answer.ok:
            raise _refusal(answer, refused)
        return decode_tokens(answer.json_object("token"), answer.date)
    except PayloadError as error:
        _log.warning("token answer: code=%s reason=%s", error.code, error.params.get("reason"))
        raise IdentityError(ErrorCode.SIGN_IN_UNSAFE, reason="token answer") from error


def _refusal(answer: HttpResponse, refused: ErrorCode) -> KpdeskError:
    """RFC 6749 section 5.2."""
    try:
        reason = text(answer.json_object("token error").get("error"), 64)
    except PayloadError:
        reason = None
    _log.info("token refused: status=%d", answer.status)
    if reason in ("invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"):
        return IdentityError(ErrorCode.SERVER_NOT_SUPPORTED)
    return IdentityError(refused, retryable=True)


def decode_tokens(untrusted: JsonObject, server_time: datetime | None = None) -> Tokens:
    """Raises PayloadError when there is no bearer token in it."""
    access_token = token(untrusted.get("access_token"))
    kind = untrusted.get("token_type")
    if access_token is None or not isinstance(kind, str) or kind.lower() != "bearer":
        raise PayloadError("token", reason="no bearer token")
    life = untrusted.get("expires_in")
    if isinstance(life, str) and life.isascii() and life.isdigit() and len(life) < 12:
        life = int(life)
    known = isinstance(life, int | float) and not isinstance(life, bool) and life > 0
    scope = untrusted.get("scope")
    return Tokens(
        access_token=access_token,
        life_s=min(float(life), MAX_LIFE_S) if known and life is not None else DEFAULT_LIFE_S,
        refresh_token=token(untrusted.get("refresh_token")),
        id_token=token(untrusted.get("id_token"), 64 * 1024),
        patient=token(untrusted.get("patient"), 256),
        scopes=frozenset(scope.split()) if isinstance(scope, str) else frozenset(),
        server_time=server_time,
    )


async def revoke(http: HttpClient, smart: SmartConfiguration, *, refresh_token: str, client_id: str) -> bool:
    """RFC 7009, as well as it can be done in three seconds; whether the server said so."""
    if smart.revocation_endpoint is None:
        return False
    form = {"token": refresh_token, "token_type_hint": "refresh_token", "client_id": client_id}
    try:
        async with asyncio.timeout(REVOKE_TIMEOUT_S):
            answer = await http.request("POST", smart.revocation_endpoint, form=form)
    except (KpdeskError, TimeoutError):
        return False
    return answer.ok


def end_session_url(endpoint: URL, client_id: str) -> str:
    """OpenID Connect RP-Initiated Logout 1.0. Without ``id_token_hint``: a command line is no place
    for a token, and that is how a browser is opened."""
    return str(endpoint.update_query({"client_id": client_id}))
