"""The border to the network: errors of aiohttp, ssl and the system become ours here, once."""

from __future__ import annotations

import errno
import math
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp

from kpdesk.domain.errors import ConnectivityError, ErrorCode, PayloadError

MAX_RETRY_AFTER_S: Final = 3600.0

_NO_NETWORK: Final = frozenset(
    {
        errno.ENETUNREACH,
        errno.ENETDOWN,
        errno.EHOSTUNREACH,
        errno.EADDRNOTAVAIL,
        10051,  # WSAENETUNREACH
        10050,  # WSAENETDOWN
        10065,  # WSAEHOSTUNREACH
        10049,  # WSAEADDRNOTAVAIL
        socket.EAI_AGAIN,  # names cannot be looked up: the network is there, but leads nowhere
        11002,  # WSATRY_AGAIN
    }
)
_NOWHERE: Final = ("192.0.2.1", 9)
"""RFC 5737: an address that belongs to nobody. Only the routing table is asked; nothing is sent."""


@contextmanager
def network_errors() -> Iterator[None]:
    """Everything that goes wrong on the way to the service leaves this block as a ConnectivityError,
    or as a PayloadError when the service answered something that is not HTTP."""
    try:
        yield
    except (aiohttp.ClientError, OSError, ssl.SSLError, TimeoutError) as error:
        raise map_network_error(error) from error


def map_network_error(error: BaseException) -> ConnectivityError | PayloadError:
    """The error of ours for one of aiohttp, ssl or the system."""
    if isinstance(error, TimeoutError):
        return ConnectivityError(ErrorCode.SERVICE_TIMED_OUT, retryable=True)
    if isinstance(error, (ssl.SSLError, aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch)):
        return ConnectivityError(ErrorCode.TLS_FAILED)
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return ConnectivityError(ErrorCode.SERVICE_UNREACHABLE, retryable=True)
    if isinstance(error, aiohttp.ClientResponseError):
        return PayloadError("http", reason="not a HTTP answer")
    if isinstance(error, aiohttp.InvalidURL):
        return PayloadError("address", reason="not an address")
    if _number(error) in _NO_NETWORK or not has_route():
        return ConnectivityError(ErrorCode.OFFLINE, retryable=True)
    return ConnectivityError(ErrorCode.SERVICE_UNREACHABLE, retryable=True)


def _number(error: BaseException) -> int | None:
    """The system's own error number; aiohttp wraps it once."""
    inner = getattr(error, "os_error", error)
    number = getattr(inner, "errno", None)
    return number if isinstance(number, int) else None


def has_route() -> bool:
    """Whether this computer knows a way out. Asks the routing table; sends nothing.

    A computer with a route may still be cut off, one without a route certainly is.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_NOWHERE)
        except OSError:
            return False
    return True


def raise_for_trouble(status: int, headers: Mapping[str, str]) -> None:
    """Answers that mean "not now": RFC 6585 section 4 and RFC 9110 sections 15.6 and 10.2.3."""
    if status not in (408, 425, 429) and status < 500:
        return
    code = ErrorCode.TOO_MANY_REQUESTS if status == 429 else ErrorCode.SERVICE_UNAVAILABLE
    wait_s = retry_after_s(headers.get("Retry-After"))
    if wait_s is None:
        raise ConnectivityError(code, retryable=True)
    raise ConnectivityError(code, retryable=True, retry_after=wait_s)


def retry_after_s(untrusted: str | None, now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as a date; ``None`` when it makes no sense."""
    if not untrusted:
        return None
    try:
        seconds = float(untrusted)
    except ValueError:
        try:
            moment = parsedate_to_datetime(untrusted)
        except (ValueError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    if not math.isfinite(seconds):
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER_S)
