"""The report as JSON: ``report.schema.json``, version 1. Nothing in it is personal.

What only the screen may show (``ProbeResult.subject``) has no place in it; figures that are words are cut
and cleaned, for the issuer of a certificate is a stranger's text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from kpdesk.base.redact import redact
from kpdesk.domain.errors import ErrorCode, PayloadError
from kpdesk.domain.preflight import (
    Measurement,
    PreflightReport,
    ProbeCode,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
    Versions,
)

SCHEMA_VERSION: Final = 1
KIND: Final = "kpdesk.preflight"
SCHEMA_FILE: Final = Path(__file__).with_name("report.schema.json")
MAX_BYTES: Final = 256 * 1024
MAX_TEXT: Final = 200
"""Of a measurement's text, in characters."""

JsonObject = dict[str, Any]
Word = TypeVar("Word", bound=StrEnum)


def to_object(report: PreflightReport) -> JsonObject:
    """As the schema says."""
    return {
        "kind": KIND,
        "schema_version": SCHEMA_VERSION,
        "started_at": report.started_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "duration_s": _finite(report.duration_s),
        "status": report.status.value,
        "versions": {
            "kpdesk": report.versions.kpdesk,
            "system": report.versions.system,
            "system_version": report.versions.system_version,
            "machine": report.versions.machine,
        },
        "results": [_result_object(result) for result in report.results],
    }


def _result_object(result: ProbeResult) -> JsonObject:
    return {
        "name": result.name.value,
        "status": result.status.value,
        "codes": [code.value for code in result.codes],
        "duration_s": _finite(result.duration_s),
        "measurements": [
            {"name": one.name, "value": clean(one.value), "unit": one.unit.value}
            for one in result.measurements
            if not isinstance(one.value, float) or math.isfinite(one.value)
        ],
    }


def clean(value: float | int | str | bool) -> float | int | str | bool:
    """A measurement's value as it may leave this computer."""
    if not isinstance(value, str):
        return value
    return redact("".join(letter for letter in value if letter.isprintable()))[:MAX_TEXT]


def _finite(seconds: float) -> float:
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0


def to_json(report: PreflightReport, *, indent: int | None = 2) -> str:
    """As text; ``indent=None`` for one line."""
    return json.dumps(to_object(report), indent=indent, ensure_ascii=False, allow_nan=False)


# --- reading ----------------------------------------------------------------------------------------------


def from_json(text: str | bytes) -> PreflightReport:
    """A report that somebody saved. Raises PayloadError when it is none.

    Of a newer kpdesk with the same schema version, probes and codes that are not known here are left out.
    """
    if len(text) > MAX_BYTES:
        raise PayloadError("preflight report", code=ErrorCode.PAYLOAD_TOO_LARGE, reason="too large")
    try:
        untrusted = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _malformed("not JSON") from error
    return from_object(untrusted)


def from_object(untrusted: object) -> PreflightReport:
    """As ``from_json``."""
    body = _object(untrusted)
    if body.get("kind") != KIND:
        raise _malformed("another kind of document")
    version = body.get("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise _malformed("schema version not known")
    versions = _object(body.get("versions"))
    results = [_result(item) for item in _list(body.get("results"))]
    known = tuple(result for result in results if result is not None)
    if len({result.name for result in known}) != len(known):
        raise _malformed("a probe twice")
    return PreflightReport(
        started_at=_time(body.get("started_at")),
        duration_s=_number(body.get("duration_s")),
        versions=Versions(
            **{name: _text(versions.get(name)) for name in ("kpdesk", "system", "system_version", "machine")}
        ),
        results=known,
    )


def _result(untrusted: object) -> ProbeResult | None:
    body = _object(untrusted)
    name = _word(ProbeName, _text(body.get("name")))
    status = _word(ProbeStatus, _text(body.get("status")))
    if status is None:
        raise _malformed("status not known")
    if name is None:
        return None
    codes = [_word(ProbeCode, _text(item)) for item in _list(body.get("codes"))]
    return ProbeResult(
        name=name,
        status=status,
        codes=tuple(code for code in codes if code is not None),
        measurements=tuple(_measurement(item) for item in _list(body.get("measurements"))),
        duration_s=_number(body.get("duration_s")),
    )


def _measurement(untrusted: object) -> Measurement:
    body = _object(untrusted)
    value = body.get("value")
    if isinstance(value, str):
        value = clean(value)
    elif not isinstance(value, bool):
        value = _number(value, least=-math.inf)
    return Measurement(_text(body.get("name")), value, _word(Unit, _text(body.get("unit"))) or Unit.NONE)


def _malformed(reason: str) -> PayloadError:
    return PayloadError("preflight report", reason=reason)


def _object(untrusted: object) -> Mapping[str, Any]:
    if not isinstance(untrusted, dict):
        raise _malformed("not an object")
    return untrusted


def _list(untrusted: object) -> list[Any]:
    if not isinstance(untrusted, list):
        raise _malformed("not a list")
    return untrusted


def _text(untrusted: object) -> str:
    if not isinstance(untrusted, str) or len(untrusted) > MAX_TEXT:
        raise _malformed("not a short text")
    return untrusted


def _number(untrusted: object, *, least: float = 0.0) -> float | int:
    if isinstance(untrusted, bool) or not isinstance(untrusted, int | float):
        raise _malformed("not a number")
    try:
        usable = math.isfinite(untrusted) and untrusted >= least
    except OverflowError:
        usable = False
    if not usable:
        raise _malformed("a number out of its range")
    return untrusted


def _time(untrusted: object) -> datetime:
    try:
        found = datetime.fromisoformat(_text(untrusted))
        if found.tzinfo is None:
            raise _malformed("a time without its zone")
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _malformed("not a time") from error


def _word(kind: type[Word], text: str) -> Word | None:
    return kind(text) if text in tuple(kind) else None
