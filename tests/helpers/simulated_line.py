"""The probe's client and the service's sessions at the two ends of a modelled line, in virtual time.

    def work() -> ...:
        line = SimulatedLine(up=Link(kbps=500), down=Link(kbps=2000), seed=3)
        return await line.measure()
    figures = run_virtually(work())

Everything but sockets and threads is the real thing.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from kpdesk.checks.line.client import ProbeClient
from kpdesk.checks.line.measuring import LineFigures, Measuring
from kpdesk.domain.preflight import PreflightGrant
from kpdesk.domain.probe_packets import Kind
from kpdesk.visitserver.probing.limits import ProbeLimits
from kpdesk.visitserver.probing.sessions import ProbeSessions
from tests.helpers.link_model import Link, LinkModel
from tests.helpers.virtual_loop import EPOCH, virtual_clock

PEER = ("192.0.2.7", 40000)
SERVICE_CLOCK_S = 5000.0
"""How far the service's clock is ahead: nothing may depend on it."""


class SimulatedLine:
    """Make it on the running ``VirtualLoop``."""

    def __init__(self, *, up: Link, down: Link, seed: int = 1, limits: ProbeLimits | None = None) -> None:
        self._loop = virtual_clock()
        self._up, self._down = LinkModel(up, seed), LinkModel(down, seed + 1)
        self.limits = limits or ProbeLimits()
        self.sessions = ProbeSessions(self.limits)
        leave = self.sessions.open(PEER[0], self._service_s())
        self.grant = PreflightGrant(
            token=leave.token,
            session=leave.session,
            udp_host=PEER[0],
            udp_port=PEER[1],
            expires_at=EPOCH + timedelta(minutes=2),
            server_time=EPOCH,
            max_kbps=self.limits.max_kbps,
            max_seconds=self.limits.max_seconds,
        )
        self.client = ProbeClient(self.grant, self._from_client, self._loop.time, asyncio.sleep)
        self.sent: dict[str, int] = {"up": 0, "down": 0}
        """Bytes of trains that were put on the line."""
        self._pumping: asyncio.TimerHandle | None = None

    async def measure(self, *, max_kbps: float = 24_000, budget_s: float = 8.0) -> LineFigures:
        await self.client.prove()
        return await Measuring(
            self.client, max_kbps=max_kbps, budget_s=budget_s, monotonic_s=self._loop.time
        ).run()

    def _service_s(self) -> float:
        return self._loop.time() + SERVICE_CLOCK_S

    def _from_client(self, data: bytes) -> None:
        if data[5] == Kind.TRAIN_UP:
            self.sent["up"] += len(data)
        wait_s = self._up.admit(self._loop.time(), len(data))
        if wait_s is not None:
            self._loop.call_later(wait_s, self._at_service, data)

    def _at_service(self, data: bytes) -> None:
        reply = self.sessions.answer(data, PEER, self._service_s())
        if reply is not None:
            self._to_client(reply)
        self._pump()

    def _pump(self) -> None:
        if self._pumping is not None:
            self._pumping.cancel()
            self._pumping = None
        for packet, _peer in self.sessions.due(self._service_s()):
            self.sent["down"] += len(packet)
            self._to_client(packet)
        due_s = self.sessions.next_due_s()
        if due_s is not None:
            wait_s = max(1e-6, due_s - self._service_s())
            self._pumping = self._loop.call_later(wait_s, self._pump)

    def _to_client(self, data: bytes) -> None:
        wait_s = self._down.admit(self._loop.time(), len(data))
        if wait_s is not None:
            self._loop.call_later(wait_s, self.client.received, data)
