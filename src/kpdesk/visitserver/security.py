"""What holds for every request: headers, rate limits, who is asking."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import hdrs, web

NOTHING_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # with "no-referrer" browsers send "Origin: null" even to ourselves
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), display-capture=()",
    "Server": "kpdesk",
}
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/=-]{16,512}")


def add_headers(*, encrypted: bool) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """A handler of aiohttp's ``on_response_prepare`` that adds what every answer carries."""

    async def prepare(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in _HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("Content-Security-Policy", NOTHING_POLICY)
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
        if encrypted:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"

    return prepare


def page_policy(
    *, script: bool = False, media: bool = False, form_action: str = "'self'", socket: str = ""
) -> str:
    """The Content-Security-Policy of a page of ours; nothing comes from elsewhere."""
    parts = [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        f"form-action {form_action}",
    ]
    if script:
        # browsers of before CSP 3 do not count a WebSocket of the same origin as 'self'
        parts += ["script-src 'self'", f"connect-src 'self' {socket}".strip()]
    if media:
        parts.append("media-src 'self' blob: mediastream:")
    return "; ".join(parts)


def bearer_token(request: web.Request) -> str | None:
    """The token of an ``Authorization: Bearer`` header (RFC 6750 section 2.1)."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and _TOKEN.fullmatch(token) else None


class RateLimiter:
    """So many events per key in so many seconds, as a bucket that refills evenly."""

    MAX_KEYS: Final = 10_000

    def __init__(self, limit: tuple[int, float], monotonic_s: Callable[[], float]) -> None:
        """``limit``: number and seconds."""
        self._number, self._seconds = limit
        self._monotonic_s = monotonic_s
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Count one event; 0.0 when it may happen, otherwise the seconds to wait."""
        wait_s = self.wait_s(key)
        if wait_s == 0.0:
            level = self._level(key)
            self._levels[key] = (level + 1.0, self._monotonic_s())
            self._levels.move_to_end(key)
            while len(self._levels) > self.MAX_KEYS:
                self._levels.popitem(last=False)
        return wait_s

    def wait_s(self, key: str) -> float:
        """Like ``take``, without counting."""
        level = self._level(key)
        return (
            0.0
            if level + 1.0 <= self._number
            else (level + 1.0 - self._number) * self._seconds / self._number
        )

    def forget(self, key: str) -> None:
        """The key has shown that it is fine."""
        self._levels.pop(key, None)

    def _level(self, key: str) -> float:
        level, at = self._levels.get(key, (0.0, 0.0))
        return max(0.0, level - (self._monotonic_s() - at) * self._number / self._seconds)


def peer_of(request: web.Request) -> str:
    """Whose rate is counted. Headers of proxies are not believed."""
    return request.remote or "?"
