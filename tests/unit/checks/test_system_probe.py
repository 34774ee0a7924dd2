"""The system probe's verdicts, from facts that are given."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kpdesk.checks.ports import Probe, ProbeContext, Resource
from kpdesk.checks.probes import system as module
from kpdesk.checks.probes.system import SystemProbe
from kpdesk.checks.thresholds import SystemThresholds
from kpdesk.domain.errors import ConnectivityError, ErrorCode, InvariantError, PayloadError
from kpdesk.domain.preflight import (
    Measurement,
    PreflightGrant,
    ProbeCode,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)
from kpdesk.domain.system import EncodeSpeed, SystemState
from kpdesk.media.encode_bench import Vp8EncodeBench
from kpdesk.services.diagnostics import SystemDiagnostics
from tests.fakes.clock import DEFAULT_NOW

GOOD = SystemState(
    version_supported=True,
    processor_load_percent=12.34,
    processor_mhz=2400.0,
    processor_cores=8,
    memory_free_mb=3500.4,
    memory_total_mb=8000.0,
    battery_percent=80.0,
    on_mains=True,
    vpn_active=False,
    wifi_dbm=-55.0,
    disk_free_mb=50_000.0,
    restart_pending=False,
)
GRANT = PreflightGrant(
    token=b"",
    session=b"",
    udp_host="",
    udp_port=0,
    expires_at=DEFAULT_NOW + timedelta(minutes=2),
    server_time=DEFAULT_NOW,
    max_kbps=0,
    max_seconds=0.0,
    clock_error_s=0.4,
    clock_doubt_s=0.05,
)


class Facts:
    """``SystemFacts``."""

    def __init__(self, state: SystemState) -> None:
        self._state = state

    async def read(self) -> SystemState:
        return self._state


class Bench:
    """``EncodeBench`` of a computer that encodes so many pictures of 1280 x 720 a second."""

    def __init__(self, rate: float, small_rate: float | None = None) -> None:
        self._rates = {(1280, 720): rate, (320, 180): rate * 12 if small_rate is None else small_rate}
        self.asked: list[tuple[int, int]] = []

    async def measure(self, width: int, height: int, *, seconds: float) -> EncodeSpeed:
        assert seconds > 0
        self.asked.append((width, height))
        return EncodeSpeed(width, height, self._rates[width, height])


class Service:
    """``Grants``."""

    def __init__(self, answer: PreflightGrant | Exception) -> None:
        self._answer = answer

    async def grant(self) -> PreflightGrant:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


async def check(
    state: SystemState = GOOD,
    rate: float = 120.0,
    grant: PreflightGrant | Exception | None = GRANT,
    small_rate: float | None = None,
    **thresholds: float,
) -> ProbeResult:
    probe: Probe = SystemProbe(
        Facts(state),
        Bench(rate, small_rate),
        None if grant is None else Service(grant),
        SystemThresholds(**thresholds),
    )
    return await probe.run(ProbeContext({}, lambda _fraction, _figures: None))


async def test_a_good_computer_passes() -> None:
    result = await check()
    assert (result.status, result.codes) == (ProbeStatus.PASSED, ())
    assert result.measurements == (
        Measurement("encode_frame_rate", 120.0, Unit.FRAMES_PER_SECOND),
        Measurement("encode_speed", 4.0),
        Measurement("processor_load", 12.3, Unit.PERCENT),
        Measurement("processor_speed", 2400, Unit.MEGAHERTZ),
        Measurement("processor_cores", 8),
        Measurement("memory_free", 3500, Unit.MEGABYTES),
        Measurement("memory_total", 8000, Unit.MEGABYTES),
        Measurement("battery", 80, Unit.PERCENT),
        Measurement("on_mains", True),
        Measurement("vpn_active", False),
        Measurement("wifi_signal", -55, Unit.DECIBEL_MILLIWATTS),
        Measurement("disk_free", 50_000, Unit.MEGABYTES),
        Measurement("version_supported", True),
        Measurement("restart_pending", False),
        Measurement("clock_error", 0.4, Unit.SECONDS),
        Measurement("clock_doubt", 0.05, Unit.SECONDS),
    )


async def test_what_is_not_known_is_neither_measured_nor_held_against_anybody() -> None:
    result = await check(SystemState(), grant=None)
    assert (result.status, result.codes) == (ProbeStatus.PASSED, ())
    assert [one.name for one in result.measurements] == ["encode_frame_rate", "encode_speed"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"processor_load_percent": 85.0}, ()),
        ({"processor_load_percent": 85.1}, (ProbeCode.PROCESSOR_BUSY,)),
        ({"memory_free_mb": 400.0}, ()),
        ({"memory_free_mb": 399.0}, (ProbeCode.MEMORY_LOW,)),
        ({"battery_percent": 19.0, "on_mains": False}, (ProbeCode.BATTERY_LOW,)),
        ({"battery_percent": 19.0, "on_mains": True}, ()),
        ({"battery_percent": 19.0, "on_mains": None}, ()),
        ({"vpn_active": True}, (ProbeCode.VPN_ACTIVE,)),
        ({"wifi_dbm": -70.0}, ()),
        ({"wifi_dbm": -71.0}, (ProbeCode.WIFI_WEAK,)),
        ({"wifi_dbm": None, "wifi_percent": 39.0}, (ProbeCode.WIFI_WEAK,)),
        ({"wifi_dbm": None, "wifi_percent": 40.0}, ()),
        # the strength is the better word of the two
        ({"wifi_dbm": -60.0, "wifi_percent": 10.0}, ()),
        ({"disk_free_mb": 199.0}, (ProbeCode.DISK_FULL,)),
        ({"disk_free_mb": 0.0}, (ProbeCode.DISK_FULL,)),
        ({"version_supported": False}, (ProbeCode.SYSTEM_TOO_OLD,)),
        ({"update_pending": True}, (ProbeCode.UPDATE_PENDING,)),
        ({"restart_pending": True}, (ProbeCode.UPDATE_PENDING,)),
    ],
)
async def test_facts_that_warn(changes: dict[str, Any], codes: tuple[ProbeCode, ...]) -> None:
    result = await check(replace(GOOD, **changes))
    assert result.codes == codes
    assert result.status is (ProbeStatus.WARNING if codes else ProbeStatus.PASSED)


async def test_running_on_battery_is_a_hint_and_no_warning() -> None:
    result = await check(replace(GOOD, on_mains=False))
    assert (result.status, result.codes) == (ProbeStatus.PASSED, (ProbeCode.BATTERY_DISCHARGING,))


async def test_running_on_a_battery_of_unknown_charge_is_a_hint_too() -> None:
    result = await check(replace(GOOD, on_mains=False, battery_percent=None))
    assert (result.status, result.codes) == (ProbeStatus.PASSED, (ProbeCode.BATTERY_DISCHARGING,))


@pytest.mark.parametrize(
    ("error_s", "doubt_s", "codes"),
    [
        (60.0, 0.0, ()),
        (60.5, 0.0, (ProbeCode.CLOCK_WRONG,)),
        (-61.0, 0.0, (ProbeCode.CLOCK_WRONG,)),
        # a service that took 4 s to answer leaves 2 s in doubt
        (61.0, 2.0, ()),
        (3600.0, 0.1, (ProbeCode.CLOCK_WRONG,)),
        (None, 0.0, ()),
    ],
)
async def test_clock(error_s: float | None, doubt_s: float, codes: tuple[ProbeCode, ...]) -> None:
    result = await check(grant=replace(GRANT, clock_error_s=error_s, clock_doubt_s=doubt_s))
    assert result.codes == codes
    assert result.measured("clock_error") == error_s


async def test_a_clock_that_breaks_signing_in_comes_first_and_one_that_is_off_does_not() -> None:
    weak = replace(GOOD, wifi_dbm=-80.0)
    off, broken = replace(GRANT, clock_error_s=100.0), replace(GRANT, clock_error_s=-400.0)
    assert (await check(weak, grant=off)).codes == (ProbeCode.WIFI_WEAK, ProbeCode.CLOCK_WRONG)
    result = await check(weak, grant=broken)
    assert result.codes == (ProbeCode.CLOCK_WRONG, ProbeCode.WIFI_WEAK)
    assert result.status is ProbeStatus.WARNING


@pytest.mark.parametrize(
    "error",
    [ConnectivityError(ErrorCode.OFFLINE), PayloadError("grant", reason="not offered"), TimeoutError()],
)
async def test_without_the_service_the_clock_is_not_judged(error: Exception) -> None:
    result = await check(grant=error)
    assert (result.status, result.measured("clock_error")) == (ProbeStatus.PASSED, None)


async def test_a_service_that_does_not_answer_does_not_take_the_rest_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Silent:
        async def grant(self) -> PreflightGrant:
            await asyncio.Event().wait()
            raise AssertionError

    monkeypatch.setattr(module, "CLOCK_WAIT_S", 0.01)
    probe = SystemProbe(Facts(replace(GOOD, vpn_active=True)), Bench(100.0), Silent())
    result = await probe.run(ProbeContext({}, lambda _fraction, _figures: None))
    assert result.codes == (ProbeCode.VPN_ACTIVE,)


# --- processor --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "small_rate", "status", "codes"),
    [
        (45.0, None, ProbeStatus.PASSED, ()),
        (44.0, None, ProbeStatus.WARNING, (ProbeCode.PROCESSOR_SLOW,)),
        (2.0, 15.0, ProbeStatus.WARNING, (ProbeCode.PROCESSOR_SLOW,)),
        (2.0, 14.9, ProbeStatus.FAILED, (ProbeCode.PROCESSOR_SLOW,)),
        (0.0, 0.0, ProbeStatus.FAILED, (ProbeCode.PROCESSOR_SLOW,)),
    ],
)
async def test_processor(
    rate: float, small_rate: float | None, status: ProbeStatus, codes: tuple[ProbeCode, ...]
) -> None:
    result = await check(rate=rate, small_rate=small_rate)
    assert (result.status, result.codes) == (status, codes)
    assert result.measured("encode_speed") == round(rate / 30, 2)


async def test_the_small_picture_is_tried_only_when_it_matters() -> None:
    quick, slow = Bench(100.0), Bench(10.0)
    for bench in (quick, slow):
        await SystemProbe(Facts(GOOD), bench, None).run(ProbeContext({}, lambda _fraction, _figures: None))
    assert quick.asked == [(1280, 720)]
    assert slow.asked == [(1280, 720), (320, 180)]


async def test_what_makes_it_slow_comes_before_that_it_is_slow() -> None:
    busy = replace(GOOD, processor_load_percent=99.0)
    assert (await check(busy, rate=20.0)).codes == (ProbeCode.PROCESSOR_BUSY, ProbeCode.PROCESSOR_SLOW)


async def test_what_stops_a_visit_comes_before_everything() -> None:
    bad = replace(GOOD, processor_load_percent=99.0, vpn_active=True)
    result = await check(bad, rate=1.0, small_rate=3.0, grant=replace(GRANT, clock_error_s=999.0))
    assert result.status is ProbeStatus.FAILED
    assert result.codes == (
        ProbeCode.PROCESSOR_SLOW,
        ProbeCode.CLOCK_WRONG,
        ProbeCode.PROCESSOR_BUSY,
        ProbeCode.VPN_ACTIVE,
    )


async def test_an_encoder_that_breaks_is_not_hidden() -> None:
    class Broken:
        async def measure(self, width: int, height: int, *, seconds: float) -> EncodeSpeed:
            raise InvariantError("the VP8 encoder")

    with pytest.raises(InvariantError):
        await SystemProbe(Facts(GOOD), Broken(), None).run(ProbeContext({}, lambda _fraction, _figures: None))


async def test_everything_at_once_is_in_order_of_importance() -> None:
    state = SystemState(
        version_supported=False,
        processor_load_percent=99.0,
        memory_free_mb=100.0,
        battery_percent=5.0,
        on_mains=False,
        vpn_active=True,
        wifi_dbm=-85.0,
        disk_free_mb=1.0,
        restart_pending=True,
    )
    result = await check(state, rate=20.0, grant=replace(GRANT, clock_error_s=90.0))
    assert result.codes == (
        ProbeCode.PROCESSOR_BUSY,
        ProbeCode.PROCESSOR_SLOW,
        ProbeCode.BATTERY_LOW,
        ProbeCode.WIFI_WEAK,
        ProbeCode.MEMORY_LOW,
        ProbeCode.CLOCK_WRONG,
        ProbeCode.SYSTEM_TOO_OLD,
        ProbeCode.DISK_FULL,
        ProbeCode.VPN_ACTIVE,
        ProbeCode.UPDATE_PENDING,
    )
    assert result.status is ProbeStatus.WARNING


async def test_an_organization_s_own_limits() -> None:
    weak = replace(GOOD, wifi_dbm=-72.0)
    assert (await check(weak, wifi_weak_dbm=-80.0)).codes == ()
    assert (await check(rate=40.0, encode_frame_rate_good=30.0)).codes == ()


# --- its place in a run -----------------------------------------------------------------------------------


async def test_it_tells_how_far_it_is() -> None:
    told: list[float] = []
    probe = SystemProbe(Facts(GOOD), Bench(20.0), None)
    await probe.run(ProbeContext({}, lambda fraction, _figures: told.append(fraction)))
    assert told == [0.5, 0.8]


def test_it_needs_nothing_and_has_the_processor_to_itself() -> None:
    probe: Probe = SystemProbe(Facts(GOOD), Bench(20.0), None)
    assert (probe.name, probe.group) == (ProbeName.SYSTEM, ProbeGroup.SYSTEM)
    assert probe.uses == {Resource.PROCESSOR}
    assert probe.needs == probe.after == frozenset()


async def test_this_computer(tmp_path: Path) -> None:
    """Real facts, real encoder. Whether it is fast or busy is its own matter; that a visit is impossible
    on a computer that builds kpdesk is not to be believed."""
    probe = SystemProbe(SystemDiagnostics(tmp_path), Vp8EncodeBench(), None)
    result = await probe.run(ProbeContext({}, lambda _fraction, _figures: None))
    assert result.status in (ProbeStatus.PASSED, ProbeStatus.WARNING)
    rate = result.measured("encode_frame_rate")
    assert isinstance(rate, float)
    assert rate > 1.0
