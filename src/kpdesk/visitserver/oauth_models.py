"""What Authlib is given of a request and an app, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, urlsplit

from authlib.oauth2 import OAuth2Request
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from kpdesk.visitserver.config import OAuthClient

SIGNING_ALGORITHM = "ES256"
RESOURCES = ("Appointment", "Patient", "Practitioner")
SCOPES: tuple[str, ...] = (
    "openid",
    "fhirUser",
    "profile",
    "launch/patient",
    "offline_access",
    *(f"patient/{name}.{verb}" for name in (*RESOURCES, "*") for verb in ("r", "s", "rs", "read")),
)
"""What may be granted: SMART 2.2 scopes, and their v1 spelling ``.read``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What Authlib wants to be sent. ``location`` is set on redirects."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


class MutableAnswer:
    """The response object that Authlib's hooks change."""

    def __init__(self, status: int, body: Any, headers: list[tuple[str, str]]) -> None:
        self.status = status
        self.body = dict(body) if isinstance(body, dict) else {}
        self.headers = dict(headers)

    @property
    def location(self) -> str | None:
        return self.headers.get("Location")

    @location.setter
    def location(self, url: str) -> None:
        self.headers["Location"] = url

    def add_issuer(self, issuer: str) -> None:
        """RFC 9207 section 2, for refusals that Authlib makes before its own hook runs."""
        if self.location:
            separator = "&" if "?" in self.location else "?"
            self.location = f"{self.location}{separator}iss={quote(issuer, safe='')}"

    def frozen(self) -> Answer:
        return Answer(self.status, self.body, self.headers)


class FormRequest(OAuth2Request):
    def __init__(self, method: str, uri: str, payload: dict[str, list[str]], headers: dict[str, str]) -> None:
        super().__init__(method, uri, headers=headers)
        self._values = {name: values[0] for name, values in payload.items()}
        basic = BasicOAuth2Payload(self._values)
        basic._datalist = payload  # type: ignore[attr-defined]
        self.payload = basic

    @property
    def args(self) -> dict[str, str | None]:
        return cast(dict[str, str | None], self._values)

    @property
    def form(self) -> dict[str, str]:
        return self._values


class PublicClient(ClientMixin):
    """A public app; see ``OAuthClient``."""

    id_token_signed_response_alg = SIGNING_ALGORITHM
    client_metadata: dict[str, str] = {}  # noqa: RUF012 - Authlib reads it as a mapping

    def __init__(self, client: OAuthClient) -> None:
        self.client_id = client.client_id
        self._client = client

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: Any) -> str:
        wanted = scope.split() if isinstance(scope, str) else []
        return " ".join(dict.fromkeys(word for word in wanted if word in SCOPES))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return is_loopback_redirect(redirect_uri, self._client.redirect_path)

    def check_client_secret(self, client_secret: str) -> bool:
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "none"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")


def is_loopback_redirect(uri: str, path: str) -> bool:
    """``http://127.0.0.1:PORT/path`` or ``http://[::1]:PORT/path``, any port (RFC 8252 section 7.3)."""
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme == "http"
        and parts.hostname in ("127.0.0.1", "::1")
        and port is not None
        and parts.path == path
        and not (parts.query or parts.fragment or parts.username or parts.password)
        and uri.isascii()
        and uri == parts.geturl()
    )
