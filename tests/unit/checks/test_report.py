"""The report's JSON is what its schema says, comes back as it was, and names nobody."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kpdesk.checks.report import MAX_BYTES, SCHEMA_FILE, from_json, from_object, to_json, to_object
from kpdesk.domain.errors import ErrorCode, PayloadError
from kpdesk.domain.preflight import (
    Measurement,
    PreflightReport,
    ProbeCode,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)
from tests.helpers.reports import report, reports

SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
FULL = report(
    ProbeResult(
        ProbeName.CAMERA,
        ProbeStatus.FAILED,
        (ProbeCode.CAMERA_IN_USE,),
        (Measurement("frame_rate", 29.7, Unit.FRAMES_PER_SECOND), Measurement("face", True)),
        1.25,
        subject="Ada's camera",
    ),
    ProbeResult(ProbeName.TLS, ProbeStatus.PASSED, (), (Measurement("issuer", "Example CA", Unit.TEXT),)),
)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema_version"] == {"const": 1}
    assert SCHEMA["$defs"]["status"]["enum"] == [status.value for status in ProbeStatus]


@settings(max_examples=60, deadline=None)
@given(reports())
def test_what_is_written_fits_the_schema_and_comes_back(any_report: PreflightReport) -> None:
    text = to_json(any_report)
    VALIDATOR.validate(json.loads(text))
    assert from_json(text) == any_report
    assert from_json(to_json(any_report, indent=None).encode()) == any_report


@given(subject=st.text("☺☻♥♦", min_size=3))
def test_the_subject_is_never_in_it(subject: str) -> None:
    results = tuple(dataclasses.replace(one, subject=subject) for one in FULL.results)
    text = to_json(dataclasses.replace(FULL, results=results))
    assert subject not in text
    assert text == to_json(FULL)


def test_words_of_strangers_are_cut_and_cleaned() -> None:
    issuer = "CN=proxy\n\x00 admin@clinic.example 10.1.2.3 " + "x" * 500
    text = to_json(
        report(ProbeResult(ProbeName.TLS, ProbeStatus.WARNING, (), (Measurement("issuer", issuer),)))
    )
    value = json.loads(text)["results"][0]["measurements"][0]["value"]
    assert value.startswith("CN=proxy [redacted] [redacted] xxx")
    assert len(value) == 200
    VALIDATOR.validate(json.loads(text))


@pytest.mark.parametrize("figure", [math.nan, math.inf, -math.inf])
def test_a_figure_that_is_none_is_left_out(figure: float) -> None:
    result = ProbeResult(ProbeName.QUALITY, ProbeStatus.PASSED, (), (Measurement("jitter", figure),), figure)
    body = json.loads(to_json(report(result)))
    assert body["results"][0]["measurements"] == []
    assert body["results"][0]["duration_s"] == 0.0
    VALIDATOR.validate(body)


def test_a_newer_report_of_this_version_keeps_what_is_known() -> None:
    body = to_object(FULL)
    body["results"][0]["codes"].insert(0, "camera.made_of_wood")
    body["results"].append({**body["results"][0], "name": "hologram"})
    VALIDATOR.validate(body)
    assert from_object(body) == dataclasses.replace(
        FULL, results=tuple(dataclasses.replace(one, subject="") for one in FULL.results)
    )


def put(path: tuple[str | int, ...], value: Any) -> Any:
    """The full report's JSON with one value replaced."""
    body: Any = to_object(FULL)
    inner = body
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return body


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        put(("kind",), "something.else"),
        put(("schema_version",), 2),
        put(("schema_version",), True),
        put(("schema_version",), "1"),
        put(("started_at",), "yesterday"),
        put(("started_at",), "2026-11-24T18:00:00"),
        put(("started_at",), 5),
        put(("duration_s",), -1),
        put(("duration_s",), "5"),
        put(("duration_s",), True),
        put(("duration_s",), 10**400),
        put(("versions",), None),
        put(("versions", "kpdesk"), None),
        put(("versions", "kpdesk"), "x" * 201),
        put(("results",), {}),
        put(("results",), [5]),
        put(("results", 0, "status"), "splendid"),
        put(("results", 0, "codes"), "camera.in_use"),
        put(("results", 0, "codes"), [5]),
        put(("results", 0, "measurements"), [{"name": "a", "value": None, "unit": "1"}]),
        put(("results", 0, "measurements"), [{"name": "a", "value": [], "unit": "1"}]),
        put(("results", 1, "name"), "camera"),
    ],
)
def test_what_is_no_report_is_refused(body: Any) -> None:
    with pytest.raises(PayloadError) as refused:
        from_object(body)
    assert refused.value.code is ErrorCode.PAYLOAD_MALFORMED


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, b"\xff\xfe\x00", "nul", '{"kind": NaN}'])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(PayloadError):
        from_json(text)


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(PayloadError) as refused:
        from_json(" " * (MAX_BYTES + 1))
    assert refused.value.code is ErrorCode.PAYLOAD_TOO_LARGE
