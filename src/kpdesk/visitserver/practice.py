"""The practice's side: sign-in of practitioners, their page, and the session for other screens."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import hdrs, web

from kpdesk.domain.appointment import AppointmentStatus
from kpdesk.domain.people import Role
from kpdesk.visitserver import grants, slots
from kpdesk.visitserver.accounts import check_password, sign_in_wait_s
from kpdesk.visitserver.join import ice_servers
from kpdesk.visitserver.passwords import new_token
from kpdesk.visitserver.people import Person
from kpdesk.visitserver.problems import problem
from kpdesk.visitserver.security import bearer_token, page_policy, peer_of
from kpdesk.visitserver.service import SERVICE, Service
from kpdesk.visitserver.signin import error_box
from kpdesk.visitserver.web_pages import (
    Raw,
    as_json_block,
    choose_language,
    icons,
    other_language,
    page,
    texts,
)

COOKIE = "kpdesk_practice"
MAX_DELAY_S = 600.0
_log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    router = app.router
    router.add_get("/practice", practice_page)
    router.add_get("/practice/sign-in", sign_in_page)
    router.add_post("/practice/sign-in", sign_in)
    router.add_post("/practice/sign-out", sign_out)
    router.add_post("/practice/session", open_session)
    router.add_post("/practice/visits/{room}/cancel", cancel_visit)


# --- pages ------------------------------------------------------------------------------------------------


async def practice_page(request: web.Request) -> web.Response:
    """The queue and the call. ``?key=`` opens a session once and goes away from the address."""
    service = request.app[SERVICE]
    rest = {name: value for name, value in request.query.items() if name != "key"}
    key = request.query.get("key")
    if key is not None:
        person = await service.db.run(grants.open_with_key, key, service.now())
        if person is not None:
            return await _signed_in(service, person, f"/practice?{urlencode(rest)}" if rest else "/practice")
    person = await _person_of_cookie(service, request)
    if person is None:
        return _see(f"/practice/sign-in?{urlencode(rest)}" if rest else "/practice/sign-in")
    language = choose_language(request, request.query.get("lang"))
    words = {name: text for name, text in texts(language).items() if name.startswith("practice.")}
    settings = {
        "language": language,
        "practitioner": person.display_name,
        "auto": service.config.auto_allowed and request.query.get("auto") == "1",
        "delay": _delay(request.query.get("delay")),
        "texts": words,
    }
    query = rest | {"lang": other_language(language)}
    return page(
        "practice.html",
        language,
        policy=page_policy(script=True, media=True, socket=service.signaling_url.rpartition("/")[0]),
        lang=language,
        practice=service.config.practice_name,
        who=person.display_name,
        other_lang=other_language(language),
        other_url=f"/practice?{urlencode(query)}",
        icons=icons(),
        settings=as_json_block(settings),
    )


def _delay(value: str | None) -> float:
    try:
        delay = float(value or 2.0)
    except ValueError:
        return 2.0
    return min(max(delay, 0.0), MAX_DELAY_S) if delay == delay else 2.0  # noqa: PLR0124 - NaN


async def sign_in_page(request: web.Request) -> web.Response:
    return _sign_in_form(request, choose_language(request, request.query.get("lang")))


def _sign_in_form(
    request: web.Request, language: str, *, error: str = "", user: str = "", status: int = 200
) -> web.Response:
    service = request.app[SERVICE]
    words, other = texts(language), other_language(language)
    return page(
        "signin.html",
        language,
        status=status,
        lang=language,
        practice=service.config.practice_name,
        title=words["staff.title"],
        lead=words["staff.lead"],
        note=words["staff.shared"],
        other_lang=other,
        other_url=f"/practice/sign-in?lang={other}",
        action="/practice/sign-in",
        transaction="",
        user=user,
        error=error_box(words[error]) if error else "",
        cancel="",
        demo=Raw(""),
    )


async def sign_in(request: web.Request) -> web.Response:
    """Name and password of a practitioner."""
    service = request.app[SERVICE]
    if not _own_page(service, request):
        return problem(403, "origin", "This form is sent from its own page alone.")
    form = await request.post()
    language = choose_language(request, str(form.get("lang", "")))
    user, password = str(form.get("user", "")).strip()[:200], str(form.get("password", ""))
    wait_s = sign_in_wait_s(service, peer_of(request), user)
    if wait_s:
        response = _sign_in_form(request, language, error="signin.wait", user=user, status=429)
        response.headers[hdrs.RETRY_AFTER] = str(int(wait_s) + 1)
        return response
    person = await check_password(service, user, password, Role.PRACTITIONER)
    if person is None:
        _log.info("practice sign-in failed")
        return _sign_in_form(request, language, error="signin.wrong", user=user)
    return await _signed_in(service, person, f"/practice?lang={language}")


async def _signed_in(service: Service, person: Person, target: str) -> web.Response:
    session, _expires_at = await _new_session(service, person)
    response = _see(target)
    response.set_cookie(
        COOKIE, session, path="/practice", httponly=True, samesite="Lax", secure=service.secure,
        max_age=service.config.lifetimes.practice_session_s,
    )  # fmt: skip
    return response


async def sign_out(request: web.Request) -> web.Response:
    """Ends the browser's session, and that of the page's connection (its token in the form)."""
    service = request.app[SERVICE]
    if not _own_page(service, request):
        return problem(403, "origin", "This form is sent from its own page alone.")
    form = await request.post()
    for session in (request.cookies.get(COOKIE), str(form.get("token", ""))):
        if session:
            await service.db.run(grants.end_session, session)
    response = _see("/practice/sign-in")
    response.del_cookie(COOKIE, path="/practice")
    return response


def _see(location: str) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: location})


def _own_page(service: Service, request: web.Request) -> bool:
    """Browsers say where a request comes from; other programs say nothing and hold no cookie."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get(hdrs.ORIGIN)
    return site in (None, "same-origin", "none") and origin in (None, service.base_url)


# --- sessions ---------------------------------------------------------------------------------------------


async def open_session(request: web.Request) -> web.Response:
    """A signaling session for a screen of the practice: by key, by password, or by the page's cookie."""
    service = request.app[SERVICE]
    if request.content_type != "application/json" or not _own_page(service, request):
        return problem(415, "content_type", "Send a JSON object.")
    try:
        untrusted = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError):
        return problem(400, "malformed", "That is no JSON.")
    if not isinstance(untrusted, dict) or not all(isinstance(value, str) for value in untrusted.values()):
        return problem(400, "malformed", "Send an object of strings.")
    wait_s = sign_in_wait_s(service, peer_of(request), untrusted.get("user", ""))
    if wait_s:
        return problem(429, "rate_limited", "Too many tries.", retry_after_s=wait_s)
    person = await _who(service, request, untrusted)
    if person is None:
        return problem(401, "unauthorized", "Key, name or password is wrong.")
    session, expires_at = await _new_session(service, person)
    body: dict[str, Any] = {
        "url": service.signaling_url,
        "token": session,
        "expires_at": datetime.fromtimestamp(expires_at, UTC).isoformat(),
        "practitioner": {"id": person.id, "name": person.display_name},
        "practice": service.config.practice_name,
        "ice_servers": ice_servers(service.config.ice, service.now()),
        "relay_only": service.config.ice.relay_only,
    }
    return web.json_response(body)


async def _who(service: Service, request: web.Request, untrusted: dict[str, str]) -> Person | None:
    if "key" in untrusted:
        return await service.db.run(grants.open_with_key, untrusted["key"], service.now())
    if "user" in untrusted:
        return await check_password(
            service, untrusted["user"].strip()[:200], untrusted.get("password", ""), Role.PRACTITIONER
        )
    return await _person_of_cookie(service, request)


async def _person_of_cookie(service: Service, request: web.Request) -> Person | None:
    session = request.cookies.get(COOKIE)
    return await service.db.run(grants.practitioner_of, session, service.now()) if session else None


async def _new_session(service: Service, person: Person) -> tuple[str, int]:
    session = new_token()
    expires_at = service.now() + service.config.lifetimes.practice_session_s
    await service.db.run(grants.add_practice_key, session, person.id, "session", expires_at)
    _log.info("practice session opened")
    return session, expires_at


async def new_key(service: Service, person_id: str) -> str:
    """A key that opens one session, for the demo and for tests."""
    key = new_token()
    expires_at = service.now() + service.config.lifetimes.practice_key_s
    await service.db.run(grants.add_practice_key, key, person_id, "once", expires_at)
    return key


# --- visits -----------------------------------------------------------------------------------------------


async def cancel_visit(request: web.Request) -> web.Response:
    """The practice cancels a visit that its queue shows; a waiting patient is told at once."""
    service = request.app[SERVICE]
    session = bearer_token(request)
    person = await service.db.run(grants.practitioner_of, session, service.now()) if session else None
    if person is None:
        return problem(401, "unauthorized", "Sign in again.")
    slot = service.hub.slot_of(request.match_info["room"])
    if slot is None:
        return problem(404, "not_found", "There is no such visit.")
    changed = await service.db.run(
        slots.set_status, slot.id, AppointmentStatus.CANCELLED, service.config.clock.now()
    )
    if changed is None or changed.status is not AppointmentStatus.CANCELLED:
        return problem(410, "over", "The visit is over.")
    service.hub.cancelled(slot.id)
    _log.info("visit cancelled by the practice")
    return web.Response(status=204)
