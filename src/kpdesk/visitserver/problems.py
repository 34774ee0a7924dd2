"""Refusals outside of FHIR and OAuth: problem+json (RFC 9457) with a ``code`` for programs."""

from __future__ import annotations

import json
import math
from datetime import datetime
from http import HTTPStatus

from aiohttp import hdrs, web

CONTENT_TYPE = "application/problem+json"


def problem(
    status: int, code: str, detail: str, *, retry_after_s: float = 0.0, **members: str | datetime | None
) -> web.Response:
    """A refusal; ``members`` are extension members (RFC 9457 section 3.2), instants as RFC 3339 text."""
    body: dict[str, object] = {
        "type": f"https://kpdesk.example/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    for name, value in members.items():
        if value is not None:
            body[name] = value.isoformat() if isinstance(value, datetime) else value
    headers = {}
    if retry_after_s > 0:
        headers[hdrs.RETRY_AFTER] = str(math.ceil(retry_after_s))
    if status == HTTPStatus.UNAUTHORIZED:
        headers[hdrs.WWW_AUTHENTICATE] = 'Bearer realm="kpdesk"'
    return web.Response(status=status, text=json.dumps(body), content_type=CONTENT_TYPE, headers=headers)
