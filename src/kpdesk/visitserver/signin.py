"""Sign-in of patients: the pages and endpoints of OAuth 2.0, OpenID Connect and SMART App Launch 2.2."""

from __future__ import annotations

import html
import logging
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import hdrs, web
from joserfc import jwt
from joserfc.errors import JoseError

from kpdesk.domain.people import Role
from kpdesk.visitserver import grants
from kpdesk.visitserver.accounts import check_password, sign_in_wait_s
from kpdesk.visitserver.oauth import VisitAuthorizationServer
from kpdesk.visitserver.oauth_models import SCOPES, SIGNING_ALGORITHM, Answer, is_loopback_redirect
from kpdesk.visitserver.passwords import new_token, token_hash
from kpdesk.visitserver.people import Person
from kpdesk.visitserver.security import page_policy, peer_of
from kpdesk.visitserver.service import SERVICE, Service, Transaction
from kpdesk.visitserver.web_pages import Raw, choose_language, other_language, page, texts

BROWSER_COOKIE = "kpdesk_signin"
MAX_TRANSACTIONS = 2000
_log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    router = app.router
    router.add_get("/fhir/.well-known/smart-configuration", smart_configuration)
    router.add_get("/.well-known/openid-configuration", openid_configuration)
    router.add_get("/oauth/jwks", jwks)
    router.add_get("/oauth/authorize", authorize)
    router.add_post("/oauth/sign-in", sign_in)
    router.add_post("/oauth/token", token)
    router.add_post("/oauth/revoke", revoke)
    router.add_get("/oauth/userinfo", user_info)
    router.add_get("/oauth/end-session", end_session)


# --- discovery --------------------------------------------------------------------------------------------


def _endpoints(service: Service) -> dict[str, Any]:
    base = service.base_url
    return {
        "issuer": base,
        "jwks_uri": f"{base}/oauth/jwks",
        "authorization_endpoint": f"{base}/oauth/authorize",
        "token_endpoint": f"{base}/oauth/token",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "userinfo_endpoint": f"{base}/oauth/userinfo",
        "end_session_endpoint": f"{base}/oauth/end-session",
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(SCOPES),
        "authorization_response_iss_parameter_supported": True,
    }


async def smart_configuration(request: web.Request) -> web.Response:
    """SMART App Launch 2.2, section 7 (conformance)."""
    document = _endpoints(request.app[SERVICE]) | {
        "capabilities": [
            "launch-standalone",
            "client-public",
            "sso-openid-connect",
            "context-standalone-patient",
            "permission-offline",
            "permission-patient",
            "permission-v1",
            "permission-v2",
        ]
    }
    return web.json_response(document)


async def openid_configuration(request: web.Request) -> web.Response:
    """OpenID Connect Discovery 1.0, section 3."""
    document = _endpoints(request.app[SERVICE]) | {
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [SIGNING_ALGORITHM],
        "claims_supported": ["sub", "fhirUser", "name", "given_name", "family_name", "locale", "auth_time"],
        "prompt_values_supported": ["login", "none"],
        "ui_locales_supported": ["en", "es"],
    }
    return web.json_response(document)


async def jwks(request: web.Request) -> web.Response:
    key = request.app[SERVICE].oauth.signing_key
    public = key.as_dict(private=False) | {"use": "sig", "alg": SIGNING_ALGORITHM}
    return web.json_response({"keys": [public]})


# --- the sign-in page -------------------------------------------------------------------------------------


async def authorize(request: web.Request) -> web.Response:
    """Check the app's request; then ask for name and password (RFC 6749 section 4.1.1)."""
    service = request.app[SERVICE]
    query = {name: request.query.getall(name) for name in dict.fromkeys(request.query)}
    language = choose_language(request, request.query.get("lang"), request.query.get("ui_locales"))
    refusal = await service.db.run(
        lambda c: VisitAuthorizationServer(c, service.oauth).check_authorization(query)
    )
    if refusal is not None:
        return _after_refusal(service, refusal, language)
    _sweep(service)
    browser = request.cookies.get(BROWSER_COOKIE) or secrets.token_urlsafe(24)
    key = new_token()
    service.transactions[key] = Transaction(
        query, token_hash(browser), service.now() + service.config.lifetimes.transaction_s
    )
    response = _form(service, language, key, query)
    response.set_cookie(
        BROWSER_COOKIE, browser, path="/oauth", httponly=True, samesite="Lax", secure=service.secure,
        max_age=service.config.lifetimes.transaction_s,
    )  # fmt: skip
    return response


def _sweep(service: Service) -> None:
    now, open_pages = service.now(), service.transactions
    for key in [key for key, transaction in open_pages.items() if transaction.expires_at <= now]:
        del open_pages[key]
    while len(open_pages) >= MAX_TRANSACTIONS:
        del open_pages[next(iter(open_pages))]


def _after_refusal(service: Service, refusal: Answer, language: str) -> web.Response:
    location = refusal.headers.get("Location")
    if location:
        return _redirect(location)
    code = str(refusal.body.get("error", "invalid_request"))
    _log.info("authorization refused: code=%s", code)
    return _message(service, language, "refused", status=400, code=code)


def _message(service: Service, language: str, key: str, *, status: int = 200, code: str = "") -> web.Response:
    words = texts(language)
    return page(
        "message.html", language, status=status, lang=language, practice=service.config.practice_name,
        title=words[f"{key}.title"], lead=words[f"{key}.lead"], code=code,
    )  # fmt: skip


def _redirect(location: str) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: location})


def _form(
    service: Service,
    language: str,
    key: str,
    query: dict[str, list[str]],
    *,
    error: str = "",
    user: str = "",
    status: int = 200,
) -> web.Response:
    words, other = texts(language), other_language(language)
    again = {name: values[0] for name, values in query.items()} | {"lang": other}
    cancel = Raw(
        '<button type="submit" name="action" value="cancel" formnovalidate>'
        f"{html.escape(words['cancel'])}</button>"
    )
    parts = urlsplit(query["redirect_uri"][0])
    # browsers also hold redirects after a form against form-action; CSP cannot spell IPv6 addresses
    target = f"http://127.0.0.1:{parts.port}" if parts.hostname == "127.0.0.1" else "http:"
    return page(
        "signin.html",
        language,
        status=status,
        policy=page_policy(form_action=f"'self' {target}"),
        lang=language,
        practice=service.config.practice_name,
        title=words["signin.title"],
        lead=words["signin.lead"],
        note=words["signin.private"],
        other_lang=other,
        other_url=f"/oauth/authorize?{urlencode(again)}",
        action="/oauth/sign-in",
        transaction=key,
        user=user,
        error=error_box(words[error]) if error else "",
        cancel=cancel,
        demo=_demo_accounts(service, words),
    )


def error_box(text: str) -> Raw:
    return Raw(f'<div class="notice bad" role="alert">{html.escape(text)}</div>')


def _demo_accounts(service: Service, words: Any) -> Raw:
    if not service.config.demo:
        return Raw("")
    rows = "".join(
        f"<tr><td>{html.escape(account['name'])}</td><td><code>{html.escape(account['user'])}</code></td>"
        f"<td><code>{html.escape(account['password'])}</code></td></tr>"
        for account in service.demo_accounts.values()
    )
    return Raw(f'<div class="demo"><h2>{html.escape(words["demo.title"])}</h2><table>{rows}</table></div>')


async def sign_in(request: web.Request) -> web.Response:
    """What the form sends: a name and a password, or Cancel."""
    service = request.app[SERVICE]
    form = await request.post()
    language = choose_language(request, str(form.get("lang", "")))
    key = str(form.get("transaction", ""))
    transaction = service.transactions.get(key)
    browser = request.cookies.get(BROWSER_COOKIE, "")
    if (
        transaction is None
        or transaction.expires_at <= service.now()
        or not secrets.compare_digest(transaction.browser, token_hash(browser))
    ):
        return _message(service, language, "expired", status=400)
    if form.get("action") == "cancel":
        return await _finish(service, key, None)
    user, password = str(form.get("user", "")).strip()[:200], str(form.get("password", ""))
    wait_s = sign_in_wait_s(service, peer_of(request), user)
    if wait_s:
        response = _form(
            service, language, key, transaction.query, error="signin.wait", user=user, status=429
        )
        response.headers[hdrs.RETRY_AFTER] = str(int(wait_s) + 1)
        return response
    person = await check_password(service, user, password, Role.PATIENT)
    if person is None:
        _log.info("sign-in failed")
        return _form(service, language, key, transaction.query, error="signin.wrong", user=user)
    _log.info("signed in: role=patient")
    return await _finish(service, key, person)


async def _finish(service: Service, key: str, person: Person | None) -> web.Response:
    transaction = service.transactions.pop(key)
    answer = await service.db.run(
        lambda c: VisitAuthorizationServer(c, service.oauth).finish_authorization(transaction.query, person)
    )
    return _redirect(answer.headers["Location"])


# --- tokens -----------------------------------------------------------------------------------------------


async def _oauth_form(request: web.Request) -> dict[str, list[str]]:
    form = await request.post()
    return {name: [str(value) for value in form.getall(name)] for name in dict.fromkeys(form)}


def _too_many(service: Service, request: web.Request) -> web.Response | None:
    wait_s = service.token_rate.take(peer_of(request))
    if not wait_s:
        return None
    body = {"error": "slow_down", "error_description": "Too many requests."}
    return web.json_response(body, status=429, headers={hdrs.RETRY_AFTER: str(int(wait_s) + 1)})


def _as_json(answer: Answer) -> web.Response:
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name.lower() not in (hdrs.CONTENT_TYPE.lower(), hdrs.CACHE_CONTROL.lower())
    }
    return web.json_response(answer.body, status=answer.status, headers=headers)


async def token(request: web.Request) -> web.Response:
    """RFC 6749 section 3.2."""
    service = request.app[SERVICE]
    form = await _oauth_form(request)
    refusal = _too_many(service, request)
    if refusal is not None:
        return refusal
    answer = await service.db.run(lambda c: VisitAuthorizationServer(c, service.oauth).token(form))
    _log.info("token request: status=%d", answer.status)
    return _as_json(answer)


async def revoke(request: web.Request) -> web.Response:
    """RFC 7009."""
    service = request.app[SERVICE]
    form = await _oauth_form(request)
    refusal = _too_many(service, request)
    if refusal is not None:
        return refusal
    return _as_json(await service.db.run(lambda c: VisitAuthorizationServer(c, service.oauth).revoke(form)))


async def user_info(request: web.Request) -> web.Response:
    """OpenID Connect Core 1.0, section 5.3."""
    service = request.app[SERVICE]
    authorization = request.headers.get(hdrs.AUTHORIZATION, "")
    return _as_json(
        await service.db.run(lambda c: VisitAuthorizationServer(c, service.oauth).user_info(authorization))
    )


async def end_session(request: web.Request) -> web.Response:
    """OpenID Connect RP-Initiated Logout 1.0.

    The browser holds no session of ours, so there is nothing to end in it; with an ``id_token_hint``
    the sign-in that the token came from ends, and with it every token of that sign-in.
    """
    service = request.app[SERVICE]
    language = choose_language(request, request.query.get("ui_locales"))
    hint = request.query.get("id_token_hint")
    if hint:
        sid = _session_of(service, hint)
        if sid is None:
            return _message(service, language, "refused", status=400, code="invalid_request")
        await service.db.run(grants.revoke_grant, sid)
        target = request.query.get("post_logout_redirect_uri", "")
        if any(is_loopback_redirect(target, path) for path in _redirect_paths(service)):
            state = request.query.get("state")
            return _redirect(f"{target}?{urlencode({'state': state})}" if state else target)
    return _message(service, language, "signed_out")


def _redirect_paths(service: Service) -> list[str]:
    return [path for client in service.config.clients for path in (client.redirect_path, "/signed-out")]


def _session_of(service: Service, id_token: str) -> str | None:
    """The sign-in of a token that we signed; it may be out of date (RP-Initiated Logout section 2)."""
    try:
        claims = jwt.decode(id_token, service.oauth.signing_key, algorithms=[SIGNING_ALGORITHM]).claims
    except (JoseError, ValueError):
        return None
    return str(claims["sid"]) if claims.get("iss") == service.base_url and "sid" in claims else None
