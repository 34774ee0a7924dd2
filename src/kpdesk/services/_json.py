"""Reads JSON of the other side without trusting it. Nothing but PayloadError leaves this module."""

from __future__ import annotations

import hmac
import json
import unicodedata
from datetime import UTC, datetime
from typing import Any, Final

from kpdesk.domain.errors import ErrorCode, PayloadError

MAX_DEPTH: Final = 40
MAX_TEXT: Final = 4000
MAX_ADDRESS: Final = 4096
JsonObject = dict[str, Any]


def load_json(untrusted_body: bytes, what: str) -> Any:
    """The parsed body. Raises PayloadError when it is not JSON (RFC 8259) or nested too deep."""
    try:
        untrusted = json.loads(untrusted_body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise PayloadError(what, reason="not JSON") from error
    _check_depth(untrusted, what)
    return untrusted


def load_object(untrusted_body: bytes, what: str) -> JsonObject:
    """Like ``load_json``, for bodies that must be an object."""
    untrusted = load_json(untrusted_body, what)
    if not isinstance(untrusted, dict):
        raise PayloadError(what, reason="not an object")
    return untrusted


def _refuse_constant(_name: str) -> float:
    raise ValueError("NaN and Infinity are not JSON")


def _check_depth(untrusted: Any, what: str) -> None:
    level = [untrusted]
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return
        level = inner
    raise PayloadError(what, code=ErrorCode.PAYLOAD_TOO_LARGE, reason="nested too deep")


def objects(untrusted: Any) -> list[JsonObject]:
    """The objects in a list; anything else counts as none. A lone object counts as one."""
    if isinstance(untrusted, dict):
        return [untrusted]
    if isinstance(untrusted, list):
        return [item for item in untrusted if isinstance(item, dict)]
    return []


def object_of(untrusted: Any) -> JsonObject:
    """The object, or an empty one."""
    return untrusted if isinstance(untrusted, dict) else {}


def text(untrusted: Any, limit: int = MAX_TEXT) -> str | None:
    """Words to show: without control characters and lone surrogates, at most ``limit`` long."""
    if not isinstance(untrusted, str):
        return None
    kept = "".join(
        character
        for character in untrusted[:limit]
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs", "Co")
    ).strip()
    return kept or None


def token(untrusted: Any, limit: int = 16 * 1024) -> str | None:
    """A machine's word: printable ASCII without blanks, as it may stand in a header (RFC 6750)."""
    if not isinstance(untrusted, str) or not 0 < len(untrusted) <= limit:
        return None
    return untrusted if all("!" <= character <= "~" for character in untrusted) else None


def instant(untrusted: Any, what: str, name: str) -> datetime | None:
    """A FHIR ``instant`` or RFC 3339 time in UTC; ``None`` when absent; it must say its offset."""
    if untrusted is None:
        return None
    if not isinstance(untrusted, str) or len(untrusted) > 64:
        raise PayloadError(what, reason=f"{name} is no instant")
    try:
        moment = datetime.fromisoformat(untrusted)
        if moment.tzinfo is None:
            raise PayloadError(what, reason=f"{name} has no offset")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise PayloadError(what, reason=f"{name} is no instant") from error


def same(one: str, other: str) -> bool:
    """Compare secrets in a time that tells nothing about them; any text may be asked about."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
