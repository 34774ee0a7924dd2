"""Asks the visit service for leave to be checked, and reads the grant."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from dataclasses import replace
from datetime import timedelta
from typing import Final

from yarl import URL

from kpdesk.base.clock import Clock
from kpdesk.domain.errors import IdentityError, KpdeskError, PayloadError
from kpdesk.domain.preflight import PreflightGrant
from kpdesk.domain.probe_packets import SESSION_BYTES, TOKEN_BYTES
from kpdesk.services._errors import raise_for_trouble
from kpdesk.services._json import instant, load_object, token
from kpdesk.services.authorized import AccessTokens
from kpdesk.services.http import HttpClient, safe_url
from kpdesk.services.visits import decode_ice_servers

MAX_GRANT_BYTES: Final = 64 * 1024
TIMEOUT_S: Final = 6.0
RENEWED_BEFORE_S: Final = 20.0
"""A grant that lives for less than this is too short for what is left of a run."""
FAILURE_KEPT_S: Final = 2.0
"""Probes that wait for the same answer fail together, not one after the other."""
_HOST: Final = re.compile(r"[A-Za-z0-9.:_-]{1,253}")

_log = logging.getLogger(__name__)


class PreflightService:
    """Implements ``checks.ports.Grants``."""

    def __init__(
        self,
        http: HttpClient,
        clock: Clock,
        fhir_base_url: str,
        *,
        service_base: str | None = None,
        identity: AccessTokens | None = None,
        relay_only: bool = False,
    ) -> None:
        """``service_base``: of the visit service when it is not the FHIR server's host (policy).
        ``identity``: of a patient who is signed in; without one the service is asked all the same.
        ``relay_only``: the organization wants every call through its relay (IceTransportPolicy)."""
        self._http = http
        self._clock = clock
        self._base = service_base or fhir_base_url
        self._identity = identity
        self._relay_only = relay_only
        self._lock = asyncio.Lock()
        self._kept: tuple[PreflightGrant, float] | None = None
        self._failure: tuple[KpdeskError, float] | None = None

    @property
    def url(self) -> URL:
        """Where grants are asked for. Raises PayloadError when the address is not safe."""
        return safe_url(self._base).origin() / "preflight"

    @property
    def known(self) -> PreflightGrant | None:
        """The newest grant, over or not; ``None`` before there is one."""
        return self._kept[0] if self._kept is not None else None

    async def grant(self) -> PreflightGrant:
        """Asked once a run, then remembered while it lives. Raises ConnectivityError or PayloadError."""
        async with self._lock:
            now_s = self._clock.monotonic_s()
            if self._kept is not None and now_s < self._kept[1]:
                return self._kept[0]
            if self._failure is not None and now_s < self._failure[1]:
                raise self._failure[0]
            try:
                granted = self._with_clock_error(await self._ask(), now_s)
            except KpdeskError as error:
                self._failure = (error, self._clock.monotonic_s() + FAILURE_KEPT_S)
                raise
            # by the service's own clock: this computer's may be wrong, which is one thing to be found out
            life_s = (granted.expires_at - granted.server_time).total_seconds()
            self._kept = (granted, now_s + life_s - RENEWED_BEFORE_S)
            return granted

    def _with_clock_error(self, granted: PreflightGrant, asked_s: float) -> PreflightGrant:
        """RFC 5905 section 8; the connection may have been opened meanwhile, which the doubt covers."""
        half = timedelta(seconds=(self._clock.monotonic_s() - asked_s) / 2)
        error = self._clock.now() - half - granted.server_time
        return replace(granted, clock_error_s=error.total_seconds(), clock_doubt_s=half.total_seconds())

    async def _ask(self) -> PreflightGrant:
        answer = await self._http.request(
            "POST",
            self.url,
            bearer=await self._bearer(),
            headers={"Accept": "application/json, application/problem+json"},
            json_body={},
            max_bytes=MAX_GRANT_BYTES,
            timeout_s=TIMEOUT_S,
        )
        raise_for_trouble(answer.status, answer.headers)
        if not answer.ok:
            _log.info("preflight refused: status=%d", answer.status)
            raise PayloadError("grant", reason="not offered")
        granted = decode_grant(answer.body, relay_only=self._relay_only)
        _log.info("preflight granted: ice_servers=%d", len(granted.ice_servers))
        return granted

    async def _bearer(self) -> str | None:
        if self._identity is None:
            return None
        try:
            return await self._identity.access_token()
        except IdentityError:
            return None  # not signed in (any more): the check works without


def decode_grant(untrusted_body: bytes, *, relay_only: bool = False) -> PreflightGrant:
    """The grant. Raises PayloadError only."""
    untrusted = load_object(untrusted_body, "grant")
    expires_at = instant(untrusted.get("expires_at"), "grant", "expires_at")
    server_time = instant(untrusted.get("server_time"), "grant", "server_time")
    if expires_at is None or server_time is None or expires_at <= server_time:
        raise PayloadError("grant", reason="no time, or over already")
    host = token(untrusted.get("udp_host"), 253)
    if host is None or not _HOST.fullmatch(host):
        raise PayloadError("grant", reason="udp_host is no host")
    return PreflightGrant(
        token=_octets(untrusted.get("token"), "token", TOKEN_BYTES),
        session=_octets(untrusted.get("session"), "session", SESSION_BYTES),
        udp_host=host,
        udp_port=int(_number(untrusted.get("udp_port"), "udp_port", 1, 0xFFFF)),
        expires_at=expires_at,
        server_time=server_time,
        max_kbps=int(_number(untrusted.get("max_kbps"), "max_kbps", 1, 10_000_000)),
        max_seconds=float(_number(untrusted.get("max_seconds"), "max_seconds", 0.1, 60)),
        ice_servers=decode_ice_servers(untrusted.get("ice_servers")),
        relay_only=relay_only or untrusted.get("relay_only") is True,
        rehearsal=untrusted.get("rehearsal") is True,
    )


def _octets(untrusted: object, name: str, length: int) -> bytes:
    if isinstance(untrusted, str) and len(untrusted) == 2 * length:
        try:
            return bytes.fromhex(untrusted)
        except ValueError:
            pass
    raise PayloadError("grant", reason=f"{name} is not {length} octets in hexadecimal")


def _number(untrusted: object, name: str, low: float, high: float) -> float:
    if isinstance(untrusted, bool) or not isinstance(untrusted, int | float):
        raise PayloadError("grant", reason=f"{name} is no number")
    if not math.isfinite(untrusted) or not low <= untrusted <= high:
        raise PayloadError("grant", reason=f"{name} is out of range")
    return untrusted
