"""Reads the parameters of an Appointment search.

As strict as the strictest server in use: ``date`` goes with ``patient``, once with a prefix or twice
as ``ge`` and ``lt``, always with time and offset, so that a client that works here works there.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from kpdesk.domain.appointment import AppointmentStatus
from kpdesk.visitserver.slots import SlotQuery

MAX_COUNT: Final = 100
DEFAULT_COUNT: Final = 50
KNOWN: Final = frozenset({"patient", "date", "status", "_count", "_id", "_format", "_page", "_pretty"})
_INSTANT: Final = re.compile(
    r"(?P<prefix>[a-z]{2})?(?P<instant>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))"
)
_BOUNDS: Final = ("not_before", "before", "after_instant", "up_to")
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_STATUSES: Final = frozenset(status.value for status in AppointmentStatus if status.value != "unknown")


class SearchError(ValueError):
    """A parameter cannot be used. ``code`` is of http://hl7.org/fhir/issue-type."""

    def __init__(self, parameter: str, message: str, code: str = "invalid") -> None:
        super().__init__(message)
        self.parameter = parameter
        self.code = code


def read_query(parameters: dict[str, list[str]], own_patient_id: str) -> SlotQuery:
    """The search that ``parameters`` ask for; ``own_patient_id`` is whose token it is.

    Raises SearchError; ``forbidden`` for somebody else's appointments.
    """
    wanted_id = _single(parameters, "_id")
    patient = _single(parameters, "patient")
    if patient is None and wanted_id is None:
        raise SearchError("patient", "patient or _id is required", "required")
    if patient is not None and _patient_id(patient) != own_patient_id:
        raise SearchError("patient", "only your own appointments can be searched", "forbidden")
    if wanted_id is not None and not _ID.fullmatch(wanted_id):
        raise SearchError("_id", "_id is not an id")
    query = SlotQuery(own_patient_id, id=wanted_id, limit=_count(parameters), statuses=_statuses(parameters))
    dates = parameters.get("date", [])
    if not dates and wanted_id is None:
        raise SearchError("date", "date is required with patient", "required")
    return _with_dates(query, dates)


def _single(parameters: dict[str, list[str]], name: str) -> str | None:
    values = parameters.get(name, [])
    if len(values) > 1:
        raise SearchError(name, f"{name} may be given once")
    return values[0] if values else None


def _patient_id(value: str) -> str:
    """``id``, ``Patient/id`` or an absolute address that ends so."""
    kind, slash, last = value.rpartition("/")
    if slash and kind.rpartition("/")[2] != "Patient":
        raise SearchError("patient", "patient does not refer to a Patient")
    return last


def _with_dates(query: SlotQuery, dates: list[str]) -> SlotQuery:
    prefixes = []
    for value in dates:
        found = _INSTANT.fullmatch(value)
        if found is None:
            raise SearchError("date", "date needs a time and an offset, like ge2026-11-24T00:00:00Z")
        prefix = found["prefix"] or "eq"
        try:
            moment = datetime.fromisoformat(found["instant"]).astimezone(UTC)
        except (ValueError, OverflowError):
            raise SearchError("date", "date is not a date") from None
        query = _with_bound(query, prefix, moment)
        prefixes.append(prefix)
    if len(prefixes) > 2 or (len(prefixes) == 2 and sorted(prefixes) != ["ge", "lt"]):
        raise SearchError("date", "date may be given once, or twice as ge and lt")
    return query


def _with_bound(query: SlotQuery, prefix: str, moment: datetime) -> SlotQuery:
    match prefix:
        case "ge":
            return replace(query, not_before=moment)
        case "gt":
            return replace(query, after_instant=moment)
        case "lt":
            return replace(query, before=moment)
        case "le":
            return replace(query, up_to=moment)
        case "eq":
            return replace(query, not_before=moment, up_to=moment)
    raise SearchError("date", f"the prefix {prefix} is not supported", "not-supported")


def _statuses(parameters: dict[str, list[str]]) -> tuple[str, ...]:
    value = _single(parameters, "status")
    if value is None:
        return ()
    # a token may be system|code; only one system exists for this element
    codes = [part.rpartition("|")[2] for part in value.split(",")]
    for code in codes:
        if code not in _STATUSES:
            raise SearchError(
                "status", "status has a code that http://hl7.org/fhir/appointmentstatus has not"
            )
    return tuple(dict.fromkeys(codes))


def _count(parameters: dict[str, list[str]]) -> int:
    value = _single(parameters, "_count")
    if value is None:
        return DEFAULT_COUNT
    if not value.isascii() or not value.isdigit() or len(value) > 6 or int(value) < 1:
        raise SearchError("_count", "_count is a positive number")
    return min(int(value), MAX_COUNT)


class PageTokens:
    """Opaque continuations of a search: the query and where it stands, sealed with a key."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def seal(self, query: SlotQuery) -> str:
        body = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name in SlotQuery.__slots__
            if (value := getattr(query, name)) is not None
        }
        data = json.dumps(body, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._tag(data) + data).decode().rstrip("=")

    def open(self, token: str, own_patient_id: str) -> SlotQuery:
        """The query inside. Raises SearchError for a token that we did not make for this patient."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            tag, data = raw[:16], raw[16:]
            if not hmac.compare_digest(tag, self._tag(data)):
                raise ValueError("seal")
            body = json.loads(data)
        except ValueError:
            raise SearchError("_page", "this page does not exist; search again", "not-found") from None
        if body["patient_id"] != own_patient_id:
            raise SearchError("_page", "this page belongs to somebody else", "forbidden")
        for name in _BOUNDS:
            if name in body:
                body[name] = datetime.fromisoformat(body[name])
        for name in ("statuses", "after"):
            if name in body:
                body[name] = tuple(body[name])
        return SlotQuery(**body)

    def _tag(self, data: bytes) -> bytes:
        return hmac.new(self._key, data, hashlib.sha256).digest()[:16]
