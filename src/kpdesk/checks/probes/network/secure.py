"""The upper rungs of the way to the service: encryption with a certificate, and a WebSocket over it."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from typing import ClassVar, Final

import aiohttp

from kpdesk import __version__
from kpdesk.checks.ports import ProbeContext
from kpdesk.checks.probes.network.certificates import (
    Handshake,
    Presented,
    public_context,
    read_certificate,
    reading_context,
    shake_hands,
    system_context,
)
from kpdesk.checks.probes.network.proxy import ProxyRefusedError, SystemProxy
from kpdesk.checks.probes.network.reach import is_portal, proxy_of
from kpdesk.checks.probes.network.rung import (
    NEEDS_FAILED,
    Finding,
    Rung,
    any_broken,
    failed,
    has_code,
    milliseconds,
    passed,
    skipped,
    warned,
)
from kpdesk.checks.probes.network.sockets import side_by_side
from kpdesk.checks.probes.network.target import NetworkTarget
from kpdesk.domain.preflight import Measurement, ProbeCode, ProbeName, Unit
from kpdesk.domain.signaling import SUBPROTOCOL

TLS_TIMEOUT_S: Final = 3.0
WEBSOCKET_TIMEOUT_S: Final = 3.0
CLOSE_TIMEOUT_S: Final = 0.2
MAX_FRAME_BYTES: Final = 64 * 1024
_FAULTS_OF_THE_WAY: Final = frozenset({400, 426, 501, 502})
"""Answers to a handshake whose ``Upgrade`` did not arrive, or that somebody between could not pass on."""


class TlsProbe(Rung):
    """Is the connection safe, and is it the service at its other end?"""

    name: ClassVar[ProbeName] = ProbeName.TLS
    after: ClassVar[frozenset[ProbeName]] = frozenset({ProbeName.TCP})

    async def _look(self, context: ProbeContext) -> Finding:
        if not self._target.encrypted:
            return skipped()
        if any_broken(context.results, ProbeName.TCP):
            return NEEDS_FAILED
        return await self._on_loop(self._check())

    async def _check(self) -> Finding:
        target = self._target
        proxy = (await proxy_of(target)).proxy
        started_s = time.monotonic()
        async with side_by_side("tls") as keeper:
            public = keeper.spawn(self._publicly(proxy), name="public")
            try:
                shaken = await shake_hands(target.host, target.port, system_context(), proxy, TLS_TIMEOUT_S)
            except (OSError, TimeoutError, ProxyRefusedError, ValueError) as error:
                return await self._explain(error, proxy)
            seconds = time.monotonic() - started_s
            presented = read_certificate(shaken.certificate, target.host)
            return judge_trusted(target, presented, shaken.version, seconds, public=await public)

    async def _publicly(self, proxy: SystemProxy | None) -> bool | None:
        """Whether public authorities vouch for it; ``None`` when that could not be found out."""
        target = self._target
        try:
            await shake_hands(target.host, target.port, public_context(), proxy, TLS_TIMEOUT_S)
        except ssl.SSLCertVerificationError:
            return False
        except (OSError, TimeoutError, ProxyRefusedError, ValueError):
            return None
        return True

    async def _explain(self, trouble: Exception, proxy: SystemProxy | None) -> Finding:
        target = self._target
        shaken: Handshake | None = None
        if isinstance(trouble, ssl.SSLCertVerificationError):
            try:
                shaken = await shake_hands(target.host, target.port, reading_context(), proxy, TLS_TIMEOUT_S)
            except (OSError, TimeoutError, ProxyRefusedError, ValueError):
                shaken = None
        presented = read_certificate(shaken.certificate, target.host) if shaken is not None else None
        portal = proxy is None and await is_portal(target)
        return judge_untrusted(
            target, presented, certificate=isinstance(trouble, ssl.SSLCertVerificationError), portal=portal
        )


def _figures(presented: Presented | None) -> tuple[Measurement, ...]:
    if presented is None or not presented.issuer:
        return ()
    return (Measurement("issuer", presented.issuer, Unit.TEXT),)


def judge_trusted(
    target: NetworkTarget, presented: Presented | None, version: str, seconds: float, *, public: bool | None
) -> Finding:
    """The system trusts the certificate; does it come from the service, or from somebody between?"""
    figures = (
        milliseconds("duration", seconds),
        Measurement("version", version, Unit.TEXT),
        *_figures(presented),
    )
    if target.expected_issuer and presented is not None:
        inspected = not presented.issued_by(target.expected_issuer)
    else:
        inspected = public is False and not target.private_ca
    if inspected:
        return warned(ProbeCode.TLS_INSPECTED, measurements=figures)
    return passed(*figures)


def judge_untrusted(
    target: NetworkTarget, presented: Presented | None, *, certificate: bool, portal: bool
) -> Finding:
    """Why the connection is not safe. ``certificate``: it was the certificate that was not accepted."""
    codes: list[ProbeCode] = [ProbeCode.CAPTIVE_PORTAL] if portal else []
    if not certificate:
        return failed(*codes, ProbeCode.TLS_BLOCKED)
    if presented is None:
        return failed(*codes, ProbeCode.TLS_UNTRUSTED)
    other = bool(target.expected_issuer) and not presented.issued_by(target.expected_issuer or "")
    if not portal and not presented.self_signed and (other or presented.looks_inspected):
        codes.append(ProbeCode.TLS_INSPECTED)
    if not presented.fits_name:
        codes.append(ProbeCode.TLS_WRONG_NAME)
    if presented.expired or presented.not_yet_valid:
        codes.append(ProbeCode.TLS_EXPIRED)
    if presented.fits_name and not (presented.expired or presented.not_yet_valid):
        codes.append(ProbeCode.TLS_UNTRUSTED)
    measurements = (*_figures(presented), Measurement("not_yet_valid", presented.not_yet_valid))
    return failed(*codes, measurements=measurements)


# --- WebSocket --------------------------------------------------------------------------------------------


class WebSocketProbe(Rung):
    """Does the way let a WebSocket through, there and back (RFC 6455)?

    After the upgrade one ping is sent, which every server answers by itself (section 5.5.3): a way that lets
    the handshake pass but no frames is found, and the service need not know about checks.
    """

    name: ClassVar[ProbeName] = ProbeName.WEBSOCKET
    after: ClassVar[frozenset[ProbeName]] = frozenset({ProbeName.TLS, ProbeName.TCP})

    async def _look(self, context: ProbeContext) -> Finding:
        if any_broken(context.results, ProbeName.TLS, ProbeName.TCP):
            return NEEDS_FAILED
        inspected = has_code(context.results, ProbeCode.TLS_INSPECTED)
        return await self._on_loop(self._upgrade(inspected or not self._target.encrypted))

    async def _upgrade(self, readable: bool) -> Finding:
        """``readable``: somebody on the way may have changed the request."""
        started_s = time.monotonic()
        proxy = (await proxy_of(self._target)).proxy
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=system_context(), force_close=True),
            timeout=aiohttp.ClientTimeout(total=None),
            headers={"User-Agent": f"kpdesk/{__version__}"},
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        try:
            async with session, asyncio.timeout(WEBSOCKET_TIMEOUT_S):
                return await self._ping(session, proxy, readable, started_s)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return failed(ProbeCode.WEBSOCKET_BLOCKED)

    async def _ping(
        self, session: aiohttp.ClientSession, proxy: SystemProxy | None, readable: bool, started_s: float
    ) -> Finding:
        try:
            socket = await session.ws_connect(
                self._target.websocket_url,
                protocols=(SUBPROTOCOL,),
                autoping=False,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_TIMEOUT_S),
                max_msg_size=MAX_FRAME_BYTES,
                proxy=proxy.url if proxy is not None else None,
                proxy_auth=_proxy_auth(proxy),
            )
        except aiohttp.WSServerHandshakeError as error:
            return judge_refused_upgrade(error.status, readable=readable)
        try:
            word = secrets.token_bytes(8)
            await socket.ping(word)
            while True:
                frame = await socket.receive()
                if frame.type is aiohttp.WSMsgType.PONG and bytes(frame.data) == word:
                    return passed(milliseconds("duration", time.monotonic() - started_s))
                if frame.type in (
                    aiohttp.WSMsgType.CLOSE,
                    aiohttp.WSMsgType.CLOSING,
                    aiohttp.WSMsgType.CLOSED,
                    aiohttp.WSMsgType.ERROR,
                ):
                    return failed(ProbeCode.WEBSOCKET_BLOCKED, measurements=(Measurement("upgraded", True),))
        finally:
            await socket.close()


def judge_refused_upgrade(status: int, *, readable: bool) -> Finding:
    """An ordinary answer instead of the upgrade. Whoever cannot read the connection cannot have given it:
    then it is the service's own word."""
    figures = (Measurement("status", status),)
    if readable or status in _FAULTS_OF_THE_WAY or status < 400:
        return failed(ProbeCode.WEBSOCKET_BLOCKED, measurements=figures)
    return failed(ProbeCode.SERVICE_REFUSES, measurements=figures)


def _proxy_auth(proxy: SystemProxy | None) -> aiohttp.BasicAuth | None:
    if proxy is None or proxy.user is None:
        return None
    return aiohttp.BasicAuth(proxy.user, proxy.password or "")
