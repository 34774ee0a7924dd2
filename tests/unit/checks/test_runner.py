"""Whatever the probes do: each ends once, nothing is used twice at a time, nothing runs on."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpdesk.checks.ports import ProbeContext, Resource
from kpdesk.checks.runner import (
    GRACE_S,
    ProbeEnded,
    ProbeEvent,
    ProbeProgressed,
    ProbeStarted,
    ResourceTable,
    Runner,
)
from kpdesk.checks.thresholds import RunThresholds
from kpdesk.domain.errors import (
    ConnectivityError,
    DeviceError,
    ErrorCode,
    InvariantError,
)
from kpdesk.domain.preflight import Measurement, ProbeCode, ProbeGroup, ProbeName, ProbeResult, ProbeStatus
from tests.helpers.log_rules import LogWatch
from tests.helpers.probes import ScriptedProbe, names, share_running
from tests.helpers.virtual_loop import run_virtually, virtual_clock

CAMERA, SPEAKER, MICROPHONE = ProbeName.CAMERA, ProbeName.SPEAKER, ProbeName.MICROPHONE
TCP, TLS, QUALITY, SYSTEM = ProbeName.TCP, ProbeName.TLS, ProbeName.QUALITY, ProbeName.SYSTEM
LONG = RunThresholds(whole_s=1000.0, network_s=1000.0)


class Watched:
    """A run with everything that its listener heard, and when."""

    def __init__(self, probes: Sequence[ScriptedProbe], **options: Any) -> None:
        self.probes = probes
        self.events: list[tuple[float, ProbeEvent]] = []
        self.clock = virtual_clock()
        self.runner = Runner(probes, clock=self.clock, on_event=self.hear, **{"limits": LONG, **options})

    def hear(self, event: ProbeEvent) -> None:
        self.events.append((self.clock.time(), event))

    async def run(self) -> dict[ProbeName, ProbeResult]:
        return {result.name: result for result in await self.runner.run()}

    def started(self) -> dict[ProbeName, float]:
        return {event.name: at for at, event in self.events if isinstance(event, ProbeStarted)}

    def ended(self) -> dict[ProbeName, float]:
        return {event.name: at for at, event in self.events if isinstance(event, ProbeEnded)}

    def kinds(self) -> list[tuple[str, ProbeName]]:
        return [(type(event).__name__, event.name) for _, event in self.events]


def statuses(results: dict[ProbeName, ProbeResult]) -> dict[ProbeName, ProbeStatus]:
    return {name: result.status for name, result in results.items()}


# --- order ------------------------------------------------------------------------------------------------


def test_what_shares_nothing_runs_side_by_side() -> None:
    async def check() -> None:
        watched = Watched([ScriptedProbe(CAMERA, takes_s=3), ScriptedProbe(SYSTEM, takes_s=2)])
        results = await watched.run()
        assert watched.clock.time() == pytest.approx(3)
        assert list(results) == [CAMERA, SYSTEM]
        assert results[CAMERA].duration_s == pytest.approx(3)
        assert results[SYSTEM].duration_s == pytest.approx(2)

    run_virtually(check())


def test_one_user_of_a_resource_at_a_time() -> None:
    async def check() -> None:
        sound = frozenset({Resource.SOUND})
        watched = Watched(
            [ScriptedProbe(MICROPHONE, uses=sound, takes_s=4), ScriptedProbe(SPEAKER, uses=sound, takes_s=2)]
        )
        await watched.run()
        assert watched.started() == {SPEAKER: 0.0, MICROPHONE: 2.0}

    run_virtually(check())


def test_a_probe_starts_after_those_that_it_needs_or_follows() -> None:
    async def check() -> None:
        watched = Watched(
            [
                ScriptedProbe(CAMERA, needs=names(SYSTEM), takes_s=1),
                ScriptedProbe(SPEAKER, after=names(CAMERA), takes_s=1),
                ScriptedProbe(SYSTEM, takes_s=5, status=ProbeStatus.WARNING),
            ]
        )
        await watched.run()
        assert watched.started() == {SYSTEM: 0.0, CAMERA: 5.0, SPEAKER: 6.0}
        assert set(watched.probes[1].contexts[0].results) == {SYSTEM, CAMERA}

    run_virtually(check())


def test_what_is_not_part_of_the_run_is_not_waited_for() -> None:
    async def check() -> None:
        earlier = {TCP: ProbeResult(TCP, ProbeStatus.FAILED, (ProbeCode.TCP_BLOCKED,))}
        probe = ScriptedProbe(QUALITY, needs=names(TCP), after=names(TLS))
        results = await Watched([probe], earlier=earlier).run()
        assert statuses(results) == {QUALITY: ProbeStatus.PASSED}
        assert probe.contexts[0].results == earlier

    run_virtually(check())


@pytest.mark.parametrize("bad", [ProbeStatus.FAILED, ProbeStatus.NOT_RUN])
def test_what_needs_a_failed_one_is_not_run(bad: ProbeStatus) -> None:
    async def check() -> None:
        watched = Watched(
            [
                ScriptedProbe(TCP, status=bad, codes=(ProbeCode.TCP_BLOCKED,)),
                ScriptedProbe(TLS, needs=names(TCP)),
                ScriptedProbe(QUALITY, needs=names(TLS)),
                ScriptedProbe(SYSTEM, after=names(TCP)),
            ]
        )
        results = await watched.run()
        assert results[TLS].codes == results[QUALITY].codes == (ProbeCode.NEEDS_FAILED,)
        assert results[TLS].status is results[QUALITY].status is ProbeStatus.NOT_RUN
        assert results[SYSTEM].status is ProbeStatus.PASSED
        assert ("ProbeStarted", TLS) not in watched.kinds()
        assert ("ProbeEnded", TLS) in watched.kinds()

    run_virtually(check())


def test_what_needs_a_skipped_one_is_left_out_too() -> None:
    async def check() -> None:
        results = await Watched(
            [
                ScriptedProbe(MICROPHONE, status=ProbeStatus.SKIPPED, codes=(ProbeCode.LEFT_OUT,)),
                ScriptedProbe(ProbeName.ACOUSTIC_LOOP, needs=names(MICROPHONE)),
            ]
        ).run()
        loop = results[ProbeName.ACOUSTIC_LOOP]
        assert (loop.status, loop.codes) == (ProbeStatus.SKIPPED, (ProbeCode.LEFT_OUT,))

    run_virtually(check())


def test_the_line_is_measured_alone_and_after_the_ladder() -> None:
    async def check() -> None:
        line = frozenset({Resource.LINE})
        watched = Watched(
            [
                ScriptedProbe(QUALITY, ProbeGroup.NETWORK, uses=line, takes_s=8),
                ScriptedProbe(ProbeName.REHEARSAL, ProbeGroup.REHEARSAL, uses=line, takes_s=8),
                ScriptedProbe(TCP, ProbeGroup.NETWORK, takes_s=1),
                ScriptedProbe(TLS, ProbeGroup.NETWORK, takes_s=2),
                ScriptedProbe(ProbeName.DIRECT_PATH, ProbeGroup.NETWORK, after=names(QUALITY), takes_s=1),
            ]
        )
        await watched.run()
        starts, ends = watched.started(), watched.ended()
        assert starts[TCP] == starts[TLS] == 0.0
        assert min(starts[QUALITY], starts[ProbeName.REHEARSAL]) >= 2.0
        spans = sorted((starts[name], ends[name]) for name in (QUALITY, ProbeName.REHEARSAL))
        assert spans[0][1] <= spans[1][0]
        assert starts[ProbeName.DIRECT_PATH] >= ends[QUALITY]

    run_virtually(check())


def test_the_line_waits_for_rungs_that_have_not_begun() -> None:
    async def check() -> None:
        watched = Watched(
            [
                ScriptedProbe(QUALITY, ProbeGroup.NETWORK, uses=frozenset({Resource.LINE})),
                ScriptedProbe(TCP, ProbeGroup.NETWORK, after=names(SYSTEM)),
                ScriptedProbe(SYSTEM, takes_s=3),
            ]
        )
        await watched.run()
        assert watched.started() == {SYSTEM: 0.0, TCP: 3.0, QUALITY: 4.0}

    run_virtually(check())


def test_a_rung_of_another_run_waits_while_the_line_is_measured() -> None:
    async def check() -> None:
        table = ResourceTable()
        line = Watched([ScriptedProbe(QUALITY, uses=frozenset({Resource.LINE}), takes_s=5)], resources=table)
        ladder = Watched([ScriptedProbe(TCP, ProbeGroup.NETWORK)], resources=table)
        await asyncio.gather(line.run(), ladder.run())
        assert ladder.started() == {TCP: 5.0}

    run_virtually(check())


def test_two_runs_share_the_devices() -> None:
    async def check() -> None:
        table, sound = ResourceTable(), frozenset({Resource.SOUND})
        first = Watched([ScriptedProbe(SPEAKER, uses=sound, takes_s=3)], resources=table)
        again = Watched([ScriptedProbe(SPEAKER, takes_s=1)], resources=table)
        other = Watched([ScriptedProbe(MICROPHONE, uses=sound, takes_s=1)], resources=table)
        ladder = Watched([ScriptedProbe(TCP, ProbeGroup.NETWORK, takes_s=2)], resources=table)
        line = Watched([ScriptedProbe(QUALITY, uses=frozenset({Resource.LINE}))], resources=table)
        await asyncio.gather(*(one.run() for one in (first, again, other, ladder, line)))
        assert again.started() == {SPEAKER: 3.0}
        assert other.started() == {MICROPHONE: 3.0}
        assert line.started() == {QUALITY: 2.0}

    run_virtually(check())


@pytest.mark.parametrize(
    "probes",
    [
        [ScriptedProbe(CAMERA), ScriptedProbe(CAMERA)],
        [ScriptedProbe(CAMERA, needs=names(TCP)), ScriptedProbe(TCP, after=names(CAMERA))],
        [ScriptedProbe(CAMERA, after=names(CAMERA))],
    ],
)
def test_probes_that_cannot_be_ordered_are_our_own_bug(probes: list[ScriptedProbe]) -> None:
    async def check() -> None:
        with pytest.raises(InvariantError):
            Watched(probes)

    run_virtually(check())


# --- what a probe may do ----------------------------------------------------------------------------------


def test_a_crash_is_a_result_and_is_logged(expect_log: LogWatch) -> None:
    expect_log("kpdesk.checks.runner", logging.ERROR, "probe crashed: name=camera")

    async def check() -> None:
        results = await Watched([ScriptedProbe(CAMERA, raises=ZeroDivisionError()), ScriptedProbe(TCP)]).run()
        assert (results[CAMERA].status, results[CAMERA].codes) == (ProbeStatus.NOT_RUN, (ProbeCode.CRASHED,))
        assert results[TCP].status is ProbeStatus.PASSED

    run_virtually(check())


def test_an_answer_under_another_name_is_a_crash(expect_log: LogWatch) -> None:
    expect_log("kpdesk.checks.runner", logging.ERROR, "probe crashed: name=camera")

    async def wrong(_context: ProbeContext) -> ProbeResult:
        return ProbeResult(TCP, ProbeStatus.PASSED)

    async def check() -> None:
        results = await Watched([ScriptedProbe(CAMERA, act=wrong)]).run()
        assert results[CAMERA].codes == (ProbeCode.CRASHED,)

    run_virtually(check())


def test_a_probe_that_cancels_itself_crashed(expect_log: LogWatch) -> None:
    expect_log("kpdesk.checks.runner", logging.ERROR, "probe cancelled itself: name=camera")

    async def check() -> None:
        results = await Watched([ScriptedProbe(CAMERA, raises=asyncio.CancelledError())]).run()
        assert (results[CAMERA].status, results[CAMERA].codes) == (ProbeStatus.NOT_RUN, (ProbeCode.CRASHED,))

    run_virtually(check())


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DeviceError(ErrorCode.CAMERA_IN_USE), ProbeStatus.FAILED, ProbeCode.CAMERA_IN_USE),
        (DeviceError(ErrorCode.SPEAKER_NOT_FOUND), ProbeStatus.FAILED, ProbeCode.SPEAKER_NOT_FOUND),
        (ConnectivityError(ErrorCode.OFFLINE), ProbeStatus.NOT_RUN, ProbeCode.CRASHED),
        (TimeoutError(), ProbeStatus.NOT_RUN, ProbeCode.TIMED_OUT),
    ],
)
def test_an_error_with_a_name_is_no_crash_of_ours(
    error: Exception, status: ProbeStatus, code: ProbeCode
) -> None:
    async def check() -> None:
        result = (await Watched([ScriptedProbe(CAMERA, raises=error)]).run())[CAMERA]
        assert (result.status, result.codes) == (status, (code,))

    run_virtually(check())


# --- time -------------------------------------------------------------------------------------------------


def test_a_probe_that_takes_too_long_is_stopped() -> None:
    async def check() -> None:
        slow = ScriptedProbe(CAMERA, takes_s=60, timeout_s=5, cleanup_s=1)
        watched = Watched([slow, ScriptedProbe(TCP, after=names(CAMERA))])
        results = await watched.run()
        assert (results[CAMERA].status, results[CAMERA].codes) == (
            ProbeStatus.NOT_RUN,
            (ProbeCode.TIMED_OUT,),
        )
        assert watched.ended()[CAMERA] == pytest.approx(6)  # what it releases is waited for
        assert results[CAMERA].duration_s == pytest.approx(6)
        assert slow.cancelled == 1

    run_virtually(check())


def test_a_late_answer_of_a_stopped_probe_does_not_count() -> None:
    async def stubborn(_context: ProbeContext) -> ProbeResult:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0.5)
        return ProbeResult(CAMERA, ProbeStatus.PASSED)

    async def check() -> None:
        results = await Watched([ScriptedProbe(CAMERA, act=stubborn, timeout_s=5)]).run()
        assert results[CAMERA].codes == (ProbeCode.TIMED_OUT,)

    run_virtually(check())


def test_a_probe_that_ignores_its_end_is_given_up_and_keeps_what_it_uses(expect_log: LogWatch) -> None:
    expect_log("kpdesk.checks.runner", logging.ERROR, "probe does not stop: name=camera")
    camera = frozenset({Resource.CAMERA})

    async def check() -> None:
        deaf = ScriptedProbe(CAMERA, takes_s=60, timeout_s=5, cleanup_s=20, uses=camera)
        after = ScriptedProbe(SYSTEM, uses=camera)
        watched = Watched([deaf, after])
        await watched.run()
        assert watched.ended()[CAMERA] == pytest.approx(5 + GRACE_S)
        assert watched.started()[SYSTEM] == pytest.approx(25)

    run_virtually(check())


def test_the_whole_run_has_an_end() -> None:
    async def check() -> None:
        sound = frozenset({Resource.SOUND})
        probes = [
            ScriptedProbe(SPEAKER, takes_s=100, timeout_s=100, uses=sound),
            ScriptedProbe(MICROPHONE, uses=sound),
            ScriptedProbe(ProbeName.ACOUSTIC_LOOP, needs=names(MICROPHONE)),
            ScriptedProbe(SYSTEM),
        ]
        watched = Watched(probes, limits=RunThresholds())
        results = await watched.run()
        assert watched.clock.time() == pytest.approx(45)
        assert statuses(results) == {
            SPEAKER: ProbeStatus.NOT_RUN,
            MICROPHONE: ProbeStatus.NOT_RUN,
            ProbeName.ACOUSTIC_LOOP: ProbeStatus.NOT_RUN,
            SYSTEM: ProbeStatus.PASSED,
        }
        assert results[MICROPHONE].codes == (ProbeCode.TIMED_OUT,)

    run_virtually(check())


def test_the_network_has_its_own_end_from_its_first_probe_on() -> None:
    async def check() -> None:
        probes = [
            ScriptedProbe(CAMERA, takes_s=20, timeout_s=30),
            ScriptedProbe(TCP, ProbeGroup.NETWORK, after=names(SYSTEM), takes_s=4),
            ScriptedProbe(TLS, ProbeGroup.NETWORK, needs=names(TCP), takes_s=9),
            ScriptedProbe(QUALITY, ProbeGroup.NETWORK, needs=names(TLS)),
            ScriptedProbe(SYSTEM, takes_s=2),
        ]
        watched = Watched(probes, limits=RunThresholds())
        results = await watched.run()
        assert watched.ended()[TLS] == pytest.approx(14)
        assert results[TLS].codes == results[QUALITY].codes == (ProbeCode.TIMED_OUT,)
        assert results[CAMERA].status is ProbeStatus.PASSED

    run_virtually(check())


def test_a_probe_knows_how_much_time_it_has() -> None:
    async def check() -> None:
        probes = [
            ScriptedProbe(TCP, ProbeGroup.NETWORK, timeout_s=5, takes_s=4),
            ScriptedProbe(QUALITY, ProbeGroup.NETWORK, after=names(TCP), timeout_s=11),
            ScriptedProbe(CAMERA, timeout_s=math.inf, after=names(TCP)),
        ]
        await Watched(probes, limits=RunThresholds()).run()
        assert [probe.contexts[0].time_left_s for probe in probes] == pytest.approx([5, 8, 41])

    run_virtually(check())


def test_a_run_without_an_end_waits_for_the_person() -> None:
    async def check() -> None:
        limits = RunThresholds(whole_s=math.inf, network_s=math.inf)
        slow = ScriptedProbe(SPEAKER, takes_s=3600, timeout_s=math.inf)
        results = await Watched([slow], limits=limits).run()
        assert results[SPEAKER].status is ProbeStatus.PASSED

    run_virtually(check())


# --- stopping ---------------------------------------------------------------------------------------------


def test_skipping_one_leaves_the_others_alone() -> None:
    async def check() -> None:
        sound = frozenset({Resource.SOUND})
        probes = [
            ScriptedProbe(SPEAKER, takes_s=5, uses=sound),
            ScriptedProbe(MICROPHONE, uses=sound),
            ScriptedProbe(CAMERA, takes_s=6),
        ]
        watched = Watched(probes)
        running = asyncio.ensure_future(watched.run())
        await asyncio.sleep(1)
        assert watched.runner.skip(SPEAKER)
        assert not watched.runner.skip(SPEAKER)
        assert watched.runner.skip(MICROPHONE)
        assert not watched.runner.skip(TCP)
        results = await running
        assert results[SPEAKER].codes == results[MICROPHONE].codes == (ProbeCode.LEFT_OUT,)
        assert results[SPEAKER].status is results[MICROPHONE].status is ProbeStatus.SKIPPED
        assert results[CAMERA].status is ProbeStatus.PASSED
        assert watched.ended()[SPEAKER] == pytest.approx(1)
        assert not watched.runner.skip(CAMERA)

    run_virtually(check())


def test_a_listener_may_skip_while_it_listens() -> None:
    async def check() -> None:
        probes = [ScriptedProbe(CAMERA), ScriptedProbe(SPEAKER), ScriptedProbe(SYSTEM, after=names(SPEAKER))]
        watched = Watched(probes)

        def hear(event: ProbeEvent) -> None:
            watched.hear(event)
            if event == ProbeStarted(CAMERA):
                assert watched.runner.skip(CAMERA)
                assert watched.runner.skip(SPEAKER)

        watched.runner._on_event = hear
        results = await watched.run()
        assert results[CAMERA].status is results[SPEAKER].status is ProbeStatus.SKIPPED
        assert results[SYSTEM].status is ProbeStatus.PASSED
        assert not probes[1].contexts

    run_virtually(check())


def test_cancelling_the_task_waits_for_the_probes() -> None:
    async def check() -> None:
        probes = [ScriptedProbe(CAMERA, takes_s=9, cleanup_s=1), ScriptedProbe(TLS, needs=names(CAMERA))]
        running = share_running(probes)
        watched = Watched(probes)
        task = asyncio.ensure_future(watched.run())
        await asyncio.sleep(3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not running
        assert watched.clock.time() == pytest.approx(4)
        assert sorted(watched.ended()) == [CAMERA, TLS]

    run_virtually(check())


# --- what the listener hears ------------------------------------------------------------------------------


def test_progress_comes_between_start_and_end() -> None:
    level = Measurement("level", -30.0)

    async def look(context: ProbeContext) -> None:
        context.tell(0.5, (level,))
        context.tell(math.nan, ())
        context.tell(7.0, ())
        late.append(context)

    late: list[ProbeContext] = []

    async def check() -> None:
        watched = Watched([ScriptedProbe(MICROPHONE, act=look)])
        await watched.run()
        late[0].tell(0.9, ())
        assert [event for _, event in watched.events if isinstance(event, ProbeProgressed)] == [
            ProbeProgressed(MICROPHONE, 0.5, (level,)),
            ProbeProgressed(MICROPHONE, 0.0),
            ProbeProgressed(MICROPHONE, 1.0),
        ]
        assert watched.kinds()[0] == ("ProbeStarted", MICROPHONE)
        assert watched.kinds()[-1] == ("ProbeEnded", MICROPHONE)

    run_virtually(check())


async def test_progress_may_come_from_another_thread() -> None:
    heard: list[tuple[int, ProbeEvent]] = []

    async def look(context: ProbeContext) -> None:
        await asyncio.to_thread(context.tell, 0.5, ())
        await asyncio.sleep(0)

    from kpdesk.base.clock import SystemClock

    probe = ScriptedProbe(TCP, act=look)
    runner = Runner(
        [probe], clock=SystemClock(), on_event=lambda event: heard.append((threading.get_ident(), event))
    )
    await runner.run()
    assert (threading.get_ident(), ProbeProgressed(TCP, 0.5)) in heard


def test_a_broken_listener_does_not_stop_the_check(expect_log: LogWatch) -> None:
    expect_log("kpdesk.checks.runner", logging.ERROR, "listener crashed")

    async def check() -> None:
        def broken(_event: ProbeEvent) -> None:
            raise RuntimeError

        runner = Runner([ScriptedProbe(CAMERA)], clock=virtual_clock(), on_event=broken)
        assert (await runner.run())[0].status is ProbeStatus.PASSED

    run_virtually(check())


def test_no_probes_are_no_results() -> None:
    async def check() -> None:
        assert await Watched([]).run() == {}

    run_virtually(check())


# --- any probes, any moment -------------------------------------------------------------------------------


@st.composite
def graphs(draw: st.DrawFn) -> list[ScriptedProbe]:
    chosen = draw(st.lists(st.sampled_from(list(ProbeName)), min_size=1, max_size=9, unique=True))
    probes = []
    for index, name in enumerate(chosen):
        before = st.frozensets(st.sampled_from(chosen[:index]), max_size=2) if index else st.just(frozenset())
        group = draw(st.sampled_from([ProbeGroup.NETWORK, ProbeGroup.CAMERA]))
        uses = draw(st.frozensets(st.sampled_from(list(Resource)), max_size=2))
        probes.append(
            ScriptedProbe(
                name,
                group,
                needs=draw(before),
                after=draw(before),
                uses=uses,
                takes_s=draw(st.sampled_from([0.0, 0.5, 1.0, 3.0, 20.0])),
                timeout_s=draw(st.sampled_from([0.25, 2.0, 30.0])),
                cleanup_s=draw(st.sampled_from([0.0, 0.0, 0.5])),
                status=draw(st.sampled_from(list(ProbeStatus))),
                raises=draw(st.sampled_from([None, None, None, DeviceError(ErrorCode.CAMERA_DENIED)])),
            )
        )
    return draw(st.permutations(probes))


@settings(max_examples=120, deadline=None)
@given(
    probes=graphs(),
    whole_s=st.sampled_from([10.0, 45.0, 1000.0]),
    acts=st.lists(st.tuples(st.floats(0, 40), st.sampled_from(["skip", "cancel", "kill"])), max_size=3),
    pick=st.randoms(use_true_random=False),
)
def test_whatever_happens(
    probes: list[ScriptedProbe], whole_s: float, acts: list[tuple[float, str]], pick: Any
) -> None:
    running = share_running(probes)
    by_name = {probe.name: probe for probe in probes}

    def check_users() -> None:
        users = [by_name[name] for name in running]
        for resource in Resource:
            assert sum(resource in probe.uses for probe in users) <= 1
        if any(Resource.LINE in probe.uses for probe in users):
            assert not [
                probe
                for probe in users
                if probe.group is ProbeGroup.NETWORK and Resource.LINE not in probe.uses
            ]

    async def check() -> None:
        watched = Watched(probes, limits=RunThresholds(whole_s, min(whole_s, 12.0)))
        for probe in probes:
            probe.look_at_running = check_users
        task = asyncio.ensure_future(watched.run())

        async def act(at_s: float, what: str) -> None:
            await asyncio.sleep(at_s)
            if what == "skip":
                watched.runner.skip(pick.choice(list(by_name)))
            elif what == "cancel":
                watched.runner.cancel()
            else:
                task.cancel()

        acting = [asyncio.ensure_future(act(*one)) for one in acts]
        try:
            results = await task
        except asyncio.CancelledError:
            assert "kill" in [what for _, what in acts]
            results = None
        took = watched.clock.time()
        for one in acting:
            one.cancel()
        await asyncio.gather(*acting, return_exceptions=True)
        assert took <= whole_s + GRACE_S
        assert not running
        ends = [event.name for _, event in watched.events if isinstance(event, ProbeEnded)]
        assert sorted(ends) == sorted(by_name)
        if results is not None:
            assert list(results) == [name for name in ProbeName if name in by_name]
            starts = watched.started()
            for name, at in starts.items():
                assert all(
                    watched.ended()[other] <= at for other in by_name[name].needs | by_name[name].after
                )
        for name in set(by_name) - set(watched.started()):
            assert not by_name[name].contexts

    run_virtually(check())
