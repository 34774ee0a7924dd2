from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from kpdesk.domain.preflight import PreflightGrant
from kpdesk.visitserver.probing.answerer import ProbeAnswerer, bind_udp
from kpdesk.visitserver.probing.limits import ProbeLimits
from kpdesk.visitserver.probing.sessions import ProbeSessions


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's own proxy is none of the test's."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
async def grant() -> AsyncIterator[PreflightGrant]:
    """Of the real answerer, on loopback."""
    answerer = ProbeAnswerer(ProbeSessions(ProbeLimits()), bind_udp("127.0.0.1", 0, 0))
    answerer.start()
    leave = answerer.open_session("127.0.0.1")
    now = datetime.now(UTC)
    try:
        yield PreflightGrant(
            token=leave.token,
            session=leave.session,
            udp_host="127.0.0.1",
            udp_port=answerer.port,
            expires_at=now + timedelta(minutes=2),
            server_time=now,
            max_kbps=5000,
            max_seconds=10.0,
        )
    finally:
        await asyncio.to_thread(answerer.close)
