"""POST /preflight: leave to be checked, for anybody who asks, and the UDP probe beside it.

No sign-in is asked for: a person who cannot sign in must be able to find out why, and so must the IT
department of a clinic. What is given away is bounded instead: so many grants an address, so much traffic a
grant, and relay credentials that live for minutes.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from aiohttp import web
from yarl import URL

from kpdesk.visitserver.config import ServerConfig
from kpdesk.visitserver.join import ice_servers
from kpdesk.visitserver.probing.answerer import ProbeAnswerer, bind_udp
from kpdesk.visitserver.probing.sessions import Leave, ProbeSessions, TooManySessionsError
from kpdesk.visitserver.problems import problem
from kpdesk.visitserver.security import peer_of
from kpdesk.visitserver.service import SERVICE, Service

_log = logging.getLogger(__name__)


def add_routes(app: web.Application) -> None:
    app.router.add_post("/preflight", grant)


def start_probe(config: ServerConfig, http_port: int) -> ProbeAnswerer | None:
    """The answerer, running; ``None`` when the check is switched off. Raises OSError."""
    settings = config.preflight
    if not settings.enabled:
        return None
    bound = bind_udp(config.host, settings.port, http_port)
    answerer = ProbeAnswerer(ProbeSessions(settings.probe), bound)
    answerer.start()
    return answerer


async def grant(request: web.Request) -> web.Response:
    """A fresh grant; ``docs/protocol.md`` has its members."""
    service = request.app[SERVICE]
    if service.probe is None:
        return problem(404, "not_offered", "This service does not offer the device and network check.")
    if service.closing:
        return problem(503, "closing", "The service is stopping.")
    peer = peer_of(request)
    wait_s = service.preflight_rate.take(peer)
    if wait_s > 0:
        return problem(429, "rate_limited", "Too many checks from here.", retry_after_s=wait_s)
    try:
        leave = service.probe.open_session(peer)
    except TooManySessionsError as error:
        return problem(429, "rate_limited", "Too many checks at once.", retry_after_s=error.wait_s)
    _log.info("preflight granted")
    return web.json_response(_grant(service, service.probe, leave))


def _grant(service: Service, probe: ProbeAnswerer, leave: Leave) -> dict[str, Any]:
    config = service.config
    settings, limits = config.preflight, config.preflight.probe
    now = config.clock.now()
    return {
        "token": leave.token.hex(),
        "session": leave.session.hex(),
        "udp_host": settings.public_host or URL(service.base_url).host or config.host,
        "udp_port": settings.public_port or probe.port,
        "expires_at": (now + timedelta(seconds=limits.lifetime_s)).isoformat(),
        "server_time": now.isoformat(),
        "max_kbps": limits.max_kbps,
        "max_seconds": limits.max_seconds,
        "ice_servers": ice_servers(config.ice, service.now(), lifetime_s=settings.turn_lifetime_s),
        "relay_only": config.ice.relay_only,
        "rehearsal": service.rehearsals.offered,
    }
