"""The facade: what is looked at, what is remembered, and two runs at a time."""

from __future__ import annotations

import asyncio
import math

import pytest

from kpdesk.checks.ports import Resource
from kpdesk.checks.preflight import Preflight
from kpdesk.checks.runner import ProbeEvent, ProbeStarted
from kpdesk.checks.thresholds import RunThresholds
from kpdesk.domain.errors import InvariantError
from kpdesk.domain.preflight import ProbeCode, ProbeGroup, ProbeName, ProbeStatus, Versions
from tests.helpers.probes import ScriptedProbe, names
from tests.helpers.virtual_loop import EPOCH, run_virtually, virtual_clock

CAMERA, SPEAKER, TCP, TLS = ProbeName.CAMERA, ProbeName.SPEAKER, ProbeName.TCP, ProbeName.TLS
VERSIONS = Versions("0.1.0", "linux", "test", "x86_64")


def preflight(*probes: ScriptedProbe, limits: RunThresholds | None = None) -> Preflight:
    return Preflight(probes, clock=virtual_clock(), versions=VERSIONS, limits=limits)


def four() -> tuple[ScriptedProbe, ...]:
    return (
        ScriptedProbe(TLS, ProbeGroup.NETWORK, needs=names(TCP)),
        ScriptedProbe(TCP, ProbeGroup.NETWORK),
        ScriptedProbe(SPEAKER, ProbeGroup.SPEAKER, status=ProbeStatus.WARNING),
        ScriptedProbe(CAMERA, ProbeGroup.CAMERA),
    )


def test_everything_is_looked_at_and_reported_in_order() -> None:
    async def check() -> None:
        check = preflight(*four())
        assert check.report() is None
        report = await check.run()
        assert [result.name for result in report.results] == [CAMERA, SPEAKER, TCP, TLS] == list(check.names)
        assert (report.started_at, report.versions) == (EPOCH, VERSIONS)
        assert report.duration_s == pytest.approx(2)
        assert report.status is ProbeStatus.WARNING
        assert check.report() == report

    run_virtually(check())


@pytest.mark.parametrize(
    ("wanted", "groups", "looked_at"),
    [
        ((TLS,), None, [TLS]),
        (None, (ProbeGroup.NETWORK,), [TCP, TLS]),
        ((CAMERA,), (ProbeGroup.NETWORK, ProbeGroup.CAMERA), [CAMERA, TCP, TLS]),
        ((), None, []),
        (None, (ProbeGroup.REHEARSAL,), []),
    ],
)
def test_what_is_chosen_is_looked_at(
    wanted: tuple[ProbeName, ...] | None, groups: tuple[ProbeGroup, ...] | None, looked_at: list[ProbeName]
) -> None:
    async def check() -> None:
        report = await preflight(*four()).run(wanted, groups=groups)
        assert [result.name for result in report.results] == looked_at
        if not looked_at:
            assert report.status is ProbeStatus.NOT_RUN

    run_virtually(check())


def test_a_name_that_there_is_not_is_our_own_bug() -> None:
    async def check() -> None:
        with pytest.raises(InvariantError):
            await preflight(*four()).run((ProbeName.QUALITY,))

    run_virtually(check())


def test_probes_that_do_not_fit_together_are_known_at_once() -> None:
    async def check() -> None:
        with pytest.raises(InvariantError):
            preflight(ScriptedProbe(TCP, needs=names(TLS)), ScriptedProbe(TLS, needs=names(TCP)))

    run_virtually(check())


def test_one_again_replaces_its_result() -> None:
    async def check() -> None:
        probes = four()
        check = preflight(*probes)
        await check.run()
        await asyncio.sleep(10)
        probes[2].status = ProbeStatus.PASSED
        seen: list[ProbeEvent] = []
        result = await check.run_one(SPEAKER, on_event=seen.append)
        assert result.status is ProbeStatus.PASSED
        assert seen[0] == ProbeStarted(SPEAKER)
        whole = check.report()
        assert whole is not None
        assert whole.status is ProbeStatus.PASSED
        assert whole.started_at == EPOCH
        assert whole.duration_s == pytest.approx(13)
        assert set(probes[2].contexts[1].results) == {CAMERA, TCP, TLS}

    run_virtually(check())


def test_two_runs_at_a_time_share_what_there_is() -> None:
    async def check() -> None:
        sound = frozenset({Resource.SOUND})
        check = preflight(
            ScriptedProbe(SPEAKER, ProbeGroup.SPEAKER, uses=sound, takes_s=3),
            ScriptedProbe(ProbeName.MICROPHONE, ProbeGroup.MICROPHONE, uses=sound, takes_s=3),
        )
        await asyncio.gather(check.run((SPEAKER,)), check.run((ProbeName.MICROPHONE,)))
        assert virtual_clock().time() == pytest.approx(6)
        assert not check.running

    run_virtually(check())


def test_skip_and_cancel_reach_every_run() -> None:
    async def check() -> None:
        check = preflight(
            ScriptedProbe(SPEAKER, takes_s=30, timeout_s=60),
            ScriptedProbe(CAMERA, takes_s=30, timeout_s=60),
            ScriptedProbe(TCP, takes_s=30, timeout_s=60),
        )
        first = asyncio.ensure_future(check.run((SPEAKER, TCP)))
        second = asyncio.ensure_future(check.run((CAMERA,)))
        await asyncio.sleep(1)
        assert check.running
        assert check.skip(CAMERA)
        assert not check.skip(ProbeName.QUALITY)
        assert (await second).results[0].codes == (ProbeCode.LEFT_OUT,)
        check.cancel()
        report = await first
        assert {result.status for result in report.results} == {ProbeStatus.SKIPPED}
        assert virtual_clock().time() == pytest.approx(1)
        assert set(check.results) == {CAMERA, SPEAKER, TCP}

    run_virtually(check())


def test_the_time_limit_can_be_another_one() -> None:
    async def check() -> None:
        slow = ScriptedProbe(CAMERA, takes_s=100, timeout_s=1000)
        check = preflight(slow)
        assert (await check.run(timeout_s=8)).results[0].codes == (ProbeCode.TIMED_OUT,)
        assert virtual_clock().time() == pytest.approx(8)
        assert (await check.run(timeout_s=math.inf)).results[0].status is ProbeStatus.PASSED

    run_virtually(check())
