"""The check step by step, in virtual time, over the real engine and probes that do what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from kpdesk.checks.ports import ProbeContext, Resource
from kpdesk.checks.preflight import Preflight
from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import DeviceKind, DeviceLists, MicrophoneLevel
from kpdesk.domain.preflight import (
    Measurement,
    PreflightReport,
    ProbeCode,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
    Versions,
)
from kpdesk.ui.viewmodels.devices import Hearing, LevelSnapshot
from kpdesk.ui.viewmodels.hearing_question import HearingQuestion
from kpdesk.ui.viewmodels.preflight import LOUD_ENOUGH, PreflightViewModel
from kpdesk.ui.viewmodels.preflight_steps import (
    DeviceStep,
    Finding,
    InternetStep,
    Part,
    PartLine,
    PreflightSnapshot,
    RailItem,
    Remedy,
    Step,
    StepNews,
    StepState,
    SummaryStep,
    Talk,
    Verdict,
)
from kpdesk.ui.viewmodels.shell import Patience
from tests.fakes.preflight_ports import (
    CAMERA,
    HEADSET,
    LISTS,
    MICROPHONE,
    SPEAKER,
    FakeCheckDevices,
    FakeLevels,
    FakePlayback,
    FakePreview,
    FakeVolume,
)
from tests.helpers.probes import ScriptedProbe
from tests.helpers.virtual_loop import EPOCH, run_virtually, virtual_clock
from tests.helpers.visits import PROFILE

OPEN, RUNNING, PASSED = StepState.OPEN, StepState.RUNNING, StepState.PASSED
WARNING, FAILED, SKIPPED = StepState.WARNING, StepState.FAILED, StepState.SKIPPED


class Stage:
    """The wizard, what it stands on, and what it said."""

    def __init__(self) -> None:
        self.question = HearingQuestion()
        self.devices, self.preview, self.levels = FakeCheckDevices(), FakePreview(), FakeLevels()
        self.playback, self.volume = FakePlayback(), FakeVolume()
        sound = frozenset({Resource.SOUND})
        self.camera = ScriptedProbe(
            ProbeName.CAMERA, ProbeGroup.CAMERA, takes_s=3, uses=frozenset({Resource.CAMERA})
        )
        self.speaker = ScriptedProbe(
            ProbeName.SPEAKER, ProbeGroup.SPEAKER, uses=sound, timeout_s=132, act=self._play
        )
        self.microphone = ScriptedProbe(
            ProbeName.MICROPHONE, ProbeGroup.MICROPHONE, uses=sound, act=self._record
        )
        self.loop = ScriptedProbe(
            ProbeName.ACOUSTIC_LOOP,
            ProbeGroup.MICROPHONE,
            uses=sound,
            takes_s=2,
            codes=(ProbeCode.LOOP_HEADSET,),
            after=frozenset({ProbeName.MICROPHONE}),
        )
        self.tcp = ScriptedProbe(ProbeName.TCP, ProbeGroup.NETWORK)
        self.stun = ScriptedProbe(ProbeName.STUN, ProbeGroup.NETWORK, takes_s=2)
        self.quality = ScriptedProbe(
            ProbeName.QUALITY, ProbeGroup.NETWORK, takes_s=8, uses=frozenset({Resource.LINE})
        )
        self.system = ScriptedProbe(ProbeName.SYSTEM, ProbeGroup.SYSTEM)
        self.rehearsal = ScriptedProbe(
            ProbeName.REHEARSAL,
            ProbeGroup.REHEARSAL,
            takes_s=6,
            uses=frozenset({Resource.CAMERA, Resource.SOUND, Resource.LINE, Resource.PROCESSOR}),
        )
        self.with_rehearsal = False
        self.seen: list[PreflightSnapshot] = []
        self.news: list[StepNews] = []
        self.reports: list[PreflightReport] = []
        self.asked: list[Remedy] = []
        self.level: list[LevelSnapshot] = []

    async def _play(self, context: ProbeContext) -> ProbeResult | None:
        context.tell(0.1, (Measurement("side", "left", Unit.TEXT),))
        await asyncio.sleep(2)
        heard = await self.question.heard()
        if heard is None:
            return ProbeResult(ProbeName.SPEAKER, ProbeStatus.WARNING, (ProbeCode.SPEAKER_NOT_CONFIRMED,))
        if not heard:
            return ProbeResult(ProbeName.SPEAKER, ProbeStatus.FAILED, (ProbeCode.SPEAKER_NOT_HEARD,))
        return None

    async def _record(self, context: ProbeContext) -> None:
        for tenth in range(40):
            await asyncio.sleep(0.1)
            level = Measurement("rms", -20.0, Unit.DECIBELS_FULL_SCALE)
            context.tell(tenth / 40, (level, Measurement("voice", True)))
        self.playback.available = True

    async def __aenter__(self) -> Stage:
        probes = [self.camera, self.speaker, self.microphone, self.loop]
        probes += [self.tcp, self.stun, self.quality, self.system]
        if self.with_rehearsal:
            probes.append(self.rehearsal)
        clock = virtual_clock()
        self.engine = Preflight(probes, clock=clock, versions=Versions("0.1.0", "linux", "test", "x86_64"))
        self.model = PreflightViewModel(
            self.engine,
            self.question,
            self.devices,
            self.preview,
            self.levels,
            self.playback,
            self.volume,
            PROFILE,
            clock,
            lambda report: f"CODE-{len(report.results)}",
        )
        self.model.changed.connect(self.seen.append)
        self.model.announced.connect(self.news.append)
        self.model.finished.connect(self.reports.append)
        self.model.asked.connect(self.asked.append)
        self.model.level_changed.connect(self.level.append)
        self.model.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.model.close()
        self.model.deleteLater()

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.model.tick()

    @property
    def page(self) -> Any:
        return self.model.snapshot.page

    def states(self) -> list[StepState]:
        return [item.state for item in self.model.snapshot.rail]


def on_stage(test: Callable[[Stage], Awaitable[None]], **changes: object) -> None:
    """Run ``test`` with a wizard that has begun; ``changes`` are the stage's own."""

    async def play() -> None:
        stage = Stage()
        for name, value in changes.items():
            setattr(stage, name, value)
        async with stage:
            await test(stage)
        assert not stage.preview.open
        assert stage.levels.on_level is None
        assert stage.devices.listeners == 0

    run_virtually(play())


@pytest.fixture(autouse=True)
def _qt(qapp: QCoreApplication) -> None:
    """Signals need an application."""


async def _to_microphone(stage: Stage) -> None:
    await stage.passes(3.1)
    stage.model.go_on()
    await stage.passes(2.1)
    stage.model.answer(True)
    await stage.passes(0.1)
    stage.model.go_on()


def test_the_first_page_looks_at_the_camera_and_the_network_goes_on_behind() -> None:
    async def check(stage: Stage) -> None:
        await stage.passes(0.1)
        assert stage.model.snapshot == PreflightSnapshot(
            page=DeviceStep(Step.CAMERA, RUNNING, device=stage.page.device, preview=True, fraction=0.0),
            rail=(
                RailItem(Step.CAMERA, RUNNING, current=True),
                RailItem(Step.SPEAKER, upcoming=True),
                RailItem(Step.MICROPHONE),
                RailItem(Step.INTERNET, RUNNING),
                RailItem(Step.SUMMARY),
            ),
            can_go_back=False,
            can_skip=True,
            can_continue=False,
            can_try_again=False,
        )
        assert stage.page.device.in_use == CAMERA.name
        assert stage.preview.shown == [None]
        await stage.passes(3)
        assert stage.model.snapshot.page == DeviceStep(
            Step.CAMERA, PASSED, device=stage.page.device, preview=True
        )
        assert (stage.model.snapshot.can_continue, stage.model.snapshot.can_skip) == (True, False)

    on_stage(check)


def test_a_wait_gets_a_spinner_a_sentence_and_a_way_out() -> None:
    async def check(stage: Stage) -> None:
        stage.camera.takes_s = 20
        stage.model.try_again()
        seen = []
        for seconds in (0.1, 0.3, 3.0, 7.0):
            await stage.passes(seconds)
            seen.append(stage.page.waiting)
        assert seen == [Patience.NONE, Patience.SPINNER, Patience.SENTENCE, Patience.WAY_OUT]

    camera = ScriptedProbe(ProbeName.CAMERA, ProbeGroup.CAMERA, takes_s=20, timeout_s=30)
    on_stage(check, camera=camera)


def test_whoever_just_clicks_is_done_within_45_seconds() -> None:
    async def check(stage: Stage) -> None:
        await _to_microphone(stage)
        await stage.passes(6.2)
        assert stage.page.talk is Talk.PLAYBACK
        stage.model.go_on()
        assert stage.page.step is Step.INTERNET
        stage.model.go_on()
        while not stage.reports:
            await stage.passes(0.5)
        assert asyncio.get_running_loop().time() <= 45
        assert stage.states() == [PASSED, PASSED, PASSED, PASSED, PASSED]
        assert stage.page == SummaryStep(
            Verdict.READY, support_code="CODE-9", help_open=stage.page.help_open, now=EPOCH
        )
        assert [result.name for result in stage.reports[0].results] == list(stage.engine.names)

    on_stage(check, with_rehearsal=True)


def test_the_speaker_is_heard_even_before_the_question() -> None:
    async def check(stage: Stage) -> None:
        await stage.passes(3.1)
        stage.model.go_on()
        await stage.passes(1)
        assert (stage.page.step, stage.page.talk) == (Step.SPEAKER, Talk.PLAYING)
        stage.model.answer(True)
        await stage.passes(1.1)
        assert stage.page.state is PASSED
        assert not stage.preview.open

    on_stage(check)


def test_not_heard_can_be_turned_up_and_played_again() -> None:
    async def check(stage: Stage) -> None:
        await stage.passes(3.1)
        stage.model.go_on()
        await stage.passes(2.1)
        assert stage.page.talk is Talk.ASKING
        stage.model.answer(False)
        await stage.passes(0.1)
        finding = Finding(
            ProbeName.SPEAKER, ProbeStatus.FAILED, ProbeCode.SPEAKER_NOT_HEARD, "", Remedy.TURN_UP
        )
        assert (stage.page.state, stage.page.finding) == (FAILED, finding)
        snapshot = stage.model.snapshot
        assert (snapshot.can_try_again, snapshot.can_continue, snapshot.can_skip) == (True, False, True)
        stage.model.remedy(finding)
        await stage.passes(0.1)
        assert stage.volume.raised == [(DeviceKind.SPEAKER, None, LOUD_ENOUGH)]
        assert (stage.page.state, stage.page.talk, stage.page.finding) == (RUNNING, Talk.PLAYING, None)
        await stage.passes(2)
        assert stage.page.talk is Talk.ASKING  # the No of before answers nothing
        stage.model.answer(True)
        await stage.passes(0.1)
        assert stage.page.state is PASSED
        assert [(one.step, one.state) for one in stage.news if one.step is Step.SPEAKER] == [
            (Step.SPEAKER, FAILED),
            (Step.SPEAKER, PASSED),
        ]

    on_stage(check)


def test_a_mixer_that_does_not_obey_opens_the_settings() -> None:
    async def check(stage: Stage) -> None:
        stage.volume.obeys = False
        await stage.passes(3.1)
        stage.model.go_on()
        await stage.passes(2.1)
        stage.model.answer(False)
        await stage.passes(0.1)
        stage.model.remedy(stage.page.finding)
        await stage.passes(0.1)
        assert stage.asked == [Remedy.SOUND_SETTINGS]
        assert stage.page.state is FAILED

    on_stage(check)


def test_the_microphone_is_metered_recorded_and_played_back() -> None:
    async def check(stage: Stage) -> None:
        await _to_microphone(stage)
        await stage.passes(1)
        assert (stage.page.step, stage.page.talk) == (Step.MICROPHONE, Talk.SPEAK)
        assert stage.page.fraction == pytest.approx(0.2, abs=0.05)
        assert stage.model.level == LevelSnapshot(9, Hearing.VOICE)
        assert stage.levels.opened == []  # one microphone, one listener
        await stage.passes(3.1)
        assert stage.page.talk is Talk.LISTENING
        await stage.passes(2)
        assert stage.page.talk is Talk.PLAYBACK
        assert stage.playback.playing
        assert stage.page.remarks == (
            Finding(ProbeName.ACOUSTIC_LOOP, ProbeStatus.PASSED, ProbeCode.LOOP_HEADSET),
        )
        await stage.passes(4.1)
        assert stage.playback.played == 1
        assert (stage.page.talk, stage.page.can_play_back) == (Talk.NONE, True)
        assert stage.levels.opened == [None]
        assert stage.levels.on_level is not None
        stage.levels.on_level(MicrophoneLevel(-120, -120, False))
        assert stage.model.level.lit == 0
        stage.model.play_back()
        await stage.passes(1)
        assert stage.levels.on_level is None  # it would hear the speaker
        assert stage.playback.playing
        stage.model.back()
        await stage.passes(0.1)
        assert not stage.playback.playing

    on_stage(check)


def test_another_device_is_looked_at_at_once() -> None:
    async def check(stage: Stage) -> None:
        await stage.passes(1)
        stage.model.choose("c2")
        await stage.passes(0.1)
        assert stage.devices.choice.camera_id == "c2"
        assert stage.preview.shown == [None, "c2"]
        assert stage.camera.cancelled == 1
        assert stage.page.state is RUNNING
        await stage.passes(3)
        assert stage.page.state is PASSED
        assert [item.step for item in stage.news if item.step is Step.CAMERA] == [Step.CAMERA]

    on_stage(check)


def test_the_microphone_that_hears_better_is_taken() -> None:
    async def check(stage: Stage) -> None:
        found = ProbeResult(
            ProbeName.MICROPHONE,
            ProbeStatus.WARNING,
            (ProbeCode.MICROPHONE_OTHER_HEARD_BETTER,),
            subject=HEADSET.name,
        )

        async def worse(_context: ProbeContext) -> ProbeResult:
            await asyncio.sleep(1)
            return found

        stage.microphone.act = worse
        await _to_microphone(stage)
        await stage.passes(3.1)
        finding = stage.page.finding
        assert (finding.remedy, finding.subject) == (Remedy.USE_OTHER, HEADSET.name)
        assert HEADSET.name not in repr(finding)
        stage.model.remedy(finding)
        assert stage.devices.choice.microphone_id == HEADSET.id
        await stage.passes(0.1)
        assert stage.page.state is RUNNING

    on_stage(check)


def test_plugging_in_what_was_missing_is_an_answer() -> None:
    async def check(stage: Stage) -> None:
        stage.devices.plug(DeviceLists((), (MICROPHONE,), (SPEAKER,)))
        stage.preview.error = DeviceError(ErrorCode.CAMERA_NOT_FOUND)
        stage.camera.status, stage.camera.codes = ProbeStatus.FAILED, (ProbeCode.CAMERA_NOT_FOUND,)
        stage.model.try_again()
        await stage.passes(3.1)
        assert (stage.page.state, stage.page.preview) == (FAILED, False)
        stage.preview.error = None
        stage.camera.status, stage.camera.codes = ProbeStatus.PASSED, ()
        stage.devices.plug(LISTS)
        await stage.passes(0.1)
        assert (stage.page.state, stage.page.preview) == (RUNNING, True)

    on_stage(check)


def test_every_step_can_be_skipped_and_back_always_works() -> None:
    async def check(stage: Stage) -> None:
        for step in (Step.CAMERA, Step.SPEAKER, Step.MICROPHONE, Step.INTERNET):
            assert stage.page.step is step
            stage.model.skip()
            await stage.passes(0.1)
        assert stage.page.verdict is Verdict.INCOMPLETE
        assert stage.page.unchecked == (Step.CAMERA, Step.SPEAKER, Step.MICROPHONE, Step.INTERNET)
        assert stage.states()[:4] == [SKIPPED] * 4
        assert not stage.camera.running
        for step in (Step.INTERNET, Step.MICROPHONE, Step.SPEAKER, Step.CAMERA, Step.CAMERA):
            stage.model.back()
            await stage.passes(0.1)
            assert stage.page.step is step
        assert stage.page.state is RUNNING  # what was skipped is looked at when one comes back

    on_stage(check)


def test_the_rail_leads_to_pages_that_have_been_there() -> None:
    async def check(stage: Stage) -> None:
        stage.model.go_to(Step.MICROPHONE)
        assert stage.page.step is Step.CAMERA
        stage.model.skip()
        stage.model.go_to(Step.CAMERA)
        assert stage.page.step is Step.CAMERA
        stage.model.go_to(Step.SPEAKER)
        assert stage.page.step is Step.SPEAKER
        stage.model.go_to(Step.SUMMARY)
        assert stage.page.step is Step.SPEAKER

    on_stage(check)


def test_leaving_a_page_stops_its_look_and_its_answer_does_not_count() -> None:
    async def check(stage: Stage) -> None:
        await stage.passes(3.1)
        stage.model.go_on()
        await stage.passes(1)
        stage.model.back()
        await stage.passes(5)
        assert stage.speaker.cancelled == 1
        assert stage.states()[1] is OPEN
        assert stage.states()[0] is PASSED  # and is not looked at again

    on_stage(check)


def test_the_internet_step_fills_as_results_come() -> None:
    async def check(stage: Stage) -> None:
        stage.stun.status, stage.stun.codes = ProbeStatus.WARNING, (ProbeCode.UDP_BLOCKED,)
        for _ in range(3):
            stage.model.skip()
        await stage.passes(1.5)
        assert stage.model.snapshot.can_continue
        assert stage.page == InternetStep(
            RUNNING,
            Patience.SPINNER,
            0.5,
            (
                PartLine(Part.SERVICE, PASSED),
                PartLine(Part.MEDIA, RUNNING),
                PartLine(Part.SPEED, OPEN),
                PartLine(Part.COMPUTER, PASSED),
            ),
        )
        await stage.passes(9)
        finding = Finding(ProbeName.STUN, ProbeStatus.WARNING, ProbeCode.UDP_BLOCKED, "", Remedy.TRY_AGAIN)
        assert (stage.page.state, stage.page.finding) == (WARNING, finding)
        assert stage.page.parts[1] == PartLine(Part.MEDIA, WARNING, finding)
        assert [(one.state, one.finding) for one in stage.news if one.step is Step.INTERNET] == [
            (WARNING, finding)
        ]

    on_stage(check)


def test_the_practice_call_waits_for_the_end_and_stops_for_the_microphone() -> None:
    async def check(stage: Stage) -> None:
        for _ in range(3):
            stage.model.skip()
        await stage.passes(11)
        assert stage.rehearsal.running
        stage.model.back()
        await stage.passes(0.1)
        assert not stage.rehearsal.running
        assert stage.microphone.running
        stage.model.skip()
        await stage.passes(0.1)
        assert stage.rehearsal.running
        await stage.passes(6)
        assert stage.states()[3] is PASSED

    on_stage(check, with_rehearsal=True)


def test_no_practice_call_where_nothing_gets_through() -> None:
    async def check(stage: Stage) -> None:
        stage.tcp.status, stage.tcp.codes = ProbeStatus.FAILED, (ProbeCode.TCP_BLOCKED,)
        for _ in range(3):
            stage.model.skip()
        await stage.passes(20)
        assert stage.rehearsal.contexts == []
        assert stage.page.state is FAILED

    on_stage(check, with_rehearsal=True)


def test_the_summary_lists_what_matters_most_first_and_mends_it() -> None:
    async def check(stage: Stage) -> None:
        stage.camera.status, stage.camera.codes = ProbeStatus.FAILED, (ProbeCode.CAMERA_COVERED,)
        stage.system.status, stage.system.codes = ProbeStatus.WARNING, (ProbeCode.BATTERY_LOW,)
        stage.model.try_again()
        await stage.passes(3.1)
        stage.model.skip()
        await stage.passes(2.1)
        stage.model.answer(False)
        await stage.passes(0.1)
        stage.model.skip()
        stage.model.skip()
        stage.model.go_on()
        await stage.passes(12)
        assert stage.page.verdict is Verdict.NOT_READY
        assert [(item.step, item.finding.code, item.finding.remedy) for item in stage.page.items] == [
            (Step.SPEAKER, ProbeCode.SPEAKER_NOT_HEARD, Remedy.TURN_UP),
            (Step.CAMERA, ProbeCode.CAMERA_COVERED, Remedy.TRY_AGAIN),
            (Step.INTERNET, ProbeCode.BATTERY_LOW, Remedy.TRY_AGAIN),
        ]
        assert stage.page.unchecked == (Step.MICROPHONE,)
        assert len(stage.reports) == 1
        stage.camera.status, stage.camera.codes = ProbeStatus.PASSED, ()
        stage.model.remedy(stage.page.items[1].finding)
        assert (stage.page.step, stage.page.state) == (Step.CAMERA, RUNNING)
        await stage.passes(3.1)
        stage.model.go_to(Step.SUMMARY)
        assert [item.step for item in stage.page.items] == [Step.SPEAKER, Step.INTERNET]
        assert len(stage.reports) == 2

    on_stage(check)


def test_a_summary_that_comes_early_waits_for_the_network() -> None:
    async def check(stage: Stage) -> None:
        for _ in range(3):
            stage.model.skip()
        stage.model.go_on()
        await stage.passes(1)
        assert (stage.page.verdict, stage.page.support_code) == (Verdict.LOOKING, "")
        assert stage.reports == []
        await stage.passes(12)
        assert stage.page.verdict is Verdict.INCOMPLETE
        assert stage.page.support_code.startswith("CODE-")
        assert len(stage.reports) == 1

    on_stage(check)


def test_closing_in_the_middle_of_everything_releases_all() -> None:
    async def check(stage: Stage) -> None:
        await _to_microphone(stage)
        await stage.passes(1)

    on_stage(check)


def test_nobody_is_asked_when_the_wizard_is_not_there() -> None:
    async def check() -> None:
        question = HearingQuestion()
        assert await question.heard() is None

    run_virtually(check())


def test_settings_that_cannot_be_opened_are_not_offered() -> None:
    from kpdesk.ui.viewmodels.preflight_findings import finding_of

    result = ProbeResult(ProbeName.CAMERA, ProbeStatus.FAILED, (ProbeCode.CAMERA_DENIED,))
    here, there = finding_of(result), finding_of(result, pages=())
    assert here is not None
    assert here.remedy is Remedy.CAMERA_SETTINGS
    assert there == replace(here, remedy=Remedy.TRY_AGAIN)
