"""The line measured through a real TURN server (coturn), over UDP and TCP, and what a visit notices of it."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from kpdesk.base.clock import SystemClock
from kpdesk.checks.line.paths import direct_path
from kpdesk.checks.line.trains import Train
from kpdesk.checks.ports import ProbeContext
from kpdesk.checks.probes.quality import QualityProbe
from kpdesk.domain.preflight import ProbeCode, ProbeName, ProbeResult, ProbeStatus
from kpdesk.media.thread import MediaThread
from kpdesk.services.http import HttpClient
from kpdesk.services.preflight import PreflightService
from kpdesk.visitserver.config import IceConfig, PreflightConfig
from kpdesk.visitserver.probing.limits import ProbeLimits
from tests.helpers.coturn import coturn as coturn_program
from tests.helpers.visit_service import VisitServiceUnderTest, running_visit_service

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.only_on("linux")]
SECRET = "of this test alone"  # noqa: S105
MAX_KBPS = 4000


@dataclass(frozen=True)
class Coturn:
    port: int

    @property
    def ice(self) -> IceConfig:
        url = f"turn:127.0.0.1:{self.port}"
        return IceConfig((), (url, f"{url}?transport=tcp"), SECRET, relay_only=True)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    own, port = tmp_path_factory.mktemp("coturn"), _free_port()
    with coturn_program(own, SECRET, "--no-tls", "--listening-port", str(port), port=port):
        yield Coturn(port)


@pytest.fixture
async def service(coturn: Coturn) -> AsyncIterator[VisitServiceUnderTest]:
    settings = PreflightConfig(probe=ProbeLimits(max_kbps=MAX_KBPS))
    async with running_visit_service(ice=coturn.ice, preflight=settings) as running:
        yield running


async def measured(service: VisitServiceUnderTest, *results: ProbeResult) -> ProbeResult:
    """As the app runs it: the grant over HTTP, the packets on the media thread."""
    http, thread = HttpClient(), MediaThread()
    try:
        probe = QualityProbe(thread, PreflightService(http, SystemClock(), service.fhir_base_url))
        found = {one.name: one for one in results}
        return await probe.run(ProbeContext(found, lambda _fraction, _figures: None))
    finally:
        await http.close()
        await thread.stop()


@pytest.mark.parametrize("path", ["turn_udp", "turn_tcp"])
async def test_through_coturn(service: VisitServiceUnderTest, path: str) -> None:
    blocked = ProbeResult(ProbeName.TURN_UDP, ProbeStatus.WARNING, (ProbeCode.TURN_UNREACHABLE,))
    found = await measured(service, *([blocked] if path == "turn_tcp" else []))
    assert found.measured("path") == path
    assert found.status is not ProbeStatus.NOT_RUN
    for way in ("up", "down"):
        rate = found.measured(f"throughput_{way}")
        assert isinstance(rate, int)
        # a busy machine may be what limits it; less than a tenth of it is no measurement
        assert MAX_KBPS / 10 < rate < MAX_KBPS * 1.05
    loss = found.measured("loss")
    assert isinstance(loss, float)
    assert loss < 20
    assert found.duration_s < 15


async def test_a_relay_that_refuses_us_is_no_path(coturn: Coturn) -> None:
    wrong = IceConfig((), coturn.ice.turn_urls, "another secret", relay_only=True)
    async with running_visit_service(ice=wrong) as service:
        found = await measured(service)
    assert (found.status, found.codes) == (ProbeStatus.NOT_RUN, (ProbeCode.QUALITY_NOT_MEASURED,))


async def test_trains_do_not_hold_up_the_services_own_work() -> None:
    """The largest train that there is, while the service answers requests on its event loop."""
    async with running_visit_service() as service:
        http = HttpClient()
        grant = await PreflightService(http, SystemClock(), service.fhir_base_url).grant()
        thread = MediaThread()

        async def train() -> int:
            async with direct_path(grant) as line:
                came = await line.exchange(None, Train.lasting(1.5, 24_000, 1200))
                return len(came.down.passages) if came.down is not None else 0

        running = asyncio.ensure_future(thread.call(train()))
        waits: list[float] = []
        while not running.done():
            began_s = time.monotonic()
            assert (await service.get("/healthz"))[0] == 200
            waits.append(time.monotonic() - began_s)
            await asyncio.sleep(0.01)
        packets = await running
        await http.close()
        await thread.stop()
    assert packets > 1000, os.cpu_count()
    assert len(waits) > 10
    # measured 2 to 5 ms; the margin is for a machine that does other things as well
    assert sorted(waits)[len(waits) // 2] < 0.1
