"""The authorization server: Authlib's framework-neutral core on our database.

Authorization code with PKCE (RFC 7636, S256 alone), refresh-token rotation with reuse detection
(RFC 9700 section 4.14.2), revocation (RFC 7009), issuer in the answer (RFC 9207), OpenID Connect
id_token and user info, SMART App Launch 2.2 (``aud``, ``patient``, ``fhirUser``).
Everything here runs on the database's thread, inside one transaction.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass, field
from typing import Any, cast

from authlib.oauth2 import OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    ClientMixin,
    InvalidRequestError,
    ResourceProtector,
    TokenMixin,
    grants,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import OpenIDCode, UserInfo
from authlib.oidc.core.userinfo import UserInfoEndpoint
from joserfc import jwk

from kpdesk.visitserver import grants as g
from kpdesk.visitserver.config import ServerConfig
from kpdesk.visitserver.oauth_models import (
    SIGNING_ALGORITHM,
    Answer,
    FormRequest,
    MutableAnswer,
    PublicClient,
)
from kpdesk.visitserver.passwords import new_token
from kpdesk.visitserver.people import Person, get_person

# Authlib writes whole tokens to its debug log.
logging.getLogger("authlib").setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class OAuthContext:
    """What stays the same for all requests."""

    config: ServerConfig
    issuer: str
    fhir_base_url: str
    signing_key: jwk.ECKey = field(repr=False)

    def now(self) -> int:
        return int(self.config.clock.now().timestamp())


class _Code(g.StoredCode):
    """``StoredCode`` under the names that Authlib asks for."""

    @property
    def code_challenge_method(self) -> str:
        return "S256"

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.grant.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.grant.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> list[str]:
        return ["pwd"]


class _Token(TokenMixin):
    def __init__(self, stored: g.StoredToken, server: VisitAuthorizationServer) -> None:
        self.stored = stored
        self._server = server
        self.scope = stored.scope

    def check_client(self, client: Any) -> bool:
        return bool(client.get_client_id() == self.stored.grant.client_id)

    def get_scope(self) -> str:
        return self.stored.scope

    def get_expires_in(self) -> int:
        return self.stored.expires_at - self._server.context.now()

    def is_expired(self) -> bool:
        return self.get_expires_in() <= 0

    def is_revoked(self) -> bool:
        return self.stored.grant.revoked

    def get_user(self) -> Person | None:
        return get_person(self._server.connection, self.stored.grant.person_id)

    def get_client(self) -> ClientMixin:
        return self._server.query_client(self.stored.grant.client_id)


class _AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]  # noqa: RUF012 - Authlib's own name
    server: VisitAuthorizationServer

    def validate_authorization_request(self) -> str:
        redirect_uri = super().validate_authorization_request()
        payload = cast(BasicOAuth2Payload, self.request.payload)
        try:
            self._check_smart(payload)
        except OAuth2Error as error:
            error.redirect_uri = redirect_uri
            raise
        return redirect_uri

    def _check_smart(self, payload: BasicOAuth2Payload) -> None:
        # Authlib lets PKCE be left out until the token request, and would take the method "plain".
        if payload.data.get("code_challenge_method") != "S256" or not payload.data.get("code_challenge"):
            raise InvalidRequestError("PKCE with S256 is required.")
        if not payload.state:
            raise InvalidRequestError("Missing 'state' in request.")
        audience = payload.data.get("aud", "")
        if audience.rstrip("/") != self.server.context.fhir_base_url:
            raise InvalidRequestError("'aud' is not this FHIR server.")

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        context, payload = self.server.context, cast(BasicOAuth2Payload, request.payload)
        now = context.now()
        scope = cast(PublicClient, request.client).get_allowed_scope(payload.scope)
        user = cast(Person, request.user)
        g.add_code(
            self.server.connection,
            code,
            g.new_grant(payload.client_id, user.id, scope, now),
            payload.redirect_uri,
            payload.data.get("nonce"),
            payload.data["code_challenge"],
            now + context.config.lifetimes.code_s,
        )

    def query_authorization_code(self, code: str, client: ClientMixin) -> _Code | None:
        stored = g.take_code(self.server.connection, code, client.get_client_id(), self.server.context.now())
        if stored is None:
            return None
        return _Code(
            stored.hash,
            stored.grant,
            stored.redirect_uri,
            stored.nonce,
            stored.code_challenge,
            stored.expires_at,
        )

    def delete_authorization_code(self, authorization_code: _Code) -> None:
        g.spend_code(self.server.connection, authorization_code)

    def authenticate_user(self, authorization_code: _Code) -> Person | None:
        return get_person(self.server.connection, authorization_code.grant.person_id)


class _RefreshTokenGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]  # noqa: RUF012 - Authlib's own name
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: VisitAuthorizationServer

    def authenticate_refresh_token(self, refresh_token: str) -> _Token | None:  # type: ignore[override]
        stored = g.find_token(self.server.connection, refresh_token)
        if stored is None or stored.kind != "refresh" or stored.grant.revoked:
            return None
        if stored.used:
            # Two hold the same token: one of them stole it. Nobody can say which, so both lose it.
            g.revoke_grant(self.server.connection, stored.grant.id)
            return None
        token = _Token(stored, self.server)
        return None if token.is_expired() else token

    def authenticate_user(self, refresh_token: _Token) -> Person | None:
        return refresh_token.get_user()

    def revoke_old_credential(self, refresh_token: _Token) -> None:  # type: ignore[override]
        g.spend_token(self.server.connection, refresh_token.stored)


class _OpenId(OpenIDCode):
    def __init__(self, server: VisitAuthorizationServer) -> None:
        super().__init__(require_nonce=False)
        self._server = server

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        payload = cast(BasicOAuth2Payload, request.payload)
        return g.nonce_seen(self._server.connection, payload.client_id, nonce)

    def resolve_client_private_key(self, client: Any) -> jwk.ECKey:
        return self._server.context.signing_key

    def get_encode_header(self, client: Any) -> dict[str, Any]:
        return {"alg": SIGNING_ALGORITHM, "kid": self._server.context.signing_key.kid}

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        now, grant = self._server.context.now(), self._server.grant
        assert grant is not None  # noqa: S101 - save_token ran before
        return {
            "iss": self._server.context.issuer,
            "aud": client.get_client_id(),
            "iat": now,
            "exp": now + 3600,
            "auth_time": grant.auth_time,
            "sid": grant.id,
        }

    def generate_user_info(self, user: Person, scope: str) -> UserInfo:
        return user_info(user, scope, self._server.context.fhir_base_url)


def user_info(user: Person, scope: str, fhir_base_url: str) -> UserInfo:
    """Claims about the patient, as far as ``scope`` asks for them."""
    words = scope.split()
    claims: dict[str, str] = {"sub": user.id}
    if "fhirUser" in words:
        claims["fhirUser"] = f"{fhir_base_url}/Patient/{user.id}"
    if "profile" in words:
        claims |= {
            "name": user.display_name,
            "given_name": user.given,
            "family_name": user.family,
            "locale": user.language,
        }
    return UserInfo(claims)


class _Issuer(IssuerParameter):
    def __init__(self, server: VisitAuthorizationServer) -> None:
        self._issuer = server.context.issuer
        self(server)

    def get_issuer(self) -> str:
        return self._issuer


class _Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = ["none"]  # noqa: RUF012 - Authlib's own name
    server: VisitAuthorizationServer

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Token | None:
        stored = g.find_token(self.server.connection, token_string)
        return _Token(stored, self.server) if stored else None

    def revoke_token(self, token: _Token, request: OAuth2Request) -> None:
        """A refresh token takes its whole family with it (RFC 7009 section 2.1)."""
        if token.stored.kind == "refresh":
            g.revoke_grant(self.server.connection, token.stored.grant.id)
        else:
            g.delete_token(self.server.connection, token.stored)


class _BearerValidator(BearerTokenValidator):
    def __init__(self, server: VisitAuthorizationServer) -> None:
        super().__init__(realm="kpdesk")
        self._server = server

    def authenticate_token(self, token_string: str) -> _Token | None:
        stored = g.find_token(self._server.connection, token_string)
        return _Token(stored, self._server) if stored and stored.kind == "access" else None


class _Protector(ResourceProtector):
    request: OAuth2Request | None = None

    def acquire_token(self, scopes: str) -> Any:
        return self.validate_request([scopes], self.request)  # type: ignore[no-untyped-call]


class _UserInfo(UserInfoEndpoint):
    def generate_user_info(self, user: Person, scope: str) -> UserInfo:
        server = cast(VisitAuthorizationServer, self.server)
        return user_info(user, scope, server.context.fhir_base_url)


class VisitAuthorizationServer(AuthorizationServer):
    """One request's authorization server, on one open transaction."""

    def __init__(self, connection: sqlite3.Connection, context: OAuthContext) -> None:
        super().__init__()
        self.connection = connection
        self.context = context
        self.grant: g.Grant | None = None
        self._protector = _Protector()
        self._protector.register_token_validator(_BearerValidator(self))
        self.register_token_generator("default", self._make_token)  # type: ignore[arg-type]
        self.register_grant(_AuthorizationCodeGrant, [CodeChallenge(required=True), _OpenId(self)])
        self.register_grant(_RefreshTokenGrant, [_OpenId(self)])
        self.register_endpoint(_Revocation)
        self.register_endpoint(cast(Any, _UserInfo(self, self._protector)))
        self.register_extension(_Issuer)

    # what Authlib asks of a framework

    def query_client(self, client_id: str) -> ClientMixin:
        found = next((c for c in self.context.config.clients if c.client_id == client_id), None)
        return cast(ClientMixin, PublicClient(found) if found else None)

    def save_token(self, token: dict[str, str | int], request: OAuth2Request) -> None:
        """Store what was made, in the family of the code or of the old refresh token."""
        lifetimes, now = self.context.config.lifetimes, self.context.now()
        origin = request.authorization_code or cast(_Token, request.refresh_token).stored
        grant: g.Grant = origin.grant
        self.grant = grant
        scope = str(token.get("scope", ""))
        g.add_token(
            self.connection,
            str(token["access_token"]),
            "access",
            grant.id,
            scope,
            now + lifetimes.access_token_s,
        )
        if "refresh_token" in token:
            expires_at = now + lifetimes.refresh_token_s
            g.add_token(
                self.connection, str(token["refresh_token"]), "refresh", grant.id, grant.scope, expires_at
            )
        token["patient"] = grant.person_id

    def _make_token(self, *, scope: str | None = None, **_others: Any) -> dict[str, str | int]:
        scope = scope or ""
        token: dict[str, str | int] = {
            "token_type": "Bearer",
            "access_token": new_token(),
            "expires_in": self.context.config.lifetimes.access_token_s,
            "scope": scope,
        }
        if "offline_access" in scope.split():
            token["refresh_token"] = new_token()
        return token

    def create_oauth2_request(self, request: Any) -> OAuth2Request:
        made = cast(OAuth2Request, request)
        self._protector.request = made
        return made

    def handle_response(self, status: int, body: Any, headers: Any) -> MutableAnswer:
        return MutableAnswer(status, body, list(headers))

    def send_signal(self, name: Any, *args: object, **kwargs: object) -> None:
        """Nobody listens to Authlib's signals here."""

    # what the pages call

    def check_authorization(self, query: dict[str, list[str]]) -> Answer | None:
        """``None`` when the sign-in page may be shown; otherwise the refusal."""
        request = self._authorization_request(query)
        try:
            self.get_consent_grant(request)  # type: ignore[no-untyped-call]
        except OAuth2Error as error:
            return self._with_issuer(self.handle_error_response(request, error))
        except ValueError:
            # Authlib quotes the client's words in its descriptions, which allow few characters
            return self._with_issuer(self.handle_error_response(request, InvalidRequestError()))
        return None

    def finish_authorization(self, query: dict[str, list[str]], user: Person | None) -> Answer:
        """The redirect back to the app: with a code, or without one when nobody signed in."""
        request = self._authorization_request(query)
        grant = self.get_authorization_grant(request)
        answer = self.create_authorization_response(request, grant_user=user, grant=grant)
        return cast(MutableAnswer, answer).frozen()

    def token(self, form: dict[str, list[str]]) -> Answer:
        return self._endpoint("/oauth/token", form, self.create_token_response)

    def revoke(self, form: dict[str, list[str]]) -> Answer:
        return self._endpoint(
            "/oauth/revoke",
            form,
            lambda request: self.create_endpoint_response("revocation", request),  # type: ignore[no-untyped-call]
        )

    def user_info(self, authorization: str) -> Answer:
        request = FormRequest(
            "GET", f"{self.context.issuer}/oauth/userinfo", {}, {"Authorization": authorization}
        )
        answer = self.create_endpoint_response("userinfo", request)  # type: ignore[no-untyped-call]
        return cast(MutableAnswer, answer).frozen()

    def _endpoint(self, path: str, form: dict[str, list[str]], respond: Any) -> Answer:
        request = FormRequest("POST", self.context.issuer + path, form, {})
        if any(len(values) > 1 for values in form.values()):
            # RFC 6749 section 3.2: parameters must not be included more than once
            return cast(MutableAnswer, self.handle_error_response(request, InvalidRequestError())).frozen()
        return cast(MutableAnswer, respond(request)).frozen()

    def _authorization_request(self, query: dict[str, list[str]]) -> FormRequest:
        return FormRequest("GET", f"{self.context.issuer}/oauth/authorize", query, {})

    def _with_issuer(self, answer: object) -> Answer:
        made = cast(MutableAnswer, answer)
        made.add_issuer(self.context.issuer)
        return made.frozen()
