"""Starts and stops the visit service: HTTP and WebSocket on one port."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from aiohttp import hdrs, web
from joserfc import jwk
from yarl import URL

from kpdesk import __version__
from kpdesk.base.tasks import TaskKeeper
from kpdesk.visitserver import fhir_routes, grants, join, practice, preflight, seed, signin, web_pages
from kpdesk.visitserver.config import ServerConfig, is_loopback
from kpdesk.visitserver.database import Database
from kpdesk.visitserver.fhir_search import PageTokens
from kpdesk.visitserver.oauth import OAuthContext
from kpdesk.visitserver.passwords import hash_password, new_token
from kpdesk.visitserver.probing.answerer import ProbeAnswerer
from kpdesk.visitserver.problems import problem
from kpdesk.visitserver.rehearsal import routes as rehearsal
from kpdesk.visitserver.rehearsal.rooms import Rehearsals
from kpdesk.visitserver.rehearsal.rules import RehearsalRules
from kpdesk.visitserver.security import RateLimiter, add_headers
from kpdesk.visitserver.service import SERVICE, Service, SlotRecords
from kpdesk.visitserver.signaling import socket as signaling_socket
from kpdesk.visitserver.signaling.hub import Hub

SHUTDOWN_S: Final = 2.0
SWEEP_EVERY_S: Final = 3600.0
_log = logging.getLogger(__name__)


class RunningServer:
    """A service that answers. ``close`` it, on the loop that it was started on."""

    def __init__(self, service: Service, runner: web.AppRunner, port: int) -> None:
        self.service = service
        self.port = port
        self._runner = runner
        self._closed = False

    @property
    def base_url(self) -> str:
        """Scheme, host and port; the OAuth issuer."""
        return self.service.base_url

    @property
    def fhir_base_url(self) -> str:
        return self.service.fhir_base_url

    async def practitioner_key(self, person_id: str = seed.PRACTITIONERS[0].id) -> str:
        """A fresh key that opens one session of this practitioner."""
        return await practice.new_key(self.service, person_id)

    async def ready_line(self) -> dict[str, Any]:
        """What a parent process waits for; keys and passwords in a demo alone."""
        line: dict[str, Any] = {
            "event": "ready",
            "base_url": self.base_url,
            "fhir_base_url": self.fhir_base_url,
            "practitioner_url": f"{self.base_url}/practice",
            "pid": os.getpid(),
            "version": __version__,
        }
        if self.service.config.demo:
            line["practitioner_url"] += f"?key={await self.practitioner_key()}"
            line["practitioner_key"] = await self.practitioner_key()
            line["accounts"] = self.service.demo_accounts
        return line

    async def close(self) -> None:
        """Tell everybody, stop answering, close the file; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self.service.closing = True
        self.service.hub.shut_down()
        self.service.rehearsals.shut_down()
        await self._drain()
        await self.service.rehearsals.close()
        await self.service.keeper.close()
        await self._runner.cleanup()
        if self.service.probe is not None:
            self.service.probe.close()
        await self.service.db.close()
        self.service.passwords.shutdown(wait=True)
        _log.info("visit service stopped")

    async def _drain(self) -> None:
        """Until the last words are on their way, or for a while."""
        try:
            async with asyncio.timeout(SHUTDOWN_S):
                await self.service.no_sockets.wait()
        except TimeoutError:
            _log.info("sockets left behind: %d", len(self.service.sockets))


async def serve(config: ServerConfig) -> RunningServer:
    """Start; returns when it answers. Raises ConfigError, OSError or NewerSchemaError."""
    config.check()
    listening = _listen(config.host, config.port)
    try:
        return await _serve(config, listening)
    except BaseException:
        listening.close()
        raise


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


async def _serve(config: ServerConfig, listening: socket.socket) -> RunningServer:
    port: int = listening.getsockname()[1]
    # as browsers spell it in Origin and Host: without a port that goes without saying
    base_url = str(URL(config.public_url or _own_url(config, port)).origin())
    db = Database(config.data_dir)
    await db.open()
    passwords = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kpdesk-visit-password")
    probe: ProbeAnswerer | None = None
    try:
        service = await _make_service(config, base_url, db, passwords)
        service.probe = probe = preflight.start_probe(config, port)
        runner = web.AppRunner(
            _make_app(service), access_log=None, shutdown_timeout=SHUTDOWN_S, handle_signals=False
        )
        await runner.setup()
        await web.SockSite(runner, listening, ssl_context=_tls(config)).start()
    except BaseException:
        if probe is not None:
            probe.close()
        await db.close()
        passwords.shutdown(wait=True)
        raise
    service.keeper.spawn(_tick(service), name="tick")
    service.keeper.spawn(_sweep(service), name="sweep")
    _log.info("visit service started: encrypted=%s demo=%s", config.encrypted, config.demo)
    return RunningServer(service, runner, port)


def _own_url(config: ServerConfig, port: int) -> str:
    host = config.host
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = socket.getfqdn()
    host = f"[{host}]" if ":" in host else host
    return f"{'https' if config.encrypted else 'http'}://{host}:{port}"


def _tls(config: ServerConfig) -> ssl.SSLContext | None:
    if config.certificate is None or config.certificate_key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(config.certificate, config.certificate_key)
    return context


async def _make_service(
    config: ServerConfig, base_url: str, db: Database, passwords: ThreadPoolExecutor
) -> Service:
    clock, limits = config.clock, config.limits
    fresh_key = json.dumps(jwk.ECKey.generate_key("P-256").as_dict(private=True))
    signing_key = jwk.ECKey.import_key(json.loads(await db.run(grants.get_secret, "signing_key", fresh_key)))
    signing_key.ensure_kid()
    room_secret = await db.run(grants.get_secret, "rooms", new_token())
    page_secret = await db.run(grants.get_secret, "pages", new_token())
    if config.demo:
        await db.run(seed.seed, clock.now())
    hub = Hub(
        SlotRecords(db, clock.now),
        clock,
        window=config.window,
        pace=config.pace,
        show_position=config.show_position,
        secret=room_secret,
    )

    def rate(limit: tuple[int, float]) -> RateLimiter:
        return RateLimiter(limit, clock.monotonic_s)

    return Service(
        config=config,
        base_url=base_url,
        db=db,
        hub=hub,
        rehearsals=Rehearsals(
            config.preflight.rehearsal if config.preflight.enabled else RehearsalRules(at_once=0),
            clock,
            lambda: rehearsal.echo_ice(config),
        ),
        keeper=TaskKeeper("visitserver"),
        oauth=OAuthContext(config, base_url, f"{base_url}/fhir", signing_key),
        page_tokens=PageTokens(page_secret),
        sign_in_rate=rate(limits.sign_ins_per_address),
        name_rate=rate(limits.failed_sign_ins_per_name),
        token_rate=rate(limits.token_requests_per_address),
        socket_rate=rate(limits.sockets_per_address),
        preflight_rate=rate(config.preflight.grants_per_address),
        passwords=passwords,
        no_account=hash_password(new_token(), cost=config.password_cost),
        demo_accounts=seed.accounts() if config.demo else {},
    )


async def _tick(service: Service) -> None:
    while True:
        await asyncio.sleep(service.config.pace.tick_s)
        try:
            await service.hub.tick()
        except Exception:
            # one bad visit must not stop the clock for all others
            _log.exception("tick failed")


async def _sweep(service: Service) -> None:
    while True:
        await service.db.run(grants.sweep, service.now())
        await asyncio.sleep(SWEEP_EVERY_S)


# --- the web application ----------------------------------------------------------------------------------


def _make_app(service: Service) -> web.Application:
    app = web.Application(
        middlewares=[_refuse_strangers, _answer_failures], client_max_size=service.config.limits.body_bytes
    )
    app[SERVICE] = service
    app.on_response_prepare.append(add_headers(encrypted=service.secure))
    for module in (
        signin,
        fhir_routes,
        join,
        preflight,
        rehearsal,
        practice,
        web_pages,
        signaling_socket,
    ):
        module.add_routes(app)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/", front_door)
    return app


async def healthz(request: web.Request) -> web.Response:
    """200 when the service can do its work."""
    service = request.app[SERVICE]
    await service.db.run(lambda connection: connection.execute("SELECT 1").fetchone())
    return web.json_response({"status": "ok", "version": __version__})


async def front_door(_request: web.Request) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: "/practice"})


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def _refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer under our own name alone: a page of another site must not reach us by a DNS trick."""
    service = request.app[SERVICE]
    if not _known_host(service, request.host):
        return problem(421, "host", "This is not the host that you asked for.")
    return await handler(request)


def _known_host(service: Service, host: str) -> bool:
    own = service.base_url.partition("://")[2]
    if host == own:
        return True
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return is_loopback(name) and is_loopback(service.config.host)


@web.middleware
async def _answer_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure in the form that its part of the service speaks."""
    try:
        return await handler(request)
    except asyncio.CancelledError:
        raise
    except Exception as error:
        expected = isinstance(error, web.HTTPException | fhir_routes.FhirError)
        if not expected:
            _log.exception("request failed: method=%s", request.method)
        if request.path.startswith("/fhir"):
            return fhir_routes.refusal(error)
        status = error.status if isinstance(error, web.HTTPException) else 500
        if status < 400:
            raise
        return _failure(request, status)


def _failure(request: web.Request, status: int) -> web.Response:
    if request.path in ("/oauth/token", "/oauth/revoke", "/oauth/userinfo"):
        code = "server_error" if status >= 500 else "invalid_request"
        return web.json_response({"error": code}, status=status)
    if "text/html" in request.headers.get(hdrs.ACCEPT, ""):
        language = web_pages.choose_language(request)
        words, key = web_pages.texts(language), "problem" if status >= 500 else "missing"
        return web_pages.page(
            "message.html", language, status=status, lang=language,
            practice=request.app[SERVICE].config.practice_name,
            title=words[f"{key}.title"], lead=words[f"{key}.lead"], code=str(status),
        )  # fmt: skip
    names = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
    return problem(status, names.get(status, "failed"), "The request cannot be answered.")


# --- a process of its own ---------------------------------------------------------------------------------


def run(config: ServerConfig, *, exit_with_parent: bool = False) -> int:
    """Serve until SIGTERM, SIGINT or, if asked, the end of standard input; returns the exit status."""
    return asyncio.run(_run(config, exit_with_parent=exit_with_parent))


async def _run(config: ServerConfig, *, exit_with_parent: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    if exit_with_parent:
        _watch_stdin(loop, stop)
    running = await serve(config)
    try:
        print(json.dumps(await running.ready_line()), flush=True)
        await stop.wait()
    finally:
        await running.close()
    return 0


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Standard input is the life line to our parent: its end is ours."""

    def read() -> None:
        # os.read, not sys.stdin: a buffered reader that is blocked in a daemon thread stops the exit
        try:
            while os.read(0, 4096):
                pass
        except OSError:
            _log.debug("standard input cannot be read")
        try:
            loop.call_soon_threadsafe(stop.set)
        except RuntimeError:
            _log.debug("the loop is closed already")

    if sys.stdin is not None:
        threading.Thread(target=read, name="visit-stdin", daemon=True).start()
