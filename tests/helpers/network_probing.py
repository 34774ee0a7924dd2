"""What tests of the network rungs share: a loop, a grant, a server on loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar

from kpdesk.checks.ports import ProbeContext
from kpdesk.domain.preflight import PreflightGrant, ProbeName, ProbeResult
from kpdesk.domain.ticket import IceServer

T = TypeVar("T")
TcpServer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class InlineLoop:
    """``checks.ports.NetworkLoop``: the test's own loop."""

    async def call(self, coro: Coroutine[Any, Any, T]) -> T:
        return await coro


class Given:
    """``checks.ports.Grants``: this grant, or this error."""

    def __init__(self, outcome: PreflightGrant | Exception) -> None:
        self.outcome = outcome
        self.asked = 0

    async def grant(self) -> PreflightGrant:
        self.asked += 1
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def context(*results: ProbeResult) -> ProbeContext:
    by_name: dict[ProbeName, ProbeResult] = {one.name: one for one in results}
    return ProbeContext(results=by_name, tell=lambda _fraction, _figures: None)


def with_servers(grant: PreflightGrant, *urls: str, relay_only: bool = False) -> PreflightGrant:
    return replace(grant, ice_servers=(IceServer(urls, "user", "secret"),), relay_only=relay_only)


@asynccontextmanager
async def tcp_server(connected: TcpServer, **options: Any) -> AsyncIterator[int]:
    """A server on loopback; gives its port. Whatever clients do to it, it closes its connections."""
    running: set[asyncio.Task[Any]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            # cancelled by the end of the test below, which asyncio's streams would print
            with contextlib.suppress(
                OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError
            ):
                await connected(reader, writer)
        finally:
            running.discard(task)
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.sleep(0)
