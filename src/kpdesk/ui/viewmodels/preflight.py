"""The check of this computer, step by step, as one frozen picture after the other.

Internet and computer are looked at in the background from the start; camera, speaker and microphone when
their page is there. Whatever the person does, one look at a device runs at a time and leaving releases it.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from kpdesk.base.clock import Clock
from kpdesk.base.tasks import TaskKeeper
from kpdesk.base.threads import gui_thread
from kpdesk.checks.ports import SystemVolume
from kpdesk.checks.runner import ProbeEvent, ProbeProgressed
from kpdesk.domain.media import DeviceChoice, MicrophoneLevel
from kpdesk.domain.preflight import PreflightReport, ProbeCode, ProbeGroup, ProbeName
from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.ports import CameraPreview, CheckDevices, CheckEngine, MicrophoneLevels, VoicePlayback
from kpdesk.ui.viewmodels.devices import (
    CHOICE_FIELDS,
    LevelSnapshot,
    MicrophoneListener,
    ToggleState,
    chosen_id,
)
from kpdesk.ui.viewmodels.hearing_question import HearingQuestion
from kpdesk.ui.viewmodels.preflight_devices import PageDevices, Wish
from kpdesk.ui.viewmodels.preflight_findings import SETTINGS
from kpdesk.ui.viewmodels.preflight_pages import Moment, snapshot_of
from kpdesk.ui.viewmodels.preflight_parts import StepRun, level_in
from kpdesk.ui.viewmodels.preflight_steps import (
    GROUPS,
    KINDS,
    PART_PROBES,
    STEPS,
    Finding,
    Part,
    PreflightSnapshot,
    Remedy,
    Step,
    StepNews,
    StepState,
)

LOUD_ENOUGH: Final = 0.7
"""The system's volume after "Turn it up", 0..1: most of it, and no fright."""
_GOOD: Final = frozenset({StepState.PASSED, StepState.WARNING})
_BACKGROUND: Final = frozenset({ProbeGroup.NETWORK, ProbeGroup.SYSTEM})
_MISSING: Final = frozenset(
    {
        ProbeCode.CAMERA_NOT_FOUND,
        ProbeCode.CAMERA_MISSING,
        ProbeCode.SPEAKER_NOT_FOUND,
        ProbeCode.SPEAKER_MISSING,
        ProbeCode.MICROPHONE_NOT_FOUND,
        ProbeCode.MICROPHONE_MISSING,
    }
)
"""Plugging something in is an answer to these: it is looked at without a press."""
_TICK_MS: Final = 250


class PreflightViewModel(QObject):
    """Snapshots and commands of the wizard. ``start`` once, ``close`` at the end: it releases everything."""

    changed = Signal(object)
    """A new ``PreflightSnapshot``."""
    level_changed = Signal(object)
    """A ``LevelSnapshot``, about ten a second on the microphone's page."""
    announced = Signal(object)
    """A ``StepNews``."""
    finished = Signal(object)
    """The ``PreflightReport``, when the summary is there and nothing runs; again after each new look."""
    asked = Signal(object)
    """A ``Remedy`` that leaves the window: a page of the settings, the browser."""

    def __init__(
        self,
        engine: CheckEngine,
        question: HearingQuestion,
        devices: CheckDevices,
        preview: CameraPreview,
        levels: MicrophoneLevels,
        playback: VoicePlayback,
        volume: SystemVolume,
        profile: PlanProfile,
        clock: Clock,
        support_code: Callable[[PreflightReport], str],
        settings_pages: Collection[Remedy] = SETTINGS,
        parent: QObject | None = None,
    ) -> None:
        """``question`` is the ``Listener`` of the engine's sound probes. ``settings_pages``: what of the
        system's settings can be opened here."""
        super().__init__(parent)
        self._engine, self._question, self._devices, self._volume = engine, question, devices, volume
        self._profile, self._clock = profile, clock
        self._support_code, self._pages = support_code, settings_pages
        self._keeper = TaskKeeper("preflight")
        self._held = PageDevices(
            self._keeper,
            devices,
            preview,
            levels,
            playback,
            on_level=self._hear,
            on_change=self._publish,
            on_played=self._played,
        )
        self._step = self._reached = Step.CAMERA
        self._runs = {step: StepRun(step, engine.in_groups(GROUPS[step])) for step in STEPS}
        self._lists = devices.lists
        self._ear = MicrophoneListener()
        self._level = LevelSnapshot()
        self._code: tuple[PreflightReport, str] | None = None
        self._reported: PreflightReport | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self.tick)
        self._snapshot = self._build()

    # what is seen

    @property
    def snapshot(self) -> PreflightSnapshot:
        """The newest picture."""
        return self._snapshot

    @property
    def level(self) -> LevelSnapshot:
        return self._level

    @property
    def report(self) -> PreflightReport | None:
        """Everything that was found so far."""
        return self._engine.report()

    # commands

    @gui_thread
    def start(self) -> None:
        """Begin: the network in the background, the camera on the screen. Needs the running loop."""
        if self._unsubscribe is None:
            self._unsubscribe = self._devices.subscribe(self._devices_changed)
            self._question.listen(self._publish)
            self._timer.start()
            self._look(Step.INTERNET, self._engine.in_groups(_BACKGROUND))
            self._enter()

    async def close(self) -> None:
        """Stop every look and release camera, microphone and speaker."""
        self._timer.stop()
        self._question.listen(None)
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        await self._keeper.close()
        await self._held.close()

    @gui_thread
    def go_on(self) -> None:
        """The button "Continue"."""
        if self._snapshot.can_continue and self._step is not Step.SUMMARY:
            self._turn_to(STEPS[self._step.number])

    @gui_thread
    def skip(self) -> None:
        """What was found stays; what was not looked at is left out."""
        if self._step is Step.SUMMARY:
            return
        run = self._runs[self._step]
        run.skipped = True
        for name in run.names:
            self._engine.skip(name)
        self._turn_to(STEPS[self._step.number])

    @gui_thread
    def back(self) -> None:
        """The page before."""
        if self._step is not Step.CAMERA:
            self._turn_to(STEPS[self._step.number - 2])

    @gui_thread
    def go_to(self, step: Step) -> None:
        """A press on the rail: any page that has been there."""
        if step is not self._step and step.number <= self._reached.number:
            self._turn_to(step)

    @gui_thread
    def try_again(self, step: Step | None = None) -> None:
        """Look once more. A device is looked at on its own page: the wizard turns to it."""
        step = step or self._step
        if step in KINDS and step is not self._step:
            self._turn_to(step, anew=True)
        elif step is Step.INTERNET:
            self._look(step, self._engine.in_groups(_BACKGROUND))
            self._runs[step].results.pop(ProbeName.REHEARSAL, None)
            self._rehearse()
        elif step in KINDS:
            self._enter(anew=True)

    @gui_thread
    def answer(self, heard: bool) -> None:
        """Whether the person heard the sound."""
        self._question.answer(heard)
        self._publish()

    @gui_thread
    def play_back(self) -> None:
        """Let the person hear what was recorded."""
        run = self._runs[Step.MICROPHONE]
        if self._step is Step.MICROPHONE and self._held.can_play and not run.running:
            self._held.wish(Wish.PLAYBACK)
            self._publish()

    @gui_thread
    def choose(self, device_id: str | None) -> None:
        """Another device on this page; its step is looked at again."""
        if self._step in KINDS and chosen_id(self._devices.choice, KINDS[self._step]) != device_id:
            self._devices.choose(self._choice(self._step, device_id))
            self._enter(anew=True)

    @gui_thread
    def remedy(self, finding: Finding) -> None:
        """The button of a finding."""
        step = next(step for step, run in self._runs.items() if finding.probe in run.names)
        match finding.remedy:
            case Remedy.NONE:
                return
            case Remedy.TRY_AGAIN:
                self.try_again(step)
            case Remedy.TURN_UP:
                self._keeper.spawn(self._turn_up(step), name="turn-up")
            case Remedy.USE_OTHER:
                self._use_other(step, finding.subject)
            case remedy:
                self.asked.emit(remedy)

    def tick(self) -> None:
        """Time has passed."""
        if self._step is Step.MICROPHONE:
            self._say_level()
        self._publish()

    # pages

    def _turn_to(self, step: Step, *, anew: bool = False) -> None:
        left, self._step = self._step, step
        self._reached = max(self._reached, step, key=lambda one: one.number)
        if left in KINDS:
            self._stop(left)  # its devices are for the next one
        self._enter(anew=anew)

    def _enter(self, *, anew: bool = False) -> None:
        run = self._runs[self._step]
        self._held.wish(Wish.PREVIEW if self._step is Step.CAMERA else Wish.NOTHING)
        if self._step not in KINDS:
            self._rehearse()
        else:
            self._stop_rehearsal()
            if anew or run.state in (StepState.OPEN, StepState.SKIPPED):
                self._look(self._step, run.names)
            elif self._step is Step.MICROPHONE:
                self._held.wish(Wish.LEVELS)
        self._publish()

    # looking

    def _look(self, step: Step, names: tuple[ProbeName, ...]) -> None:
        """Look at ``names`` anew."""
        run = self._runs[step]
        before = self._stop(step)
        if not names:
            return
        run.begin(names, self._clock.monotonic_s())
        if step in KINDS:
            self._question.reset()
        self._spawn(run, self._run(run, names, before))

    def _spawn(self, run: StepRun, look: Coroutine[Any, Any, None]) -> None:
        task = self._keeper.spawn(look, name=f"look-{run.step.value}")
        run.tasks.add(task)
        task.add_done_callback(lambda done: self._looked(run, done))
        self._publish()

    async def _run(
        self, run: StepRun, names: tuple[ProbeName, ...], before: Collection[asyncio.Task[None]]
    ) -> None:
        if before:
            await asyncio.wait(before)
        if run.step is Step.MICROPHONE:
            await self._held.free_microphone()
        mine = asyncio.current_task()

        def hear(event: ProbeEvent) -> None:
            if mine in run.tasks:
                self._on_event(run, event)

        # a person sets the pace of a device's step; the network has its own limit
        await self._engine.run(names, on_event=hear, timeout_s=math.inf if run.step in KINDS else None)

    def _looked(self, run: StepRun, task: asyncio.Task[None]) -> None:
        if task not in run.tasks:
            return  # stopped, and something newer runs
        run.tasks.discard(task)
        run.fractions.clear()
        if self._unsubscribe is None:
            return
        if run.step is Step.MICROPHONE and self._step is Step.MICROPHONE:
            heard = run.state in _GOOD and self._held.can_play
            self._held.wish(Wish.PLAYBACK if heard else Wish.LEVELS)
        if not run.running:
            self.announced.emit(StepNews(run.step, run.state, run.finding(self._pages)))
        self._publish()

    def _stop(self, step: Step) -> Collection[asyncio.Task[None]]:
        """End what runs; what it still says does not count. Returns what has to be waited for."""
        run = self._runs[step]
        tasks, run.tasks = run.tasks, set()
        run.fractions.clear()
        for task in tasks:
            task.cancel()
        return tasks

    def _rehearse(self) -> None:
        """The practice call takes camera, sound and line: at the end, where no page needs them."""
        run = self._runs[Step.INTERNET]
        names = self._engine.in_groups({ProbeGroup.REHEARSAL})
        done = [run.results[name].codes != (ProbeCode.LEFT_OUT,) for name in names if name in run.results]
        if not names or any(done) or run.skipped or self._step in KINDS:
            return
        before = tuple(run.tasks)
        if len(before) > 1:
            return  # it waits already
        run.begin(names, self._clock.monotonic_s())
        self._spawn(run, self._rehearsal(run, names, before))

    async def _rehearsal(
        self, run: StepRun, names: tuple[ProbeName, ...], before: Collection[asyncio.Task[None]]
    ) -> None:
        if before:
            await asyncio.wait(before)
        path = (*PART_PROBES[Part.SERVICE], *PART_PROBES[Part.MEDIA])
        failed = run.finding(self._pages)
        if self._step not in KINDS and (failed is None or failed.probe not in path):
            await self._run(run, names, ())

    def _stop_rehearsal(self) -> None:
        for name in self._engine.in_groups({ProbeGroup.REHEARSAL}):
            self._engine.skip(name)

    def _on_event(self, run: StepRun, event: ProbeEvent) -> None:
        run.hear(event)
        if isinstance(event, ProbeProgressed) and event.name is ProbeName.MICROPHONE:
            level = level_in(event.measurements)
            if level is not None:
                self._hear(level)
        self._publish()

    # sound and devices

    def _hear(self, level: MicrophoneLevel) -> None:
        self._ear.hear(level, self._clock.monotonic_s(), muted=False)
        self._say_level()

    def _say_level(self) -> None:
        failed = self._runs[Step.MICROPHONE].state is StepState.FAILED
        level = self._ear.snapshot(self._clock.monotonic_s(), ToggleState.ON)
        if failed and level.lit == 0:
            level = self._ear.snapshot(self._clock.monotonic_s(), ToggleState.BROKEN)
        if level != self._level:
            self._level = level
            self.level_changed.emit(level)

    def _played(self) -> None:
        if self._step is Step.MICROPHONE and not self._runs[Step.MICROPHONE].running:
            self._held.wish(Wish.LEVELS)

    async def _turn_up(self, step: Step) -> None:
        kind = KINDS[step]
        if await self._volume.raise_to(kind, chosen_id(self._devices.choice, kind), LOUD_ENOUGH):
            self.try_again(step)
        elif Remedy.SOUND_SETTINGS in self._pages:
            self.asked.emit(Remedy.SOUND_SETTINGS)

    def _use_other(self, step: Step, name: str) -> None:
        found = next((one for one in self._devices.lists.of(KINDS[step]) if one.name == name), None)
        if found is not None:
            self._devices.choose(self._choice(step, found.id))
        self.try_again(step)

    def _choice(self, step: Step, device_id: str | None) -> DeviceChoice:
        return replace(self._devices.choice, **{CHOICE_FIELDS[KINDS[step]]: device_id})

    def _devices_changed(self) -> None:
        before, self._lists = self._lists, self._devices.lists
        if self._step in KINDS and before.of(KINDS[self._step]) != self._lists.of(KINDS[self._step]):
            finding = self._runs[self._step].finding(self._pages)
            if finding is not None and finding.code in _MISSING:
                self._enter(anew=True)
        self._publish()

    # the picture

    def _publish(self) -> None:
        snapshot = self._build()
        if snapshot != self._snapshot:
            self._snapshot = snapshot
            self.changed.emit(snapshot)
            self._report_if_done()

    def _report_if_done(self) -> None:
        if self._step is Step.SUMMARY and not any(run.running for run in self._runs.values()):
            report = self.report
            if report is not None and (self._reported is None or report.results != self._reported.results):
                self._reported = report
                self.finished.emit(report)

    def _build(self) -> PreflightSnapshot:
        now = self._clock.now()
        moment = Moment(
            now=now,
            now_s=self._clock.monotonic_s(),
            pages=self._pages,
            lists=self._devices.lists,
            choice=self._devices.choice,
            asking=self._question.asking,
            playing=self._held.playing,
            can_play=self._held.can_play,
            previewed=self._held.previewed,
            help_open=self._profile.help_line.is_open(now),
        )
        return snapshot_of(self._step, self._runs, moment, self._code_of_now)

    def _code_of_now(self) -> str:
        report = self.report
        if report is None:
            return ""
        if self._code is None or self._code[0].results != report.results:
            self._code = (report, self._support_code(report))
        return self._code[1]
