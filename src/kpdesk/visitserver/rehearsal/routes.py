"""POST /preflight/rehearsal: a ticket for a rehearsal room, for whoever has leave to be checked."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import web

from kpdesk.domain.probe_packets import SESSION_BYTES, TOKEN_BYTES
from kpdesk.domain.signaling import PROVIDER
from kpdesk.domain.ticket import IceServer
from kpdesk.visitserver.config import ServerConfig
from kpdesk.visitserver.join import ice_servers
from kpdesk.visitserver.problems import problem
from kpdesk.visitserver.rehearsal.rooms import RehearsalRefusedError
from kpdesk.visitserver.service import SERVICE, Service

_REFUSALS: Final = {
    "not_offered": (404, "This service offers no rehearsal."),
    "used": (409, "This session is in a rehearsal, or has had enough of them."),
    "busy": (429, "All rehearsal rooms are taken."),
}
_log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    app.router.add_post("/preflight/rehearsal", rehearse)


async def rehearse(request: web.Request) -> web.Response:
    """``{"session": ..., "token": ...}`` as ``POST /preflight`` gave them; the answer is a join ticket."""
    service = request.app[SERVICE]
    if service.closing:
        return problem(503, "closing", "The service is stopping.", retry_after_s=1.0)
    if not service.rehearsals.offered:
        return _refused("not_offered")
    try:
        untrusted = await request.json()
    except ValueError:
        return problem(400, "malformed", "The body is not JSON.")
    session = _octets(untrusted, "session", SESSION_BYTES)
    token = _octets(untrusted, "token", TOKEN_BYTES)
    if session is None or token is None:
        return problem(400, "malformed", "session and token are needed, in hexadecimal.")
    if service.probe is None or not service.probe.knows(session, token):
        return problem(401, "unauthorized", "Ask for leave to be checked again.")
    try:
        return web.json_response(_ticket(service, session))
    except RehearsalRefusedError as refused:
        _log.info("rehearsal refused: code=%s", refused.code)
        return _refused(refused.code, refused.wait_s)


def _refused(code: str, wait_s: float = 0.0) -> web.Response:
    status, detail = _REFUSALS[code]
    return problem(status, code, detail, retry_after_s=wait_s)


def _octets(untrusted: Any, name: str, length: int) -> bytes | None:
    value = untrusted.get(name) if isinstance(untrusted, dict) else None
    if not isinstance(value, str) or len(value) != 2 * length:
        return None
    try:
        return bytes.fromhex(value)
    except ValueError:
        return None


def echo_ice(config: ServerConfig) -> tuple[tuple[IceServer, ...], bool]:
    """The servers that an echo peer uses itself, and whether everything is to be relayed."""
    now = int(config.clock.now().timestamp())
    servers = ice_servers(config.ice, now, lifetime_s=config.preflight.turn_lifetime_s)
    return (
        tuple(IceServer(tuple(one["urls"]), one.get("username"), one.get("credential")) for one in servers),
        config.ice.relay_only,
    )


def _ticket(service: Service, session: bytes) -> dict[str, Any]:
    """As that of a visit (``visitserver.join``), for a room that lasts seconds."""
    leave = service.rehearsals.grant(session)
    rules = service.rehearsals.rules
    now = datetime.fromtimestamp(service.now(), UTC)
    ends = now + timedelta(seconds=rules.ticket_s + rules.longest_s)
    return {
        "provider": PROVIDER,
        "url": service.signaling_url,
        "token": leave.token,
        "room": leave.room,
        "expires_at": (now + timedelta(seconds=rules.ticket_s)).isoformat(),
        "opens_at": now.isoformat(),
        "closes_at": ends.isoformat(),
        "ice_servers": ice_servers(
            service.config.ice, service.now(), lifetime_s=service.config.preflight.turn_lifetime_s
        ),
        "relay_only": service.config.ice.relay_only,
    }
