"""Waits on this computer for the browser to come back (RFC 8252 section 7.3)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Final

from kpdesk.domain.errors import ErrorCode, IdentityError
from kpdesk.services._json import same

if TYPE_CHECKING:
    from aiohttp import web

PATH: Final = "/callback"
TIMEOUT_S: Final = 600.0
_HOSTS: Final = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_STYLE: Final = (
    "body{font:1.25rem/1.5 sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;"
    "color:#12202B;background:#F4F7F9}h1{font-size:1.75rem;margin:0 0 .25rem}section{margin-bottom:2rem}"
)
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>kpdesk</title><style>{style}</style></head><body>
<section><h1>{english_title}</h1><p>You can close this page and go back to kpdesk.</p></section>
<section lang="es"><h1>{spanish_title}</h1><p>Puede cerrar esta página y volver a kpdesk.</p></section>
</body></html>
"""
_DONE: Final = _PAGE.format(style=_STYLE, english_title="Thank you", spanish_title="Gracias")
_UNKNOWN: Final = _PAGE.format(
    style=_STYLE,
    english_title="kpdesk did not ask for this page",
    spanish_title="kpdesk no pidió esta página",
)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-"
        + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
        + "'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Redirect:
    """What the browser brought, as it came."""

    code: str | None = field(repr=False)
    error: str | None
    issuer: str | None


class LoopbackRedirect:
    """A web server for one request. Use as ``async with``; ``wait`` gives what the browser brings.

    Whoever asks without our path, our host name or the right ``state`` learns and changes nothing, so
    that no other page and no other program can end the sign-in.
    """

    def __init__(self, state: str, *, ports: Sequence[int] = (0,), timeout_s: float = TIMEOUT_S) -> None:
        """``ports``: to try in turn, 0 for any; for servers that want the exact address registered."""
        self._state = state
        self._ports = ports
        self._timeout_s = timeout_s
        self._runner: web.AppRunner | None = None
        self._host = ""
        self._answer: asyncio.Future[Redirect] | None = None

    @property
    def uri(self) -> str:
        """The ``redirect_uri`` to send."""
        return f"http://{self._host}{PATH}"

    async def __aenter__(self) -> LoopbackRedirect:
        from aiohttp import web

        listener, host = _listen(self._ports)
        self._host = host
        self._answer = asyncio.get_running_loop().create_future()
        # every path and method, so that each answer carries our headers
        app = web.Application(client_max_size=1024)
        app.router.add_route("*", "/{path:.*}", self._on_request)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._answer is not None:
            self._answer.cancel()
        if self._runner is not None:
            await self._runner.cleanup()

    async def wait(self) -> Redirect:
        """Raises IdentityError(SIGN_IN_TIMED_OUT) after ten minutes."""
        if self._answer is None:
            raise RuntimeError("the redirect server is not open")
        try:
            async with asyncio.timeout(self._timeout_s):
                return await asyncio.shield(self._answer)
        except TimeoutError as error:
            raise IdentityError(ErrorCode.SIGN_IN_TIMED_OUT, retryable=True) from error

    async def _on_request(self, request: web.Request) -> web.Response:
        from aiohttp import web

        status = self._judge(request)
        if status != 200:
            _log.info("redirect refused: status=%d", status)
        page = _DONE if status == 200 else _UNKNOWN
        return web.Response(
            text=page if request.method != "HEAD" else None,
            status=status,
            content_type="text/html",
            charset="utf-8",
            headers=_HEADERS,
        )

    def _judge(self, request: web.Request) -> int:
        """The status of the answer; takes the redirect when it is ours."""
        # a page elsewhere may give its own name our address (DNS rebinding): the name gives it away
        if not same(request.headers.get("Host", ""), self._host):
            return 421
        if request.path != PATH:
            return 404
        if request.method != "GET":
            return 405
        given = request.query.getall("state", [])
        if len(given) != 1 or not same(given[0], self._state):
            return 400
        if self._answer is None or self._answer.done():
            return 410
        codes, errors = request.query.getall("code", []), request.query.getall("error", [])
        issuers = request.query.getall("iss", [])
        if len(codes) + len(errors) != 1 or len(issuers) > 1:
            return 400
        self._answer.set_result(
            Redirect(
                code=codes[0] if codes else None,
                error=errors[0] if errors else None,
                issuer=issuers[0] if issuers else None,
            )
        )
        return 200


def _listen(ports: Sequence[int]) -> tuple[socket.socket, str]:
    """A listening socket and the host name in its address: IPv4 first, IPv6 where there is no IPv4."""
    for family, address in _HOSTS:
        for port in ports:
            listener = socket.socket(family, socket.SOCK_STREAM)
            try:
                listener.bind((address, port))
                listener.listen(8)
                listener.setblocking(False)
            except OSError:
                listener.close()
                continue
            name = f"[{address}]" if family == socket.AF_INET6 else address
            return listener, f"{name}:{listener.getsockname()[1]}"
    raise IdentityError(ErrorCode.INTERNAL, reason="no port of this computer is free")
