"""The computer: is it fast, awake and well connected enough for a visit?

Nothing here stops a visit but a processor that cannot even send a small picture; all else is advice.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from kpdesk.checks.ports import EncodeBench, Grants, ProbeContext, Resource, SystemFacts
from kpdesk.checks.thresholds import SystemThresholds
from kpdesk.domain.errors import KpdeskError
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

CALL_SIZE: Final = (1280, 720)
CALL_FRAME_RATE: Final = 30.0
SMALL_SIZE: Final = (320, 180)
ENCODE_S: Final = 1.0
SMALL_ENCODE_S: Final = 0.5
CLOCK_WAIT_S: Final = 6.0
"""For the service's answer; without one the clock is not judged."""
TIMEOUT_S: Final = 20.0
"""Load 1 s, Wi-Fi of a Mac up to 6 s, encoding 2 s and twice that on a slow one."""
_HINTS: Final = frozenset({ProbeCode.BATTERY_DISCHARGING})
"""Worth a word, but nothing is wrong."""
_log = logging.getLogger(__name__)


class SystemProbe:
    """Reads the facts, encodes for a second, and judges."""

    name = ProbeName.SYSTEM
    group = ProbeGroup.SYSTEM
    needs: frozenset[ProbeName] = frozenset()
    after: frozenset[ProbeName] = frozenset()
    uses = frozenset({Resource.PROCESSOR})
    timeout_s = TIMEOUT_S

    def __init__(
        self,
        facts: SystemFacts,
        bench: EncodeBench,
        grants: Grants | None,
        thresholds: SystemThresholds | None = None,
    ) -> None:
        """``grants``: ``None`` without a service to compare clocks with."""
        self._facts = facts
        self._bench = bench
        self._grants = grants
        self._thresholds = thresholds or SystemThresholds()

    async def run(self, context: ProbeContext) -> ProbeResult:
        state, grant = await asyncio.gather(self._facts.read(), self._grant())
        measured = (*measurements_of(state), *clock_measurements(grant))
        context.tell(0.5, measured)
        call = await self._bench.measure(*CALL_SIZE, seconds=ENCODE_S)
        small = None
        if call.frames_per_second < self._thresholds.encode_frame_rate_good:
            context.tell(0.8, measured)
            small = await self._bench.measure(*SMALL_SIZE, seconds=SMALL_ENCODE_S)
        codes, failed = self._judge(state, grant, call, small)
        status = ProbeStatus.PASSED
        if failed:
            status = ProbeStatus.FAILED
        elif set(codes) - _HINTS:
            status = ProbeStatus.WARNING
        return ProbeResult(self.name, status, codes, (*speed_measurements(call, small), *measured))

    async def _grant(self) -> PreflightGrant | None:
        """The service's clock, if it can be had. That it cannot is what the network probes say."""
        if self._grants is None:
            return None
        try:
            return await asyncio.wait_for(self._grants.grant(), CLOCK_WAIT_S)
        except (KpdeskError, TimeoutError) as error:
            _log.info("no clock to compare with: error=%s", type(error).__name__)
            return None

    def _judge(
        self,
        state: SystemState,
        grant: PreflightGrant | None,
        call: EncodeSpeed,
        small: EncodeSpeed | None,
    ) -> tuple[tuple[ProbeCode, ...], bool]:
        """What was found, most important first, and whether a visit is impossible."""
        limits = self._thresholds
        failed = small is not None and small.frames_per_second < limits.encode_frame_rate_fail
        clock_off = _clock_off_s(grant)
        busy = _above(state.processor_load_percent, limits.processor_busy_percent)
        on_battery = state.on_mains is False
        battery_low = on_battery and _below(state.battery_percent, limits.battery_low_percent)
        found = (
            (ProbeCode.CLOCK_WRONG, clock_off > limits.clock_broken_s),
            # what makes it slow comes before that it is slow: that can be mended at once
            (ProbeCode.PROCESSOR_BUSY, busy),
            (ProbeCode.PROCESSOR_SLOW, small is not None),
            (ProbeCode.BATTERY_LOW, battery_low),
            (ProbeCode.WIFI_WEAK, self._wifi_weak(state)),
            (ProbeCode.MEMORY_LOW, _below(state.memory_free_mb, limits.memory_low_mb)),
            (ProbeCode.CLOCK_WRONG, limits.clock_error_s < clock_off <= limits.clock_broken_s),
            (ProbeCode.SYSTEM_TOO_OLD, state.version_supported is False),
            (ProbeCode.DISK_FULL, _below(state.disk_free_mb, limits.disk_free_mb)),
            (ProbeCode.VPN_ACTIVE, state.vpn_active is True),
            (ProbeCode.UPDATE_PENDING, state.update_pending is True or state.restart_pending is True),
            (ProbeCode.BATTERY_DISCHARGING, on_battery and not battery_low),
        )
        codes = [code for code, is_so in found if is_so]
        if failed:
            # the one thing that stops a visit is said first
            codes.sort(key=lambda code: code is not ProbeCode.PROCESSOR_SLOW)
        return tuple(codes), failed

    def _wifi_weak(self, state: SystemState) -> bool:
        """By the strength; by the system's own scale only where there is no strength."""
        if state.wifi_dbm is not None:
            return state.wifi_dbm < self._thresholds.wifi_weak_dbm
        return _below(state.wifi_percent, self._thresholds.wifi_weak_percent)


def _below(value: float | None, limit: float) -> bool:
    return value is not None and value < limit


def _above(value: float | None, limit: float) -> bool:
    return value is not None and value > limit


def _clock_off_s(grant: PreflightGrant | None) -> float:
    """Seconds by which the clock is off at the least: what the round trip leaves in doubt is not held
    against it."""
    if grant is None or grant.clock_error_s is None:
        return 0.0
    return max(0.0, abs(grant.clock_error_s) - grant.clock_doubt_s)


# --- figures ----------------------------------------------------------------------------------------------


def measurements_of(state: SystemState) -> tuple[Measurement, ...]:
    """What is known, rounded to what it is worth."""
    found = (
        ("processor_load", _rounded(state.processor_load_percent, 1), Unit.PERCENT),
        ("processor_speed", _rounded(state.processor_mhz), Unit.MEGAHERTZ),
        ("processor_cores", state.processor_cores, Unit.NONE),
        ("memory_free", _rounded(state.memory_free_mb), Unit.MEGABYTES),
        ("memory_total", _rounded(state.memory_total_mb), Unit.MEGABYTES),
        ("battery", _rounded(state.battery_percent), Unit.PERCENT),
        ("on_mains", state.on_mains, Unit.NONE),
        ("vpn_active", state.vpn_active, Unit.NONE),
        ("wifi_signal", _rounded(state.wifi_dbm), Unit.DECIBEL_MILLIWATTS),
        ("wifi_quality", _rounded(state.wifi_percent), Unit.PERCENT),
        ("disk_free", _rounded(state.disk_free_mb), Unit.MEGABYTES),
        ("version_supported", state.version_supported, Unit.NONE),
        ("update_pending", state.update_pending, Unit.NONE),
        ("restart_pending", state.restart_pending, Unit.NONE),
    )
    return tuple(Measurement(name, value, unit) for name, value, unit in found if value is not None)


def speed_measurements(call: EncodeSpeed, small: EncodeSpeed | None) -> tuple[Measurement, ...]:
    """Encoding speed in frames a second, and as a multiple of what a call needs."""
    found = [
        Measurement("encode_frame_rate", round(call.frames_per_second, 1), Unit.FRAMES_PER_SECOND),
        Measurement("encode_speed", round(call.frames_per_second / CALL_FRAME_RATE, 2)),
    ]
    if small is not None:
        rate = round(small.frames_per_second, 1)
        found.append(Measurement("encode_small_frame_rate", rate, Unit.FRAMES_PER_SECOND))
    return tuple(found)


def clock_measurements(grant: PreflightGrant | None) -> tuple[Measurement, ...]:
    """Ahead is positive."""
    if grant is None or grant.clock_error_s is None:
        return ()
    return (
        Measurement("clock_error", round(grant.clock_error_s, 2), Unit.SECONDS),
        Measurement("clock_doubt", round(grant.clock_doubt_s, 2), Unit.SECONDS),
    )


def _rounded(value: float | None, digits: int = 0) -> float | int | None:
    if value is None:
        return None
    return round(value, digits) if digits else round(value)
