"""Secrets and personal data do not reach a log; ordinary words and numbers do."""

import logging
import sys
import time

import pytest

from kpdesk.base.redact import REDACTED, RedactingFormatter, redact

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abc.def-123", "abc.def-123"),
        (f"id {JWT} end", JWT),
        ("http://127.0.0.1:8080/callback?code=SplxlOBe&state=af0ifjs", "SplxlOBe"),
        ("http://127.0.0.1:8080/callback?code=SplxlOBe&state=af0ifjs", "af0ifjs"),
        ('{"refresh_token": "8xLOxBtZp8"}', "8xLOxBtZp8"),
        ("a=ice-pwd:asd88fgpdd777uzjYhagZg", "asd88fgpdd777uzjYhagZg"),
        ("mail maria.lopez@example.org now", "maria.lopez@example.org"),
        ("host 203.0.113.77 failed", "203.0.113.77"),
        ("GET /fhir/Patient/p-1001 200", "p-1001"),
        ("call 510-555-0143", "510-555-0143"),
        ("resume_token=zzz999", "zzz999"),
    ],
)
def test_secret_is_gone(text: str, secret: str) -> None:
    result = redact(text)
    assert secret not in result
    assert REDACTED in result


@pytest.mark.parametrize(
    "text",
    [
        "call: waiting -> connecting on admitted",
        "peer closed: generation=3",
        "took 12.5 ms at 1280x720",
        "listening on 127.0.0.1:43117",
        "error code 404 after 3 attempts",
        "signaling ended: code=network.signaling_lost state=waiting",
        "kpdesk 0.1.0 on Python 3.11.7",
    ],
)
def test_ordinary_lines_stay(text: str) -> None:
    assert redact(text) == text


def test_a_traceback_is_redacted_too() -> None:
    try:
        raise ValueError(f"token={JWT}")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    assert JWT not in RedactingFormatter().format(record)


def test_a_very_long_line_is_redacted_in_no_time() -> None:
    began = time.perf_counter()
    redact("x" * 200_000)
    assert time.perf_counter() - began < 2
