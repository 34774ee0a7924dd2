"""Makes the pages of the check out of what is known. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from kpdesk.domain.media import DeviceChoice, DeviceLists
from kpdesk.domain.preflight import ProbeName
from kpdesk.ui.viewmodels.devices import chosen_id, default_name, device_row
from kpdesk.ui.viewmodels.preflight_findings import summary_items, verdict_of
from kpdesk.ui.viewmodels.preflight_parts import StepRun
from kpdesk.ui.viewmodels.preflight_steps import (
    KINDS,
    STEPS,
    DeviceStep,
    InternetStep,
    Page,
    PreflightSnapshot,
    RailItem,
    Remedy,
    Step,
    StepState,
    SummaryStep,
    Talk,
    Verdict,
)
from kpdesk.ui.viewmodels.shell import patience

_NOT_DONE = (StepState.OPEN, StepState.RUNNING)
_BAD = (StepState.FAILED, StepState.NOT_RUN)


@dataclass(frozen=True, slots=True)
class Moment:
    """What the pages depend on beside the runs."""

    now: datetime
    now_s: float
    pages: Collection[Remedy]
    """What of the system's settings can be opened."""
    lists: DeviceLists = DeviceLists()
    choice: DeviceChoice = DeviceChoice()
    asking: bool = False
    """The person is asked whether they heard it."""
    playing: bool = False
    can_play: bool = False
    previewed: bool = False
    help_open: bool = False


def snapshot_of(
    step: Step, runs: Mapping[Step, StepRun], moment: Moment, code: Callable[[], str]
) -> PreflightSnapshot:
    """The wizard at this moment; ``code`` is asked for the support code when everything has ended."""
    run = runs[step]
    states = {one: runs[one].state for one in STEPS}
    state = states[step]
    page: Page
    if step is Step.SUMMARY:
        page = _summary(runs, states, moment, code)
    elif step is Step.INTERNET:
        page = _internet(run, moment)
    else:
        page = _device(run, moment)
    bad = state in _BAD and step is not Step.SUMMARY
    free = step in (Step.INTERNET, Step.SUMMARY) or state not in _NOT_DONE
    return PreflightSnapshot(
        page=page,
        rail=_rail(step, states, page),
        can_go_back=step is not Step.CAMERA,
        can_skip=step is not Step.SUMMARY and state is not StepState.PASSED,
        can_continue=free and not bad,
        can_try_again=bad,
    )


def _rail(step: Step, states: Mapping[Step, StepState], page: Page) -> tuple[RailItem, ...]:
    following = STEPS[min(step.number, len(STEPS) - 1)]
    items = []
    for one in STEPS:
        state = states[one]
        if isinstance(page, SummaryStep) and one is step:
            done = page.verdict in (Verdict.READY, Verdict.ADVICE)
            state = StepState.PASSED if done else StepState.OPEN
        upcoming = one is following and one is not step and state is StepState.OPEN
        items.append(RailItem(one, state, current=one is step, upcoming=upcoming))
    return tuple(items)


def _waited(run: StepRun, moment: Moment) -> float | None:
    return moment.now_s - run.since_s if run.running else None


def _device(run: StepRun, moment: Moment) -> DeviceStep:
    kind, current = KINDS[run.step], run.current
    default = default_name(moment.lists.of(kind)) if chosen_id(moment.choice, kind) is None else ""
    return DeviceStep(
        step=run.step,
        state=run.state,
        waiting=patience(_waited(run, moment)),
        fraction=round(run.fractions.get(current, 0.0), 2) if current is not None else 0.0,
        finding=None if run.running else run.finding(moment.pages),
        remarks=() if run.running else run.remarks(moment.pages),
        device=device_row(moment.lists, moment.choice, kind, in_use=default),
        talk=_talk(run, moment),
        can_play_back=run.step is Step.MICROPHONE
        and moment.can_play
        and not moment.playing
        and not run.running,
        preview=run.step is Step.CAMERA and moment.previewed,
    )


def _talk(run: StepRun, moment: Moment) -> Talk:
    if moment.playing and run.step is Step.MICROPHONE:
        return Talk.PLAYBACK
    if not run.running:
        return Talk.NONE
    if moment.asking:
        return Talk.ASKING
    match run.current:
        case ProbeName.SPEAKER:
            return Talk.PLAYING
        case ProbeName.MICROPHONE:
            return Talk.SPEAK
        case ProbeName.ACOUSTIC_LOOP:
            return Talk.LISTENING
    return Talk.NONE


def _internet(run: StepRun, moment: Moment) -> InternetStep:
    return InternetStep(
        state=run.state,
        waiting=patience(_waited(run, moment)),
        fraction=round(run.fraction, 2),
        parts=run.parts(moment.pages),
        finding=None if run.running else run.finding(moment.pages),
    )


def _summary(
    runs: Mapping[Step, StepRun], states: Mapping[Step, StepState], moment: Moment, code: Callable[[], str]
) -> SummaryStep:
    found: dict[Step, StepState] = {step: state for step, state in states.items() if runs[step].names}
    return SummaryStep(
        verdict=verdict_of(found),
        items=summary_items({step: tuple(runs[step].results.values()) for step in found}, moment.pages),
        unchecked=tuple(
            step for step, state in found.items() if state in (StepState.OPEN, StepState.SKIPPED)
        ),
        support_code="" if StepState.RUNNING in found.values() else code(),
        help_open=moment.help_open,
        now=moment.now.replace(second=0, microsecond=0),
    )
