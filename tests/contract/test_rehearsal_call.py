"""One suite for the rehearsal call: kpdesk's own at the real service, and the fake of the probe's tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from kpdesk.app.rehearsal import RehearsalDevices
from kpdesk.checks.ports import CameraFrame, OpenRehearsal, RehearsalCall
from kpdesk.domain.errors import ConnectivityError, DeviceError, ErrorCode, KpdeskError, VisitError
from kpdesk.domain.media import Device, DeviceKind
from kpdesk.domain.preflight import PreflightGrant
from kpdesk.domain.rehearsal import RehearsalFigures, RehearsalSource, RehearsalState
from kpdesk.visitserver.config import PreflightConfig
from kpdesk.visitserver.rehearsal.rules import RehearsalRules
from tests.fakes.clock import DEFAULT_NOW
from tests.fakes.rehearsal import FakeRehearsalCall
from tests.helpers.rehearsal import Rehearser, rehearser
from tests.helpers.visit_service import VisitServiceUnderTest, running_visit_service

GRANT = PreflightGrant(
    token=b"t" * 32,
    session=b"s" * 8,
    udp_host="127.0.0.1",
    udp_port=9,
    expires_at=DEFAULT_NOW + timedelta(minutes=2),
    server_time=DEFAULT_NOW,
    max_kbps=0,
    max_seconds=0.0,
    rehearsal=True,
)


@dataclass
class Table:
    """A call that can be placed, and one that is refused."""

    call: RehearsalCall
    grant: PreflightGrant
    refusal: type[KpdeskError]
    refused: RehearsalCall
    refused_grant: PreflightGrant


@asynccontextmanager
async def clinic(at_once: int = 2) -> AsyncIterator[tuple[VisitServiceUnderTest, Rehearser]]:
    settings = PreflightConfig(port=0, rehearsal=RehearsalRules(at_once=at_once))
    async with running_visit_service(preflight=settings) as service, rehearser(service.fhir_base_url) as ours:
        yield service, ours


@asynccontextmanager
async def real() -> AsyncIterator[Table]:
    async with clinic() as (_, ours):
        grant = await ours.grants.grant()
        yield Table(ours.caller(), grant, VisitError, ours.caller(), GRANT)


@asynccontextmanager
async def fake() -> AsyncIterator[Table]:
    seen = iter(
        (
            RehearsalFigures(),
            RehearsalFigures(state=RehearsalState.CONNECTING),
            *[RehearsalFigures(state=RehearsalState.CONNECTED, connect_ms=5.0, pictures_returned=9)] * 9,
        )
    )
    refused = FakeRehearsalCall(RehearsalFigures, refuses=VisitError(ErrorCode.JOIN_REFUSED))
    yield Table(FakeRehearsalCall(lambda: next(seen)), GRANT, VisitError, refused, GRANT)


@pytest.fixture(params=[real, fake], ids=["kpdesk", "fake"])
async def table(request: pytest.FixtureRequest) -> AsyncIterator[Table]:
    make: Callable[[], AbstractAsyncContextManager[Table]] = request.param
    async with make() as made:
        yield made


async def until(call: OpenRehearsal, condition: Callable[[RehearsalFigures], bool]) -> list[RehearsalFigures]:
    """Every look until it is so."""
    looks: list[RehearsalFigures] = []
    async with asyncio.timeout(20):
        while not looks or not condition(looks[-1]):
            looks.append(await call.figures())
            await asyncio.sleep(0.02)
    return looks


async def test_a_call_gets_on_step_by_step(table: Table) -> None:
    async with table.call.placed(table.grant) as call:
        looks = await until(call, lambda one: one.pictures_returned > 5)
    order = [RehearsalState.DIALLING, RehearsalState.CONNECTING, RehearsalState.CONNECTED]
    steps = [order.index(one.state) for one in looks]
    assert steps == sorted(steps)
    assert looks[-1].state is RehearsalState.CONNECTED
    assert looks[-1].connect_ms is not None


async def test_a_service_that_gives_no_room(table: Table) -> None:
    with pytest.raises(table.refusal):
        async with table.refused.placed(table.refused_grant):
            pytest.fail("there is no room")


# --- kpdesk's own alone -----------------------------------------------------------------------------------


async def test_all_rooms_taken_is_too_many_requests() -> None:
    async with clinic(at_once=1) as (service, ours), rehearser(service.fhir_base_url) as other:
        grant = await ours.grants.grant()
        async with ours.caller().placed(grant):
            with pytest.raises(ConnectivityError) as refused:
                async with other.caller().placed(await other.grants.grant()):
                    pytest.fail("there is no room")
    assert refused.value.code is ErrorCode.TOO_MANY_REQUESTS


async def test_a_service_that_stops_ends_the_call() -> None:
    async with clinic() as (service, ours), ours.caller().placed(await ours.grants.grant()) as call:
        await until(call, lambda one: one.pictures_returned > 0)
        await service.server.close()
        looks = await until(call, lambda one: one.state is not RehearsalState.CONNECTED)
    assert looks[-1].state in (RehearsalState.ENDED, RehearsalState.FAILED)


async def test_whoever_is_cancelled_leaves_nothing_behind() -> None:
    async with clinic() as (service, ours):
        entered = asyncio.Event()

        async def talk() -> None:
            async with ours.caller().placed(await ours.grants.grant()):
                entered.set()
                await asyncio.Event().wait()

        talking = asyncio.create_task(talk())
        async with asyncio.timeout(20):
            await entered.wait()
        talking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talking
        async with asyncio.timeout(5):
            while service.server.service.rehearsals.running:
                await asyncio.sleep(0.01)


class Broken:
    """Cameras and microphones that cannot be opened, or stop in the middle."""

    def __init__(self, error: Exception, *, after: int = 0) -> None:
        self._error = error
        self._after = after
        self.closed = 0

    @property
    def device(self) -> Device:
        return Device(DeviceKind.CAMERA, "1", "Camera")

    @asynccontextmanager
    async def opened(self, _device_id: str | None) -> AsyncIterator[Broken]:
        if not self._after:
            raise self._error
        yield self
        self.closed += 1

    recording = opened

    async def frame(self, _timeout_s: float) -> CameraFrame:
        await asyncio.sleep(0.03)
        self._after -= 1
        if self._after <= 0:
            raise self._error
        return CameraFrame(np.full((360, 640, 3), 90, np.uint8), 0.0, 0)

    async def blocks(self) -> AsyncIterator[Any]:
        while True:
            await self.frame(1.0)
            yield np.zeros(1440, np.int16)


@pytest.mark.parametrize("after", [0, 5], ids=["never opens", "breaks"])
async def test_devices_that_fail_are_replaced(after: int) -> None:
    camera: Any = Broken(DeviceError(ErrorCode.CAMERA_IN_USE), after=after)
    microphone: Any = Broken(DeviceError(ErrorCode.MICROPHONE_DENIED), after=after)
    devices = RehearsalDevices(cameras=camera, sound=microphone)
    async with clinic() as (_, ours), ours.caller(devices).placed(await ours.grants.grant()) as call:
        looks = await until(
            call,
            lambda one: (
                one.pictures_returned > 3
                and one.sound_returned_s > 0
                and one.camera is one.microphone is RehearsalSource.GENERATED
            ),
        )
    assert looks[-1].state is RehearsalState.CONNECTED


async def test_devices_that_work_are_sent() -> None:
    camera: Any = Broken(TimeoutError(), after=1000)
    microphone: Any = Broken(TimeoutError(), after=1000)
    async with clinic() as (_, ours):
        devices = RehearsalDevices(cameras=camera, sound=microphone)
        async with ours.caller(devices).placed(await ours.grants.grant()) as call:
            looks = await until(call, lambda one: one.pictures_returned > 3 and one.sound_returned_s > 0.2)
    assert looks[-1].camera is looks[-1].microphone is RehearsalSource.DEVICE
    assert (looks[-1].width, looks[-1].height) == (640, 360)


async def test_files_that_cannot_be_used_are_replaced(tmp_path: Any) -> None:
    nothing = tmp_path / "nothing"
    nothing.write_bytes(b"no media")
    devices = RehearsalDevices(camera_file=nothing, microphone_file=nothing)
    async with clinic() as (_, ours), ours.caller(devices).placed(await ours.grants.grant()) as call:
        looks = await until(call, lambda one: one.pictures_returned > 3)
    assert looks[-1].camera is looks[-1].microphone is RehearsalSource.GENERATED
