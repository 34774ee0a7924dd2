"""Takes secrets and personal data out of text on its way to a log or a report.

The first belt is that log lines carry event names and typed fields only; this is the second.
"""

from __future__ import annotations

import logging
import re
from typing import Final

REDACTED: Final = "[redacted]"

_RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+"), rf"\1 {REDACTED}"),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"), REDACTED),
    (
        re.compile(
            r"(?i)\b(access_token|refresh_token|id_token|token|code_verifier|password|"
            r"credential|session_?key|resume_?token|ice-ufrag|ice-pwd|secret)"
            r"(\"?\s*[=:]\s*\"?)[^\s\"&,;}']+"
        ),
        rf"\1\2{REDACTED}",
    ),
    (re.compile(r"([?&](?:code|state|nonce)=)[^&\s\"]+"), rf"\1{REDACTED}"),
    (re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,}"), REDACTED),
    (re.compile(r"\b(\d{1,3}\.){3}\d{1,3}\b(?<!127\.0\.0\.1)"), REDACTED),
    (re.compile(r"(?i)(/(?:Patient|Practitioner|Appointment)/)[A-Za-z0-9.-]{1,64}"), rf"\1{REDACTED}"),
    (re.compile(r"\b\d{3}[-. ]\d{3}[-. ]\d{4}\b"), REDACTED),
)


def redact(text: str) -> str:
    """``text`` with tokens, credentials, mail and network addresses and FHIR ids replaced."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, then redacts the whole line."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))
