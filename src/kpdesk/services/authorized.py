"""Requests in the name of the patient: with an access token, renewed once when it is refused."""

from __future__ import annotations

from typing import Any, Protocol

from yarl import URL

from kpdesk.domain.errors import ErrorCode, IdentityError
from kpdesk.services.http import HttpClient, HttpResponse


class AccessTokens(Protocol):
    """What requests need of the identity."""

    @property
    def fhir_base_url(self) -> str:
        """Without a slash at its end."""
        ...

    @property
    def patient_id(self) -> str: ...

    async def access_token(self, *, refused: str | None = None) -> str:
        """A token good for at least a minute, and another one than ``refused``.

        Raises IdentityError(SIGN_IN_EXPIRED) or ConnectivityError."""
        ...

    def expire(self) -> None:
        """The service does not accept the patient's tokens any more: ask to sign in again."""
        ...


async def authorized(
    http: HttpClient, identity: AccessTokens, method: str, url: str | URL, **options: Any
) -> HttpResponse:
    """The answer to a request with the patient's token. Raises IdentityError(SIGN_IN_EXPIRED) when a
    fresh token is refused too (RFC 6750 section 3.1), else what ``HttpClient.request`` raises."""
    bearer = await identity.access_token()
    answer = await http.request(method, url, bearer=bearer, **options)
    if answer.status != 401:
        return answer
    bearer = await identity.access_token(refused=bearer)
    answer = await http.request(method, url, bearer=bearer, **options)
    if answer.status == 401:
        identity.expire()
        raise IdentityError(ErrorCode.SIGN_IN_EXPIRED)
    return answer
