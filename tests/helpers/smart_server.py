"""A small SMART and FHIR server that errs on request; for what the real visit service never does wrong."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT_ID = "kpdesk"
PATIENT = {
    "resourceType": "Patient",
    "id": "pat-1",
    "name": [{"use": "official", "text": "Rosa Delgado"}],
    "communication": [{"language": {"coding": [{"code": "es"}]}, "preferred": True}],
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class SmartServer:
    """Use as ``async with``. Everything that a test may bend is an attribute."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key = ECKey.generate_key("P-256", parameters={"kid": "k1"})
        self.published_key = self.key
        self.claims: dict[str, Any] = {}
        """Put over the right ones in each id token; ``None`` takes one out."""
        self.algorithm = "ES256"
        self.configuration: dict[str, Any] = {}
        """Put over the right one; ``None`` takes an entry out."""
        self.token_answer: dict[str, Any] = {}
        """Put over the right one; ``None`` takes an entry out."""
        self.redirect: dict[str, str | None] = {}
        """Put over the right query of the redirect."""
        self.replies: dict[str, Handler] = {}
        """By path: answers instead of the usual handler."""
        self.asked: list[dict[str, str]] = []
        """Queries of the authorization endpoint."""
        self.token_requests: list[dict[str, str]] = []
        self.revoked: list[str] = []
        self.requests: list[str] = []
        """Every path, in order."""
        self.resources: dict[str, Any] = {"Patient/pat-1": PATIENT}
        self.queries: list[list[tuple[str, str]]] = []
        """Of each Appointment search."""
        self.pages: list[Any] = [{"resourceType": "Bundle", "type": "searchset"}]
        self.good_tokens: set[str] = set()
        self.life_s = 3600
        self.renewals = 0
        self.refresh_tokens: dict[str, bool] = {}
        """Each one given out, and whether it was used."""
        self.reused = False
        self._codes: dict[str, dict[str, str]] = {}
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._any)
        self._server = TestServer(app)

    async def __aenter__(self) -> SmartServer:
        await self._server.start_server(access_log=None, shutdown_timeout=0.1)
        self.issuer = str(self._server.make_url("/")).rstrip("/")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    async def stop(self) -> None:
        """The service goes down; connections to it are refused from now on."""
        await self._server.close()

    @property
    def fhir_base_url(self) -> str:
        return f"{self.issuer}/fhir"

    async def _any(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request.path)
        usual: dict[str, Handler] = {
            "/fhir/.well-known/smart-configuration": self._configuration,
            "/authorize": self._authorize,
            "/token": self._token,
            "/jwks": self._jwks,
            "/revoke": self._revoke,
        }
        handler = self.replies.get(request.path) or usual.get(request.path) or self._fhir
        return await handler(request)

    async def _configuration(self, _: web.Request) -> web.StreamResponse:
        usual = {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/jwks",
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "revocation_endpoint": f"{self.issuer}/revoke",
            "capabilities": ["launch-standalone", "client-public", "sso-openid-connect", "permission-v2"],
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "authorization_response_iss_parameter_supported": True,
        }
        return web.json_response(_over(usual, self.configuration))

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        self.asked.append(query)
        code = f"code-{len(self.asked)}"
        self._codes[code] = query
        usual = {"code": code, "state": query["state"], "iss": self.issuer}
        raise web.HTTPFound(f"{query['redirect_uri']}?{urlencode(_over(usual, self.redirect))}")

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.token_requests.append(form)
        nonce = None
        if form["grant_type"] == "authorization_code":
            query = self._codes.pop(form["code"], None)
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if (
                query is None
                or query["code_challenge"] != challenge
                or query["redirect_uri"] != form["redirect_uri"]
            ):
                return web.json_response({"error": "invalid_grant"}, status=400)
            nonce = query.get("nonce")
        else:
            used = self.refresh_tokens.get(form["refresh_token"])
            if used is not False:
                self.reused = self.reused or used is True
                return web.json_response({"error": "invalid_grant"}, status=400)
            self.refresh_tokens[form["refresh_token"]] = True
            self.renewals += 1
        return web.json_response(_over(self._tokens(nonce), self.token_answer))

    def _tokens(self, nonce: str | None) -> dict[str, Any]:
        number = len(self.token_requests)
        access, renewal = f"access-{number}", f"refresh-{number}"
        self.good_tokens.add(access)
        self.refresh_tokens[renewal] = False
        answer = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.life_s,
            "scope": "openid fhirUser launch/patient patient/Appointment.rs offline_access",
            "refresh_token": renewal,
            "patient": "pat-1",
        }
        if nonce is not None:
            answer["id_token"] = self.id_token(nonce)
        return answer

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "pat-1",
            "iat": now,
            "exp": now + 600,
            "nonce": nonce,
            "fhirUser": f"{self.fhir_base_url}/Patient/pat-1",
            "name": "Rosa D.",
        }
        header = {"alg": self.algorithm, "kid": "k1"}
        return jwt.encode(header, _over(usual, self.claims), self.key, algorithms=[self.algorithm])

    async def _jwks(self, _: web.Request) -> web.StreamResponse:
        return web.json_response({"keys": [self.published_key.as_dict(private=False)]})

    async def _revoke(self, request: web.Request) -> web.StreamResponse:
        self.revoked.append(str((await request.post())["token"]))
        return web.Response()

    async def _fhir(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.good_tokens:
            return web.json_response({"resourceType": "OperationOutcome"}, status=401)
        name = request.path.removeprefix("/fhir/")
        if name == "Appointment":
            self.queries.append(list(request.query.items()))
            page = self.pages[int(request.query.get("page", 0))]
        else:
            page = self.resources.get(name)
        if page is None:
            return web.json_response({"resourceType": "OperationOutcome"}, status=404)
        if isinstance(page, web.Response):
            return page
        return web.Response(text=json.dumps(page), content_type="application/fhir+json")


async def stuck(_: web.Request) -> web.StreamResponse:
    """A handler that never answers."""
    await asyncio.Event().wait()
    raise AssertionError


def answering(status: int, body: Any = None, **headers: str) -> Handler:
    """A handler with a fixed answer."""

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status, headers=headers)

    return handler


def _over(usual: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}
