"""POST /visits/{id}/join: the short-lived right to enter one visit, or a refusal that says why."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from kpdesk.domain.appointment import AppointmentStatus
from kpdesk.domain.joining import Joinability, decide_join
from kpdesk.domain.signaling import PROVIDER
from kpdesk.visitserver import grants
from kpdesk.visitserver.config import IceConfig
from kpdesk.visitserver.passwords import new_token
from kpdesk.visitserver.people import new_id
from kpdesk.visitserver.problems import problem
from kpdesk.visitserver.security import bearer_token
from kpdesk.visitserver.service import SERVICE, Service
from kpdesk.visitserver.slots import Slot, get_slot

_log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    app.router.add_post("/visits/{id}/join", join)


async def join(request: web.Request) -> web.Response:
    """A ticket for the signed-in patient."""
    service = request.app[SERVICE]
    token = bearer_token(request)
    found = await service.db.run(grants.patient_of, token, service.now()) if token else None
    if found is None:
        return problem(401, "unauthorized", "Sign in again.")
    patient, _scope = found
    slot = await service.db.run(get_slot, request.match_info["id"])
    if slot is None:
        return problem(404, "not_found", "There is no such visit.")
    if slot.patient.id != patient.id:
        _log.info("join refused: not the patient's own visit")
        return problem(403, "not_yours", "This visit is somebody else's.")
    decision = decide_join(slot.as_appointment(), service.config.clock.now(), service.config.window)
    if decision.joinability is not Joinability.OPEN:
        _log.info("join refused: %s", decision.joinability.value)
        return _refusal(slot, decision.joinability, decision.opens_at)
    assert decision.opens_at is not None and decision.closes_at is not None  # noqa: S101 - it is open
    return web.json_response(await _ticket(service, slot, decision.opens_at, decision.closes_at))


def _refusal(slot: Slot, why: Joinability, opens_at: datetime | None) -> web.Response:
    match why:
        case Joinability.TOO_EARLY:
            return problem(403, "too_early", "The visit cannot be joined yet.", opens_at=opens_at)
        case Joinability.CANCELLED:
            return problem(410, "cancelled", "The visit was cancelled.")
        case Joinability.NOT_VIDEO | Joinability.NO_LINK | Joinability.NO_TIME:
            return problem(409, "no_link", "The visit has no video link.")
    if slot.status is AppointmentStatus.CANCELLED:
        return problem(410, "cancelled", "The visit was cancelled.")
    return problem(410, "over", "The visit is over.")


async def _ticket(service: Service, slot: Slot, opens_at: datetime, closes_at: datetime) -> dict[str, Any]:
    """The ticket as JSON; ``docs/protocol.md`` has its schema."""
    token = new_token()
    expires_at = service.now() + service.config.lifetimes.ticket_s
    await service.db.run(grants.add_ticket, token, slot.id, slot.patient.id, expires_at)
    return {
        "provider": PROVIDER,
        "url": service.signaling_url,
        "token": token,
        "room": service.hub.room_id(slot.id),
        "expires_at": datetime.fromtimestamp(expires_at, UTC).isoformat(),
        "opens_at": opens_at.isoformat(),
        "closes_at": closes_at.isoformat(),
        "ice_servers": ice_servers(service.config.ice, service.now()),
        "relay_only": service.config.ice.relay_only,
    }


def ice_servers(ice: IceConfig, now: int, *, lifetime_s: int | None = None) -> list[dict[str, Any]]:
    """W3C RTCIceServer objects. TURN gets credentials that run out: the user name is the instant of
    that and an opaque id, the password its HMAC-SHA1 with the secret that the TURN server knows.
    ``lifetime_s`` instead of what a visit needs."""
    servers: list[dict[str, Any]] = []
    if ice.stun_urls:
        servers.append({"urls": list(ice.stun_urls)})
    if ice.turn_urls and ice.turn_secret:
        username = f"{now + (lifetime_s or ice.turn_lifetime_s)}:{new_id()}"
        digest = hmac.new(ice.turn_secret.encode(), username.encode(), hashlib.sha1).digest()
        servers.append(
            {
                "urls": list(ice.turn_urls),
                "username": username,
                "credential": base64.b64encode(digest).decode("ascii"),
            }
        )
    return servers
